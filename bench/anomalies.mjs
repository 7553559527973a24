/**
 * Anomaly detection by density: a model of 60 % of the rows, anomalies among them and labels unseen, scores the other 40 % by negative log density. AUROC, mean
 * of five splits, beside classical detectors: with defaults and no options, and with contamination 0.1, the default of PyOD's detectors.
 *
 *   npm run bench:anomalies -- [--only vowels,cardio] [--seeds 5] [--contamination 0,0.1] [--no-peers]
 *
 * Prints one table, writes bench/out/anomalies.json.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { areaUnderCurve, column, fitTable, selectRows, table } from "couplet/table";

import { readNpz } from "./anomalies/npz.mjs";
import { shuffledRows } from "./anomalies/random.mjs";
import { sets } from "./anomalies/sets.mjs";
import { dataFolder, needData } from "./data-folder.mjs";
import { formatTable } from "./table.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    seeds: { type: "string", default: "5" },
    contamination: { type: "string", default: "0,0.1" },
    "no-peers": { type: "boolean", default: false },
  },
});
const wanted = options.only?.split(",").map((name) => name.trim());
const chosen = sets.filter(({ name }) => wanted === undefined || wanted.includes(name));
const seeds = Number(options.seeds);
const contaminations = options.contamination.split(",").map(Number);
if (chosen.length === 0 || !(Number.isInteger(seeds) && seeds > 0)) {
  process.stderr.write(
    `bench: expected --only of ${sets.map((s) => s.name).join(", ")} and --seeds from 1 up\n`,
  );
  process.exit(2);
}
needData("adbench");

const TRAIN_SHARE = 0.6;
/** Within so much of the best classical detector counts as level. */
const LEVEL = 0.02;
const notes = [];

/** scikit-learn's detectors on the same splits, where it is installed. */
function classical(path, splits) {
  const python = here(".venv/bin/python");
  if (options["no-peers"]) return {};
  if (!existsSync(python)) {
    notes.push("scikit-learn: left out: not installed (bench/setup)");
    return {};
  }
  const { status, stdout, stderr } = spawnSync(python, [here("anomalies/detectors.py"), path], {
    input: JSON.stringify(splits),
    encoding: "utf8",
  });
  if (status === 0) return JSON.parse(stdout);
  notes.push(`scikit-learn: left out: ${stderr.trim().split("\n").at(-1)}`);
  return {};
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const results = [];
for (const { name, file, published = {} } of chosen) {
  const path = join(dataFolder, "adbench", `${file}.npz`);
  const { X, y } = readNpz(path);
  const [count, width] = X.shape;
  const all = table(
    Array.from({ length: width }, (_, j) =>
      column(
        `c${j}`,
        Float64Array.from({ length: count }, (_cell, r) => X.data[r * width + j]),
      ),
    ),
  );
  const splits = Array.from({ length: seeds }, (_, seed) => {
    const order = shuffledRows(count, seed);
    const at = Math.round(TRAIN_SHARE * count);
    return { train: order.slice(0, at), test: order.slice(at) };
  });
  /** @type {number[][]} */
  const ours = contaminations.map(() => []);
  /** @type {number[]} */
  const seconds = [];
  for (const [seed, { train, test }] of splits.entries()) {
    for (const [which, contamination] of contaminations.entries()) {
      const start = performance.now();
      const model = await fitTable(selectRows(all, train), { seed, contamination });
      seconds.push((performance.now() - start) / 1000);
      const { nats } = await model.score(selectRows(all, test), { impossible: "zero" });
      model.dispose();
      const of = (label) => nats.filter((_, i) => y.data[test[i]] === label).map((value) => -value);
      ours[which].push(areaUnderCurve(of(1), of(0)).auc);
      process.stderr.write(
        `${name}, split ${seed + 1}, contamination ${contamination}: ${ours[which].at(-1).toFixed(3)} (${seconds.at(-1).toFixed(0)} s)\n`,
      );
    }
  }
  const measured = Object.fromEntries(
    Object.entries(classical(path, splits)).map(([detector, values]) => [detector, mean(values)]),
  );
  // The published figure where there is one: scikit-learn's stand beside it.
  const best = Math.max(...Object.values(Object.keys(published).length > 0 ? published : measured));
  results.push({
    name,
    rows: count,
    columns: width,
    anomalies: mean(Array.from(y.data)),
    ours: contaminations.map((contamination, which) => ({
      contamination,
      auroc: mean(ours[which]),
      perSplit: ours[which],
      level: mean(ours[which]) >= best - LEVEL,
    })),
    fitSeconds: mean(seconds),
    published,
    measured,
    best,
  });
}

const names = ["IForest", "LOF", "kNN", "OCSVM", "PCA"];
const figure = (value) => (value === undefined || !Number.isFinite(value) ? "-" : value.toFixed(3));
mkdirSync(here("out"), { recursive: true });
const machine = {
  cpu: os.cpus()[0]?.model.trim(),
  cores: os.availableParallelism(),
  node: process.version,
  date: new Date().toISOString(),
};
writeFileSync(
  here("out/anomalies.json"),
  `${JSON.stringify({ machine, seeds, results, notes }, null, 2)}\n`,
);
const spread = (values) => `${Math.min(...values).toFixed(3)}-${Math.max(...values).toFixed(3)}`;
const beside = ({ level, auroc }, best) =>
  level ? "level" : `${(best - auroc).toFixed(3)} behind`;
const rows = results.map((r) => [
  r.name,
  `${r.rows} x ${r.columns}`,
  ...r.ours.flatMap((o) => [figure(o.auroc), spread(o.perSplit), beside(o, r.best)]),
  ...names.map((n) => `${figure(r.published[n])} ${figure(r.measured[n])}`),
  r.fitSeconds.toFixed(0),
]);
const heads = contaminations.flatMap((c) => [
  c === 0 ? "couplet" : `contamination ${c}`,
  "splits",
  "beside the best",
]);
process.stdout.write(
  `AUROC, mean of ${seeds} splits; each detector: as published by PyOD, then scikit-learn on the same splits\n\n` +
    `${formatTable(["set", "size", ...heads, ...names, "fit s"], rows)}\n\n` +
    contaminations
      .map((c, which) => {
        const level = results.filter((r) => r.ours[which].level).length;
        return `Best or within ${LEVEL} of the best classical detector, contamination ${c}: ${level} of ${results.length} (aim: 4 of 6)\n`;
      })
      .join(""),
);
for (const line of notes) process.stdout.write(`${line}\n`);
