/**
 * The SBML Test Suite's semantic cases: each model is read, integrated, and compared with the suite's own results.
 *
 *   npm run bench:sbml [-- --only 00926,00871] [--list wrong] [--library couplet-systems/kinetics] [--json]
 *
 * A case is `right` when every value of every variable lies within the suite's tolerance, |x - r| <= absolute + relative |r|;
 * `refused` when the reader or the solver says by name what it does not support; `WRONG` when a number is off, or when the
 * refusal is no CoupletError. The table has a row for each tag of the suite. The process ends with 1 if a case is wrong.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { dataFolder, hasData, needData } from "../data-folder.mjs";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    list: { type: "string" },
    library: { type: "string", default: "couplet-systems/kinetics" },
    json: { type: "boolean", default: false },
  },
});
const { integrate, readSbml } = await import(options.library);

const archive = "sbml-suite.tar.xz";
const unpacked = hasData("sbml-suite");
if (!unpacked) needData(archive);
const folder = unpacked ? dataFolder : mkdtempSync(path.join(tmpdir(), "couplet-sbml-"));
const results = [];
try {
  if (!unpacked) {
    const tar = spawnSync("tar", ["xJf", path.join(dataFolder, archive), "-C", folder]);
    if (tar.status !== 0) throw new Error(`tar: ${tar.stderr || tar.error}`);
  }
  const suite = path.join(folder, "sbml-suite");
  const only = options.only?.split(",");
  for (const name of readdirSync(suite).toSorted()) {
    if (!/^\d{5}$/.test(name) || (only !== undefined && !only.includes(name))) continue;
    results.push(await judge(path.join(suite, name), name));
  }
} finally {
  if (!unpacked) rmSync(folder, { recursive: true, force: true });
}

if (options.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
else print(results);
if (results.some(({ verdict }) => verdict === "WRONG")) process.exitCode = 1;

/** Reads, integrates and compares one case. */
async function judge(at, name) {
  const file = (ending) => path.join(at, `${name}-${ending}`);
  const tags = tagsOf(readFileSync(file("model.m"), "utf8"));
  const settings = settingsOf(readFileSync(file("settings.txt"), "utf8"));
  const model = readdirSync(at).find((one) => one.endsWith(".xml"));
  if (model === undefined) throw new Error(`${at}: expected a model, an .xml file, got none`);
  const expected = table(readFileSync(file("results.csv"), "utf8"));
  const started = performance.now();
  const verdict = await verdictOf(
    readFileSync(path.join(at, model), "utf8"),
    model,
    settings,
    expected,
  );
  return { case: name, tags, seconds: (performance.now() - started) / 1000, ...verdict };
}

async function verdictOf(text, model, settings, expected) {
  let read, run;
  const end = settings.start + settings.duration;
  try {
    read = await readSbml(text, model);
    run = integrate(read.model, {
      until: end,
      relativeTolerance: Math.min(1e-8, settings.relative / 1e3),
      absoluteTolerance: Math.min(1e-12, settings.absolute / 1e3),
    });
  } catch (error) {
    if (error.name !== "CoupletError") return { verdict: "WRONG", reason: `${error.stack}` };
    if (["NOT_SUPPORTED", "DATA_INVALID", "NOT_CONVERGED"].includes(error.code))
      return { verdict: "refused", code: error.code, reason: error.message };
    return { verdict: "WRONG", code: error.code, reason: error.message };
  }
  for (const variable of settings.variables) {
    const column = expected.names.indexOf(variable);
    for (const row of expected.rows) {
      const time = row[expected.names.findIndex((one) => one.toLowerCase() === "time")];
      const wanted = row[column];
      let got;
      try {
        got = valueOf(read, run, variable, Math.min(time, end), settings);
      } catch (error) {
        return { verdict: "WRONG", reason: `${variable}: ${error.message}` };
      }
      const same =
        Object.is(got, wanted) ||
        got === wanted ||
        Math.abs(got - wanted) <= settings.absolute + settings.relative * Math.abs(wanted);
      if (!same)
        return { verdict: "WRONG", reason: `${variable} at ${time}: ${got}, expected ${wanted}` };
    }
  }
  return { verdict: "right", warnings: read.warnings };
}

/** A variable as the suite wants it: species as amount or concentration whatever formulas mean by their names. */
function valueOf({ spec, model }, run, variable, time, settings) {
  const state = run.at(time);
  const value = model.observe(variable, time, state);
  const species = spec.species[variable];
  if (
    species === undefined ||
    (!settings.amount.includes(variable) && !settings.concentration.includes(variable))
  )
    return value;
  const isAmount = species.unit === "amount";
  const wantsAmount = settings.amount.includes(variable);
  if (isAmount === wantsAmount) return value;
  const size = model.observe(species.compartment, time, state);
  return wantsAmount ? value * size : value / size;
}

function tagsOf(text) {
  const of = (key) => new RegExp(`^${key}:(.*)$`, "m").exec(text)?.[1] ?? "";
  return `${of("componentTags")},${of("testTags")}`
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

function settingsOf(text) {
  const of = (key) => new RegExp(`^${key}:(.*)$`, "m").exec(text)?.[1]?.trim() ?? "";
  const names = (key) =>
    of(key)
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== "");
  return {
    start: Number(of("start")) || 0,
    duration: Number(of("duration")) || 0,
    variables: names("variables"),
    absolute: Number(of("absolute")),
    relative: Number(of("relative")),
    amount: names("amount"),
    concentration: names("concentration"),
  };
}

function table(text) {
  const [head, ...rows] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(",").map((cell) => cell.trim()));
  const toNumber = (cell) =>
    /^-?inf/i.test(cell) ? (cell.startsWith("-") ? -Infinity : Infinity) : Number(cell);
  return { names: head, rows: rows.map((row) => row.map(toNumber)) };
}

function print(all) {
  const rows = new Map();
  const count = (tag, verdict) => {
    const row = rows.get(tag) ?? { right: 0, refused: 0, WRONG: 0 };
    row[verdict]++;
    rows.set(tag, row);
  };
  for (const { tags, verdict } of all) {
    count("all cases", verdict);
    for (const tag of tags) count(tag, verdict);
  }
  const line = (...cells) =>
    `${cells[0].padEnd(32)}${cells
      .slice(1)
      .map((one) => String(one).padStart(9))
      .join("")}\n`;
  process.stdout.write(line("tag", "right", "refused", "WRONG"));
  const [first, ...others] = rows;
  for (const [tag, row] of [first, ...others.toSorted(([a], [b]) => (a < b ? -1 : 1))])
    process.stdout.write(line(tag, row.right, row.refused, row.WRONG));
  const reasons = new Map();
  for (const { verdict, reason } of all) {
    if (verdict !== "refused") continue;
    const key = reason
      .replace(/^[^:]*(:\d+)?: /, "")
      .replace(/"[^"]*"/g, '"..."')
      .split(". ")[0];
    reasons.set(key, (reasons.get(key) ?? 0) + 1);
  }
  process.stdout.write("\nrefused because\n");
  for (const [reason, times] of [...reasons].toSorted((a, b) => b[1] - a[1]))
    process.stdout.write(`${String(times).padStart(6)}  ${reason}\n`);
  for (const { case: name, verdict, reason, seconds } of all)
    if (verdict === "WRONG" || verdict === options.list)
      process.stdout.write(`${name}  ${verdict}  ${seconds.toFixed(2)} s  ${reason ?? ""}\n`);
}
