/**
 * A free-energy surface of two angles from the energy alone.
 *
 * Trains a flow on the torus to sample exp(-u), u a torsion-like energy with two deep states behind a barrier, and draws
 * the energy, the learned surface -log q, and draws of the model. It writes examples/out/two-angles.svg, and says log Z and
 * the free-energy difference of the two states with their errors, beside quadrature.
 *
 *   npm run example -- energy/two-angles
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { circle, domains, neuralSpline } from "couplet";
import { assess, fitEnergy, freeEnergyDifference, rowByRow } from "couplet/energy";
import { encodePng } from "couplet/images";
import { colours, svgFile } from "couplet/report";

const quick = process.argv.includes("--quick");
const steps = quick ? 300 : 4_000;

/** Two angles; the first has two states, a < 0 and a > 0, and the second follows it. */
const energy = rowByRow(2, (rows, at, grad) => {
  const [a, b] = [rows[at]!, rows[at + 1]!];
  grad[at] = -5 * Math.sin(2 * a) - 0.6 * Math.cos(a) + 2 * Math.sin(a - b);
  grad[at + 1] = -2 * Math.sin(a - b) + 1.5 * Math.sin(3 * b);
  return 2.5 * Math.cos(2 * a) - 0.6 * Math.sin(a) - 2 * Math.cos(a - b) - 0.5 * Math.cos(3 * b);
});

const model = await fitEnergy(
  neuralSpline({ dims: 2, width: 48, couplings: 6, base: domains([circle(), circle()]) }),
  energy,
  { steps, batch: 256, temperature: { start: 4 }, seed: 1 },
);
const found = await assess(model, energy, { rows: 20_000 });
for (const warning of found.warnings) console.log(`warning: ${warning}`);

/** The same by quadrature, exact to rounding on a torus. */
const n = 200;
const centres = Float64Array.from(
  { length: 2 * n * n },
  (_, i) =>
    -Math.PI + (2 * Math.PI * ((i % 2 === 0 ? (i / 2) % n : Math.floor(i / 2 / n)) + 0.5)) / n,
);
const { u } = await energy(centres, { count: n * n, dims: 2, context: undefined });
let [left, right] = [0, 0];
for (let i = 0; i < n * n; i++) {
  const mass = Math.exp(-u[i]!) * ((2 * Math.PI) / n) ** 2;
  if (centres[2 * i]! < 0) left += mass;
  else right += mass;
}
const draws = await model.sample(20_000, { seed: 0 });
const inLeft = Float64Array.from({ length: 20_000 }, (_, r) => (draws[2 * r]! < 0 ? 1 : 0));
const states = freeEnergyDifference(
  found.logWeights,
  inLeft,
  inLeft.map((value) => 1 - value),
);
console.log(
  `log Z ${found.logZ.toFixed(4)} +- ${found.logZError.toFixed(4)}, by quadrature ${Math.log(left + right).toFixed(4)}`,
);
console.log(
  `F(a < 0) - F(a > 0) ${states.difference.toFixed(3)} +- ${states.error.toFixed(3)}, by quadrature ${Math.log(right / left).toFixed(3)}`,
);
console.log(`effective sample size ${(100 * found.essShare).toFixed(0)} %`);

/** A surface as the strength of a colour, full at its lowest point and none from 8 nats above it up. */
const SIZE = 300;
const cells = quick ? 40 : 120;
async function surface(heights: ArrayLike<number>, name: string, colour: string): Promise<string> {
  const least = Math.min(...Array.from(heights));
  const grey = new Uint8Array(cells * cells);
  for (let i = 0; i < grey.length; i++) {
    const t = Math.min(1, (heights[i]! - least) / 8);
    const row = cells - 1 - Math.floor(i / cells);
    grey[row * cells + (i % cells)] = Math.round(255 * (1 - t ** 0.7));
  }
  const png = Buffer.from(await encodePng(grey, [cells, cells, 1])).toString("base64");
  return `<mask id="${name}"><image href="data:image/png;base64,${png}" width="${SIZE}" height="${SIZE}" preserveAspectRatio="none"/></mask><rect width="${SIZE}" height="${SIZE}" fill="${colour}" mask="url(#${name})"/>`;
}
const grid = Array.from({ length: cells * cells }, (_, i) =>
  [i % cells, Math.floor(i / cells)].map((k) => -Math.PI + (2 * Math.PI * (k + 0.5)) / cells),
);
const { u: heights } = await energy(Float64Array.from(grid.flat()), {
  count: grid.length,
  dims: 2,
  context: undefined,
});
const learned = (await model.logProb(grid)).map((l) => -l);
const at = (angle: number) => (SIZE * (angle + Math.PI)) / (2 * Math.PI);
let dots = "";
for (let r = 0; r < 3000; r++)
  dots += `M${at(draws[2 * r]!).toFixed(1)} ${(SIZE - at(draws[2 * r + 1]!)).toFixed(1)}h0`;
const panels = [
  ["the energy", await surface(heights, "energy", colours.real)],
  ["learned: -log q", await surface(learned, "learned", colours.sampled)],
  [
    "3,000 draws of the model",
    `<path d="${dots}" fill="none" stroke="${colours.sampled}" stroke-width="2" stroke-linecap="round" stroke-opacity="0.5"/>`,
  ],
] as const;
const drawn = panels.map(
  ([title, content]) => `<g>${content}
<rect width="${SIZE}" height="${SIZE}" fill="none" stroke="${colours.rule}"/>
<text x="${SIZE / 2}" y="${SIZE + 22}" text-anchor="middle" font-size="14">${title}</text></g>`,
);
mkdirSync("examples/out", { recursive: true });
writeFileSync(
  "examples/out/two-angles.svg",
  svgFile({
    width: 3 * SIZE + 28 + 16,
    height: SIZE + 44,
    alt: "Energy of two angles, the learned surface, and draws",
    panels: drawn.map((html, i) => ({ drawing: { html }, x: 8 + i * (SIZE + 14), y: 8 })),
  }),
);
console.log("wrote examples/out/two-angles.svg");
model.dispose();
