/**
 * Posteriors from 10,000 simulations, by couplet and by sbi's neural posterior estimation with its defaults, in one run: two moons and
 * Gaussian linear of the benchmark of simulation-based inference.
 *
 *   npm run bench:posterior -- [twoMoons gaussianLinear] [--python bench/.venv/bin/python] [--simulations 10000] [--threads 2]
 *
 * Both learn from the same simulations; C2ST is sbi's (a network of two hidden layers of ten times the dimension, five folds, standardised),
 * of 1,000 draws against 1,000 of the exact posterior, the mean of ten observations: 0.5 is perfect. Prints both, and the same of
 * couplet's own `twoSampleTest`; writes bench/out/posterior.json. Without an interpreter that has sbi (`pip install sbi`) it runs couplet
 * alone.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { twoSampleTest } from "couplet/diagnostics";
import { stream } from "./density/random.mjs";
import { posteriorOf } from "./posterior/learn.mjs";
import { tasks } from "./posterior/tasks.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: "string", default: here(".venv/bin/python") },
    simulations: { type: "string", default: "10000" },
    observations: { type: "string", default: "10" },
    threads: { type: "string", default: "2" },
  },
});
const DRAWS = 1000;
const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
const spread = (list) =>
  Math.sqrt(
    list.reduce((sum, v) => sum + (v - mean(list)) ** 2, 0) / (list.length - 1) / list.length,
  );
const shown = (list) => `${mean(list).toFixed(3)} +- ${spread(list).toFixed(3)}`;
const hasSbi = spawnSync(options.python, ["-c", "import sbi"]).status === 0;
if (!hasSbi) process.stderr.write(`${options.python} has no sbi: couplet alone\n`);
mkdirSync(here("out"), { recursive: true });
const results = {};

for (const name of positionals.length > 0 ? positionals : Object.keys(tasks)) {
  const task = tasks[name];
  const random = stream(1);
  const theta = Array.from({ length: Number(options.simulations) }, () => task.prior(random));
  const x = theta.map((t) => task.simulate(t, random));
  const began = performance.now();
  const posterior = await posteriorOf(task, theta, x, { threads: Number(options.threads) });
  const seconds = (performance.now() - began) / 1000;
  const observations = [];
  for (let k = 0; k < Number(options.observations); k++) {
    const observed = task.simulate(task.prior(random), random);
    observations.push({
      x: observed,
      reference: Array.from({ length: DRAWS }, () => task.posterior(observed, random)),
      couplet: await posterior.draw(observed, DRAWS, k),
    });
  }
  posterior.dispose();
  const own = [];
  for (const { reference, couplet } of observations)
    own.push((await twoSampleTest(reference, couplet, { classifier: "network" })).accuracy);
  console.log(
    `${task.name}: couplet ${shown(own)} by its own test; ${posterior.preset}, trained in ${seconds.toFixed(0)} s`,
  );
  results[name] = { seconds, own };
  if (!hasSbi) continue;
  const folder = mkdtempSync(join(os.tmpdir(), "couplet-posterior-"));
  const box = name === "twoMoons";
  writeFileSync(
    join(folder, "task.json"),
    JSON.stringify({ dims: task.dims, box, theta, x, observations }),
  );
  const run = spawnSync(options.python, [here("posterior/npe_peer.py"), folder, options.threads], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (run.status !== 0) throw new Error(`${options.python} ended with ${run.status}`);
  const peer = JSON.parse(readFileSync(join(folder, "npe.json"), "utf8"));
  rmSync(folder, { recursive: true });
  results[name].peer = peer;
  console.log(
    `${task.name}: C2ST by sbi's classifier: couplet ${shown(peer.scores.couplet)}, sbi's NPE ${shown(peer.scores.sbi)}; NPE trained in ${peer.seconds.toFixed(0)} s`,
  );
}
writeFileSync(here("out/posterior.json"), JSON.stringify(results, null, 1));
