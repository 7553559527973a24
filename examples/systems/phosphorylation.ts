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
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import {
  effectiveNetwork,
  integrate,
  linearise,
  quasiSteadyState,
  readSbml,
  steadyState,
} from "couplet-systems/kinetics";
import type { KineticModel } from "couplet-systems/kinetics";

const quick = process.argv.includes("--quick");
const file =
  process.argv.slice(2).find((argument) => !argument.startsWith("--")) ??
  "examples/data/switch-with-gene.xml";
const { document } = parseHTML("<html><body></body></html>");
const ink = "#1b1e28",
  blue = "#2f6db5",
  orange = "#d9731a",
  grey = "#8a8f9c",
  green = "#2c8a5b",
  red = "#b3202e";

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

const frame = {
  document: document as unknown as Document,
  width: 520,
  height: 360,
  marginLeft: 60,
  marginBottom: 46,
  marginTop: 44,
  marginRight: 24,
  style: {
    background: "white",
    color: ink,
    fontSize: "13px",
    fontFamily: "Helvetica, Arial, sans-serif",
  },
};
const axis = { grid: true, labelAnchor: "center", labelArrow: "none" } as const;
const title = (text: string): Plot.Markish =>
  Plot.text([text], {
    frameAnchor: "top-left",
    dx: -48,
    dy: -32,
    fontSize: 15,
    fontWeight: 600,
    fill: ink,
  });
const label = (
  x: number,
  y: number,
  text: string,
  fill: string,
  anchor: "start" | "end" | "middle" = "start",
): Plot.Markish =>
  Plot.text([{ x, y }], {
    x: "x",
    y: "y",
    text: () => text,
    fill,
    textAnchor: anchor,
    stroke: "white",
    strokeWidth: 4,
    paintOrder: "stroke",
  });
const slowest = Math.max(...rates.map((r) => r.eps));
const last = (kind: string): number => rates.findLast((r) => r.kind === kind)!.rate;

const panels = [
  Plot.plot({
    ...frame,
    x: { ...axis, label: "time", domain: [0, until] },
    y: { ...axis, label: "kinase g" },
    color: { domain: shown.map((eps) => `eps = ${eps}`), range: [orange, "#e2a15c", blue] },
    marks: [
      title("a  The gene, with the switch whole and replaced"),
      Plot.line(wholes, { x: "t", y: "g", stroke: "eps", strokeWidth: 2 }),
      Plot.line(
        times.map((t, i) => ({ t, g: slowG[i]! })),
        { x: "t", y: "g", stroke: ink, strokeWidth: 1.6, strokeDasharray: "2 4" },
      ),
      Plot.text(
        shown.map((eps, i) => ({ eps: `eps = ${eps}`, i })),
        {
          x: () => 7.6,
          y: (d) => 0.82 - 0.045 * d.i,
          text: (d) => `whole model, ${d.eps}`,
          fill: "eps",
          textAnchor: "start",
          fontWeight: 600,
        },
      ),
      label(7.6, 0.685, "· · · slow model", ink),
    ],
  }),
  Plot.plot({
    ...frame,
    x: {
      ...axis,
      type: "log",
      label: "eps: time of the switch over time of the gene",
      tickFormat: "~g",
    },
    y: {
      ...axis,
      type: "log",
      label: "largest |g − g slow|",
      ticks: [1e-5, 1e-4, 1e-3],
      tickFormat: ".0e",
    },
    marks: [
      title("b  The price of the replacement is of order eps"),
      Plot.rectX([0], {
        x1: refusedAbove,
        x2: Math.max(1, errors[0]!.eps),
        fill: red,
        fillOpacity: 0.08,
      }),
      Plot.line(
        [
          errors.at(-1)!,
          {
            eps: errors[0]!.eps,
            error: (errors.at(-1)!.error / errors.at(-1)!.eps) * errors[0]!.eps,
          },
        ],
        { x: "eps", y: "error", stroke: grey, strokeDasharray: "5 4" },
      ),
      Plot.dot(errors, { x: "eps", y: "error", fill: blue, r: 4 }),
      label(0.02, 2.4e-5, "slope 1", grey),
      label(0.5, 7e-6, "refused: the rates are less\nthan 5 times apart", red, "end"),
    ],
  }),
  Plot.plot({
    ...frame,
    x: { ...axis, label: "kinase g", domain: [0, 1.4] },
    y: { ...axis, label: "phosphorylated share", domain: [0, 1.02] },
    marks: [
      title("c  Trajectories fall on the slow manifold (eps = 0.1)"),
      Plot.line(falls, {
        x: "g",
        y: "Xp",
        z: "k",
        stroke: blue,
        strokeWidth: 1.4,
        strokeOpacity: 0.8,
      }),
      Plot.dot(
        falls.filter((_, i) => i % 400 === 0),
        { x: "g", y: "Xp", fill: blue, r: 3.5 },
      ),
      Plot.line(manifold, { x: "g", y: "Xp", stroke: ink, strokeWidth: 2, strokeDasharray: "2 4" }),
      Plot.dot([restingAt], {
        x: "g",
        y: "Xp",
        fill: green,
        stroke: "white",
        r: 6,
        strokeWidth: 1.5,
      }),
      label(restingAt.g, restingAt.Xp - 0.07, "steady state", green, "middle"),
      label(0.7, 0.5, "quasi-steady switch", ink),
      label(0.915, 0.07, "start", blue),
    ],
  }),
  Plot.plot({
    ...frame,
    marginRight: 130,
    x: { ...axis, label: "eps", domain: [0, slowest] },
    y: { ...axis, label: "slow rate near the steady state" },
    color: { domain: ["whole model", "P A₁ R", "with the next order"], range: [ink, orange, blue] },
    marks: [
      title("d  The effective rate, order by order"),
      Plot.line(rates, { x: "eps", y: "rate", stroke: "kind", strokeWidth: 2 }),
      Plot.text(
        ["whole model", "P A₁ R", "with the next order"].map((kind) => ({
          kind,
          rate: last(kind),
        })),
        {
          x: () => slowest,
          y: "rate",
          text: "kind",
          fill: "kind",
          textAnchor: "start",
          dx: 6,
          fontWeight: 600,
        },
      ),
    ],
  }),
];
const nested = panels.map((panel, i) =>
  (panel as unknown as { outerHTML: string }).outerHTML.replace(
    "<svg ",
    `<svg x="${(i % 2) * 530}" y="${Math.floor(i / 2) * 370}" `,
  ),
);
mkdirSync("examples/out", { recursive: true });
writeFileSync(
  "examples/out/phosphorylation.svg",
  `<svg xmlns="http://www.w3.org/2000/svg" width="1060" height="740" viewBox="0 0 1060 740" role="img" aria-label="A phosphorylation switch with a slow gene: whole and reduced"><rect width="1060" height="740" fill="white"/>${nested.join("")}</svg>`,
);
console.log("wrote examples/out/phosphorylation.svg");
