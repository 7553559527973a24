/**
 * Counts the sampled rows that break a relation of a table. The relations are found by brute force, with no code of the library's search.
 *
 *   node bench/tables/broken-relations.mjs rows.csv samples.csv [--json]
 *
 * Orders a <= b, equalities a = b, sums a + b = c, parents (a decides b) and exclusions (b is one value, or missing, wherever a is
 * another) that hold in all rows and that at least 2 % of rows with their columns shuffled would break.
 */
import { readFileSync } from "node:fs";

const asJson = process.argv.includes("--json");
const [rowsFile, samplesFile] = process.argv.slice(2).filter((text) => text !== "--json");
if (rowsFile === undefined || samplesFile === undefined)
  throw new Error("expected two CSV files, rows and samples");

/** Share of shuffled rows that must break a relation before it counts as more than chance. */
const LEAST_BROKEN = 0.02;
/** Most distinct values of a column whose values can be conditions of an exclusion. */
const MOST_CONDITIONS = 60;

/** @param {string} text */
function parse(text) {
  /** @type {string[][]} */
  const records = [];
  /** @type {string[]} */
  let record = [];
  let [cell, quoted] = ["", false];
  for (let i = 0; i <= text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c ?? "";
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === "," || c === "\n" || c === undefined) {
      record.push(cell.replace(/\r$/, ""));
      cell = "";
      if (c === ",") continue;
      if (record.length > 1) records.push(record);
      record = [];
    } else cell += c;
  }
  return records;
}

/** @param {string} file */
function read(file) {
  const [names = [], ...records] = parse(readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
  return { names, records };
}

const training = read(rowsFile);
const sampled = read(samplesFile);
const missing = /^(|\?|na|nan|null)$/i;

/** @param {string} text a number, or an instant of an ISO date; NaN for others */
function numberOf(text) {
  if (/^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text)) return Number(text);
  return /^\d{4}-\d{2}-\d{2}/.test(text)
    ? Date.parse(`${text.replace(" ", "T").slice(0, 19)}Z`.replace(/^(.{10})Z$/, "$1"))
    : NaN;
}

/** The text of a cell, with one spelling for each number. @param {string} text */
function valueOf(text) {
  const number = numberOf(text);
  return Number.isNaN(number) ? text : String(number);
}

const columns = training.names
  .map((name, j) => {
    const at = sampled.names.indexOf(name);
    const cells = training.records.map((record) => record[j] ?? "");
    const texts = cells.map(valueOf);
    const samples = at < 0 ? undefined : sampled.records.map((record) => valueOf(record[at] ?? ""));
    const numbers = texts.map((text) => (missing.test(text) ? NaN : numberOf(text)));
    const isNumber = texts.every((text, i) => missing.test(text) || !Number.isNaN(numbers[i]));
    const isDate = isNumber && cells.some((text) => /^\d{4}-/.test(text));
    return { name, texts, samples, numbers, isNumber, isDate, of: samples?.map(numberOf) ?? [] };
  })
  .filter(({ samples }) => samples !== undefined);
const count = training.records.length;
const draws = sampled.records.length;
const shift = [0, 1, 2].map((k) => Math.floor((count * (k * 0.37 + 0.11)) % count));
/** Row i of the k-th column, shuffled against the others. @param {number} i @param {number} k */
const moved = (i, k) => (i * 7919 + shift[k]) % count;
if (count % 7919 === 0)
  throw new Error(`expected a number of rows that 7919 does not divide, got ${count}`);

const broken = new Uint8Array(draws);
/** @type {string[]} */
const found = [];

/**
 * @param {string} text
 * @param {(row: number) => boolean} breaksShuffled
 * @param {(row: number) => boolean} breaksSample
 */
function judge(text, breaksShuffled, breaksSample) {
  let chance = 0;
  for (let i = 0; i < count; i++) if (breaksShuffled(i)) chance++;
  if (chance < LEAST_BROKEN * count) return;
  let rows = 0;
  for (let i = 0; i < draws; i++)
    if (breaksSample(i)) {
      rows++;
      broken[i] = 1;
    }
  found.push(`${text}: broken by ${rows} samples`);
}

const numeric = columns.filter(({ isNumber, numbers }) => isNumber && new Set(numbers).size > 2);
for (const a of numeric)
  for (const b of numeric) {
    if (a === b || a.isDate !== b.isDate) continue;
    const { numbers: x } = a;
    const { numbers: y } = b;
    if (x.every((value, i) => !(value > y[i])) && !x.every((value, i) => value === y[i]))
      judge(
        `${a.name} <= ${b.name}`,
        (i) => x[moved(i, 0)] > y[moved(i, 1)],
        (i) => a.of[i] > b.of[i],
      );
    if (a.name < b.name && x.every((value, i) => Object.is(value, y[i])))
      judge(
        `${a.name} = ${b.name}`,
        (i) => !Object.is(x[moved(i, 0)], y[moved(i, 1)]),
        (i) => !Object.is(a.of[i], b.of[i]),
      );
    if (a.name >= b.name) continue;
    for (const c of numeric) {
      if (c === a || c === b || c.isDate || a.isDate) continue;
      const scale = Math.max(...c.numbers.map(Math.abs).filter((v) => !Number.isNaN(v)), 1);
      /** @param {number} s @param {number} t */
      const differs = (s, t) => Math.abs(s - t) > 1e-9 * scale;
      if (!x.every((value, i) => !differs(value + y[i], c.numbers[i]))) continue;
      judge(
        `${a.name} + ${b.name} = ${c.name}`,
        (i) => differs(x[moved(i, 0)] + y[moved(i, 1)], c.numbers[moved(i, 2)]),
        (i) => differs(a.of[i] + b.of[i], c.of[i]),
      );
    }
  }

for (const a of columns) {
  const values = new Set(a.texts);
  if (values.size < 2 || values.size > count / 3) continue;
  for (const b of columns) {
    if (a === b || new Set(b.texts).size < 2) continue;
    const samples = b.samples ?? [];
    /** @type {Map<string, Set<string>>} */
    const children = new Map();
    a.texts.forEach((text, i) =>
      children.set(text, (children.get(text) ?? new Set()).add(b.texts[i] ?? "")),
    );
    if ([...children.values()].every(({ size }) => size === 1)) {
      judge(
        `${a.name} decides ${b.name}`,
        (i) => !children.get(a.texts[moved(i, 0)] ?? "")?.has(b.texts[moved(i, 1)] ?? ""),
        // A sampled value that no row has tests the column, not this relation.
        (i) => children.get(a.samples?.[i] ?? "")?.has(samples[i] ?? "") === false,
      );
      continue;
    }
    if (values.size > MOST_CONDITIONS) continue;
    for (const [value, only] of children) {
      if (only.size !== 1) continue;
      const [fixed = ""] = only;
      judge(
        `${b.name} is ${fixed === "" ? "missing" : fixed} where ${a.name} is ${value === "" ? "missing" : value}`,
        (i) => a.texts[moved(i, 0)] === value && b.texts[moved(i, 1)] !== fixed,
        (i) => a.samples?.[i] === value && samples[i] !== fixed,
      );
    }
  }
}

const rows = broken.reduce((sum, flag) => sum + flag, 0);
if (asJson)
  console.log(JSON.stringify({ relations: found.length, broken: rows / draws, worst: found }));
else {
  for (const line of found) console.log(`  ${line}`);
  console.log(
    `${found.length} relations; ${rows} of ${draws} samples break one (${((100 * rows) / draws).toFixed(2)} %)`,
  );
}
