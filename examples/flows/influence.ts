/**
 * Which variable reaches which: the influence of eight variables on each other after each coupling of three stacks, from the specs
 * alone, before any training. It writes examples/out/influence.svg, the picture of docs/coupling-layers.md, and prints after how
 * many layers every variable depends on every other.
 *
 *   npm run example -- flows/influence
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { coupling, flow, half, permutation, repeat } from "couplet";
import type { FlowSpec } from "couplet";
import { influence } from "couplet/inspect";
import { colours, html, series, svgFile } from "couplet/report";

/** Three stacks of eight variables. */
const stacks: readonly (readonly [string, FlowSpec])[] = [
  [
    "masks that never change: four variables never hear of another",
    flow({ dims: 8, layers: repeat(4, () => coupling({ mask: half() })) }),
  ],
  [
    "masks that swap: all have heard of all after three couplings",
    flow({ dims: 8, layers: repeat(4, (i) => coupling({ mask: half(i % 2 === 1) })) }),
  ],
  [
    "one mask, shuffled between: not yet all after four",
    flow({
      dims: 8,
      layers: repeat(4, (i) => [permutation({ random: i + 1 }), coupling({ mask: half() })]),
    }),
  ],
];
const CELL = 11;
const SIDE = 8 * CELL;
const columns = 4;
const rowHeight = SIDE + 46;
const [width, height] = [columns * (SIDE + 34) + 34, stacks.length * rowHeight + 24];
const panels = html`${stacks.map(([title, stack], r) => {
  const couplings = influence(stack).layers.filter(({ title: name }) =>
    name.startsWith("coupling"),
  );
  return html`<g transform="translate(34 ${20 + r * rowHeight})">
    <text y="0">${title}</text>
    ${couplings.map(
      ({ reach: matrix }, k) =>
        html`<g transform="translate(${k * (SIDE + 34)} 10)">
          ${Array.from({ length: 64 }, (_, i) => {
            const colour = matrix[i] === 1 ? series[0] : colours.band;
            const [column, line] = [(i % 8) * CELL, Math.floor(i / 8) * CELL];
            return html`<rect
              x="${column}"
              y="${line}"
              width="${CELL - 1}"
              height="${CELL - 1}"
              fill="${colour}"
            />`;
          })}
          <text
            x="${SIDE / 2}"
            y="${SIDE + 14}"
            text-anchor="middle"
            fill="${colours.muted}"
            font-size="11"
          >
            after coupling ${k + 1}
          </text>
        </g>`,
    )}
  </g>`;
})}`;

mkdirSync("examples/out", { recursive: true });
writeFileSync(
  "examples/out/influence.svg",
  svgFile({
    width,
    height,
    alt: "Which of eight variables has reached which after each layer of three stacks",
    panels: [{ drawing: panels }],
  }),
);
for (const [title, stack] of stacks) {
  const { complete } = influence(stack);
  console.log(
    `${title} (${complete === undefined ? "incomplete" : `complete after ${complete} layers`})`,
  );
}
console.log("wrote examples/out/influence.svg");
