/**
 * Whether longer training makes samples teach less: models of some rows of taxis with a few and with many epochs, five seeds each.
 *
 *   node bench/tables/longer-training.mjs [ROWS] [EPOCHS] [SEEDS]        1500 120,400 5 by default
 *
 * Each model draws as many samples as it got rows; trees that learn `payment` from them are judged on all other rows of the table, beside trees that
 * learnt it from the rows themselves. Prints a line a fit as it comes, then means with standard errors of the paired differences.
 */

import { fitTable, inferSchema, selectRows, trainOnSyntheticTestOnReal } from "couplet/table";

import { shuffledRows } from "../anomalies/random.mjs";
import { dataFolder, needData } from "../data-folder.mjs";
import { readCsv } from "./csv.mjs";

const [rows = "1500", epochsText = "120,400", seeds = "5"] = process.argv.slice(2);
const epochsList = epochsText.split(",").map(Number);
needData("tables");
const all = await readCsv(`${dataFolder}/tables/taxis.csv`);
const schema = inferSchema(all);

/** @type {Map<number, number[]>} accuracy by epochs, a number for each seed */
const found = new Map(epochsList.map((epochs) => [epochs, []]));
for (let seed = 0; seed < Number(seeds); seed++) {
  const order = shuffledRows(all.rows, seed);
  const train = selectRows(all, order.slice(0, Number(rows)));
  const test = selectRows(all, order.slice(Number(rows)));
  for (const epochs of epochsList) {
    let best = 0;
    const before = process.cpuUsage();
    const model = await fitTable(train, {
      seed,
      epochs,
      threads: 1,
      onEvent: (event) => {
        if (event.type === "epoch") best = event.best.epoch;
      },
    });
    const { user } = process.cpuUsage(before);
    const synthetic = await model.sample(train.rows, { seed: 1 });
    const nats = model.heldOut.flow.nats;
    model.dispose();
    const { trainOnSynthetic, trainOnReal, majority } = await trainOnSyntheticTestOnReal({
      train,
      synthetic,
      test,
      schema,
      label: "payment",
    });
    found.get(epochs)?.push(trainOnSynthetic);
    process.stdout.write(
      `seed ${seed}, ${epochs} epochs (best ${best}): accuracy ${trainOnSynthetic.toFixed(3)}, on rows ${trainOnReal.toFixed(3)}, knowing nothing ${majority.toFixed(3)}; held-out ${nats.toFixed(2)} nats (${(user / 1e6).toFixed(0)} s)\n`,
    );
  }
}

const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;
const [first = 0] = epochsList;
for (const [epochs, values] of found) {
  const differences = values.map((v, i) => v - (found.get(first)?.[i] ?? NaN));
  const gain = mean(differences);
  const error = Math.sqrt(
    mean(differences.map((d) => (d - gain) ** 2)) / Math.max(1, values.length - 1),
  );
  process.stdout.write(
    `${epochs} epochs: accuracy ${mean(values).toFixed(3)}, ${gain.toFixed(3)} +- ${error.toFixed(3)} more than with ${first}\n`,
  );
}
