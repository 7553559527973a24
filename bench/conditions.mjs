/**
 * How well a model of a table answers what it was not told beforehand:
 *
 *   npm run bench:conditions -- [--only concrete,telco-churn] [--rows 500] [--python path]
 *
 * Fits on four fifths of each table and asks the rest: draws under conditions, columns given others beside models that were told so when
 * fitted, missing cells filled and a column predicted beside scikit-learn's imputers and boosted trees (where it is installed). Prints a table, writes bench/out/conditions.json. See bench/README.md for what each figure is.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { columnNamed, fitTable, impute, predict, selectRows, table } from "couplet/table";
import { dataFolder, needData } from "./data-folder.mjs";
import { formatTable } from "./table.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    python: { type: "string" },
    rows: { type: "string", default: "500" },
  },
});
const sets = [
  {
    name: "penguins",
    drop: [],
    target: "species",
    given: ["species", "sex"],
    sample: { species: "Adelie" },
  },
  {
    name: "concrete",
    drop: [],
    target: "strength",
    given: ["cement", "age"],
    sample: { age: "20..40" },
  },
  {
    name: "telco-churn",
    drop: ["customerID"],
    target: "Churn",
    given: ["Contract", "tenure"],
    sample: { Contract: "One year" },
  },
  {
    name: "taxis",
    drop: [],
    target: "payment",
    given: ["distance", "payment"],
    sample: { payment: "cash" },
  },
].filter(({ name }) => options.only === undefined || options.only.split(",").includes(name));
needData("tables");
const python = options.python ?? here(".venv/bin/python");
const SEED = 7;

/** A number from 0 to 1 of a place: the same in every run. */
const random = (...place) => {
  let state = 2166136261;
  for (const k of [SEED, ...place]) state = Math.imul(state ^ (k + 0x9e3779b9), 16777619) >>> 0;
  for (let i = 0; i < 3; i++) state = Math.imul(state ^ (state >>> 15), 2246822519) >>> 0;
  return state / 2 ** 32;
};
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
/** A column whose cells are all numbers or empty as numbers, any other as text: peers take text for categories. */
const columnOf = (cells) => {
  const given = cells.map((cell) => cell.trim());
  const isNumeric =
    given.some((cell) => cell !== "") && given.every((cell) => Number.isFinite(Number(cell)));
  return isNumeric
    ? Float64Array.from(given, (cell) => (cell === "" ? NaN : Number(cell)))
    : given.map((cell) => (cell === "" ? null : cell));
};
const readTable = (name, drop) => {
  const [header, ...lines] = readFileSync(join(dataFolder, "tables", `${name}.csv`), "utf8")
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  return table(
    Object.fromEntries(
      header
        .map((title, i) => [title, columnOf(lines.map((line) => line[i] ?? ""))])
        .filter(([title]) => !drop.includes(title)),
    ),
  );
};
const timed = async (work) => {
  const started = performance.now();
  const value = await work();
  return [value, (performance.now() - started) / 1000];
};

/** The rows with cells taken out: at random, or the more likely the larger (or the more frequent) they are. */
function withGaps(rows, share, how, names) {
  const gaps = [];
  const columns = rows.columns.map((own, j) => {
    if (!names.includes(own.name)) return own;
    const order = new Map();
    if (own.kind === "number")
      [...own.values.keys()]
        .sort((a, b) => own.values[a] - own.values[b])
        .forEach((row, at) => order.set(row, at / rows.rows));
    else {
      const counts = new Map();
      for (const cell of own.values) counts.set(cell, (counts.get(cell) ?? 0) + 1);
      const most = [...counts].sort((a, b) => b[1] - a[1])[0][0];
      for (const row of own.values.keys()) order.set(row, own.values[row] === most ? 0.9 : 0.3);
    }
    const isGap = (row) =>
      random(j, row, Math.round(100 * share)) <
      (how === "random" ? share : share * 2 * order.get(row));
    const cells = Array.from(own.values, (cell, row) => {
      const isMissing = cell === null || (typeof cell === "number" && Number.isNaN(cell));
      if (isMissing || !isGap(row)) return isMissing ? null : cell;
      gaps.push({ row, column: own.name, truth: cell });
      return null;
    });
    return own.kind === "number"
      ? { ...own, values: Float64Array.from(cells, (cell) => cell ?? NaN) }
      : { ...own, values: cells };
  });
  return { table: { rows: rows.rows, columns }, gaps };
}

/** Errors of numbers in the column's deviations, accuracy of the rest; `draws` of the same gaps give the continuous ranked probability score. */
function errorsOf(gaps, fills, deviations, draws = []) {
  /** @type {Record<"off" | "right" | "crps", number[]>} */
  const { off, right, crps } = { off: [], right: [], crps: [] };
  gaps.forEach(({ column: name, truth }, i) => {
    const deviation = deviations.get(name);
    if (deviation === undefined) right.push(Number(String(fills[i]) === String(truth)));
    else {
      off.push(Math.abs(Number(fills[i]) - truth) / deviation);
      if (draws.length > 0) {
        const values = draws.map((draw) => Number(draw[i]) / deviation);
        const spread = mean(values.map((a) => mean(values.map((b) => Math.abs(a - b)))));
        const unbiased = (spread * values.length) / (values.length - 1);
        crps.push(mean(values.map((value) => Math.abs(value - truth / deviation))) - unbiased / 2);
      }
    }
  });
  const shown = (list) => (list.length === 0 ? undefined : mean(list));
  // Of a single value the score is its distance.
  const scored = draws.length === 0 ? off : crps;
  return { error: shown(off), accuracy: shown(right), crps: shown(scored) };
}

/** How good predictions are: accuracy and log loss of categories, errors and the cover of the 90 % interval of numbers. */
function measured(predicted, truth, deviation) {
  if (predicted.kind === "category") {
    const { best, values, probabilities } = predicted;
    const names = values.map(String);
    return {
      accuracy: mean(best.map((value, i) => Number(String(value) === String(truth[i])))),
      logLoss: mean(
        truth.map((value, i) => {
          const at = names.indexOf(String(value));
          return -Math.log(Math.max(1e-9, probabilities[i * names.length + at] || 0));
        }),
      ),
    };
  }
  const [low, , median, , high] = predicted.quantiles.map(({ values }) => values);
  return {
    error: mean(truth.map((value, i) => Math.abs(value - median[i]) / deviation)),
    covered: mean(truth.map((value, i) => Number(value >= low[i] && value <= high[i]))),
  };
}

const cellsAt = (table, gaps) => {
  const byName = new Map(table.columns.map((own) => [own.name, own.values]));
  return gaps.map(({ row, column: name }) => byName.get(name)[row]);
};

const plain = ({ columns }) =>
  Object.fromEntries(
    columns.map(({ name, values, kind }) => [
      name,
      Array.from(values, (v) => (kind === "number" && Number.isNaN(v) ? null : v)),
    ]),
  );

/** What a script of bench/conditions says of its input; `undefined` where scikit-learn is not installed. */
function askPeer(script, input) {
  if (!existsSync(python)) return undefined;
  const folder = mkdtempSync(join(os.tmpdir(), "couplet-conditions-"));
  try {
    writeFileSync(join(folder, "in.json"), JSON.stringify(input));
    const out = execFileSync(python, ["-W", "ignore", here(`conditions/${script}`), folder], {
      maxBuffer: 2 ** 28,
      // Small matrices: threads of a BLAS wait for each other longer than they work.
      env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    });
    return JSON.parse(String(out).trim().split("\n").at(-1));
  } catch (error) {
    process.stderr.write(
      `scikit-learn: left out: ${String(error.stderr ?? error.message)
        .trim()
        .split("\n")
        .at(-1)}\n`,
    );
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** scikit-learn's imputers on the same gaps. */
const imputers = (training, gappy, gaps) =>
  askPeer("imputers_peer.py", {
    training: plain(training),
    gappy: plain(gappy),
    gaps: gaps.map(({ row, column: name }) => [row, name]),
  });

/** scikit-learn's gradient boosting, in the form of our predictions. */
function boosting(training, asked, target) {
  const said = askPeer("boosting_peer.py", {
    training: plain(training),
    asked: plain(asked),
    target,
  });
  if (said?.kind !== "number") return said;
  const { low, median, high } = said;
  return {
    kind: "number",
    quantiles: [low, median, median, median, high].map((values) => ({ values })),
  };
}

const results = [];
for (const { name, drop, target, given, sample } of sets) {
  const log = (text) => process.stderr.write(`${name}: ${text}\n`);
  const all = readTable(name, drop);
  const order = [...Array(all.rows).keys()].sort((a, b) => random(1, a) - random(1, b));
  const cut = Math.floor(0.8 * all.rows);
  const training = selectRows(all, order.slice(0, cut));
  const rest = selectRows(all, order.slice(cut, cut + Number(options.rows)));
  log("fit");
  let [ended, began, learnt] = [0, 0, 0];
  const started = performance.now();
  const model = await fitTable(training, {
    seed: 1,
    anyCondition: true,
    onEvent: (event) => {
      if (event.type === "end") ended = performance.now();
      if (event.type === "conditions" && event.epoch === 1) began = performance.now();
      if (event.type === "conditions") learnt = performance.now();
    },
  });
  const result = {
    name,
    rows: training.rows,
    fitSeconds: (ended - started) / 1000,
    conditionsSeconds: (learnt - began) / 1000,
  };
  // Draws.
  await model.sample(8192, { seed: 1 });
  await model.sample(8192, { seed: 1, given: sample });
  const [, free] = await timed(() => model.sample(8192, { seed: 2 }));
  const [drawn, bound] = await timed(() => model.sample(8192, { seed: 2, given: sample }));
  result.sample = { speed: free / bound, ...drawn.condition };
  log(`sample ${JSON.stringify(result.sample)}`);
  // A condition declared when fitting.
  const declared = await fitTable(training, {
    seed: 1,
    schema: model.schema,
    relations: "none",
    context: given,
  });
  const plain = await fitTable(training, {
    seed: 1,
    schema: { ...model.schema, relations: [] },
    relations: "none",
    anyCondition: true,
  });
  const declaredNats = (await declared.score(rest, { samples: 16, impossible: "zero" })).nats;
  const ours = (await plain.score(rest, { samples: 16, impossible: "zero", given })).nats;
  const gain = Array.from(ours, (value, i) => value - declaredNats[i]).filter(Number.isFinite);
  const gainMean = mean(gain);
  result.declared = {
    given,
    rows: gain.length,
    declared: mean([...declaredNats].filter(Number.isFinite)),
    gain: gainMean,
    error: Math.sqrt(mean(gain.map((g) => (g - gainMean) ** 2)) / gain.length),
  };
  log(`given ${JSON.stringify(result.declared)}`);
  declared.dispose();
  plain.dispose();
  // Gaps.
  const names = model.schema.columns
    .filter(({ type }) => !["constant", "identifier", "text", "date", "datetime"].includes(type))
    .map((c) => c.name);
  const deviations = new Map(
    training.columns
      .filter(({ kind, name: own }) => kind === "number" && names.includes(own))
      .map(({ name: own, values }) => {
        const present = Array.from(values, Number).filter((v) => !Number.isNaN(v));
        const middle = mean(present);
        return [own, Math.sqrt(mean(present.map((v) => (v - middle) ** 2))) || 1];
      }),
  );
  result.gaps = [];
  for (const [share, how] of [
    [0.1, "random"],
    [0.3, "random"],
    [0.5, "random"],
    [0.1, "not at random"],
    [0.3, "not at random"],
    [0.5, "not at random"],
  ]) {
    const { table: gappy, gaps } = withGaps(rest, share, how, names);
    const [median, seconds] = await timed(() => impute(model, gappy, { method: "median" }));
    const draws = [];
    for (let seed = 1; seed <= 8; seed++)
      draws.push(cellsAt((await impute(model, gappy, { seed })).table, gaps));
    const worth = [...median.effective].sort((a, b) => a - b);
    const own = {
      share,
      how,
      cells: gaps.length,
      seconds,
      effective: worth[worth.length >> 1],
      couplet: errorsOf(gaps, cellsAt(median.table, gaps), deviations, draws),
    };
    const them = imputers(training, gappy, gaps);
    for (const [peer, { fills, draws: others }] of Object.entries(them ?? {}))
      own[peer] = errorsOf(gaps, fills, deviations, others);
    result.gaps.push(own);
    log(JSON.stringify(own));
  }
  // A column predicted.
  const asked = { rows: rest.rows, columns: rest.columns.filter((own) => own.name !== target) };
  const truth = [...columnNamed(rest, target).values];
  const [predicted, seconds] = await timed(() => predict(model, asked, { target }));
  result.predict = { target, seconds, ...measured(predicted, truth, deviations.get(target)) };
  const theirs = boosting(training, asked, target);
  if (theirs !== undefined)
    result.predict.boosting = measured(theirs, truth, deviations.get(target));
  log(JSON.stringify(result.predict));
  model.dispose();
  results.push(result);
}
const figure = (value, digits = 3) => (value === undefined ? "" : value.toFixed(digits));
const lines = results.flatMap(({ name, gaps }) =>
  gaps.flatMap(({ share, how, cells, seconds: _s, effective: _e, ...methods }) =>
    Object.entries(methods).map(([method, { error, accuracy, crps }]) => [
      name,
      `${100 * share} % ${how}`,
      String(cells),
      method,
      figure(error),
      figure(crps),
      figure(accuracy),
    ]),
  ),
);
process.stdout.write(
  `${formatTable(["table", "missing", "cells", "method", "error", "CRPS", "accuracy"], lines)}\n`,
);
mkdirSync(here("out"), { recursive: true });
writeFileSync(here("out/conditions.json"), `${JSON.stringify(results, null, 2)}\n`);
process.exit(0);
