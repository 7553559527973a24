/**
 * What couplet's own measures say about the samples of a participant:
 *
 *   node bench/tables/judge.mjs TABLE_FOLDER FOLDER [LABEL]     prints one JSON object
 *
 * With a label, also the measures whose likes `judge.py` has from scikit-learn: accuracy and the two-sample test by couplet's trees.
 */

import { readFileSync } from "node:fs";
import {
  classifierTwoSample,
  nearestRows,
  parseSchema,
  shapesAndTrends,
  trainOnSyntheticTestOnReal,
} from "couplet/table";

import { readCsv } from "./csv.mjs";

const [tableFolder = "", folder = "", label] = process.argv.slice(2);
const [train, heldOut, synthetic] = await Promise.all([
  readCsv(`${tableFolder}/training.csv`),
  readCsv(`${tableFolder}/heldout.csv`),
  readCsv(`${folder}/samples.csv`),
]);
const schema = parseSchema(JSON.parse(readFileSync(`${tableFolder}/schema.json`, "utf8")));
const names = new Set(train.columns.map(({ name }) => name));
const modelled = {
  ...schema,
  columns: schema.columns.filter(({ name }) => names.has(name)),
};

const { shapeScore, trendScore, score } = shapesAndTrends(train, synthetic, modelled);
const { sampleMedian, heldOutMedian, ratio, sampleCopies, heldOutCopies } = nearestRows({
  train,
  synthetic,
  heldOut,
  schema: modelled,
});
const isCategory = modelled.columns.some(
  ({ name, type }) => name === label && ["category", "ordered", "boolean"].includes(type),
);
const own = label !== undefined && {
  heldOutQuality: shapesAndTrends(train, heldOut, modelled).score,
  twoSample: await classifierTwoSample(heldOut, synthetic, modelled),
  utility:
    isCategory &&
    (await trainOnSyntheticTestOnReal({
      train,
      synthetic,
      test: heldOut,
      schema: modelled,
      label,
    })),
};
process.stdout.write(
  `${JSON.stringify({
    shapes: shapeScore,
    trends: trendScore,
    quality: score,
    nearest: { sampleMedian, heldOutMedian, ratio, sampleCopies, heldOutCopies },
    ...own,
  })}\n`,
);
