/**
 * A posterior from a simulator: how contagious was the outbreak?
 *
 * An epidemic (SIR) spreads in a town; each day some of the new cases are reported, and the counts
 * scatter. From simulations alone a conditional flow learns p(R0, days infectious | ten weekly
 * counts): amortised, so that any other outbreak takes a millisecond. Since the simulator of this
 * example has a likelihood, its posterior can also be summed on a grid, exactly: the example compares
 * the two, and checks the calibration on outbreaks that training never saw (Talts et al. 2018). It
 * writes examples/out/posterior.svg.
 *
 *   npm run example -- flows/posterior
 */
import { mkdirSync, writeFileSync } from "node:fs";
import * as Plot from "@observablehq/plot";
import { fit, neuralSpline } from "couplet";
import { parseHTML } from "linkedom";
import { colours, series, svgFile } from "couplet/report";

const quick = process.argv.includes("--quick");
const [simulations, epochs, outbreaks, draws] = quick
  ? [2_000, 15, 60, 99]
  : [30_000, 60, 500, 199];

/** A generator of the same numbers everywhere (Lehmer; Park & Miller 1988). */
let state = 1918;
function uniform(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}
function normal(): number {
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

// 1. The simulator. theta = (log R0, log days infectious), with a normal prior on both.
const WEEKS = 10;
const TOWN = 10_000;
const REPORTED = 0.3;
/** Weekly counts scatter more than a Poisson: their variance is m + m^2 / 10 (negative binomial). */
const SIZE = 10;
const prior = { mean: [Math.log(2.2), Math.log(6)], deviation: [0.35, 0.4] } as const;
type Theta = readonly [number, number];

/** Expected reports in each week: SIR by Euler steps of a twentieth of a day, three infected on day 0. */
function expectedReports([logR0, logDays]: Theta): number[] {
  const recovery = Math.exp(-logDays);
  const infection = Math.exp(logR0) * recovery;
  const dt = 0.05;
  let [susceptible, infected] = [TOWN - 3, 3];
  return Array.from({ length: WEEKS }, () => {
    let cases = 0;
    for (let step = 0; step < 7 / dt; step++) {
      const fresh = (dt * infection * susceptible * infected) / TOWN;
      susceptible -= fresh;
      infected += fresh - dt * recovery * infected;
      cases += fresh;
    }
    return REPORTED * cases;
  });
}

function gamma(shape: number): number {
  // Marsaglia & Tsang 2000, for shapes from 1 up.
  const d = shape - 1 / 3;
  for (;;) {
    const x = normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

function poisson(mean: number): number {
  // Large means by halves of the waiting time, small ones by multiplication (Knuth).
  let [count, rest] = [0, mean];
  while (rest > 30) {
    const k = Math.floor(0.875 * rest);
    const wait = gamma(k);
    if (wait > rest) {
      // So many events within the wait, the last one at its end: each earlier one is inside with this chance.
      let inside = 0;
      for (let i = 0; i < k - 1; i++) if (uniform() < rest / wait) inside++;
      return count + inside;
    }
    count += k;
    rest -= wait;
  }
  for (let p = uniform(), limit = Math.exp(-rest); p > limit; p *= uniform()) count++;
  return count;
}

const simulate = (theta: Theta): number[] =>
  expectedReports(theta).map((m) => poisson((m * gamma(SIZE)) / SIZE));
const fromPrior = (): Theta => [
  prior.mean[0] + prior.deviation[0] * normal(),
  prior.mean[1] + prior.deviation[1] * normal(),
];

// 2. Simulations, and the flow: p(theta | counts), the counts as log(1 + n).
const context = (counts: readonly number[]): number[] => counts.map((n) => Math.log1p(n));
const thetas = Array.from({ length: simulations }, fromPrior);
const seen = thetas.map((theta) => context(simulate(theta)));
// Its first and last steps are affine: the posterior's tails have its own width, not the prior's.
const spec = neuralSpline({ dims: 2, context: WEEKS, width: 96 });
const posterior = await fit(spec, thetas, {
  context: seen,
  epochs,
  batch: 256,
  seed: 1,
});

// 3. One outbreak, and the exact posterior on a grid.
const truth: Theta = [Math.log(2.6), Math.log(4.5)];
const counts = simulate(truth);
console.log(`reported cases per week: ${counts.join(" ")}`);
const GRID = quick ? 60 : 200;
const axis = (from: number, to: number): number[] =>
  Array.from({ length: GRID }, (_, i) => from + ((i + 0.5) / GRID) * (to - from));

/** log of prior times likelihood, up to a constant: negative binomial counts. */
function logJoint(theta: Theta): number {
  const logPrior = theta.reduce(
    (sum, t, d) => sum - 0.5 * ((t - prior.mean[d]!) / prior.deviation[d]!) ** 2,
    0,
  );
  return expectedReports(theta).reduce(
    (sum, m, week) => sum + counts[week]! * Math.log(m / (m + SIZE)) - SIZE * Math.log(m + SIZE),
    logPrior,
  );
}

const samples = await posterior.sample(4_000, {
  context: Array.from({ length: 4_000 }, () => context(counts)),
  seed: 2,
});
const columnOf = (d: 0 | 1): number[] =>
  Array.from({ length: samples.length / 2 }, (_, r) => samples[2 * r + d]!);
const spread = ([0, 1] as const).map((d) => {
  const sorted = columnOf(d).toSorted((a, b) => a - b);
  const [low, high] = [sorted[40]!, sorted.at(-41)!];
  return [low - 0.25 * (high - low), high + 0.25 * (high - low)] as const;
});
const [xs, ys] = [axis(...spread[0]!), axis(...spread[1]!)];
const cells = ys.flatMap((y) => xs.map((x): Theta => [x, y]));
const cell = (xs[1]! - xs[0]!) * (ys[1]! - ys[0]!);
const joint = cells.map(logJoint);
const most = Math.max(...joint);
const evidence = joint.reduce((sum, value) => sum + Math.exp(value - most), 0) * cell;
const exact = joint.map((value) => Math.exp(value - most) / evidence);
const learned = Array.from(
  await posterior.logProb(cells, { context: cells.map(() => context(counts)) }),
  Math.exp,
);
/** Kullback-Leibler divergence of the flow from the exact posterior, nats, on the grid. */
const divergence = exact.reduce(
  (sum, p, i) => sum + (p > 0 ? p * Math.log(p / learned[i]!) * cell : 0),
  0,
);
const moments = (density: readonly number[], d: 0 | 1): string => {
  const mean = density.reduce((sum, p, i) => sum + p * cells[i]![d] * cell, 0);
  const variance = density.reduce((sum, p, i) => sum + p * (cells[i]![d] - mean) ** 2 * cell, 0);
  return `${Math.exp(mean).toFixed(2)} (times or over ${Math.exp(Math.sqrt(variance)).toFixed(2)})`;
};
console.log(`R0: exact ${moments(exact, 0)}, flow ${moments(learned, 0)}`);
console.log(`days infectious: exact ${moments(exact, 1)}, flow ${moments(learned, 1)}`);
console.log(`the flow is ${divergence.toFixed(3)} nats from the exact posterior`);

// 4. Calibration: on fresh outbreaks the truth's rank among posterior draws has to be uniform.
const tests = Array.from({ length: outbreaks }, fromPrior);
const ranks = [new Float64Array(outbreaks), new Float64Array(outbreaks)] as const;
const repeated = tests.flatMap((theta) => {
  const given = context(simulate(theta));
  return Array.from({ length: draws }, () => given);
});
const drawn = await posterior.sample(outbreaks * draws, { context: repeated, seed: 4 });
for (const [o, theta] of tests.entries())
  for (const d of [0, 1] as const)
    for (let k = 0; k < draws; k++) if (drawn[2 * (o * draws + k) + d]! < theta[d]) ranks[d][o]!++;
/** Fraction of outbreaks whose truth lies in the central interval that should hold `level` of them. */
const coverage = (d: 0 | 1, level: number): number =>
  ranks[d].filter((rank) => Math.abs((rank + 0.5) / (draws + 1) - 0.5) <= level / 2).length /
  outbreaks;
for (const level of [0.5, 0.9]) {
  const [a, b] = [coverage(0, level), coverage(1, level)].map((c) => `${(100 * c).toFixed(0)} %`);
  console.log(
    `${100 * level} % intervals of ${outbreaks} fresh outbreaks hold R0 in ${a}, the days in ${b}`,
  );
}
posterior.dispose();

// 5. The picture.
const { document } = parseHTML("<html><body></body></html>");
// Orange is what the model made, as in every picture; what can be computed exactly has the green.
const { ink, rule, band, sampled } = colours;
const [, , green, , purple] = series;
/** Axes are linear in the logarithms; their ticks say what these are of. */
const ticks = (values: readonly number[], [from, to]: readonly [number, number]) => ({
  domain: [from, to],
  ticks: values.map(Math.log).filter((t) => t > from && t < to),
  tickFormat: (t: number) => String(Number(Math.exp(t).toPrecision(3))),
});
const left = Plot.plot({
  document: document as unknown as Document,
  width: 470,
  height: 400,
  marginLeft: 52,
  x: { label: "R0", ...ticks([1.5, 1.8, 2, 2.2, 2.5, 3, 3.5, 4, 5], spread[0]!) },
  y: { label: "days infectious", ...ticks([2, 3, 4, 5, 6, 7, 8, 10, 12], spread[1]!) },
  marks: [
    Plot.dot(columnOf(0).slice(0, 1_500), {
      x: (value: number) => value,
      y: (_: number, i: number) => samples[2 * i + 1]!,
      r: 1.1,
      fill: sampled,
      fillOpacity: 0.35,
      clip: true,
    }),
    ...(
      [
        [exact, green],
        [learned, sampled],
      ] as const
    ).map(([density, stroke]) =>
      Plot.contour(density, {
        width: GRID,
        height: GRID,
        x1: spread[0]![0],
        x2: spread[0]![1],
        y1: spread[1]![0],
        y2: spread[1]![1],
        thresholds: levelsHolding(density, [0.9, 0.5]),
        stroke,
        strokeWidth: 1.6,
      }),
    ),
    Plot.dot([truth], {
      x: ([x]: Theta) => x,
      y: ([, y]: Theta) => y,
      symbol: "times",
      stroke: ink,
      strokeWidth: 2,
      r: 6,
    }),
    Plot.frame({ stroke: rule }),
  ],
});

/** Densities above which so much of the mass lies. */
function levelsHolding(density: readonly number[], masses: readonly number[]): number[] {
  const sorted = density.toSorted((a, b) => b - a);
  return masses.map((mass) => {
    let sum = 0;
    return sorted.find((p) => (sum += p * cell) >= mass) ?? 0;
  });
}

const levels = Array.from({ length: 49 }, (_, i) => (i + 1) / 50);
const right = Plot.plot({
  document: document as unknown as Document,
  width: 400,
  height: 400,
  x: { label: "interval's level", domain: [0, 1] },
  y: { label: "fresh outbreaks whose truth it holds", domain: [0, 1] },
  marks: [
    // Two standard deviations of a binomial: where a calibrated posterior stays.
    Plot.areaY(levels, {
      x: (p: number) => p,
      y1: (p: number) => Math.max(0, p - 2 * Math.sqrt((p * (1 - p)) / outbreaks)),
      y2: (p: number) => Math.min(1, p + 2 * Math.sqrt((p * (1 - p)) / outbreaks)),
      fill: band,
    }),
    ...([0, 1] as const).map((d) =>
      Plot.lineY(levels, {
        x: (p: number) => p,
        y: (p: number) => coverage(d, p),
        stroke: d === 0 ? sampled : purple,
        strokeWidth: 1.8,
      }),
    ),
    Plot.text(
      [
        ["R0", 0.8, 0.12, sampled],
        ["days infectious", 0.8, 0.06, purple],
      ] as const,
      {
        text: ([name]) => name,
        x: ([, x]) => x,
        y: ([, , y]) => y,
        fill: ([, , , colour]) => colour,
      },
    ),
    Plot.frame({ stroke: rule }),
  ],
});

const title = (x: number, text: string): string =>
  `<text x="${x}" y="22" font-size="14">${text}</text>`;
const coloured = (text: string, fill: string): string =>
  `<tspan fill="${fill}" font-weight="600">${text}</tspan>`;
const titles =
  title(
    52,
    `One outbreak, 50 % and 90 % regions: ${coloured("exact", green)} and by the ${coloured("flow", sampled)}`,
  ) + title(530, `Calibration on ${outbreaks} outbreaks`);
mkdirSync("examples/out", { recursive: true });
writeFileSync(
  "examples/out/posterior.svg",
  svgFile({
    width: 900,
    height: 440,
    alt: "Posterior of one outbreak, exact and by the flow, and calibration on fresh outbreaks",
    panels: [
      { drawing: { html: titles } },
      { drawing: left as unknown as { outerHTML: string }, y: 34 },
      { drawing: right as unknown as { outerHTML: string }, x: 490, y: 34 },
    ],
  }),
);
console.log("wrote examples/out/posterior.svg");
