/**
 * Which rule ranks anomalies best, on tables with planted ones: `nats`, a density without units (`anomalies/ranking-rules.mjs`), or several models together
 * (`anomalies/consensus.mjs`, beside the two simple ones alone). Stated before the first run:
 *
 *   tables  diamonds, california-housing, concrete, taxis, telco-churn: numbers and words, without keys and dates; up to 1,500 training rows
 *   kinds   local, global, clustered, dependence broken (`anomalies/plant.mjs`); 2 % of the training rows of each kind, labels unseen
 *   test    up to 600 ordinary rows and 100 of each kind, none of them among the training rows
 *   figure  AUROC of each kind against the ordinary test rows, 8 draws a row
 *   choice  the rule with the greatest mean over tables and kinds; within .005 of `nats` it stays `nats`
 *
 *   node bench/anomalies-planted.mjs [--only diamonds,taxis] [--contamination 0,0.1,auto] [--seed 0]
 *
 * Prints one table, writes bench/out/anomalies-planted.json. Takes no part of ADBench.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { areaUnderCurve, fitTable, tableFromRows } from "couplet/table";

import { consensusOf } from "./anomalies/consensus.mjs";
import { kinds, planter } from "./anomalies/plant.mjs";
import { shuffledRows, uniforms } from "./anomalies/random.mjs";
import { rules as ofDraws, scoresByRule } from "./anomalies/ranking-rules.mjs";
import { dataFolder } from "./data-folder.mjs";
import { formatTable } from "./table.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    contamination: { type: "string", default: "0" },
    seed: { type: "string", default: "0" },
    json: { type: "string", default: here("out/anomalies-planted.json") },
  },
});
/** Columns that are left out: keys, dates, and words with hundreds of values.
 * @type {{ name: string, path?: string, drop: string[] }[]} */
const tables = [
  { name: "diamonds", path: here("../examples/data/diamonds.csv"), drop: [] },
  { name: "california-housing", drop: [] },
  { name: "concrete", drop: [] },
  { name: "taxis", drop: ["pickup", "dropoff", "pickup_zone", "dropoff_zone"] },
  { name: "telco-churn", drop: ["customerID"] },
];
const wanted = options.only?.split(",");
const seed = Number(options.seed);
const contaminations = options.contamination
  .split(",")
  .map((text) => (text === "auto" ? text : Number(text)));

const rules = [...ofDraws, "consensus", "consensus, both scores", "independent", "gaussian"];
const MOST_TRAINING = 1500;
const MOST_ORDINARY = 600;
const OF_A_KIND = 100;
const PLANTED_SHARE = 0.02;

const records = [];
for (const { name, path = join(dataFolder, "tables", `${name}.csv`), drop } of tables) {
  if (wanted !== undefined && !wanted.includes(name)) continue;
  if (!existsSync(path)) {
    process.stderr.write(`${name}: left out: ${path} is not there\n`);
    continue;
  }
  const [header, ...lines] = readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.trim().split(","));
  const kept = header.flatMap((column, j) => (drop.includes(column) ? [] : [j]));
  // Planting needs every cell: the few rows with a missing one are left out.
  const whole = lines.filter((line) => kept.every((j) => (line[j] ?? "").trim() !== ""));
  const order = shuffledRows(whole.length, seed);
  const training = order.slice(0, Math.min(MOST_TRAINING, Math.round(0.6 * whole.length)));
  const ordinary = order.slice(training.length, training.length + MOST_ORDINARY);
  const columns = kept.map((j) => {
    const texts = [...training, ...ordinary].map((row) => whole[row][j]);
    const numeric = texts.every((text) => Number.isFinite(Number(text))) && new Set(texts).size > 2;
    return {
      numeric,
      decimals: Math.max(
        ...texts.map((text) => (text.split(".")[1] ?? "").replace(/0+$/, "").length),
      ),
      cells: numeric ? texts.map(Number) : texts,
    };
  });
  const plant = planter(columns, uniforms(seed + 1000));
  const rowOf = (i) => columns.map(({ cells }) => cells[i]);
  const planted = (count) =>
    kinds.flatMap((kind) => Array.from({ length: count }, () => plant(kind)));
  const share = Math.round(PLANTED_SHARE * training.length);
  const names = kept.map((j) => header[j]);
  const asTable = (rows) =>
    tableFromRows(
      names,
      rows.map((row) => row.map(String)),
    );
  const trainingRows = asTable([...training.map((_, i) => rowOf(i)), ...planted(share)]);
  const testRows = asTable([
    ...ordinary.map((_, i) => rowOf(training.length + i)),
    ...planted(OF_A_KIND),
  ]);
  for (const contamination of contaminations) {
    const started = performance.now();
    const model = await fitTable(trainingRows, { seed, contamination, threads: 1 });
    const seconds = (performance.now() - started) / 1000;
    const scores = await scoresByRule(model, testRows);
    const own = await scoresByRule(model, trainingRows);
    Object.assign(
      scores,
      consensusOf({
        training: trainingRows,
        rows: testRows,
        schema: model.schema,
        nats: { training: own.nats, rows: scores.nats },
        standardised: { training: own.axis, rows: scores.axis },
      }),
    );
    const left = model.source.contamination ?? 0;
    model.dispose();
    for (const rule of rules) {
      const unusual = scores[rule].map((value) => -value);
      const usual = unusual.slice(0, ordinary.length);
      const auroc = Object.fromEntries(
        kinds.map((kind, k) => {
          const from = ordinary.length + k * OF_A_KIND;
          return [kind, areaUnderCurve(unusual.slice(from, from + OF_A_KIND), usual).auc];
        }),
      );
      records.push({ table: name, contamination, left, rule, auroc, seconds });
      process.stderr.write(
        `${name} ${contamination} (${left.toFixed(3)}) ${rule}: ${kinds.map((kind) => auroc[kind].toFixed(3)).join(" ")} (${seconds.toFixed(0)} s)\n`,
      );
    }
  }
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const lines = contaminations.flatMap((contamination) =>
  rules.map((rule) => {
    const own = records.filter((r) => r.rule === rule && r.contamination === contamination);
    const means = kinds.map((kind) => mean(own.map(({ auroc }) => auroc[kind])));
    return [String(contamination), rule, ...means.map((m) => m.toFixed(3)), mean(means).toFixed(3)];
  }),
);
mkdirSync(here("out"), { recursive: true });
writeFileSync(options.json, `${JSON.stringify({ seed, records }, null, 2)}\n`);
process.stdout.write(
  `AUROC, mean of ${new Set(records.map(({ table }) => table)).size} tables\n\n${formatTable(["contamination", "rule", ...kinds, "mean"], lines)}\n`,
);
