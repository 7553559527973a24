/**
 * Anomaly detection by density: a model of 60 % of the rows, anomalies among them and labels unseen, scores the other 40 % by negative log density. AUROC, mean
 * of five splits, beside classical detectors on the same splits: with defaults and no options, with contamination 0.1, the default of PyOD's detectors, and with the
 * fraction found ("auto"). Splits are the outer loop, so that a run that is stopped has some of every set; the file is written after each.
 *
 *   npm run bench:anomalies -- [--only vowels,cardio] [--splits 1,2,3,4,5] [--contamination 0,0.1,auto] [--most-training 1000] [--no-peers] [--again]
 *     [--python PATH]
 *
 * --most-training cuts the training rows of every detector alike; the test rows stay. Prints one table, writes bench/out/anomalies.json. A run with the
 * same --most-training goes on from the splits that the file has (--again begins anew).
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { areaUnderCurve, column, fitTable, selectRows, table } from "couplet/table";

import { consensusOf } from "./anomalies/consensus.mjs";
import { readNpz } from "./anomalies/npz.mjs";
import { shuffledRows } from "./anomalies/random.mjs";
import { sets } from "./anomalies/sets.mjs";
import { dataFolder, needData } from "./data-folder.mjs";
import { formatTable } from "./table.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    splits: { type: "string", default: "1,2,3,4,5" },
    python: { type: "string", default: here(".venv/bin/python") },
    contamination: { type: "string", default: "0,0.1,auto" },
    "most-training": { type: "string", default: "Infinity" },
    "no-peers": { type: "boolean", default: false },
    again: { type: "boolean", default: false },
  },
});
const wanted = options.only?.split(",").map((name) => name.trim());
const chosen = sets.filter(({ name }) => wanted === undefined || wanted.includes(name));
const seeds = options.splits.split(",").map((text) => Number(text) - 1);
/** @type {(number | "auto")[]} */
const contaminations = options.contamination
  .split(",")
  .map((text) => (text === "auto" ? text : Number(text)));
const mostTraining = Number(options["most-training"]);
if (chosen.length === 0 || !seeds.every((seed) => Number.isInteger(seed) && seed >= 0)) {
  process.stderr.write(
    `bench: expected --only of ${sets.map((s) => s.name).join(", ")} and --splits from 1 up\n`,
  );
  process.exit(2);
}
needData("adbench");

const TRAIN_SHARE = 0.6;
/** Within so much of the best classical detector counts as level. */
const LEVEL = 0.02;
const notes = [];

/** scikit-learn's detectors on the same splits, where it is installed. */
function classical(path, splits, kept) {
  const { python } = options;
  if (options["no-peers"]) return {};
  if ((kept?.IForest ?? []).length >= splits.length) return kept;
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

/** Figures of splits by their number; null, or absent, where a split was not run. */
const measuredOf = (values, where = values) => values.filter((_, i) => (where[i] ?? null) !== null);
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const figure = (value) => (value === undefined || !Number.isFinite(value) ? "-" : value.toFixed(3));
const scores = ["nats", "standardised", "consensus", "consensus, both scores"];

const file = here("out/anomalies.json");
/** What an earlier run with as many training rows has of a set. @param {string} name @returns {any} */
function keptOf(name) {
  if (options.again || !existsSync(file)) return undefined;
  const { mostTraining: most, results } = JSON.parse(readFileSync(file, "utf8"));
  return most === options["most-training"] ? results.find((r) => r.name === name) : undefined;
}

/** A set with its splits, and what has been measured on them. */
const prepared = chosen.map(({ name, file: archive, published = {} }) => {
  const path = join(dataFolder, "adbench", `${archive}.npz`);
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
  const splits = Array.from({ length: Math.max(...seeds) + 1 }, (_, seed) => {
    const order = shuffledRows(count, seed);
    const at = Math.round(TRAIN_SHARE * count);
    return { train: order.slice(0, Math.min(at, mostTraining)), test: order.slice(at) };
  });
  const kept = keptOf(name);
  const ours = contaminations.map((contamination) => {
    /** @param {string} score @returns {any} */
    const of = (score) =>
      kept?.ours.find((o) => o.contamination === contamination && o.score === score);
    return {
      contamination,
      perSplit: Object.fromEntries(scores.map((score) => [score, of(score)?.perSplit ?? []])),
      seconds: of("nats")?.seconds ?? [],
    };
  });
  const peers = classical(path, splits, kept?.peers);
  return { name, all, y, count, width, splits, published, peers, ours };
});

/** What the splits so far say of a set; each detector's mean is over the splits that ours has. */
function resultOf({ name, y, count, width, published, peers, ours }) {
  const measured = Object.fromEntries(
    Object.entries(peers).map(([detector, values]) => [
      detector,
      mean(measuredOf(values, ours[0]?.perSplit.nats)),
    ]),
  );
  return {
    name,
    rows: count,
    columns: width,
    anomalies: mean(Array.from(y.data)),
    ours: ours.flatMap(({ contamination, perSplit, seconds }) => {
      if (measuredOf(perSplit.nats).length === 0) return [];
      const best = Math.max(
        ...Object.values(peers).map((values) => mean(measuredOf(values, perSplit.nats))),
      );
      return scores.map((score) => ({
        contamination,
        score,
        auroc: mean(measuredOf(perSplit[score])),
        perSplit: perSplit[score],
        seconds,
        fitSeconds: mean(measuredOf(seconds)),
        best,
        level: mean(measuredOf(perSplit[score])) >= best - LEVEL,
      }));
    }),
    published,
    peers,
    measured,
  };
}

const machine = {
  cpu: os.cpus()[0]?.model.trim(),
  cores: os.availableParallelism(),
  node: process.version,
  date: new Date().toISOString(),
};
mkdirSync(here("out"), { recursive: true });
const write = () =>
  writeFileSync(
    file,
    `${JSON.stringify({ machine, splits: options.splits, mostTraining: options["most-training"], results: prepared.map(resultOf), notes }, null, 2)}\n`,
  );

for (const seed of seeds)
  for (const { name, all, y, splits, ours } of prepared)
    for (const { contamination, perSplit, seconds } of ours) {
      if ((perSplit.nats[seed] ?? null) !== null) continue;
      const { train, test } = splits[seed];
      const start = performance.now();
      const [training, rows] = [selectRows(all, train), selectRows(all, test)];
      const model = await fitTable(training, { seed, contamination, threads: 1 });
      seconds[seed] = (performance.now() - start) / 1000;
      const scored = await model.score(rows, { impossible: "zero", standardised: true });
      const own = await model.score(training, { impossible: "zero", standardised: true });
      const both = (score) => ({ training: own[score], rows: scored[score] });
      const found = {
        ...scored,
        ...consensusOf({
          training,
          rows,
          schema: model.schema,
          nats: both("nats"),
          standardised: both("standardised"),
        }),
      };
      const left = model.source.contamination ?? 0;
      model.dispose();
      for (const score of scores) {
        const of = (label) =>
          found[score].filter((_, i) => y.data[test[i]] === label).map((value) => -value);
        perSplit[score][seed] = areaUnderCurve(of(1), of(0)).auc;
      }
      process.stderr.write(
        `${name}, split ${seed + 1}, contamination ${contamination} (${left.toFixed(3)}): ${scores.map((score) => `${score} ${figure(perSplit[score][seed])}`).join(", ")} (${seconds[seed].toFixed(0)} s)\n`,
      );
      write();
    }

const results = prepared.map(resultOf);
const names = ["IForest", "LOF", "kNN", "ECOD", "Mahalanobis", "OCSVM", "PCA"];
const spread = (values) => {
  const found = measuredOf(values);
  return `${Math.min(...found).toFixed(3)}-${Math.max(...found).toFixed(3)}`;
};
const beside = ({ level, auroc, best }) =>
  level ? "level" : `${(best - auroc).toFixed(3)} behind`;
const variants = contaminations.flatMap((contamination) =>
  scores.map((score) => ({ contamination, score })),
);
const ofVariant = (result, { contamination, score }) =>
  result.ours.find((o) => o.contamination === contamination && o.score === score);
const rows = results.map((r) => [
  r.name,
  `${r.rows} x ${r.columns}`,
  ...variants.flatMap((variant) => {
    const own = ofVariant(r, variant);
    return [figure(own.auroc), spread(own.perSplit), beside(own)];
  }),
  ...names.map((n) => figure(r.measured[n])),
]);
const heads = variants.flatMap(({ contamination, score }) => [
  `${contamination} ${score}`,
  "splits",
  "beside the best",
]);
write();
process.stdout.write(
  `AUROC, mean of splits ${options.splits}; couplet by contamination and score, and detectors on the same splits\n\n` +
    `${formatTable(["set", "size", ...heads, ...names], rows)}\n\n` +
    variants
      .map((variant) => {
        const level = results.filter((r) => ofVariant(r, variant).level).length;
        return `Best or within ${LEVEL} of the best detector run here, contamination ${variant.contamination}, ${variant.score}: ${level} of ${results.length} (aim: 4 of 6)\n`;
      })
      .join(""),
);
for (const line of notes) process.stdout.write(`${line}\n`);
