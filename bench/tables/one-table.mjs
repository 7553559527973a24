/**
 * Everything that is measured on one table, in a process of its own so that its peak memory is its own:
 *
 *   node bench/tables/one-table.mjs FILE LABEL [SAMPLES_FOLDER]     prints one JSON object
 *
 * With a folder, the training rows, the samples and the schema are written there for SDMetrics.
 */

import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  classifierTwoSample,
  column,
  fitTable,
  nearestRows,
  shapesAndTrends,
  splitTable,
  table,
  toObjects,
  trainOnSyntheticTestOnReal,
} from "couplet/table";

const [file, label, folder] = process.argv.slice(2);

/** As the command reads it: every cell as text. */
async function readCsv(path) {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const result = await connection.runAndReadAll(
    `SELECT COLUMNS(*)::VARCHAR FROM read_csv('${path.replaceAll("'", "''")}', all_varchar = true, header = true)`,
  );
  const cells = result.getColumns();
  const read = table(
    result
      .columnNames()
      .map((name, i) => column(name, /** @type {(string | null)[]} */ (cells[i]))),
  );
  connection.closeSync();
  instance.closeSync();
  return read;
}

/** A result, its wall-clock seconds, and the processor's seconds on all cores (what a busy machine does not inflate). */
async function timed(work) {
  const start = performance.now();
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return [value, (performance.now() - start) / 1000, (user + system) / 1e6];
}

const source = await readCsv(file);
let trained;
const curve = [];
const [model, fitSeconds, fitProcessor] = await timed(() =>
  fitTable(source, {
    name: basename(file),
    onEvent: (event) => {
      if (event.type !== "epoch") return;
      trained = { epochs: event.epoch, best: event.best.epoch };
      curve.push(event.validationLoss);
    },
  }),
);
const { schema, heldOut } = model;
const parts = splitTable(source, 0.1, model.source.seed);
const [samples, sampleSeconds, sampleProcessor] = await timed(() =>
  model.sample(parts.training.rows, { seed: 1 }),
);
const [scores, scoreSeconds, scoreProcessor] = await timed(() => model.score(source));
const peakBytes = process.resourceUsage().maxRSS * 1024;
model.dispose();

if (folder !== undefined) {
  const csv = (rows) => {
    const [first] = rows;
    const cell = (value) =>
      value === null
        ? ""
        : /[",\n]/.test(value)
          ? `"${String(value).replaceAll('"', '""')}"`
          : value;
    return [Object.keys(first), ...rows.map((row) => Object.values(row))]
      .map((cells) => cells.map(cell).join(","))
      .join("\n");
  };
  const names = new Set(samples.columns.map((c) => c.name));
  // The real rows under the same reading as the samples: missing cells as such, left-out columns left out.
  const missing = new Set(schema.missingValues);
  const real = toObjects(parts.training).map((row) =>
    Object.fromEntries(
      Object.entries(row)
        .filter(([name]) => names.has(name))
        .map(([name, value]) => [
          name,
          value === null || missing.has(String(value).trim()) ? null : value,
        ]),
    ),
  );
  writeFileSync(`${folder}/real.csv`, csv(real));
  writeFileSync(`${folder}/samples.csv`, csv(toObjects(samples)));
  writeFileSync(`${folder}/schema.json`, JSON.stringify(schema));
}

const quality = shapesAndTrends(parts.training, samples, schema);
const ceiling = shapesAndTrends(parts.training, parts.heldOut, schema);
const summary = ({ shapeScore, trendScore, score }) => ({
  shapes: shapeScore,
  trends: trendScore,
  score,
});
const result = {
  rows: source.rows,
  columns: source.columns.length,
  dims: model.codec.dims,
  parameters: model.flow.parameterCount,
  ...trained,
  curve,
  heldOut: { rows: heldOut.rows, flow: heldOut.flow, baselines: heldOut.baselines },
  quality: { ...summary(quality), perColumn: quality.shapes, perPair: quality.trends },
  heldOutQuality: summary(ceiling),
  utility: trainOnSyntheticTestOnReal({
    train: parts.training,
    synthetic: samples,
    test: parts.heldOut,
    schema,
    label,
  }),
  twoSample: classifierTwoSample(parts.heldOut, samples, schema),
  nearest: nearestRows({
    train: parts.training,
    synthetic: samples,
    heldOut: parts.heldOut,
    schema,
  }),
  seconds: { fit: fitSeconds, sample: sampleSeconds, score: scoreSeconds },
  processorSeconds: { fit: fitProcessor, sample: sampleProcessor, score: scoreProcessor },
  sampledRows: samples.rows,
  scoredRows: scores.nats.length,
  peakBytes,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
