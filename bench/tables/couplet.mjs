/**
 * Couplet as a participant, with defaults, in a process of its own so that its peak memory is its own:
 *
 *   node bench/tables/couplet.mjs FILE TABLE_FOLDER FOLDER [SEED] [EPOCHS]
 *
 * FILE has all rows: `fitTable` holds a tenth out, which are those of heldout.csv with seed 0. Writes samples.csv and fit.json into FOLDER.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fitTable } from "couplet/table";

import { readCsv, writeCsv } from "./csv.mjs";

const [file = "", tableFolder = "", folder = "", seed = "0", epochs] = process.argv.slice(2);

/** A result, its wall-clock seconds, and the processor's seconds on all cores (what a busy machine does not inflate). */
async function timed(work) {
  const start = performance.now();
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return [value, (performance.now() - start) / 1000, (user + system) / 1e6];
}

const source = await readCsv(file);
const schema = JSON.parse(readFileSync(`${tableFolder}/schema.json`, "utf8"));
const wanted = readFileSync(`${tableFolder}/training.csv`, "utf8").trimEnd().split("\n").length - 1;
let trained;
const curve = [];
const [model, fitSeconds, fitProcessor] = await timed(() =>
  fitTable(source, {
    name: basename(file),
    threads: 1,
    seed: Number(seed),
    ...(epochs === undefined ? {} : { epochs: Number(epochs) }),
    onEvent: (event) => {
      if (event.type !== "epoch") return;
      trained = { epochs: event.epoch, best: event.best.epoch };
      curve.push(event.validationLoss);
    },
  }),
);
const { heldOut } = model;
const [samples, sampleSeconds, sampleProcessor] = await timed(() =>
  model.sample(wanted, { seed: 1 }),
);
const [scores, scoreSeconds, scoreProcessor] = await timed(() => model.score(source));
const peakBytes = process.resourceUsage().maxRSS * 1024;
const { dims } = model.codec;
const parameters = model.flow.parameterCount;
model.dispose();
writeCsv(`${folder}/samples.csv`, samples, schema);
const fit = {
  dims,
  parameters,
  ...trained,
  curve,
  heldOut: { rows: heldOut.rows, flow: heldOut.flow, baselines: heldOut.baselines },
  seconds: { fit: fitSeconds, sample: sampleSeconds, score: scoreSeconds },
  processorSeconds: { fit: fitProcessor, sample: sampleProcessor, score: scoreProcessor },
  scoredRows: scores.nats.length,
  peakBytes,
};
writeFileSync(`${folder}/fit.json`, `${JSON.stringify(fit)}\n`);
