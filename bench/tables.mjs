/**
 * How good models of real tables are, with defaults and no options, beside other synthesisers:
 *
 *   npm run bench:tables -- [--only penguins,adult] [--participants couplet,ctgan] [--limit 3600] [--python PATH] [--again]
 *
 * Each participant fits each table in a process of its own, on one thread, within `--limit` seconds. The samples stay in bench/out/tables, and
 * bench/out/tables.json is written after each table and participant: a run that was cut goes on where it stopped (`--again` begins anew, for those
 * named). Prints a table for each table, couplet's densities, and what holds. See bench/README.md for what each figure is.
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { needData } from "./data-folder.mjs";
import { openCells } from "./tables/cells.mjs";
import { participants } from "./tables/participants.mjs";
import { publishedAdult, tables } from "./tables/sets.mjs";
import { comparison, contracts, densities } from "./tables/summary.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    participants: { type: "string" },
    limit: { type: "string", default: "3600" },
    python: { type: "string", default: here(".venv/bin/python") },
    again: { type: "boolean", default: false },
  },
});

/** The named ones of a list, or all of it. */
function chosen(list, text, flag) {
  const names = text?.split(",").map((name) => name.trim());
  const unknown = names?.find((name) => !list.some((item) => item.name === name));
  if (unknown === undefined) return list.filter(({ name }) => names?.includes(name) ?? true);
  process.stderr.write(
    `bench: ${flag}: expected some of ${list.map((item) => item.name).join(", ")}, got ${unknown}\n`,
  );
  return process.exit(2);
}

const limit = Number(options.limit);
if (!(limit > 0)) {
  process.stderr.write(`bench: --limit: expected seconds, got ${options.limit}\n`);
  process.exit(2);
}
const sets = chosen(tables, options.only, "--only");
const taking = chosen(participants, options.participants, "--participants");
needData("tables");
const python = existsSync(options.python) ? options.python : undefined;
const notes = python
  ? []
  : ["Without Python: no peers, no SDMetrics, no fresh tables (bench/setup)"];

const file = here("out/tables.json");
const kept = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
/** @type {Record<string, Record<string, any>>} */
const results = kept.version === 2 ? kept.results : {};
const cells = openCells({ out: here("out/tables"), python, limit });
const machine = () => ({
  cpu: os.cpus()[0]?.model.trim(),
  cores: os.availableParallelism(),
  memoryBytes: os.totalmem(),
  node: process.version,
  load: os.loadavg().map((x) => Number(x.toFixed(2))),
  date: new Date().toISOString(),
});
function keep() {
  mkdirSync(here("out"), { recursive: true });
  const all = { version: 2, machine: machine(), results, publishedAdult, notes };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
}

for (const set of sets) {
  if (set.fresh !== undefined && python === undefined) continue;
  await cells.prepare(set);
  const ofTable = (results[set.name] ??= {});
  for (const participant of taking) {
    if (participant.peer !== undefined && python === undefined) continue;
    if (options.again) cells.forget(set, participant);
    else if (ofTable[participant.name] && !ofTable[participant.name].failed) continue;
    process.stderr.write(`${set.name}, ${participant.name} ...\n`);
    ofTable[participant.name] = await cells.cell(set, participant);
    keep();
  }
}

const done = sets.filter(({ name }) => Object.keys(results[name] ?? {}).length > 0);
for (const set of done) {
  process.stdout.write(`${set.name}\n${comparison(results[set.name])}\n\n`);
  for (const [name, { failed }] of Object.entries(results[set.name]))
    if (failed) notes.push(`${set.name}, ${name}: not measured: ${failed}`);
}
const ours = done.filter(({ name }) => results[name].couplet && !results[name].couplet.failed);
if (ours.length > 0)
  process.stdout.write(`${densities(ours, ({ name }) => results[name].couplet)}\n\n`);
if (ours.some(({ name }) => name === "adult"))
  process.stdout.write(
    `Published quality on adult: ${publishedAdult.map(([name, score]) => `${name} ${score}`).join(", ")}\n\n`,
  );
for (const set of done)
  for (const { text, holds } of contracts(set, results[set.name]))
    process.stdout.write(`${holds ? "holds" : "FAILS"}  ${text}\n`);
for (const line of notes) process.stdout.write(`${line}\n`);
