/**
 * The longest task on the caller's thread, milliseconds: how long a page or a server would not answer while it infers a schema, fits a
 * table, scores its rows or makes a report. By the clock, and by the processor time of that thread where Node counts it (a busy machine
 * only makes the first longer).
 *
 * node bench/longest-task.mjs [rows ...] [--profile]   --profile also says which functions the longest task of each call spent its time in
 */

import { readFile } from "node:fs/promises";
import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";
import { readTable } from "couplet/io";
import { tableReport } from "couplet/report";
import { fitTable, inferSchema } from "couplet/table";

const diamonds = fileURLToPath(new URL("../examples/data/diamonds.csv", import.meta.url));
const profiled = process.argv.includes("--profile");
const sizes = process.argv.slice(2).filter((word) => !word.startsWith("--"));

/** Functions that a profile lists. */
const LISTED = 12;

const threadTime = () => {
  if (process.threadCpuUsage === undefined) return NaN;
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** Turns of the event loop until `stop`, and the longest wait between two. */
function watchEventLoop() {
  let [last, lastBusy] = [performance.now(), threadTime()];
  let longest = { wall: 0, busy: NaN, at: last };
  let [turns, isOn] = [0, true];
  const note = () => {
    const [now, busy] = [performance.now(), threadTime()];
    if (now - last > longest.wall)
      longest = { wall: now - last, busy: busy - lastBusy, at: last };
    [last, lastBusy] = [now, busy];
    turns++;
    if (isOn) setImmediate(note);
  };
  setImmediate(note);
  return () => {
    note();
    isOn = false;
    return { ...longest, turns };
  };
}

/** Runs `work` and prints its time and its longest task. */
async function measured(what, work) {
  const session = profiled ? new Session() : undefined;
  session?.connect();
  await session?.post("Profiler.enable");
  await session?.post("Profiler.setSamplingInterval", { interval: 500 });
  await session?.post("Profiler.start");
  const start = performance.now();
  const stop = watchEventLoop();
  const result = await work();
  const { wall, busy, turns, at } = stop();
  const took = performance.now() - start;
  const figures = [wall, busy, took].map((ms) => ms.toFixed(0).padStart(8));
  console.log(`${what.padEnd(24)}${figures.join("")}${String(turns).padStart(10)}`);
  if (session !== undefined) {
    const { profile } = await session.post("Profiler.stop");
    session.disconnect();
    sayWhere(profile, at, wall);
  }
  return result;
}

/** Prints the functions, with what they call, in which the profile's samples of a stretch of time lie. */
function sayWhere({ nodes, samples, timeDeltas, startTime }, at, wall) {
  // The profile counts microseconds of the clock that performance.now() starts from.
  const origin = Number(process.hrtime.bigint()) / 1e3 - performance.now() * 1e3;
  const [from, to] = [origin + at * 1e3, origin + (at + wall) * 1e3];
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((id) => [id, node.id])));
  const inside = new Map();
  let time = startTime;
  samples.forEach((sample, i) => {
    time += timeDeltas[i];
    if (time < from || time > to) return;
    const seen = new Set();
    for (let id = sample; id !== undefined; id = parents.get(id)) {
      const { functionName, url, lineNumber } = byId.get(id).callFrame;
      if (url !== "" || id === sample)
        seen.add(`${functionName || "anonymous"} ${url.split("/").at(-1)}:${lineNumber + 1}`);
    }
    for (const name of seen) inside.set(name, (inside.get(name) ?? 0) + timeDeltas[i] / 1e3);
  });
  const longest = [...inside].sort((a, b) => b[1] - a[1]).slice(0, LISTED);
  for (const [name, ms] of longest) console.log(`    ${ms.toFixed(0).padStart(6)} ms  ${name}`);
}

/** The table with so many rows, its own over and over. */
function grown(table, rows) {
  const from = (values, Kind) =>
    Kind.from({ length: rows }, (_, i) => values[i % table.rows]);
  return {
    rows,
    columns: table.columns.map((column) => ({
      ...column,
      values: from(column.values, column.kind === "number" ? Float64Array : Array),
    })),
  };
}

const table = await readTable(await readFile(diamonds), { name: "diamonds.csv" });
for (const rows of sizes.length === 0 ? [table.rows, 100_000] : sizes.map(Number)) {
  const source = rows === table.rows ? table : grown(table, rows);
  console.log(`${rows} rows               longest  of CPU    took     turns`);
  await measured("inferSchema", async () => inferSchema(source));
  const model = await measured("fitTable, 1 epoch", () => fitTable(source, { epochs: 1 }));
  await measured("score", () => model.score(source));
  await measured("tableReport", () => tableReport(model, source));
  model.dispose();
}
