/**
 * Which epoch the rule for wild rows chooses on clean tables (each held-out row's change clipped a spread beyond its
 * 1st and 99th percentile), beside the epoch of the least mean held-out loss:
 *
 *   node bench/epoch-choice.mjs [rows] [epochs]
 *
 * The first 1,500 rows of each table by default, 25 epochs, no early stopping. Measured with 80 epochs: the same epoch in all of
 * five tables.
 */

import { readFileSync } from "node:fs";

import { fitTable, tableFromObjects } from "couplet/table";

import { dataFolder, needData } from "./data-folder.mjs";

const [rows = 1500, epochs = 25] = process.argv.slice(2).map(Number);
needData("tables");

for (const name of ["penguins", "concrete", "california-housing", "telco-churn", "taxis"]) {
  // None of these files has a quote in it.
  const [header, ...lines] = readFileSync(`${dataFolder}/tables/${name}.csv`, "utf8")
    .trim()
    .split(/\r?\n/);
  const names = header.split(",");
  const table = tableFromObjects(
    lines.slice(0, rows).map((line) => {
      const cells = line.split(",");
      return Object.fromEntries(names.map((column, j) => [column, cells[j]]));
    }),
  );
  const losses = [];
  let chosen;
  const model = await fitTable(table, {
    epochs,
    patience: epochs,
    seed: 1,
    threads: 1,
    onEvent(event) {
      if (event.type === "epoch") losses.push(event.validationLoss);
      if (event.type === "end") chosen = event.best;
    },
  });
  model.dispose();
  const least = losses.indexOf(Math.min(...losses)) + 1;
  const apart = losses[chosen.epoch - 1] - Math.min(...losses);
  process.stdout.write(
    `${name}: ${table.rows} rows, epoch ${chosen.epoch} of ${epochs} chosen, the least mean loss is that of epoch ${least}; ${apart.toFixed(4)} nats apart\n`,
  );
}
