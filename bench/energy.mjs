/**
 * Training from an energy on targets with known answers: mean absolute error of log Z over trained seeds x 20 estimates of 2,000
 * draws, how often 1.96 standard errors cover the truth, effective sample sizes from both sides, modes, and time.
 *
 *   npm run bench:energy -- [--only double-well,funnel] [--seeds 5] [--from 1] [--threads 2] [--scale 1]
 *   npm run bench:energy -- --table
 *   npm run bench:energy -- --peers [--python bench/.venv/bin/python]
 *
 * `--scale` multiplies the steps, `--from` is the first seed. Each seed is added to bench/out/energy.json as it is done, in place of an earlier one
 * of that target with as many steps; `--table` prints what the file has, one row for each number of steps. `--peers` times a step of reverse KL on many-well 32-D beside normflows and flowjax
 * (bench/setup), turn about.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { fitEnergy } from "couplet/energy";
import { cases } from "./energy/cases.mjs";
import { chainAverages, estimatesOf, mean, ofEqualSteps } from "./energy/estimates.mjs";
import { formatTable } from "./table.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    seeds: { type: "string", default: "5" },
    from: { type: "string", default: "1" },
    threads: { type: "string", default: "2" },
    scale: { type: "string", default: "1" },
    table: { type: "boolean", default: false },
    peers: { type: "boolean", default: false },
    python: { type: "string", default: here(".venv/bin/python") },
  },
});
const wanted = options.only?.split(",").map((name) => name.trim()) ?? Object.keys(cases);
const [seeds, from, scale, threads] = [
  options.seeds,
  options.from,
  options.scale,
  options.threads,
].map(Number);
const unknown = wanted.find((name) => !Object.hasOwn(cases, name));
if (unknown !== undefined || !(Number.isInteger(seeds) && seeds > 0) || !(scale > 0)) {
  process.stderr.write(
    `bench: expected --only of ${Object.keys(cases).join(", ")}, --seeds from 1 up, --scale above 0\n`,
  );
  process.exit(2);
}

const file = here("out/energy.json");
const saved = () => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {});

/** Adds to the file what is new; other runs may have added to it meanwhile. */
function save(change) {
  mkdirSync(here("out"), { recursive: true });
  const all = saved();
  change(all);
  all.machine = { cpus: os.cpus().length, model: os.cpus()[0]?.model };
  writeFileSync(file, JSON.stringify(all, undefined, 1));
}

async function train(name, seed) {
  const { target, spec, fit } = cases[name];
  const steps = Math.max(1, Math.round(scale * fit.steps));
  const started = performance.now();
  const model = await fitEnergy(spec, target.energy, {
    ...fit,
    steps,
    units: target.units,
    seed,
    threads,
  });
  const seconds = (performance.now() - started) / 1000;
  const result = { seed, steps, threads, seconds, ...(await estimatesOf(model, target, seed)) };
  model.dispose();
  const { first, modes } = result;
  process.stderr.write(
    `${name}, seed ${seed}: ${seconds.toFixed(0)} s, log Z ${first.logZ.toFixed(4)} +- ${first.logZError.toFixed(4)}, ESS ${(100 * first.essShare).toFixed(1)} %, k ${first.paretoK.toFixed(2)}${modes === undefined ? "" : `, modes ${modes.seen} of ${modes.of}`}${first.collapsed ? ", COLLAPSED" : ""}\n`,
  );
  save((all) => {
    all.seeds ??= {};
    const others = (all.seeds[name] ?? []).filter(
      (one) => one.seed !== seed || one.steps !== steps,
    );
    all.seeds[name] = [...others, result].sort((a, b) => a.steps - b.steps || a.seed - b.seed);
  });
}

function tableRow(name, perSeed) {
  const { logZ } = cases[name].target;
  const all = perSeed.flatMap(({ estimates }) => estimates);
  const known = logZ !== undefined;
  const errors = all.map((estimate) => Math.abs(estimate.logZ - logZ));
  const covered = all.filter(
    (estimate) => Math.abs(estimate.logZ - logZ) < 1.96 * estimate.logZError,
  );
  const firsts = perSeed.map(({ first }) => first);
  const { modes } = perSeed[0];
  return [
    cases[name].target.name,
    String(perSeed.length),
    String(perSeed[0].steps),
    known ? mean(errors).toFixed(4) : "-",
    mean(all.map(({ logZError }) => logZError)).toFixed(4),
    known ? `${Math.round((100 * covered.length) / all.length)} %` : "-",
    `${(100 * mean(firsts.map(({ essShare }) => essShare))).toFixed(0)} %`,
    firsts[0].fromTarget === undefined
      ? "-"
      : `${(100 * mean(firsts.map(({ fromTarget }) => fromTarget.essShare))).toFixed(0)} %`,
    mean(firsts.map(({ paretoK }) => paretoK)).toFixed(2),
    modes === undefined
      ? "-"
      : `${Math.min(...perSeed.map((one) => one.modes.seen))} of ${modes.of}`,
    `${firsts.filter(({ collapsed }) => collapsed).length} of ${perSeed.length}`,
    mean(perSeed.map(({ seconds }) => seconds)).toFixed(0),
  ];
}

const header = [
  "target",
  "seeds",
  "steps",
  "|error| of log Z",
  "its s.e.",
  "covered",
  "ESS",
  "ESS by the target",
  "Pareto k",
  "modes drawn, at least",
  "collapsed",
  "s",
];

/** Averages by the model's weighted draws (mean over seeds, and its error), beside those of chains. */
function averagesOf(name, perSeed, { averages }) {
  return averages.map(({ name: observable, value, error }, k) => {
    const values = perSeed.map((one) => one.averages[k].value);
    const errors = perSeed.map((one) => one.averages[k].error);
    const spread = Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0)) / errors.length;
    const distance = Math.abs(mean(values) - value) / Math.hypot(spread, error);
    return [
      `${cases[name].target.name}, ${perSeed[0].steps} steps: ${observable}`,
      `${mean(values).toFixed(5)} +- ${spread.toFixed(5)}`,
      `${value.toFixed(5)} +- ${error.toFixed(5)}`,
      distance.toFixed(1),
    ];
  });
}

if (options.peers) {
  const { comparePeers } = await import("./energy/peers.mjs");
  const peers = await comparePeers(options.python, threads);
  save((all) => (all.peers = { threads, turns: peers }));
  process.exit();
}
if (!options.table) {
  for (const name of wanted) {
    for (let seed = from; seed < from + seeds; seed++) await train(name, seed);
    if (cases[name].target.observables === undefined) continue;
    const chains = await chainAverages(cases[name].target);
    save((all) => (all.chains = { ...all.chains, [name]: chains }));
  }
}
const { seeds: done = {}, chains = {} } = saved();
const shown = wanted
  .filter((name) => done[name] !== undefined)
  .flatMap((name) => ofEqualSteps(done[name]).map((perSeed) => [name, perSeed]));
process.stdout.write(
  `${formatTable(
    header,
    shown.map(([name, perSeed]) => tableRow(name, perSeed)),
  )}\n`,
);
const averages = shown.flatMap(([name, perSeed]) =>
  chains[name] === undefined ? [] : averagesOf(name, perSeed, chains[name]),
);
if (averages.length > 0)
  process.stdout.write(
    `\n${formatTable(["average", "model, weighted", "Hamiltonian chains", "apart, in s.e."], averages)}\n`,
  );
