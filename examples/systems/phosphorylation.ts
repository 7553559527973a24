/**
 * Fast and slow layers of a cell: a protein switch that settles in seconds, a gene that takes hours.
 *
 * A kinase phosphorylates a protein, a phosphatase undoes it (Goldbeter and Koshland's switch); the phosphorylated
 * protein turns on the gene of the kinase. `eps` is how much faster the switch is than the gene. The example reads the
 * model from SBML, replaces the switch by its quasi-steady state, measures what that costs, and draws four panels
 * to examples/out/phosphorylation.svg.
 *
 *   npm run example -- systems/phosphorylation              examples/data/switch-with-gene.xml
 *   npm run example -- systems/phosphorylation model.xml    your version of it (same species and reactions)
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import {
  effectiveNetwork,
  integrate,
  linearise,
  quasiSteadyState,
  readSbml,
  steadyState,
} from "couplet-systems/kinetics";
import type { KineticModel } from "couplet-systems/kinetics";
import { phosphorylationFigure } from "./phosphorylation/figure.ts";

const quick = process.argv.includes("--quick");
const file =
  process.argv.slice(2).find((argument) => !argument.startsWith("--")) ??
  "examples/data/switch-with-gene.xml";

const { model } = await readSbml(readFileSync(file, "utf8"), file);
const withEps = (eps: number): KineticModel => model.withParameters({ eps });
console.log(
  `${model.name}: ${model.states.join(", ")}; conserved: ${model.moieties.map((m) => m.label).join(", ")}`,
);
const fast = { reactions: ["kinase", "phosphatase"] };
const slow = quasiSteadyState(withEps(0.01), { fast });
console.log(`slow variables: ${slow.states.join(", ")}`);

// a. The gene over time: whole models of growing speed against the slow one. The switch starts off its balance.
const until = 12;
const start = Float64Array.from(model.initial);
start[model.states.indexOf("X")] = 0.95;
start[model.states.indexOf("Xp")] = 0.05;
const times = Array.from({ length: 241 }, (_, i) => (until * i) / 240);
const tight = { until, relativeTolerance: 1e-10, absoluteTolerance: 1e-12 };
const slowRun = integrate(slow, tight);
const shown = [1, 0.3, 0.1];
const wholes = shown.flatMap((eps) => {
  const g = integrate(withEps(eps), { ...tight, initial: start }).series("g", times);
  return times.map((t, i) => ({ t, g: g[i]!, eps: `eps = ${eps}` }));
});
const slowG = slowRun.series("g", times);

// b. The error over eps, from a start in balance.
const errors = (
  quick
    ? [0.1, 0.01]
    : [1, 0.56, 0.3, 0.17, 0.1, 0.056, 0.03, 0.017, 0.01, 0.0056, 0.003, 0.0017, 0.001]
).map((eps) => {
  const whole = withEps(eps);
  const g = integrate(whole, { ...tight, initial: slow.expand(0, slow.initial) }).series(
    "g",
    times,
  );
  const { separation } = quasiSteadyState(whole, { fast, minimumSeparation: 0 });
  return {
    eps,
    error: g.reduce((worst, value, i) => Math.max(worst, Math.abs(value - slowG[i]!)), 0),
    separation,
  };
});
for (const { eps, error, separation } of errors)
  console.log(
    `eps ${String(eps).padEnd(7)} separation ${separation.toFixed(1).padStart(7)}   sup |g - g_slow| ${error.toExponential(2)}`,
  );
// the separation is proportional to 1 / eps; below 5 the reduction is refused
const refusedAbove = (errors[0]!.separation * errors[0]!.eps) / 5;

// c. The slow manifold and trajectories that fall on it.
const manifold = Array.from({ length: 139 }, (_, i) => 0.02 + i / 100).map((g) => {
  const s = Float64Array.from(slow.initial);
  s[slow.states.indexOf("g")] = g;
  return { g, Xp: slow.expand(0, s)[model.states.indexOf("Xp")]! };
});
const falls = (
  [
    [0.3, 0.9],
    [0.55, 0.95],
    [0.9, 0.05],
    [1.3, 0.3],
    [0.75, 0.98],
    [0.65, 0.02],
  ] as const
).flatMap(([g0, Xp0], k) => {
  const initial = Float64Array.from(
    model.states,
    (name) => ({ X: 1 - Xp0, Xp: Xp0, g: g0 })[name] ?? 0,
  );
  const run = integrate(withEps(0.1), { ...tight, initial });
  return Array.from({ length: 400 }, (_, i) => until * (i / 399) ** 3).map((t) => ({
    k,
    g: run.series("g", [t])[0]!,
    Xp: run.series("Xp", [t])[0]!,
  }));
});
const settled = steadyState(withEps(0.1), { initial: start });
const restingAt = {
  g: settled.state[model.states.indexOf("g")]!,
  Xp: settled.state[model.states.indexOf("Xp")]!,
};
console.log(
  `steady state: g = ${restingAt.g.toFixed(4)}, Xp = ${restingAt.Xp.toFixed(4)}, ${settled.stable ? "stable" : "unstable"}; time scales ${Array.from(linearise(withEps(0.1), settled.state).timeScales.times, (t) => t.toPrecision(3)).join(" and ")}`,
);

// d. The slow rate near the steady state: whole model, P A1 R, and with the next order.
const rates = (quick ? [0.1, 0.5] : Array.from({ length: 40 }, (_, i) => (i + 1) / 20)).flatMap(
  (eps) => {
    const whole = withEps(eps);
    const e = effectiveNetwork(whole, {
      fast: fast.reactions,
      at: settled.state,
      minimumSeparation: 0,
    });
    // the conserved total is a mode of rate 0: the slow rate is the other one
    const rate = (values: readonly { readonly re: number }[]): number =>
      Math.max(...values.map((v) => -v.re));
    return [
      { eps, rate: rate(e.eigenvalues.whole), kind: "whole model" },
      { eps, rate: rate(e.eigenvalues.leading), kind: "P A₁ R" },
      { eps, rate: rate(e.eigenvalues.effective), kind: "with the next order" },
    ];
  },
);

mkdirSync("examples/out", { recursive: true });
writeFileSync(
  "examples/out/phosphorylation.svg",
  phosphorylationFigure({
    until,
    times,
    shown,
    wholes,
    slowG,
    errors,
    refusedAbove,
    manifold,
    falls,
    restingAt,
    rates,
  }),
);
console.log("wrote examples/out/phosphorylation.svg");
