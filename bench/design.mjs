/**
 * Inverse design on concrete: 100 wanted strengths x 100 designs each from a model of 80 % of the table given the strength, judged by
 * gradient-boosted trees of scikit-learn that know nothing of the model.
 *
 *   npm run bench:design -- [--python bench/.venv/bin/python] [--threads 2] [--targets 100] [--designs 100]
 *
 * Prints the mean |achieved - wanted| beside the trees' own error on the other 20 %, the share of designs inside the data's bounds, and
 * the coverage of the model's 50 and 90 % regions on the other 20 %. Writes bench/out/design.json.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { design } from "couplet/design";
import { regionCoverage } from "couplet/diagnostics";
import { column, fitTable, selectRows, table } from "couplet/table";
import { dataFolder, needData } from "./data-folder.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options } = parseArgs({
  options: {
    python: { type: "string", default: here(".venv/bin/python") },
    threads: { type: "string", default: "2" },
    targets: { type: "string", default: "100" },
    designs: { type: "string", default: "100" },
    candidates: { type: "string", default: "50" },
  },
});
needData("tables/concrete.csv");
const [header, ...lines] = readFileSync(`${dataFolder}/tables/concrete.csv`, "utf8")
  .trim()
  .split(/\r?\n/)
  .map((line) => line.split(","));
const source = table(
  header.map((name, j) =>
    column(
      name,
      Float64Array.from(lines, (cells) => Number(cells[j])),
    ),
  ),
);

/** Every fifth row of a fixed shuffle is for testing. */
let state = 11;
const uniform = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
const order = [...lines.keys()].map((i) => [uniform(), i]).sort((a, b) => a[0] - b[0]);
const test = selectRows(
  source,
  order.filter((_, k) => k % 5 === 0).map(([, i]) => i),
);
const training = selectRows(
  source,
  order.filter((_, k) => k % 5 !== 0).map(([, i]) => i),
);
const valuesOf = (rows, name) => rows.columns.find((c) => c.name === name).values;

const started = performance.now();
const model = await fitTable(training, {
  context: ["strength"],
  seed: 1,
  threads: Number(options.threads),
});
const fitted = (performance.now() - started) / 1000;

const { z } = model.codec.encode(test, { seed: 0, impossible: "zero" });
const { coverage, test: ks } = await regionCoverage(model.flow, z, {
  context: model.codec.encodeContext(test),
  levels: [0.5, 0.9],
  seed: 1,
});

const wanted = Array.from(valuesOf(test, "strength")).slice(0, Number(options.targets));
const ranked = [];
let inside = 0;
let all = 0;
let warned = 0;
for (const [i, strength] of wanted.entries()) {
  const count = Number(options.designs);
  const { rows, warnings } = await design(model, {
    target: { strength },
    count,
    candidates: Number(options.candidates) * count,
    bounds: training,
    seed: i,
  });
  warned += warnings.length > 0 ? 1 : 0;
  const plain = await model.sample(rows.rows, { context: { strength }, seed: i });
  for (const { name, kind } of rows.columns) {
    if (kind !== "number" || name === "strength") continue;
    const values = valuesOf(training, name);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    for (const value of valuesOf(rows, name)) {
      all++;
      if (value >= low && value <= high) inside++;
    }
  }
  const features = (from) =>
    Array.from({ length: from.rows }, (_, r) =>
      header.filter((name) => name !== "strength").map((name) => valuesOf(from, name)[r]),
    );
  ranked.push({ strength, designs: features(rows), samples: features(plain) });
}
model.dispose();

const matrix = (rows) =>
  Array.from({ length: rows.rows }, (_, r) => header.map((name) => valuesOf(rows, name)[r]));
mkdirSync(here("out"), { recursive: true });
const file = here("out/designs.json");
writeFileSync(file, JSON.stringify({ training: matrix(training), test: matrix(test), ranked }));
const judge = spawnSync(options.python, [here("peers/judge_designs.py"), file], {
  encoding: "utf8",
});
if (judge.status !== 0) {
  process.stderr.write(`bench: the judge did not run: ${judge.stderr || judge.error?.message}\n`);
  process.exit(1);
}
const verdict = JSON.parse(judge.stdout);
const result = {
  fitSeconds: fitted,
  ...verdict,
  ratio: verdict.designs / verdict.ownError,
  insideBounds: inside / all,
  coverage,
  regionsP: ks,
  warned,
};
writeFileSync(here("out/design.json"), JSON.stringify(result, undefined, 1));
process.stdout.write(
  `mean |achieved - wanted| ${verdict.designs.toFixed(2)} MPa (first draws, unranked: ${verdict.samples.toFixed(2)}), the judge's own test error ${verdict.ownError.toFixed(2)}: ratio ${result.ratio.toFixed(2)}
inside the data's bounds: ${(100 * result.insideBounds).toFixed(1)} %
coverage: ${coverage.map(({ level, share }) => `${100 * level} % region ${(100 * share).toFixed(1)} %`).join(", ")}
fit: ${fitted.toFixed(0)} s\n`,
);
