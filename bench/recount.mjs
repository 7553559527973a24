/**
 * Counts a kept result again by the contracts as they are now: `node bench/recount.mjs bench/results/FILE.json` writes its rows anew. The figures
 * stay what was measured; a contract of something that was not measured then has null.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { contractRows } from "./contracts.mjs";
import { imageRows } from "./image-contracts.mjs";
import { models } from "./models.mjs";

/** The rows of a result, from its figures. */
export function recounted({ figures, extra }) {
  const numbers = (name) =>
    [...new Set(figures.map((f) => f[name]).filter(Number.isFinite))].sort((a, b) => a - b);
  const there = models.filter((model) => figures.some((f) => f.model === model.name));
  const flows = new Set(there.filter((m) => m.shape === undefined).map((m) => m.name));
  const threads = numbers("threads");
  const sizes = [
    ...new Set(figures.filter((f) => f.rows && flows.has(f.model)).map((f) => f.rows)),
  ];
  const all = { models: there, threads, sizes, figures, extra, most: Math.max(...threads) };
  return { rows: contractRows(all), images: imageRows(all) };
}

const [file] = process.argv.slice(2);
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href && file !== undefined) {
  const { rows: _, images: __, ...result } = JSON.parse(readFileSync(file, "utf8"));
  const { rows, images } = recounted(result);
  const { machine, quick, ...rest } = result;
  writeFileSync(file, `${JSON.stringify({ machine, quick, rows, images, ...rest }, null, 2)}\n`);
  console.log(`${rows.filter((one) => one.holds).length} of ${rows.length} contracts hold`);
}
