/**
 * The longest task on the caller's thread, milliseconds: how long a page or a server would not answer while it infers a schema, fits a
 * table, scores its rows or makes a report; and how many tasks take more than 50 ms. By the clock: a busy machine makes them longer.
 *
 * node bench/longest-task.mjs [rows ...] [--profile]   --profile also says which functions the tasks of more than 50 ms spend their time in
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
const LISTED = 25;

/** Milliseconds of a task that a page feels. */
const FELT = 50;

/** The waits between turns of the event loop until the answer is called. */
function watchEventLoop() {
  const long = [];
  let last = performance.now();
  let [longest, turns, isOn] = [0, 0, true];
  const note = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    if (now - last > FELT) long.push([last, now]);
    last = now;
    turns++;
    if (isOn) setImmediate(note);
  };
  setImmediate(note);
  return () => {
    note();
    isOn = false;
    return { longest, long, turns };
  };
}

/** Runs `work` and prints its time and its longest task. */
async function measured(what, work) {
  const session = profiled ? new Session() : undefined;
  session?.connect();
  await session?.post("Profiler.enable");
  await session?.post("Profiler.start");
  const start = performance.now();
  const stop = watchEventLoop();
  const result = await work();
  const { longest, long, turns } = stop();
  const took = performance.now() - start;
  const figures = [longest, long.length, took, turns].map((n) => n.toFixed(0).padStart(12));
  console.log(`${what.padEnd(24)}${figures.join("")}`);
  if (session !== undefined) {
    const { profile } = await session.post("Profiler.stop");
    session.disconnect();
    sayWhere(profile, long);
  }
  return result;
}

/**
 * Prints the functions, with what they call, in which the samples of a profile that lie in some stretches of time were taken.
 *
 * @param {import("node:inspector").Profiler.Profile} profile
 * @param {readonly (readonly [number, number])[]} stretches
 */
function sayWhere({ nodes, samples = [], timeDeltas = [], startTime }, stretches) {
  // The profile counts microseconds of the clock that performance.now() starts from.
  const origin = Number(process.hrtime.bigint()) / 1e3 - performance.now() * 1e3;
  const within = (time) =>
    stretches.some(([from, to]) => time >= origin + from * 1e3 && time <= origin + to * 1e3);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((c) => [c, id])));
  const inside = new Map();
  let time = startTime;
  for (const [i, sample] of samples.entries()) {
    const delta = timeDeltas[i] ?? 0;
    time += delta;
    if (!within(time)) continue;
    const seen = new Set();
    /** @type {number | undefined} */
    let id = sample;
    for (; id !== undefined; id = parents.get(id)) {
      const frame = byId.get(id)?.callFrame;
      if (frame === undefined) break;
      const { functionName, url, lineNumber } = frame;
      if (url !== "" || id === sample)
        seen.add(`${functionName || "anonymous"} ${url.split("/").at(-1)}:${lineNumber + 1}`);
    }
    for (const name of seen) inside.set(name, (inside.get(name) ?? 0) + delta / 1e3);
  }
  const longest = [...inside].sort((a, b) => b[1] - a[1]).slice(0, LISTED);
  for (const [name, ms] of longest) console.log(`    ${ms.toFixed(0).padStart(6)} ms  ${name}`);
}

/** The table with so many rows, its own over and over. */
function grown(table, rows) {
  const from = (values, Kind) => Kind.from({ length: rows }, (_, i) => values[i % table.rows]);
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
  console.log(
    `${String(rows).padEnd(24)}${["longest ms", "over 50 ms", "took ms", "turns"].map((w) => w.padStart(12)).join("")}`,
  );
  await measured("inferSchema", async () => inferSchema(source));
  const model = await measured("fitTable, 1 epoch", () => fitTable(source, { epochs: 1 }));
  await measured("score", () => model.score(source));
  await measured("tableReport", () => tableReport(model, source));
  model.dispose();
}
