/**
 * Training from an energy on targets with known answers: mean absolute error of log Z over trained seeds x 20 estimates of 2,000
 * draws, how often 1.96 standard errors cover the truth, effective sample sizes from both sides, and time.
 *
 *   npm run bench:energy -- [--only double-well,funnel] [--seeds 5] [--threads 2] [--scale 1]
 *
 * `--scale` multiplies the steps. Prints one table, writes bench/out/energy.json. `--peer` times a step of reverse KL on many-well
 * 32-D beside normflows (a Python with normflows and torch: bench/setup).
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { affine, alternating, coupling, flow, mlp, neuralSpline, repeat } from "couplet";
import {
  assess,
  energyTarget,
  fitEnergy,
  funnel,
  gaussianMixture40,
  hamiltonianChains,
  latticeField,
  manyWell,
} from "couplet/energy";
import { formatTable } from "./table.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    seeds: { type: "string", default: "5" },
    threads: { type: "string", default: "2" },
    scale: { type: "string", default: "1" },
    peer: { type: "boolean", default: false },
    python: { type: "string", default: "python3" },
  },
});

const ESTIMATES = 20;
const DRAWS = 2000;

/** Sizes and steps, found on seed 100; the seeds of the table are others. */
const cases = {
  "double-well": {
    target: manyWell(1),
    spec: neuralSpline({ dims: 2, width: 32, couplings: 6 }),
    fit: { steps: 4000, batch: 512, temperature: { start: 4, by: "resampling" } },
  },
  "many-well-8": {
    target: manyWell(4),
    spec: neuralSpline({ dims: 8, width: 48, couplings: 6 }),
    fit: { steps: 6000, batch: 512, temperature: { start: 4, by: "resampling" } },
  },
  "many-well-32": {
    target: manyWell(16),
    spec: neuralSpline({ dims: 32, width: 64, couplings: 8 }),
    fit: { steps: 8000, batch: 512, temperature: { start: 4, by: "annealing" } },
  },
  funnel: {
    target: funnel(),
    // Its width runs over four orders of magnitude: beyond any box of a spline.
    spec: flow({
      dims: 10,
      layers: repeat(4, (i) =>
        coupling({
          mask: alternating(i),
          transform: affine({ clamp: 8 }),
          conditioner: mlp({ width: 64, activation: "silu" }),
        }),
      ),
    }),
    fit: { steps: 6000, batch: 512 },
  },
  "gmm-40": {
    target: gaussianMixture40(),
    spec: neuralSpline({ dims: 2, width: 96, couplings: 10, bins: 16 }),
    fit: { steps: 10_000, batch: 512, temperature: { start: 100, by: "annealing" } },
  },
  lattice: {
    target: latticeField(),
    spec: neuralSpline({ dims: 64, width: 96, couplings: 8 }),
    fit: { steps: 6000, batch: 256 },
  },
};

const wanted = options.only?.split(",").map((name) => name.trim()) ?? Object.keys(cases);
const seeds = Number(options.seeds);
const scale = Number(options.scale);
const threads = Number(options.threads);
const unknown = wanted.find((name) => !Object.hasOwn(cases, name));
if (unknown !== undefined || !(Number.isInteger(seeds) && seeds > 0) || !(scale > 0)) {
  process.stderr.write(
    `bench: expected --only of ${Object.keys(cases).join(", ")}, --seeds from 1 up, --scale above 0\n`,
  );
  process.exit(2);
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Action density <u> / sites by long Hamiltonian chains from hot starts: what the lattice's model is held against. */
async function chainMean({ energy, dims }) {
  const start = Array.from({ length: 64 }, (_, c) =>
    Array.from({ length: dims }, (_, j) => 0.5 * Math.sin(1 + 37 * c + 11 * j)),
  );
  const states = [];
  await hamiltonianChains(energyTarget(energy, dims), start, {
    moves: 600,
    adapt: 200,
    scale: 0.3,
    onMove: (rows, move) => {
      if (move >= 200 && move % 10 === 0) states.push(rows);
    },
  });
  const means = [];
  for (const rows of states) {
    const { u } = await energy(rows, { count: rows.length / dims, dims, context: undefined });
    means.push(mean(Array.from(u)) / dims);
  }
  return mean(means);
}

const rows = [];
const results = [];
for (const name of wanted) {
  const { target, spec, fit } = cases[name];
  const perSeed = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const started = performance.now();
    const model = await fitEnergy(spec, target.energy, {
      ...fit,
      steps: Math.max(1, Math.round(scale * fit.steps)),
      units: target.units,
      seed,
      threads,
    });
    const seconds = (performance.now() - started) / 1000;
    const truth = target.sample?.(DRAWS, 1000 + seed);
    const first = await assess(model, target.energy, {
      rows: DRAWS,
      seed: 500,
      ...(truth === undefined ? {} : { target: truth }),
    });
    const estimates = [];
    for (let e = 0; e < ESTIMATES; e++) {
      const { logZ, logZError } = await assess(model, target.energy, {
        rows: DRAWS,
        seed: 501 + e,
        heat: 1,
      });
      estimates.push({ logZ, logZError });
    }
    let observable;
    if (target.logZ === undefined) {
      const { logWeights } = first;
      const drawn = await model.sample(DRAWS, { seed: 500 });
      const { u } = await target.energy(Float64Array.from(drawn), {
        count: DRAWS,
        dims: target.dims,
        context: undefined,
      });
      const most = Math.max(...logWeights);
      const w = logWeights.map((l) => Math.exp(l - most));
      // `sample` and `assess` draw the same rows from the same seed.
      observable = u.reduce((sum, v, i) => sum + v * w[i], 0) / mean(w) / DRAWS / target.dims;
    }
    perSeed.push({
      seed,
      seconds,
      estimates,
      first: { ...first, logWeights: undefined },
      observable,
    });
    model.dispose();
    process.stderr.write(
      `${name}, seed ${seed}: ${seconds.toFixed(0)} s, log Z ${first.logZ.toFixed(4)} +- ${first.logZError.toFixed(4)}, ESS ${(100 * first.essShare).toFixed(1)} %, k ${first.paretoK.toFixed(2)}${first.collapsed ? ", COLLAPSED" : ""}\n`,
    );
  }
  const all = perSeed.flatMap(({ estimates }) => estimates);
  const errors = all.map(({ logZ }) => Math.abs(logZ - target.logZ));
  const covered = all.filter(
    ({ logZ, logZError }) => Math.abs(logZ - target.logZ) < 1.96 * logZError,
  );
  const known = target.logZ !== undefined;
  rows.push([
    target.name,
    known ? mean(errors).toFixed(4) : "-",
    mean(all.map(({ logZError }) => logZError)).toFixed(4),
    known ? `${Math.round((100 * covered.length) / all.length)} %` : "-",
    `${(100 * mean(perSeed.map(({ first }) => first.essShare))).toFixed(0)} %`,
    target.sample === undefined
      ? "-"
      : `${(100 * mean(perSeed.map(({ first }) => first.fromTarget.essShare))).toFixed(0)} %`,
    mean(perSeed.map(({ first }) => first.paretoK)).toFixed(2),
    `${perSeed.filter(({ first }) => first.collapsed).length} of ${seeds}`,
    mean(perSeed.map(({ seconds }) => seconds)).toFixed(0),
  ]);
  const chains = known ? undefined : await chainMean(target);
  if (chains !== undefined)
    process.stderr.write(
      `${name}: action a site ${mean(perSeed.map(({ observable }) => observable)).toFixed(4)} by the model's weighted draws, ${chains.toFixed(4)} by Hamiltonian chains\n`,
    );
  results.push({ name, logZ: target.logZ, perSeed, chains });
}

const header = [
  "target",
  "|error| of log Z",
  "its s.e.",
  "covered",
  "ESS",
  "ESS by the target",
  "Pareto k",
  "collapsed",
  "s",
];
process.stdout.write(`${formatTable(header, rows)}\n`);

if (options.peer) await peer();

/** Milliseconds a step on many-well 32-D, 8 spline couplings of width 64, batch 512, beside normflows at the same sizes. */
async function peer() {
  const { target, spec } = cases["many-well-32"];
  const marks = [];
  const run = fitEnergy(spec, target.energy, {
    steps: 60,
    batch: 512,
    evaluationRows: 10,
    evaluateEvery: 20,
    checkGradient: false,
    threads,
  });
  for await (const event of run) if (event.type === "evaluation") marks.push(performance.now());
  (await run).dispose();
  const ours = (marks[2] - marks[0]) / 40;
  const theirs = spawnSync(
    options.python,
    [here("peers/normflows_energy.py"), "--threads", String(threads)],
    { encoding: "utf8" },
  );
  const step = Number(/([\d.]+) ms a step/.exec(theirs.stdout)?.[1]);
  process.stdout.write(
    Number.isNaN(step)
      ? `normflows: did not run (${theirs.stderr?.trim().split("\n").at(-1) ?? theirs.error?.message}); couplet ${ours.toFixed(1)} ms a step\n`
      : `a step of reverse KL, many-well 32-D, batch 512: couplet ${ours.toFixed(1)} ms, normflows ${step.toFixed(1)} ms, ratio ${(step / ours).toFixed(2)}\n`,
  );
}

mkdirSync(here("out"), { recursive: true });
writeFileSync(
  here("out/energy.json"),
  JSON.stringify(
    { machine: { cpus: os.cpus().length, model: os.cpus()[0]?.model }, options, results },
    undefined,
    1,
  ),
);
