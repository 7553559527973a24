/** A layered network as sheets above each other. */
import type { NetworksResult } from "../problem/run.ts";
import { colours, countText, figure, legend } from "couplet/report";
import type { Charts, Html } from "couplet/report";
import { colourOf } from "../../report/frame.ts";

interface Dot {
  readonly x: number;
  readonly y: number;
  readonly layer: number;
  readonly label: string;
  readonly size: number;
  readonly lost: boolean;
}

/** A point of the sheet of a layer, in the picture. */
type Place = (layer: number, x: number, y: number) => { readonly x: number; readonly y: number };

/** The two dots of a link. */
interface Ends {
  readonly a: Dot;
  readonly b: Dot;
}

const ends = {
  x1: (d: Ends) => d.a.x,
  y1: (d: Ends) => d.a.y,
  x2: (d: Ends) => d.b.x,
  y2: (d: Ends) => d.b.y,
};

const sheetCorners = [
  [-0.05, -0.05],
  [1.05, -0.05],
  [1.05, 1.05],
  [-0.05, 1.05],
  [-0.05, -0.05],
] as const;

/** Sheets leaned back, the first layer on top, links inside and between, the worst loss marked. */
export function layeredDrawing(result: NetworksResult, { Plot, draw }: Charts): Html {
  const { drawing, cascades, layers } = result;
  const count = drawing.layers.length;
  const pitch = 0.8;
  const place = (layer: number, x: number, y: number): { x: number; y: number } => ({
    x: x + 0.45 * y,
    y: 0.5 * y + (count - 1 - layer) * pitch,
  });
  const big = result.size > 800;
  const dots = dotsOf(result, place);
  const inside = drawing.layers.flatMap(({ links, first }, layer) =>
    Array.from({ length: links.length / 2 }, (_, e) => ({
      a: dots[first + links[2 * e]!]!,
      b: dots[first + links[2 * e + 1]!]!,
      layer,
    })),
  );
  const between = Array.from({ length: drawing.between.length / 2 }, (_, e) => ({
    a: dots[drawing.between[2 * e]!]!,
    b: dots[drawing.between[2 * e + 1]!]!,
  }));
  const sheets = drawing.layers.flatMap((_, layer) =>
    sheetCorners.map(([x, y]) => ({ ...place(layer, x, y), layer })),
  );
  const names = drawing.layers.map(({ name }, layer) => ({
    ...place(layer, -0.05, -0.05),
    name,
    layer,
  }));
  const worst = cascades === null ? undefined : dots[cascades.harm[0]!.index];
  const radius = big ? 9 : result.size > 150 ? 11 : 14;
  const labelled = result.size <= 60;
  return figure({
    id: "drawing",
    title: "The layers and what joins them",
    wide: true,
    read:
      cascades === null
        ? "Each sheet is a layer; the larger a dot, the more links its node has in all layers. Grey lines join layers."
        : `Each sheet is a layer; the larger a dot, the more nodes stop working when it is lost. The ring is the worst loss, crosses are what it takes with it. Grey lines are dependencies.`,
    note: {
      given: "Positions are those of the file.",
      force:
        "Positions follow from springs between linked nodes; the same node stands at the same place in every layer.",
      radial: "Positions are rings by distance from the best-linked node of each layer.",
    }[drawing.layout],
    chart: [
      legend([
        ...layers.map(({ name, nodes }, i) => ({
          label: `${name} (${countText(nodes)})`,
          colour: colourOf(i),
          mark: "dot" as const,
        })),
        ...(between.length > 0
          ? [{ label: "between layers", colour: colours.muted, mark: "line" as const }]
          : []),
      ]),
      draw(
        {
          width: 1060,
          height: Math.min(1500, 90 + 400 * (0.55 + (count - 1) * pitch * 0.72)),
          marginLeft: 20,
          marginRight: 20,
          marginTop: 14,
          marginBottom: 34,
          x: { axis: null, domain: [-0.12, 1.62] },
          y: { axis: null, domain: [-0.06, 0.56 + (count - 1) * pitch] },
          r: { range: [0, radius], domain: [0, 1] },
          color: { type: "identity" },
          marks: layerMarks(
            { count, dots, inside, between, sheets, names, worst },
            { big, radius, labelled },
            Plot,
          ),
        },
        `The network as ${count} sheets with nodes, links inside layers and links between them`,
      ),
    ],
  });
}

/** A dot for each state node: its place, size by harm (or by links), and whether the worst loss takes it. */
function dotsOf(result: NetworksResult, place: Place): Dot[] {
  const { drawing, cascades } = result;
  const harm = new Map(cascades?.harm.map((one) => [one.index, one.coupled]) ?? []);
  const mostHarm = Math.max(1, ...harm.values());
  const lost = new Set(cascades?.worst.lost ?? []);
  const dots: Dot[] = [];
  const degree = degrees(result);
  const mostLinks = Math.max(1, ...degree);
  drawing.layers.forEach(({ positions, labels, first }, layer) => {
    labels.forEach((label, i) => {
      const index = first + i;
      const share =
        cascades === null ? degree[index]! / mostLinks : (harm.get(index) ?? 0) / mostHarm;
      dots.push({
        ...place(layer, positions[2 * i]!, positions[2 * i + 1]!),
        layer,
        label,
        size: share,
        lost: lost.has(index),
      });
    });
  });
  return dots;
}

/** The drawing: sheets, dots, links inside and between layers, names, the worst loss. */
interface Drawn {
  readonly count: number;
  readonly dots: readonly Dot[];
  readonly inside: readonly (Ends & { readonly layer: number })[];
  readonly between: readonly Ends[];
  readonly sheets: readonly { readonly x: number; readonly y: number; readonly layer: number }[];
  readonly names: readonly { readonly x: number; readonly name: string; readonly layer: number }[];
  readonly worst: Dot | undefined;
}

/** Sizes that follow from how many nodes the network has. */
interface Look {
  readonly big: boolean;
  readonly radius: number;
  readonly labelled: boolean;
}

/** The marks from the back to the front: sheets, links, dots, losses, labels. */
function layerMarks(drawn: Drawn, look: Look, Plot: Charts["Plot"]) {
  const { count, inside, between, sheets } = drawn;
  const { big } = look;
  return [
    ...Array.from({ length: count }, (_, layer) => layer)
      .reverse()
      .flatMap((layer) => [
        Plot.line(
          sheets.filter((sheet) => sheet.layer === layer),
          {
            x: "x",
            y: "y",
            fill: colourOf(layer),
            fillOpacity: 0.07,
            stroke: colourOf(layer),
            strokeOpacity: 0.35,
          },
        ),
      ]),
    Plot.link(between, {
      ...ends,
      stroke: colours.muted,
      strokeOpacity: big ? 0.12 : between.length > 200 ? 0.2 : 0.4,
      strokeWidth: big ? 0.5 : 0.8,
    }),
    Plot.link(inside, {
      ...ends,
      stroke: (d: { layer: number }) => colourOf(d.layer),
      strokeOpacity: big ? 0.35 : 0.6,
      strokeWidth: big ? 0.5 : 1,
    }),
    ...nodeMarks(drawn, look, Plot),
  ];
}

function nodeMarks(
  { dots, names, worst }: Drawn,
  { big, radius, labelled }: Look,
  Plot: Charts["Plot"],
) {
  return [
    Plot.dot(dots, {
      x: "x",
      y: "y",
      r: (d: Dot) => 0.012 + 0.988 * d.size,
      fill: (d: Dot) => colourOf(d.layer),
      fillOpacity: 0.85,
      stroke: colours.paper,
      strokeWidth: big ? 0.2 : 0.6,
      ...(labelled || big ? {} : { title: "label" }),
    }),
    Plot.dot(
      dots.filter((dot) => dot.lost),
      {
        x: "x",
        y: "y",
        r: big ? 2.5 : 5,
        symbol: "times",
        stroke: colours.alarm,
        strokeWidth: big ? 1 : 1.8,
      },
    ),
    ...(worst === undefined
      ? []
      : [
          Plot.dot([worst], {
            x: "x",
            y: "y",
            r: radius + 4,
            stroke: colours.alarm,
            strokeWidth: 2,
          }),
        ]),
    ...(labelled
      ? [
          Plot.text(dots, {
            x: "x",
            y: "y",
            text: "label",
            dy: -13,
            fontSize: 11,
            fill: colours.ink,
            stroke: colours.paper,
            strokeWidth: 3,
          }),
        ]
      : []),
    Plot.text(names, {
      x: "x",
      y: "y",
      text: "name",
      textAnchor: "start",
      dx: 4,
      dy: 13,
      fontSize: 13,
      fontWeight: 600,
      fill: (d: { layer: number }) => colourOf(d.layer),
    }),
  ];
}

/** Links of each state node, inside its layer and across. */
function degrees({ drawing, size }: NetworksResult): Float64Array {
  const degree = new Float64Array(size);
  for (const { links, first } of drawing.layers) {
    for (const node of links) degree[first + node] = degree[first + node]! + 1;
  }
  for (const index of drawing.between) degree[index] = degree[index]! + 1;
  return degree;
}
