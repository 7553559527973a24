/**
 * An odd row, explained: fits the diamonds, takes the row that the model finds least likely and draws why. Left, its length and
 * width among those of the other stones; right, the surprise of each of its cells given all others, in nats. It writes
 * examples/out/odd-row.svg, which follows its reader's system, and odd-row-light.svg and odd-row-dark.svg for pages that choose,
 * and prints what it drew.
 *
 * It fits for as many epochs as the table asks for, a minute or two on an idle machine; named a model file, it draws that one's.
 *
 *   npm run example -- tables/odd-row
 *   npm run example -- tables/odd-row diamonds.couplet
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { parseHTML } from "linkedom";
import { readTable } from "couplet/io";
import { colours, openCharts, svgFile } from "couplet/report";
import { columnNamed, fitTable, selectRows, TableModel } from "couplet/table";

const quick = process.argv.includes("--quick");
const file = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
const diamonds = await readTable(await readFile("examples/data/diamonds.csv"));
const model =
  file === undefined
    ? await fitTable(diamonds, { seed: 1, ...(quick ? { epochs: 4 } : {}) })
    : await TableModel.load(file);
const { nats } = await model.score(diamonds);
const least = nats.indexOf(Math.min(...nats));
const odd = selectRows(diamonds, [least]);
const { columns, surprisal } = await model.explain(odd, { rowNumbers: [least] });
model.dispose();

const cells = columns
  .map((name, j) => ({
    name,
    label: `${name}  ${columnNamed(odd, name).values[0]}`,
    surprise: surprisal[j]!,
  }))
  .sort((a, b) => b.surprise - a.surprise);
console.log(
  `row ${least + 1} of ${diamonds.rows.toLocaleString("en")}: ${nats[least]!.toFixed(0)} nats`,
);
for (const { label, surprise } of cells) console.log(`${label}  ${surprise.toFixed(1)}`);

// Every third stone: more than that is one blot.
const numbers = (name: string) => Array.from(columnNamed(diamonds, name).values, Number);
const [lengths, widths] = [numbers("x"), numbers("y")];
const shown = lengths.flatMap((x, i) =>
  i % 3 === 0 && i !== least && x > 0 ? [{ x, y: widths[i]! }] : [],
);
const stone = { x: lengths[least]!, y: widths[least]! };

const { Plot } = await openCharts();
const { document } = parseHTML("<html><body></body></html>");
const common = {
  document: document as unknown as Document,
  height: 330,
  marginTop: 40,
  marginBottom: 48,
};
const axis = { labelAnchor: "center", labelArrow: "none" } as const;
const scatter = Plot.plot({
  ...common,
  width: 380,
  marginLeft: 52,
  x: { ...axis, label: "length, mm", domain: [3, 11], grid: true },
  y: { ...axis, label: "width, mm", domain: [0, 65], grid: true },
  marks: [
    Plot.dot(shown, { x: "x", y: "y", r: 1.2, fill: colours.real, fillOpacity: 0.5 }),
    Plot.dot([stone], { x: "x", y: "y", r: 5, fill: colours.alarm }),
    Plot.text([stone], {
      x: "x",
      y: "y",
      text: () => `row ${least + 1}:\n${stone.x} x ${stone.y} mm`,
      fill: colours.alarm,
      fontWeight: 600,
      dx: -11,
      textAnchor: "end",
    }),
    Plot.text(
      [`${shown.length.toLocaleString("en")} of ${diamonds.rows.toLocaleString("en")} stones`],
      {
        frameAnchor: "bottom-right",
        fill: colours.muted,
        dx: -6,
        dy: -10,
      },
    ),
  ],
});
const most = Math.max(...cells.map(({ surprise }) => surprise));
const bars = Plot.plot({
  ...common,
  width: 450,
  marginLeft: 128,
  marginRight: 44,
  x: {
    ...axis,
    label: "surprise given all other cells, nats",
    grid: true,
    domain: [0, most],
    insetRight: 4,
  },
  y: { domain: cells.map(({ label }) => label), label: null, tickSize: 0 },
  marks: [
    Plot.barX(cells, {
      x1: 0,
      x2: ({ surprise }) => Math.max(0, surprise),
      y: "label",
      fill: ({ surprise }) => (surprise > most / 4 ? colours.alarm : colours.real),
      rx: 2,
    }),
    Plot.text(cells, {
      x: ({ surprise }) => Math.max(0, surprise),
      y: "label",
      text: ({ surprise }) => surprise.toFixed(surprise < 10 ? 1 : 0),
      textAnchor: "start",
      dx: 5,
    }),
  ],
});
const titles = ["A stone unlike the others", "What makes it odd"].map((text, i) => ({
  html: `<text x="${[16, 404][i]}" y="24" font-size="15" font-weight="600">${text}</text>`,
}));
const alt = `Row ${least + 1}, ${stone.x} by ${stone.y} mm, far above all other diamonds; the surprise of each of its cells`;
mkdirSync("examples/out", { recursive: true });
for (const theme of ["both", "light", "dark"] as const) {
  const written = `examples/out/odd-row${theme === "both" ? "" : `-${theme}`}.svg`;
  writeFileSync(
    written,
    svgFile({
      width: 850,
      height: 340,
      alt,
      theme,
      panels: [
        ...titles.map((drawing) => ({ drawing })),
        { drawing: scatter, x: 8, y: 6 },
        { drawing: bars, x: 400, y: 6 },
      ],
    }),
  );
  console.log(`wrote ${written}`);
}
