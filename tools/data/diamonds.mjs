// Writes examples/data/diamonds.csv: every tenth row of the diamonds table of ggplot2 (MIT), as it
// comes with the package @observablehq/sample-datasets. The offset is chosen so that the best-known
// measuring error of that table (a diamond 58.9 mm wide) is among the rows: `couplet score` finds it.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "../..");
const source = path.join(root, "node_modules/@observablehq/sample-datasets/diamonds.csv");
const target = path.join(root, "examples/data/diamonds.csv");

const every = 10;
const offset = 7;
const [header, ...rows] = readFileSync(source, "utf8").trimEnd().split("\n");
const kept = rows.filter((_, index) => index % every === offset);
const text = `${[header, ...kept].join("\n")}\n`;

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error(
      "examples/data/diamonds.csv: expected what tools/data/diamonds.mjs writes, got another file.",
    );
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
console.log(`examples/data/diamonds.csv: ${kept.length} rows`);
