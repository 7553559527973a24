/**
 * Is one checkout slower than another? Processes of the two take turns; each row has the median of the pairs' ratios and its 95 % interval.
 *
 *   npm run bench:compare -- OLD NEW [--pairs 20] [--only affine-8,first,diamonds] [--threads 2] [--seconds 0.4] [--epochs 2] [--json FILE]
 *
 * OLD and NEW are folders of built checkouts. The exit status is 1 when a row's interval lies above 1.03, in the processor's time or the
 * clock's. See bench/README.md.
 */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { builtFile } from "./compare/library.mjs";
import { medianInterval } from "./compare/median-interval.mjs";

const BEARABLE = 1.03;
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: "string", default: "20" },
    only: { type: "string" },
    threads: { type: "string", default: String(Math.min(2, os.availableParallelism())) },
    seconds: { type: "string", default: "0.4" },
    epochs: { type: "string", default: "2" },
    json: { type: "string" },
  },
});
const pairs = Number(options.pairs);
const [oldHome, newHome] = positionals.map((folder) => resolve(folder));
if (oldHome === undefined || newHome === undefined || !(pairs >= 1)) {
  process.stderr.write("bench/compare.mjs OLD NEW [--pairs 20] [--only affine-8,first,diamonds]\n");
  process.exit(2);
}

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(os.tmpdir(), "couplet-compare-"));

/**
 * Runs Node and returns the JSON that it writes: on standard output, or on the file descriptor 3.
 *
 * @param {string[]} args
 * @param {1 | 3} [channel]
 * @returns {Promise<any>}
 */
function node(args, channel = 1) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, {
      stdio: ["ignore", channel === 1 ? "pipe" : "ignore", "pipe", "pipe"],
    });
    let text = "";
    let errors = "";
    child.stdio[channel]?.on("data", (part) => (text += part));
    child.stderr?.on("data", (part) => (errors += part));
    child.on("close", (status) => {
      if (status === 0) done(JSON.parse(text));
      else fail(new Error(`node ${args.join(" ")}: status ${status}\n${errors}`));
    });
  });
}

/** @typedef {{ wall: number, cpu: number }} Times milliseconds */

/**
 * What can be asked of a checkout: each answers with the times of its rows.
 *
 * @type {{ name: string, measure: (checkout: string) => Promise<Record<string, Times>> }[]}
 */
const subjects = [
  ...["affine-8", "affine-64", "spline-8"].map((model) => {
    /** @type {Promise<Record<string, number>> | undefined} */
    let counts;
    const run = (/** @type {string} */ checkout, /** @type {object} */ more) =>
      node([
        here("compare/one-model.mjs"),
        checkout,
        JSON.stringify({ model, threads: Number(options.threads), ...more }),
      ]);
    return {
      name: model,
      measure: async (/** @type {string} */ checkout) => {
        // As many steps and calls in both checkouts as fill the time in the older one.
        counts ??= run(oldHome, { seconds: Number(options.seconds) }).then((found) =>
          Object.fromEntries(Object.entries(found).map(([what, { count }]) => [what, count])),
        );
        const { train, logProb, sample } = await run(checkout, { counts: await counts });
        return {
          [`${model}, training step`]: train,
          [`${model}, logProb of 512 rows`]: logProb,
          [`${model}, sample of 512 rows`]: sample,
        };
      },
    };
  }),
  {
    name: "first",
    measure: async (checkout) => ({
      "import and first logProb": await node([here("compare/first-log-prob.mjs"), checkout]),
    }),
  },
  {
    name: "diamonds",
    measure: async (checkout) => ({
      [`fit of the diamonds, ${options.epochs} epochs`]: await node(
        [
          `--import=${here("compare/report-times.mjs")}`,
          builtFile(checkout, "cli", (manifest) => manifest.bin.couplet),
          "fit",
          here("../examples/data/diamonds.csv"),
          ...(options.epochs === "default" ? [] : [`--epochs=${options.epochs}`]),
          `--threads=${options.threads}`,
          `--output=${join(folder, "diamonds.couplet")}`,
          "--force",
        ],
        3,
      ),
    }),
  },
];

/** @type {Map<string, { old: Times[], new: Times[] }>} */
const rows = new Map();
const wanted = options.only?.split(",");
for (const name of wanted ?? [])
  if (!subjects.some((s) => s.name === name)) {
    process.stderr.write(
      `bench: --only: expected one of ${subjects.map((s) => s.name).join(", ")}, got ${name}\n`,
    );
    process.exit(2);
  }
try {
  for (const subject of subjects.filter((s) => wanted?.includes(s.name) ?? true)) {
    for (let pair = 0; pair < pairs; pair++) {
      process.stderr.write(`${subject.name}: pair ${pair + 1} of ${pairs}\n`);
      // Who goes first takes turns too: a machine that slows down meets both.
      for (const side of pair % 2 === 0
        ? /** @type {const} */ (["old", "new"])
        : /** @type {const} */ (["new", "old"])) {
        const found = await subject.measure(side === "old" ? oldHome : newHome);
        for (const [title, times] of Object.entries(found)) {
          const row = rows.get(title) ?? { old: [], new: [] };
          row[side].push(times);
          rows.set(title, row);
        }
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const report = [...rows].map(([title, { old, new: now }]) => {
  const of = (/** @type {"wall" | "cpu"} */ clock) => ({
    old: medianInterval(old.map((t) => t[clock])).median,
    new: medianInterval(now.map((t) => t[clock])).median,
    ratio: medianInterval(now.map((t, i) => t[clock] / (old[i]?.[clock] ?? NaN))),
  });
  const [cpu, wall] = [of("cpu"), of("wall")];
  return { title, cpu, wall, slower: [cpu, wall].some((c) => !(c.ratio.low < BEARABLE)) };
});
const number = (/** @type {number} */ x) => (x >= 100 ? x.toFixed(0) : x.toPrecision(3));
const cell = (/** @type {typeof report[number]["cpu"]} */ c) =>
  `${number(c.old)} | ${number(c.new)} | ${c.ratio.median.toFixed(3)} [${c.ratio.low.toFixed(3)}, ${c.ratio.high.toFixed(3)}]`;
console.log(
  `Medians of ${pairs} pairs, ms; ratio new / old with its 95 % interval; load ${os.loadavg()[0]?.toFixed(1)}`,
);
console.log("| row | processor, old | new | ratio | clock, old | new | ratio | |");
console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
for (const { title, cpu, wall, slower } of report)
  console.log(`| ${title} | ${cell(cpu)} | ${cell(wall)} | ${slower ? "slower" : ""} |`);
if (options.json !== undefined) {
  const raw = Object.fromEntries(rows);
  writeFileSync(options.json, `${JSON.stringify({ pairs, report, raw }, null, 1)}\n`);
}
process.exitCode = report.some((row) => row.slower) ? 1 : 0;
