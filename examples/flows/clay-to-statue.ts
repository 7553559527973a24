/**
 * Clay to statue: a flow looked into, layer by layer.
 *
 * Fits a stack of coupling layers to two interleaved half moons and draws what `decode` does to points of the base, one panel
 * a layer: a round lump, pushed along one axis at a time, until it has the shape. It writes examples/out/clay-to-statue.svg and a
 * page with it.
 *
 *   npm run example -- flows/clay-to-statue
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { alternating, coupling, fit, flow, mlp, repeat } from "couplet";
import { layers } from "couplet/inspect";
import {
  colours,
  currentEnvironment,
  figure,
  html,
  renderPage,
  series,
  svgFile,
} from "couplet/report";
import type { Html } from "couplet/report";

const quick = process.argv.includes("--quick");
const [training, epochs] = quick ? [600, 10] : [4_000, 120];

/** A generator of the same numbers everywhere (Lehmer; Park & Miller 1988). */
let state = 20_26;
function uniform(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}
function normal(): number {
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** A point of one of two half moons. */
function moonPoint(): readonly [number, number] {
  const [upper, angle] = [uniform() < 0.5, Math.PI * uniform()];
  const [x, y] = upper
    ? [Math.cos(angle), Math.sin(angle)]
    : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
  return [x + 0.07 * normal(), y + 0.07 * normal()];
}

const spec = flow({
  dims: 2,
  layers: repeat(6, (i) =>
    coupling({ mask: alternating(i), conditioner: mlp({ width: 48, activation: "silu" }) }),
  ),
});
const rows: number[] = [];
for (let i = 0; i < training; i++) rows.push(...moonPoint());
const model = await fit(spec, Float64Array.from(rows), {
  epochs,
  batch: 128,
  learningRate: 3e-3,
  seed: 2,
});

// Points of the base, decoded, go through the layers on their way back: read from the last to the first, they are
// the way from clay to statue.
const shown = quick ? 300 : 1_200;
const statue = await model.sample(shown, { seed: 5 });
const steps = await layers(model, statue);
const panels = steps.toReversed().map(({ layer }, k) => ({
  title: k === 0 ? "clay: the base" : k === steps.length - 1 ? "statue" : `layer ${k}`,
  moved: layer === undefined ? undefined : layer % 2 === 0 ? "up and down" : "to the sides",
  points: steps[steps.length - 1 - k]!.state,
}));

const SIZE = 190;
const GAP = 10;
const place = (value: number): number => ((value / 3.2 + 1) * SIZE) / 2;
/** A point's colour by the angle it has in the clay: the same point is found again in every panel. */
const base = panels[0]!.points;
const hues = [0, 5, 2, 1, 3, 4].map((i) => series[i]!);
const hueOf = (i: number): number =>
  Math.floor(
    ((Math.atan2(base[2 * i + 1]!, base[2 * i]!) / Math.PI + 1) / 2) * hues.length * 0.9999,
  );
function cloud(points: Float64Array): Html {
  return html`${hues.map((colour, hue) => {
    let path = "";
    for (let i = 0; i < shown; i++) {
      const [x, y] = [points[2 * i]!, points[2 * i + 1]!];
      if (hueOf(i) === hue && Math.max(Math.abs(x), Math.abs(y)) < 3.2)
        path += `M${place(x).toFixed(1)} ${place(-y).toFixed(1)}h0`;
    }
    return html`<path
      d="${path}"
      fill="none"
      stroke="${colour}"
      stroke-width="2"
      stroke-linecap="round"
      stroke-opacity="0.7"
    />`;
  })}`;
}

const clay = svgFile({
  width: panels.length * (SIZE + GAP) + GAP,
  height: SIZE + 52,
  alt: "A round cloud of points becomes two half moons, layer by layer",
  panels: panels.map(({ title, points }, k) => ({
    x: GAP + k * (SIZE + GAP),
    y: GAP,
    drawing: html`${cloud(points)}
      <rect width="${SIZE}" height="${SIZE}" fill="none" stroke="${colours.rule}" />
      <text x="${SIZE / 2}" y="${SIZE + 18}" text-anchor="middle">${title}</text>
      <text
        x="${SIZE / 2}"
        y="${SIZE + 34}"
        text-anchor="middle"
        fill="${colours.muted}"
        font-size="11"
        >${k === 0 || panels[k - 1]!.moved === undefined ? "" : `pushed ${panels[k - 1]!.moved}`}</text
      >`,
  })),
});

mkdirSync("examples/out", { recursive: true });
writeFileSync("examples/out/clay-to-statue.svg", clay);
const page = renderPage({
  title: "Clay to statue",
  command: "npm run example -- flows/clay-to-statue",
  summary: html`<p>
    Six coupling layers, each of which leaves one coordinate alone, carry a round cloud into two
    half moons.
  </p>`,
  sections: [
    {
      id: "layers",
      title: "Layer by layer",
      content: figure({
        id: "clay",
        title: "From the base to the shape",
        read: "Each layer moves points along one axis only; colours are the angle of a point in the base.",
        chart: { html: clay },
        wide: true,
      }),
    },
  ],
  environment: currentEnvironment(),
});
writeFileSync("examples/out/clay-to-statue.html", page);
const total = steps.reduce((sum, { logDet }) => sum + logDet[0]!, 0);
const { logDet } = await model.encode(statue.subarray(0, 2));
console.log(
  `log-determinants of the steps add up to encode's: ${Math.abs(total - logDet[0]!) < 1e-4}`,
);
console.log("wrote examples/out/clay-to-statue.svg and clay-to-statue.html");
model.dispose();
