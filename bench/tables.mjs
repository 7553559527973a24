/**
 * How good models of real tables are, with defaults and no options:
 *
 *   npm run bench:tables -- [--only penguins,adult] [--no-sdmetrics]
 *
 * Prints one table and the contracts, writes bench/out/tables.json. See bench/README.md for what each figure is.
 */

import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

import { dataFolder, needData } from "./data-folder.mjs";
import { formatTable } from "./table.mjs";
import { publishedAdult, tables } from "./tables/sets.mjs";

const run = promisify(execFile);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    "no-sdmetrics": { type: "boolean", default: false },
  },
});
const wanted = options.only?.split(",").map((name) => name.trim());
const chosen = tables.filter(({ name }) => wanted === undefined || wanted.includes(name));
if (chosen.length === 0) {
  process.stderr.write(
    `bench: --only: expected some of ${tables.map((t) => t.name).join(", ")}, got ${options.only}\n`,
  );
  process.exit(2);
}
needData("tables");

const python = here(".venv/bin/python");
const notes = [];

/** SDMetrics on the same rows, where it is installed. */
async function sdmetrics(folder) {
  if (options["no-sdmetrics"]) return undefined;
  if (!existsSync(python)) {
    notes.push("SDMetrics: left out: not installed (bench/setup)");
    return undefined;
  }
  try {
    const { stdout } = await run(python, [
      "-W",
      "ignore",
      here("tables/sdmetrics_peer.py"),
      folder,
    ]);
    return JSON.parse(stdout.trim().split("\n").at(-1));
  } catch (error) {
    notes.push(
      `SDMetrics: left out: ${String(error.stderr ?? error.message)
        .trim()
        .split("\n")
        .at(-1)}`,
    );
    return undefined;
  }
}

const results = [];
for (const { name, label, beatsCopula } of chosen) {
  process.stderr.write(`${name} ...\n`);
  const folder = mkdtempSync(join(os.tmpdir(), "couplet-tables-"));
  try {
    const { stdout } = await run(
      process.execPath,
      [here("tables/one-table.mjs"), join(dataFolder, "tables", `${name}.csv`), label, folder],
      { maxBuffer: 64 * 2 ** 20 },
    );
    results.push({ name, beatsCopula, ...JSON.parse(stdout), sdmetrics: await sdmetrics(folder) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const peer = (scores) =>
  scores === undefined ? "-" : `${scores.shapes.toFixed(3)}, ${scores.trends?.toFixed(3) ?? "-"}`;
const bits = (nats) => -nats / Math.LN2;
const baseline = (result, name) => result.heldOut.baselines.find((b) => b.name === name);
/**
 * @param {string} name
 * @returns {[string, (r: any) => string]}
 */
const baselineLine = (name) => [
  `  ${name}: bits, how many more (+- s.e., paired)`,
  (r) => {
    const { nats, advantage, advantageError } = baseline(r, name);
    return `${bits(nats).toFixed(2)}, ${(advantage / Math.LN2).toFixed(2)} +- ${(advantageError / Math.LN2).toFixed(2)}`;
  },
];
/** @type {[string, (r: any) => string][]} */
const lines = [
  ["rows / columns / dimensions", (r) => `${r.rows} / ${r.columns} / ${r.dims}`],
  [
    "held-out bits per row (+- 1 s.e.)",
    ({ heldOut: { flow } }) =>
      `${bits(flow.nats).toFixed(2)} +- ${(flow.standardError / Math.LN2).toFixed(2)}`,
  ],
  ...["independent marginals", "Gaussian", "Gaussian copula"].map(baselineLine),
  ["column shapes", (r) => r.quality.shapes.toFixed(3)],
  ["pair trends", (r) => r.quality.trends.toFixed(3)],
  ["quality (mean of both)", (r) => r.quality.score.toFixed(3)],
  ["  held-out rows in the samples' place", (r) => r.heldOutQuality.score.toFixed(3)],
  ["  SDMetrics' metrics, same samples: shapes, trends", (r) => peer(r.sdmetrics)],
  ["  SDMetrics' report (weak pairs left out)", (r) => peer(r.sdmetrics?.report)],
  [
    "accuracy: trained on samples / on real rows",
    ({ utility: u }) => `${u.trainOnSynthetic.toFixed(3)} / ${u.trainOnReal.toFixed(3)}`,
  ],
  [
    "  knowing nothing / one s.e.",
    ({ utility: u }) => `${u.majority.toFixed(3)} / ${u.standardError.toFixed(3)}`,
  ],
  [
    "two-sample AUC (0.5 is alike) [95 %]",
    ({ twoSample: t }) => `${t.auc.toFixed(3)} [${t.interval.map((x) => x.toFixed(2)).join(", ")}]`,
  ],
  [
    "nearest training row: samples / held-out",
    ({ nearest: n }) => `${n.sampleMedian.toFixed(4)} / ${n.heldOutMedian.toFixed(4)}`,
  ],
  [
    "exact copies: samples / held-out",
    ({ nearest: n }) =>
      `${(100 * n.sampleCopies).toFixed(1)} / ${(100 * n.heldOutCopies).toFixed(1)} %`,
  ],
  ["fit, s (epochs, best)", (r) => `${r.seconds.fit.toFixed(0)} (${r.epochs}, ${r.best})`],
  ["  processor, s on all cores", (r) => r.processorSeconds.fit.toFixed(0)],
  [
    "sample / score, thousand rows per s",
    (r) =>
      `${(r.sampledRows / r.seconds.sample / 1e3).toFixed(1)} / ${(r.scoredRows / r.seconds.score / 1e3).toFixed(1)}`,
  ],
  ["peak memory, MB", (r) => (r.peakBytes / 1e6).toFixed(0)],
];
const body = lines.map(([title, cell]) => [title, ...results.map(cell)]);
const contracts = results.flatMap((r) => {
  const row = (contract, name) => {
    const { advantage, advantageError } = baseline(r, name);
    return {
      contract,
      bits: advantage / Math.LN2,
      error: advantageError / Math.LN2,
      holds: advantage > 0,
    };
  };
  return [
    row(`must: ${r.name} beats independent marginals`, "independent marginals"),
    ...(r.beatsCopula ? [row(`must: ${r.name} beats a Gaussian copula`, "Gaussian copula")] : []),
    ...(r.name === "adult"
      ? [
          {
            contract: "aim: quality on adult",
            score: r.quality.score,
            bar: 0.95,
            holds: r.quality.score >= 0.95,
          },
        ]
      : []),
  ];
});
const machine = {
  cpu: os.cpus()[0]?.model.trim(),
  cores: os.availableParallelism(),
  memoryBytes: os.totalmem(),
  node: process.version,
  load: os.loadavg().map((x) => Number(x.toFixed(2))),
  date: new Date().toISOString(),
};
mkdirSync(here("out"), { recursive: true });
writeFileSync(
  here("out/tables.json"),
  `${JSON.stringify({ machine, results, contracts, publishedAdult, notes }, null, 2)}\n`,
);
process.stdout.write(`${formatTable(["", ...results.map((r) => r.name)], body)}\n\n`);
if (results.some((r) => r.name === "adult"))
  process.stdout.write(
    `Published quality on adult: ${publishedAdult.map(([name, score]) => `${name} ${score}`).join(", ")}\n\n`,
  );
for (const c of contracts)
  process.stdout.write(
    `${c.holds ? "holds" : "FAILS"}  ${c.contract}: ${c.bits === undefined ? `${c.score.toFixed(3)} of ${c.bar}` : `${c.bits.toFixed(2)} +- ${c.error.toFixed(2)} bits`}\n`,
  );
for (const line of notes) process.stdout.write(`${line}\n`);
