/**
 * A density in two dimensions: a pinwheel of five bent arms, learned from points.
 *
 * Fits a neural spline flow and draws four panels side by side: the points, the learned density, new
 * points from the model, and what the flow does to the plane (a polar grid of the latent space,
 * decoded). It writes examples/out/density.svg, and says how much better the model is on fresh points
 * than a Gaussian.
 *
 *   npm run example -- flows/density
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { alternating, coupling, fit, flow, lu, mlp, rationalQuadratic, repeat } from "couplet";
import { encodePng } from "couplet/images";
import { colours, series, svgFile } from "couplet/report";

const quick = process.argv.includes("--quick");
const [training, epochs] = quick ? [2_000, 20] : [20_000, 80];

/** A generator of the same numbers everywhere (Lehmer; Park & Miller 1988). */
let state = 20_26;
function uniform(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}
function normal(): number {
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Points (x, y), one after the other: each arm starts straight and is turned by its radius (Johnson et al. 2016). */
function pinwheel(count: number): Float64Array {
  const points = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    const along = 1 + 0.3 * normal();
    const across = 0.1 * normal();
    const turn = (2 * Math.PI * Math.floor(5 * uniform())) / 5 + 0.25 * Math.exp(along);
    points[2 * i] = 2 * (along * Math.cos(turn) - across * Math.sin(turn));
    points[2 * i + 1] = 2 * (along * Math.sin(turn) + across * Math.cos(turn));
  }
  return points;
}

const points = pinwheel(training);
const fresh = pinwheel(5_000);
const spec = flow({
  dims: 2,
  layers: repeat(8, (i) => [
    lu(),
    coupling({
      mask: alternating(i),
      transform: rationalQuadratic({ bins: 12, bound: 4 }),
      conditioner: mlp({ width: 64, depth: 2, activation: "silu" }),
    }),
  ]),
});
let gaussian = 0;
const model = await fit(spec, points, {
  epochs,
  batch: 256,
  ema: 0.998,
  seed: 1,
  onEvent: (event) => {
    if (event.type === "end") gaussian = -event.gaussianLoss;
  },
});

const logProb = await model.logProb(fresh);
const mean = logProb.reduce((sum, value) => sum + value, 0) / logProb.length;
console.log(
  `${fresh.length / 2} fresh points, nats per point: flow ${mean.toFixed(3)}, Gaussian ${gaussian.toFixed(3)}`,
);

/** Half the width of what is shown, and pixels of a panel. */
const EXTENT = 4.2;
const SIZE = 300;
const GAP = 14;

/** The density on a grid of pixel centres, rows from top to bottom. */
async function densityImage(pixels: number): Promise<{ image: string; mass: number }> {
  const grid = new Float64Array(2 * pixels * pixels);
  for (let i = 0; i < pixels * pixels; i++) {
    grid[2 * i] = EXTENT * ((2 * (i % pixels) + 1) / pixels - 1);
    grid[2 * i + 1] = EXTENT * (1 - (2 * Math.floor(i / pixels) + 1) / pixels);
  }
  const density = (await model.logProb(grid)).map(Math.exp);
  const cell = (2 * EXTENT) / pixels;
  const mass = density.reduce((sum, value) => sum + value, 0) * cell * cell;
  // The square root shows the thin parts too.
  const most = Math.sqrt(Array.from(density).toSorted((a, b) => b - a)[pixels]!);
  // Grey says how strongly the model's colour covers the paper.
  const grey = Uint8Array.from(density, (p) => Math.round(255 * Math.min(1, Math.sqrt(p) / most)));
  const png = await encodePng(grey, [pixels, pixels, 1]);
  return { image: `data:image/png;base64,${Buffer.from(png).toString("base64")}`, mass };
}

const at = (x: number): number => ((x / EXTENT + 1) * SIZE) / 2;
function dots(xy: Float64Array, count: number, colour: string): string {
  let path = "";
  for (let i = 0; i < count; i++) {
    const [x, y] = [xy[2 * i]!, xy[2 * i + 1]!];
    if (Math.max(Math.abs(x), Math.abs(y)) < EXTENT)
      path += `M${at(x).toFixed(1)} ${at(-y).toFixed(1)}h0`;
  }
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.6" stroke-linecap="round" stroke-opacity="0.5"/>`;
}

/** Rings and spokes of the latent space, decoded: where the flow takes them. */
async function warpedGrid(): Promise<string> {
  const steps = 160;
  const curves: { radius: (t: number) => number; angle: (t: number) => number; ring: boolean }[] =
    [];
  for (let k = 1; k <= 5; k++)
    curves.push({ radius: () => 0.5 * k, angle: (t) => 2 * Math.PI * t, ring: true });
  for (let k = 0; k < 20; k++)
    curves.push({ radius: (t) => 2.5 * t, angle: () => (2 * Math.PI * k) / 20, ring: false });
  const latent = curves.flatMap(({ radius, angle }) =>
    Array.from({ length: steps + 1 }, (_, i) => {
      const t = i / steps;
      return [radius(t) * Math.cos(angle(t)), radius(t) * Math.sin(angle(t))];
    }),
  );
  const { x } = await model.decode(latent);
  return curves
    .map(({ ring }, c) => {
      const line = Array.from({ length: steps + 1 }, (_, i) => {
        const k = 2 * (c * (steps + 1) + i);
        return `${at(x[k]!).toFixed(1)} ${at(-x[k + 1]!).toFixed(1)}`;
      });
      return `<path d="M${line.join("L")}" fill="none" stroke="${ring ? colours.sampled : series[4]}" stroke-width="${ring ? 1 : 0.7}"/>`;
    })
    .join("");
}

const { image, mass } = await densityImage(quick ? 60 : 200);
console.log(`the density sums to ${mass.toFixed(3)} over the picture`);
const shown = Math.min(4_000, training);
const panels = [
  [
    `${shown.toLocaleString("en")} of ${training.toLocaleString("en")} points`,
    dots(points, shown, colours.real),
  ],
  [
    "density, exact at every point",
    `<mask id="density"><image href="${image}" width="${SIZE}" height="${SIZE}" preserveAspectRatio="none"/></mask><rect width="${SIZE}" height="${SIZE}" fill="${colours.sampled}" mask="url(#density)"/>`,
  ],
  [
    `${shown.toLocaleString("en")} new points`,
    dots(await model.sample(shown, { seed: 3 }), shown, colours.sampled),
  ],
  ["rings and spokes of the base, decoded", await warpedGrid()],
] as const;
const drawn = panels.map(
  ([title, content], i) =>
    `<g><clipPath id="p${i}"><rect width="${SIZE}" height="${SIZE}"/></clipPath><g clip-path="url(#p${i})">${content}</g>
<rect width="${SIZE}" height="${SIZE}" fill="none" stroke="${colours.rule}"/>
<text x="${SIZE / 2}" y="${SIZE + 22}" text-anchor="middle" font-size="14">${title}</text></g>`,
);
mkdirSync("examples/out", { recursive: true });
writeFileSync(
  "examples/out/density.svg",
  svgFile({
    width: panels.length * (SIZE + GAP) - GAP + 16,
    height: SIZE + 44,
    alt: "A pinwheel of five arms: points, learned density, new points, and the decoded grid",
    panels: drawn.map((html, i) => ({ drawing: { html }, x: 8 + i * (SIZE + GAP), y: 8 })),
  }),
);
console.log("wrote examples/out/density.svg");
model.dispose();
