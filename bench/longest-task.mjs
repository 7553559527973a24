/**
 * The longest task on the caller's thread, milliseconds: how long a page or a server would not answer while it infers a schema, fits a
 * table, scores its rows or makes a report; and how many tasks take more than 50 ms. By the clock, and by the time that the thread
 * computed (Linux tells), which a busy machine does not lengthen.
 *
 * node bench/longest-task.mjs [rows ...] [--profile] [--over ms]   --profile also says in which function each task that computed
 * more than 50 ms (or `--over`) spends most of its time
 */

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Session } from "node:inspector/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readTable } from "couplet/io";
import { tableReport } from "couplet/report";
import { fitTable, inferSchemaAsync } from "couplet/table";

const diamonds = fileURLToPath(new URL("../examples/data/diamonds.csv", import.meta.url));
const { values: flags, positionals: sizes } = parseArgs({
  allowPositionals: true,
  options: { profile: { type: "boolean" }, over: { type: "string", default: "50" } },
});
const profiled = flags.profile === true;

/** Tasks that a profile lists, the longest first. */
const LISTED = 25;

/** A task is most of all in the innermost function that has this share of its time. */
const MOST_OF_TASK = 0.6;

/** Calls that a line of the profile names. */
const DEEP = 5;

/** Milliseconds of a task that a page feels. */
const FELT = Number(flags.over);

/** Milliseconds that this thread has computed; of the clock where no kernel tells. */
function computedMs() {
  try {
    return Number(readFileSync("/proc/thread-self/schedstat", "latin1").split(" ")[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

/** The tasks between turns of the event loop until the answer is called. */
function watchEventLoop() {
  const long = [];
  let last = performance.now();
  let computedLast = computedMs();
  let [longest, mostComputed, isOn] = [0, 0, true];
  const note = () => {
    const now = performance.now();
    const computed = computedMs();
    longest = Math.max(longest, now - last);
    mostComputed = Math.max(mostComputed, computed - computedLast);
    if (computed - computedLast > FELT) long.push([last, now]);
    [last, computedLast] = [now, computed];
    // A timer, for without a pause between its turns the watch itself would take the processor from the threads of the fit.
    if (isOn) setTimeout(note, 1);
  };
  setTimeout(note, 1);
  return () => {
    note();
    isOn = false;
    return { longest, mostComputed, long };
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
  const { longest, mostComputed, long } = stop();
  const took = performance.now() - start;
  const figures = [longest, mostComputed, long.length, took].map((n) => n.toFixed(0).padStart(12));
  console.log(`${what.padEnd(24)}${figures.join("")}`);
  if (session !== undefined) {
    const { profile } = await session.post("Profiler.stop");
    session.disconnect();
    sayWhere(profile, long);
  }
  return result;
}

/**
 * Prints for each stretch of time, the longest first, how the functions were called in which most of a profile's samples of it lie.
 *
 * @param {import("node:inspector").Profiler.Profile} profile
 * @param {readonly (readonly [number, number])[]} stretches
 */
function sayWhere({ nodes, samples = [], timeDeltas = [], startTime }, stretches) {
  // The profile counts microseconds of the clock that performance.now() starts from.
  const origin = Number(process.hrtime.bigint()) / 1e3 - performance.now() * 1e3;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((c) => [c, id])));
  const sorted = stretches.toSorted((a, b) => b[1] - b[0] - (a[1] - a[0])).slice(0, LISTED);
  for (const [from, to] of sorted) {
    const inside = new Map();
    let [time, total] = [startTime, 0];
    for (const [i, sample] of samples.entries()) {
      const delta = timeDeltas[i] ?? 0;
      time += delta;
      if (time < origin + from * 1e3 || time > origin + to * 1e3) continue;
      total += delta;
      /** @type {number | undefined} */
      let id = sample;
      for (; id !== undefined; id = parents.get(id)) inside.set(id, (inside.get(id) ?? 0) + delta);
    }
    const path = [...inside]
      .filter(([, share]) => share > MOST_OF_TASK * total)
      .toSorted((a, b) => a[0] - b[0])
      .flatMap(([id]) => byId.get(id)?.callFrame ?? [])
      .filter(({ url }) => url !== "")
      .map(({ functionName, lineNumber }) => `${functionName || "anonymous"}:${lineNumber + 1}`);
    console.log(`    ${(to - from).toFixed(0).padStart(6)} ms  ${path.slice(-DEEP).join(" > ")}`);
  }
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
    `${String(rows).padEnd(24)}${["longest ms", "computed ms", `over ${FELT} ms`, "took ms"].map((w) => w.padStart(12)).join("")}`,
  );
  await measured("inferSchemaAsync", () => inferSchemaAsync(source));
  const model = await measured("fitTable, 1 epoch", () => fitTable(source, { epochs: 1 }));
  await measured("score", () => model.score(source));
  await measured("tableReport", () => tableReport(model, source));
  model.dispose();
}
