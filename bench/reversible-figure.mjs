/**
 * Draws docs/reversible-memory.svg: activation bytes of a training step against depth, stored and rebuilt, of the RevNet with default widths.
 *
 *   node bench/reversible-figure.mjs
 */
import { writeFileSync } from "node:fs";
import { colours, svgFile } from "couplet/report";
import { describeNetwork, revNet } from "couplet/reversible";

const depths = [1, 3, 9, 27];
const { memory } = await describeNetwork(revNet({ shape: [32, 32, 3], classes: 10 }), depths);

const [width, height, left, bottom] = [560, 320, 70, 50];
const top = 20;
const right = 130;
const most = Math.max(...memory.map(({ store }) => store));
const decades = Math.ceil(Math.log10(most / 1e6));
/** @param {number} couplings */
const x = (couplings) => {
  const [low, high] = [
    Math.log(memory[0]?.couplings ?? 1),
    Math.log(memory.at(-1)?.couplings ?? 2),
  ];
  return left + ((Math.log(couplings) - low) / (high - low)) * (width - left - right);
};
/** @param {number} bytes */
const y = (bytes) =>
  height - bottom - (Math.log10(bytes / 1e6) / decades) * (height - bottom - top);
/** @param {number} bytes */
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

const parts = [];
for (let d = 0; d <= decades; d++) {
  const at = y(10 ** d * 1e6);
  parts.push(
    `<line x1="${left}" x2="${width - right}" y1="${at}" y2="${at}" stroke="${colours.rule}"/>`,
    `<text x="${left - 8}" y="${at + 4}" text-anchor="end">${10 ** d} MB</text>`,
  );
}
for (const { couplings } of memory) {
  parts.push(
    `<text x="${x(couplings)}" y="${height - bottom + 18}" text-anchor="middle">${couplings}</text>`,
  );
}
for (const [mode, colour, name] of /** @type {const} */ ([
  ["store", colours.real, "stored"],
  ["reversible", colours.sampled, "rebuilt"],
])) {
  const points = memory.map((depth) => [x(depth.couplings), y(depth[mode])]);
  parts.push(
    `<polyline points="${points.map((p) => p.join(",")).join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`),
    `<text x="${width - right + 10}" y="${(points.at(-1)?.[1] ?? 0) + 4}" fill="${colour}">${name}, ${megabytes(memory.at(-1)?.[mode] ?? 0)}</text>`,
  );
}
parts.push(
  `<text x="${(left + width - right) / 2}" y="${height - 10}" text-anchor="middle">couplings</text>`,
);
writeFileSync(
  new URL("../docs/reversible-memory.svg", import.meta.url),
  svgFile({
    width,
    height,
    alt: "Bytes of activations against depth: stored they grow with the couplings, rebuilt they do not",
    panels: [{ drawing: { html: parts.join("\n") } }],
  }),
);
for (const { units, store, reversible } of memory)
  console.log(
    `${units} units a stage: ${megabytes(store)} stored, ${megabytes(reversible)} rebuilt`,
  );
