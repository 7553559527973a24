/**
 * Flows on densities that are known: forward Kullback-Leibler divergence to the truth, and what each direction costs.
 *
 *   npm run bench:density -- [moons pinwheel checkerboard eightGaussians rings spirals mixture10 mixture50 mixture100 heavyTails bounded]
 *     [--flows couplings,autoregressive] [--rows 5000] [--epochs 40] [--width 32] [--layers 4] [--threads 2]
 *   npm run bench:density -- power [--flows affine,couplings] [--width 256] [--epochs 40] [--minutes 30] [--threads 2]
 *
 * Flows: `affine` (RealNVP), `couplings` (RQ-NSF (C)), `maf`, `autoregressive` (RQ-NSF (AR)), all with as many layers of one width; on heavy
 * tails also with a Student-t base. Prints KL(truth || flow) in nats with its standard error over 5,000 fresh points, parameters, seconds of
 * training, and microseconds
 * per row of `logProb` and `sample` on one thread. Writes bench/out/density.json. `power` trains the published configurations for POWER (affine
 * couplings with LU maps, RQ-NSF (C)) on all of its training rows, prints the test rows' nats beside the published ones, and writes
 * bench/out/density-power.json; narrower than 256 they are what two cores reach.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createModel, fit, neuralSpline, realNvp, studentT } from "couplet";
import { maskedAutoregressive, neuralSplineAutoregressive } from "couplet/autoregressive";
import { comparePower, published } from "./density/power.mjs";
import { draw, targets } from "./density/targets.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    flows: { type: "string" },
    rows: { type: "string", default: "5000" },
    epochs: { type: "string", default: "40" },
    width: { type: "string" },
    minutes: { type: "string", default: "30" },
    layers: { type: "string", default: "4" },
    threads: { type: "string", default: "2" },
  },
});
const [rows, epochs, layers, threads, minutes] = [
  "rows",
  "epochs",
  "layers",
  "threads",
  "minutes",
].map((name) => Number(options[name]));
mkdirSync(here("out"), { recursive: true });
if (positionals.includes("power")) {
  if (positionals.length > 1) throw new Error("expected power alone, or other targets");
  const settings = { width: Number(options.width ?? 256), epochs, minutes, threads };
  const kinds = (options.flows ?? "affine,couplings").split(",");
  const found = await comparePower({ kinds, ...settings });
  const text = JSON.stringify({ ...settings, results: found, published }, null, 1);
  writeFileSync(here("out/density-power.json"), text);
  process.exit();
}
const width = Number(options.width ?? 32);
const FRESH = 5000;

/** A flow of each kind, for so many variables. */
const flows = {
  affine: (at) => realNvp({ ...at, couplings: layers, width }),
  couplings: (at) => neuralSpline({ ...at, couplings: layers, width }),
  maf: (at) => maskedAutoregressive({ ...at, layers, width }),
  autoregressive: (at) => neuralSplineAutoregressive({ ...at, layers, width }),
};
const results = [];
console.log(
  "target           flow                    KL, nats         parameters  trained  logProb  sample (us/row)",
);
for (const name of positionals.length > 0 ? positionals : Object.keys(targets)) {
  const target = targets[name];
  if (target === undefined) throw new Error(`expected one of ${Object.keys(targets)}, got ${name}`);
  const points = draw(target, rows, 1);
  const fresh = draw(target, FRESH, 2);
  const truth = fresh.map((x) => target.logDensity(x));
  for (const kind of (options.flows ?? "couplings,autoregressive").split(",")) {
    const bases = target.tails === "heavy" ? [undefined, studentT()] : [undefined];
    for (const base of bases) {
      const at = { dims: target.dims, ...(base === undefined ? {} : { base }) };
      const began = performance.now();
      const cut = Math.round(rows / 10);
      const model = await fit(flows[kind](at), points.slice(cut), {
        validation: { rows: points.slice(0, cut) },
        epochs,
        batch: 128,
        seed: 1,
        threads,
      });
      const seconds = (performance.now() - began) / 1000;
      const scores = await model.logProb(fresh);
      const gaps = truth.map((value, r) => value - scores[r]);
      const mean = gaps.reduce((sum, v) => sum + v, 0) / FRESH;
      const error = Math.sqrt(
        gaps.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (FRESH - 1) / FRESH,
      );
      const single = await createModel(model.spec, { threads: 1 });
      single.setParameters(model.parameters);
      const there = await micros(() => single.logProb(fresh));
      const back = await micros(() => single.sample(FRESH, { seed: 1 }));
      const flow = base === undefined ? kind : `${kind}, Student-t`;
      const parameters = model.parameters.length;
      results.push({ target: name, flow, kl: mean, error, parameters, seconds, there, back });
      console.log(
        `${name.padEnd(15)}  ${flow.padEnd(22)}  ${mean.toFixed(3).padStart(7)} +- ${error.toFixed(3)}  ${String(parameters).padStart(11)}  ${seconds.toFixed(0).padStart(5)} s  ${there.toFixed(2).padStart(7)}  ${back.toFixed(2).padStart(6)}`,
      );
      single.dispose();
      model.dispose();
    }
  }
}
writeFileSync(
  here("out/density.json"),
  JSON.stringify({ rows, epochs, width, layers, results }, null, 1),
);

/** The best of five, after one that warms up. */
async function micros(run) {
  let least = Infinity;
  for (let k = 0; k < 6; k++) {
    const began = performance.now();
    await run();
    if (k > 0) least = Math.min(least, ((performance.now() - began) * 1000) / FRESH);
  }
  return least;
}
