/**
 * Knot slopes tied to the harmonic mean of the neighbouring bins, against the usual ones: likelihood and the inverse's error in float32,
 * by a flow in PyTorch.
 *
 *   node bench/density/tied-slopes.mjs [--python bench/.venv/bin/python] [--steps 1500] [--seeds 2]
 *     [power diamonds adult twoMoons gaussianLinear moons spirals]
 *
 * `diamonds` and `adult` are tables on the scale of couplet's encoders; `twoMoons` and `gaussianLinear` are posteriors given what was
 * simulated, of 10,000 simulations.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { fitTableCodec, inferSchema, table } from "couplet/table";
import { dataFolder, needData } from "../data-folder.mjs";
import { tasks } from "../posterior/tasks.mjs";
import { stream } from "./random.mjs";
import { rowsOf } from "./rows.mjs";
import { draw, targets } from "./targets.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: "string", default: here("../.venv/bin/python") },
    steps: { type: "string", default: "1500" },
    seeds: { type: "string", default: "2" },
  },
});
const usual = ["power", "diamonds", "adult", "twoMoons", "gaussianLinear"];
const names = positionals.length > 0 ? positionals : usual;
const FRESH = 5000;
const points = names.map((name) => [name, pointsOf(name)]);
mkdirSync(here("../out"), { recursive: true });
const file = here("../out/tied-slopes.json");
writeFileSync(file, JSON.stringify(Object.fromEntries(points)));
const run = spawnSync(
  options.python,
  [here("tied_slopes_peer.py"), file, options.steps, options.seeds],
  { stdio: ["ignore", "inherit", "inherit"] },
);
process.exitCode = run.status ?? 1;

/** Rows to train on, and others to compare on. */
function pointsOf(name) {
  if (name === "diamonds") return split(encoded(here("../../examples/data/diamonds.csv")));
  if (name === "adult") {
    needData("tables/adult.csv");
    return split(encoded(`${dataFolder}/tables/adult.csv`));
  }
  if (tasks[name] !== undefined) {
    const rows = simulations(tasks[name], 10_000 + FRESH);
    return { ...split(rows), context: rows[0].length - tasks[name].dims };
  }
  if (name === "power") {
    const { rows, dims } = rowsOf("power", 30_000);
    return split(
      Array.from({ length: rows.length / dims }, (_, r) => [
        ...rows.subarray(r * dims, (r + 1) * dims),
      ]),
    );
  }
  return { train: draw(targets[name], 5000, 1), fresh: draw(targets[name], FRESH, 2) };
}

/** Parameters, and what was simulated from them. */
function simulations(task, count) {
  const random = stream(4);
  return Array.from({ length: count }, () => {
    const theta = task.prior(random);
    return [...theta, ...task.simulate(theta, random)];
  });
}

/** A table as its flow sees it: a number for each column. */
function encoded(path) {
  const [header, ...lines] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  const cells = lines.map((line) => line.split(","));
  const names = header.split(",");
  const read = table(
    Object.fromEntries(
      names.map((name, j) => {
        const column = cells.map((row) => row[j]);
        const numbers = column.map(Number);
        return [name, numbers.every(Number.isFinite) ? numbers : column];
      }),
    ),
  );
  const codec = fitTableCodec(read, inferSchema(read));
  const { z } = codec.encode(read);
  return Array.from({ length: read.rows }, (_, r) => [
    ...z.subarray(r * codec.dims, (r + 1) * codec.dims),
  ]);
}

/** Every k-th row is fresh, 5,000 at most; 30,000 others at most are trained on. */
function split(rows) {
  const every = Math.max(5, Math.ceil(rows.length / FRESH));
  const train = rows.filter((_, r) => r % every !== 0).slice(0, 30_000);
  return { train, fresh: rows.filter((_, r) => r % every === 0) };
}
