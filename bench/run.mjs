/**
 * The benchmark: one command, one table, `bench/out/latest.json`.
 *
 *   npm run bench -- [--quick] [--only affine-8,spline-64] [--peers couplet,zuko] [--threads 1,2] [--rounds 5] [--seconds 0.4]
 *
 * See bench/README.md for the method.
 */

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

import { contractRows } from "./contracts.mjs";
import { imageRows } from "./image-contracts.mjs";
import { measure } from "./measure.mjs";
import { makeData, models as allModels } from "./models.mjs";
import { participants, present } from "./participants.mjs";
import { contractTable, figureTable } from "./table.mjs";

const QUICK_MS = 110_000;

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    peers: { type: "string" },
    threads: { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "0.4" },
    help: { type: "boolean", default: false },
  },
});
const started = Date.now();
const notes = [];
const say = (line) =>
  process.stderr.write(`[${((Date.now() - started) / 1000).toFixed(0)} s] ${line}\n`);
/** Said, and kept for the table's end: a figure that is not there has a reason. */
const note = (line) => {
  notes.push(line);
  say(line);
};
const list = (text) => text?.split(",").map((part) => part.trim());

if (options.help) {
  process.stdout.write(
    `npm run bench -- [--quick] [--only MODEL,...] [--peers NAME,...] [--threads N,...] [--rounds N] [--seconds S]\n` +
      `models: ${allModels.map((m) => m.name).join(", ")}\npeers: ${participants.map((p) => p.name).join("; ")}\n`,
  );
  process.exit(0);
}

function choose(all, wanted, what) {
  if (wanted === undefined) return all;
  for (const name of wanted) {
    if (!all.some((one) => one.name === name)) {
      process.stderr.write(
        `bench: --${what}: expected one of ${all.map((one) => one.name).join(", ")}, got ${name}\n`,
      );
      process.exit(2);
    }
  }
  return all.filter((one) => wanted.includes(one.name));
}

const cores = os.availableParallelism();
const threads = (list(options.threads)?.map(Number) ?? (options.quick ? [2] : [1, 2])).filter(
  (n) => Number.isInteger(n) && n >= 1 && n <= cores,
);
if (threads.length === 0) threads.push(1);
const models = choose(
  allModels,
  list(options.only) ?? (options.quick ? ["affine-64", "spline-8"] : undefined),
  "only",
);
const quickPeers = ["couplet", "couplet-wasm", "GEMM floor", "zuko", "flowjax", "jax-js"];
const wanted = choose(
  participants,
  list(options.peers) ?? (options.quick ? quickPeers : undefined),
  "peers",
);
const { there, absent } = present(wanted);
for (const { name, reason } of absent) note(`${name}: left out: ${reason}`);

/** How long and how often each run is; a quick run shares what time is left among the parts of the table to come. */
const paceOf = (parts) => ({
  seconds: options.quick ? 0.1 : Number(options.seconds) || 0.4,
  rounds: options.quick ? 3 : Math.max(1, Number(options.rounds) || 5),
  until: options.quick ? Date.now() + (started + QUICK_MS - Date.now()) / parts : Infinity,
});
const works = [
  { what: "train" },
  { what: "logProb", rows: 512 },
  { what: "sample", rows: 512 },
  ...(options.quick
    ? []
    : [
        { what: "logProb", rows: 16_384 },
        { what: "sample", rows: 16_384 },
      ]),
];

/** Images are scored and drawn a batch at a time. */
const worksOf = (model) =>
  model.shape === undefined
    ? works
    : ["train", "logProb", "sample"].map((what) => ({
        what,
        ...(what === "train" ? {} : { rows: model.batch }),
      }));

const folder = mkdtempSync(join(os.tmpdir(), "couplet-bench-"));
const figures = [];
const setups = [];
try {
  const dataOf = (model) => {
    const path = join(folder, `${model.dims}.f32`);
    writeFileSync(path, makeData(model));
    return path;
  };
  for (const [index, model] of models.entries()) {
    const data = dataOf(model);
    for (const count of threads) {
      // two parts stay for the reversible rows and for what is measured once
      const pace = paceOf(models.length - index + 2);
      say(`${model.title}, ${count} threads`);
      /** @type {{ participant: any, threads: number, label?: string }[]} */
      const entries = there
        .filter(({ name }) => model.peers?.includes(name) ?? true)
        .map((participant) => ({
          participant,
          threads: Math.min(count, participant.mostThreads ?? count),
        }));
      if (count >= 2) {
        // beside the two-thread run, so that both meet the same machine
        for (const participant of there.filter((p) => p.name === "couplet"))
          entries.push({ participant, threads: 1, label: "one thread" });
      }
      collect(await measure({ entries, model, data, works: worksOf(model), pace, say: note }));
    }
  }
  const ours = there.find((p) => p.name === "couplet");
  if (ours) {
    const pace = paceOf(2);
    for (const model of models.filter((m) => m.name.endsWith("-64"))) {
      say(`${model.title}, reversible against store`);
      const entries = ["store", "reversible"].map((memory) => ({
        participant: ours,
        threads: threads.at(-1),
        label: memory,
        options: { ...ours.options, memory },
      }));
      collect(
        await measure({
          entries,
          model,
          data: dataOf(model),
          works: [{ what: "train" }],
          pace,
          say: note,
        }),
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function collect(result) {
  figures.push(...result.figures);
  setups.push(...result.setups);
}

/** Runs one of the small scripts that print JSON; what it cannot give is said and left out. */
async function once(script, ...args) {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      fileURLToPath(new URL(script, import.meta.url)),
      ...args,
    ]);
    return JSON.parse(stdout);
  } catch (error) {
    note(
      `${script}: ${String(error.stderr ?? error.message)
        .trim()
        .split("\n")
        .at(-1)}`,
    );
    return {};
  }
}

const extra = {};
if (there.some((p) => p.group === "ours")) {
  say("start-up, bundle, reversible gradients, round trip");
  const starts = [];
  for (let i = 0; i < (options.quick ? 3 : 9); i++) starts.push((await once("startup.mjs")).ms);
  const sorted = starts.filter(Number.isFinite).sort((a, b) => a - b);
  extra.startMs = sorted[sorted.length >> 1];
  Object.assign(
    extra,
    await once("bundle.mjs"),
    await once("exactness.mjs", ...(options.quick ? ["--quick"] : [])),
  );
}

if (!options.quick && options.only === undefined && there.some((p) => p.group === "ours")) {
  say("convolutions, reversible networks");
  Object.assign(extra, await once("convolution.mjs", "--json"));
  const networks = [
    await once("reversible.mjs", "--json"),
    await once("reversible.mjs", "--json", "--dense"),
  ];
  extra.networks = networks.flatMap((result) => result.networks ?? []);
}

const rows = contractRows({
  models,
  threads,
  sizes: works.flatMap((w) => (w.what === "logProb" ? [w.rows] : [])),
  figures,
  extra,
  most: Math.max(...threads),
});
const images = imageRows({ models, threads, figures, extra });
const machine = {
  cpu: os.cpus()[0]?.model.trim(),
  cores,
  memoryBytes: os.totalmem(),
  system: `${os.type()} ${os.release()}`,
  node: process.version,
  blas: setups.find((s) => s.name === "GEMM floor")?.version ?? null,
  load: os.loadavg().map((x) => Number(x.toFixed(2))),
  date: new Date().toISOString(),
  versions: Object.fromEntries(setups.map((s) => [s.name, s.version])),
};

mkdirSync(new URL("out/", import.meta.url), { recursive: true });
writeFileSync(
  new URL("out/latest.json", import.meta.url),
  `${JSON.stringify({ machine, quick: options.quick, rows, images, figures, setups, extra, notes }, null, 2)}\n`,
);
process.stdout.write(`${figureTable(figures)}\n\n${contractTable([...rows, ...images])}\n`);
if (notes.length > 0) process.stdout.write(`\n${notes.join("\n")}\n`);
process.stdout.write(
  `\n${rows.filter((r) => r.holds).length} of ${rows.length} contracts hold, ${images.filter((r) => r.holds).length} of ${images.length} of images; bench/out/latest.json has every figure\n`,
);
