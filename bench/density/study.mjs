/**
 * The depth study on power data, two shapes and digits, and its best cell beside the default flow of the same size on rows that neither
 * has seen.
 *
 *   npm run bench:study -- [power moons checkerboard digits power-default ...] [--minutes 10] [--threads 2] [--cell "16 x 4"]
 *
 * For each name a grid file of `couplet study` (bench/density/grids; those in `-default` have as many parameters as `neuralSpline()` and deeper cells), the study on nine tenths of the rows, then the best cell (or `--cell`) and
 * a `neuralSpline()` of 6 couplings, as wide as the budget allows, trained anew on those rows with the same steps, rates and seeds, and their difference on the last tenth, paired by row.
 * Prints the tables; writes bench/out/study-<data>.json and the page of each study.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  alternating,
  coupling,
  createModel,
  fit,
  flow,
  lu,
  mlp,
  neuralSpline,
  permutation,
  rationalQuadratic,
  repeat,
} from "couplet";
import { studyPage } from "couplet/report";
import { study } from "couplet/study";
import { rowsOfStudy } from "./rows.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: "string", default: "10" },
    threads: { type: "string", default: "2" },
    cell: { type: "string" },
  },
});
const names = positionals.length > 0 ? positionals : ["power", "moons", "checkerboard", "digits"];
mkdirSync(here("../out"), { recursive: true });

for (const name of names) {
  const grid = JSON.parse(readFileSync(here(`grids/${name}.json`), "utf8"));
  const { rows, dims } = rowsOfStudy(name);
  const cut = Math.round((0.9 * rows.length) / dims) * dims;
  const [seen, held] = [rows.subarray(0, cut), rows.subarray(cut)];
  const { couplings, depth, budget, ...rest } = grid;
  const usual = await presetOf(dims, budget);
  const result = await study(seen, {
    dims,
    ...rest,
    budget,
    grid: { couplings, depth },
    maxMinutes: Number(options.minutes),
    threads: Number(options.threads),
    onEvent: (event) => {
      if (event.type === "job")
        process.stderr.write(`\r${name}: ${event.done} of ${event.jobs} runs `);
    },
  });
  process.stderr.write("\n");
  console.log(`## ${name}\n\n${result.text}\n`);
  writeFileSync(
    here(`../out/study-${name}.html`),
    await studyPage(result, { name, command: "npm run bench:study" }),
  );
  const compares = options.cell ?? result.best[0];
  const best = result.cells.find((cell) => cell.name === compares && cell.width !== undefined);
  if (options.cell !== undefined && best === undefined)
    console.log(
      `Nothing was compared with the default: expected --cell of ${result.cells.flatMap(({ name, width }) => (width === undefined ? [] : [`"${name}"`])).join(", ")}, got "${options.cell}"\n`,
    );
  const compared =
    best === undefined ? undefined : await beside(best, usual, { seen, held, dims, result });
  if (best !== undefined && compared !== undefined) {
    const { cell, preset, difference, error, parameters } = compared;
    console.log(
      `On ${held.length / dims} further rows: cell ${best.name} ${cell.toFixed(3)}, neuralSpline() of 6 couplings (${parameters} parameters) ${preset.toFixed(3)}; ` +
        `cell - preset ${difference.toFixed(3)} +- ${error.toFixed(3)} nats (seeds and rows)\n`,
    );
  }
  writeFileSync(
    here(`../out/study-${name}.json`),
    JSON.stringify({ ...result, compared }, null, 1),
  );
}

/** `neuralSpline` of 6 couplings by residual networks of 2 blocks, as wide as the budget allows. */
async function presetOf(dims, budget) {
  const at = (width) => neuralSpline({ dims, couplings: 6, width });
  let width = 4;
  while ((await sizeOf(at(width + 2))) <= 1.05 * budget) width += 2;
  return at(width);
}

async function sizeOf(spec) {
  const model = await createModel(spec, { threads: 1 });
  const { length } = model.parameters;
  model.dispose();
  return length;
}

/** The cell's flow and the default's, each with its best rate by validation after a ninth of the epochs, and as many seeds. */
async function beside(best, usual, { seen, held, dims, result }) {
  const cellFlow = flow({
    dims,
    layers: repeat(best.couplings, (i) => [
      ...(dims === 1 ? [] : [permutation({ random: i + 1 }), lu()]),
      coupling({
        mask: alternating(i),
        transform: result.transform === "affine" ? undefined : rationalQuadratic({ bins: 8 }),
        conditioner: mlp({ width: best.width, depth: best.depth }),
      }),
    ]),
  });
  const scores = [];
  for (const spec of [cellFlow, usual]) {
    const rates = [];
    for (const learningRate of result.learningRates) {
      const model = await trained(
        spec,
        learningRate,
        0,
        Math.max(1, Math.round(result.epochs / 9)),
      );
      rates.push([model.training?.best.validationLoss ?? Infinity, learningRate]);
      model.dispose();
    }
    const [, learningRate] = rates.toSorted((a, b) => a[0] - b[0])[0];
    const runs = [];
    for (let seed = 0; seed < result.seeds; seed++) {
      const model = await trained(spec, learningRate, seed, result.epochs);
      runs.push(await model.logProb(held));
      model.dispose();
    }
    scores.push(runs);
  }
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const byRow = scores.map((runs) =>
    Array.from(runs[0], (_, r) => mean(runs.map((run) => run[r]))),
  );
  const differences = byRow[0].map((value, r) => value - byRow[1][r]);
  const variance = (list) => {
    const m = mean(list);
    return list.reduce((sum, value) => sum + (value - m) ** 2, 0) / (list.length - 1);
  };
  const luck = scores.reduce(
    (sum, runs) => sum + variance(runs.map((run) => mean([...run]))) / result.seeds,
    0,
  );
  return {
    cell: mean(byRow[0]),
    preset: mean(byRow[1]),
    difference: mean(differences),
    error: Math.sqrt(variance(differences) / differences.length + luck),
    parameters: await sizeOf(usual),
  };

  function trained(spec, learningRate, seed, epochs) {
    const cut = Math.round((0.88 * seen.length) / dims) * dims;
    return fit(spec, seen.subarray(0, cut), {
      validation: { rows: seen.subarray(cut) },
      batch: result.batch,
      epochs,
      learningRate,
      seed,
      threads: Number(options.threads),
    });
  }
}
