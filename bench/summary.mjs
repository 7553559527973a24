/**
 * A result as the tables of the README, in Markdown: `node bench/summary.mjs [bench/results/DATE.json]`.
 *
 * Figures are those of the most threads; rows that do not hold are listed for all.
 */

import { readFileSync } from "node:fs";

import { formatNumber } from "./table.mjs";

const path = process.argv[2] ?? new URL("out/latest.json", import.meta.url);
const { machine, rows, figures } = JSON.parse(readFileSync(path, "utf8"));
const models = [...new Set(figures.map((f) => f.model))];
const most = Math.max(...figures.map((f) => f.threads));

const plain = figures.filter((f) => f.label === undefined);
const ours = (name, model, what, size) =>
  plain.find(
    (f) =>
      f.name === name &&
      f.model === model &&
      f.threads === most &&
      f.what === what &&
      f.rows === size,
  );
/** Groups of participants that are peers; "aim" was the group of flowjax in older results. */
const PEERS = ["torch", "jax", "js", "aim"];

/** The fastest peer of the contracts, with as many threads as it likes. */
const fastest = (groups, model, what, size) =>
  plain
    .filter(
      (f) => groups.includes(f.group) && f.model === model && f.what === what && f.rows === size,
    )
    .sort((a, b) => a.seconds - b.seconds)[0];
const times = (slow, fast) => (slow && fast ? formatNumber(slow.seconds / fast.seconds) : "-");
const ms = (f) => (f ? formatNumber(f.seconds * 1e3) : "-");
const rate = (f) => (f ? formatNumber(f.rows / f.seconds / 1e3) : "-");
const table = (header, body) =>
  [header, header.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const training = models.map((model) => {
  const mine = ours("couplet", model, "train");
  const peer = fastest(PEERS, model, "train");
  const floor = ours("GEMM floor", model, "train");
  return [
    model,
    ms(mine),
    ms(ours("couplet-wasm", model, "train")),
    `${ms(peer)} (${peer?.name ?? "none"})`,
    times(peer, mine),
    ms(fastest(["jax", "aim"], model, "train")),
    floor && mine ? `${((100 * floor.seconds) / mine.seconds).toFixed(0)} %` : "-",
  ];
});
const sizes = [...new Set(plain.filter((f) => f.rows).map((f) => f.rows))];
const inference = models.map((model) => [
  model,
  ...["logProb", "sample"].flatMap((what) =>
    sizes.map((size) => {
      const mine = ours("couplet", model, what, size);
      const peer = fastest(PEERS, model, what, size);
      return `${rate(mine)} (${times(peer, mine)} x ${peer?.name ?? "none"})`;
    }),
  ),
]);
const failing = rows.filter((r) => !r.holds);

process.stdout
  .write(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.blas}, ${machine.date.slice(0, 10)}; ${most} threads.

Milliseconds per training step:

${table(["model", "couplet", "WebAssembly alone", "fastest peer", "times faster", "flowjax", "share of GEMM floor"], training)}

Thousands of rows per second (times the fastest peer):

${table(["model", ...["logProb", "sample"].flatMap((what) => sizes.map((size) => `${what}, calls of ${size}`))], inference)}

${rows.length - failing.length} of ${rows.length} contracts hold. Those that do not:

${table(
  ["contract", "ours", "peer", "ratio", "bar"],
  failing.map((r) => [
    r.contract,
    formatNumber(r.ours),
    formatNumber(r.peer),
    r.ratio === null ? "not measured" : formatNumber(r.ratio),
    formatNumber(r.bar),
  ]),
)}
`);
