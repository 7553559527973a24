/**
 * `neuralSpline()` of 6 wide couplings beside itself with more of them and networks as much narrower as keeps its number of parameters: 12 are the default.
 *
 *   node bench/density/more-couplings.mjs [power moons checkerboard digits] [--couplings 12,16] [--seeds 2] [--threads 1]
 *
 * Rows, epochs and batches of the studies at the default's size (grids/*-default.json); 80 % of the rows train at a rate of 0.003, 8 % choose the
 * epoch. Prints mean log-density of the others and, paired by row, the difference from the 6 couplings of the same seed, in nats.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createModel, fit, neuralSpline } from "couplet";
import { rowsOfStudy } from "./rows.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    couplings: { type: "string", default: "12,16" },
    seeds: { type: "string", default: "2" },
    threads: { type: "string", default: "1" },
  },
});
const threads = Number(options.threads);
const names = positionals.length > 0 ? positionals : ["power", "moons", "checkerboard", "digits"];
for (const name of names) {
  const grid = new URL(`grids/${name}-default.json`, import.meta.url);
  const { epochs, batch } = JSON.parse(readFileSync(fileURLToPath(grid), "utf8"));
  const { rows, dims } = rowsOfStudy(`${name}-default`);
  const at = (share) => Math.round((share * rows.length) / dims) * dims;
  const [train, validation, held] = [
    rows.subarray(0, at(0.8)),
    rows.subarray(at(0.8), at(0.88)),
    rows.subarray(at(0.88)),
  ];
  const usual = neuralSpline({ dims, couplings: 6 });
  const budget = await sizeOf(usual);
  const specs = [{ label: "6 couplings", spec: usual }];
  for (const couplings of options.couplings.split(",").map(Number)) {
    if (couplings === 12) {
      specs.push({ label: "12 couplings, the default", spec: neuralSpline({ dims }) });
      continue;
    }
    let width = 8;
    const wide = (w) => neuralSpline({ dims, couplings, width: w });
    while ((await sizeOf(wide(width + 2))) <= 1.03 * budget) width += 2;
    specs.push({ label: `${couplings} couplings of width ${width}`, spec: wide(width) });
  }
  for (let seed = 0; seed < Number(options.seeds); seed++) {
    let usualScores;
    for (const { label, spec } of specs) {
      const began = performance.now();
      const model = await fit(spec, train, {
        validation: { rows: validation },
        batch,
        epochs,
        learningRate: 0.003,
        seed,
        threads,
      });
      const seconds = (performance.now() - began) / 1000;
      const scores = await model.logProb(held);
      usualScores ??= scores;
      const { mean, error } = meanOf(scores.map((value, r) => value - usualScores[r]));
      console.log(
        `${name.padEnd(13)} ${label.padEnd(26)} seed ${seed}  ${model.parameterCount} parameters  ${meanOf(scores).mean.toFixed(3)}  less 6 ${mean.toFixed(3)} +- ${error.toFixed(3)}  ${seconds.toFixed(0)} s`,
      );
      model.dispose();
    }
  }
}

async function sizeOf(spec) {
  const model = await createModel(spec, { threads: 1 });
  const { parameterCount } = model;
  model.dispose();
  return parameterCount;
}

/** A mean with its standard error. */
function meanOf(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}
