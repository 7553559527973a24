/** Fields on meshes: coloured triangles on the deformed body, lines along one-dimensional ones. */
import type { FieldRecord } from "../problem/records.ts";
import type { MultiphysicsResult } from "../problem/run.ts";
import { colours, figure, legend, scaleLegend } from "couplet/report";
import type { Charts, Html } from "couplet/report";
import { pieces, schemeSteps, type Piece, type Scheme } from "../../report/area-mark.ts";
import { axis, colourOf, extent, frame } from "../../report/frame.ts";
import { significant } from "../../report/significant.ts";

/** One figure for each quantity, all bodies that have it together. */
export function fieldFigures(result: MultiphysicsResult, charts: Charts): Html[] {
  const groups = new Map<string, FieldRecord[]>();
  for (const field of result.fields) {
    const key = `${field.quantity} ${field.dimension}`;
    groups.set(key, [...(groups.get(key) ?? []), field]);
  }
  return [...groups.values()].map((fields, i) =>
    fields[0]!.dimension === 1
      ? lineFigure(fields, i, charts)
      : planeFigure(
          fields,
          i,
          groups.size === 1,
          result.kind === "turbineBlade" ? ", m" : "",
          charts,
        ),
  );
}

const withUnit = ({ quantity, unit }: FieldRecord): string =>
  unit === "" ? quantity : `${quantity}, ${unit}`;

function lineFigure(fields: readonly FieldRecord[], number: number, { Plot, draw }: Charts): Html {
  const rows = fields.flatMap((field, i) =>
    field.points.map((x, node) => ({ x, value: field.values[node]!, i })).sort((a, b) => a.x - b.x),
  );
  const label = withUnit(fields[0]!);
  const [low, high] = extent(rows.map(({ value }) => value));
  const margin = 0.08 * (high - low || Math.abs(high) || 1);
  return figure({
    id: `field-${number + 1}`,
    title: `${capital(fields[0]!.quantity)}, ${fields.map(({ body }) => body).join(" and ")}`,
    read: "The values along the body at the end of the run.",
    chart: [
      ...(fields.length > 1
        ? [
            legend(
              fields.map(({ body }, i) => ({
                label: body,
                colour: colourOf(i),
                mark: "line" as const,
              })),
            ),
          ]
        : []),
      draw(
        {
          ...frame,
          x: axis("x"),
          y: axis(label, { domain: [low - margin, high + margin] }),
          color: { type: "identity" },
          marks: [
            Plot.line(rows, {
              x: "x",
              y: "value",
              z: "i",
              stroke: (d: { i: number }) => colourOf(d.i),
              strokeWidth: 2,
            }),
          ],
        },
        `${label} along the body`,
      ),
    ],
    data: {
      body: rows.map(({ i }) => fields[i]!.body),
      x: rows.map(({ x }) => x),
      [label]: rows.map(({ value }) => value),
    },
  });
}

const capital = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}`;

/** Displacements are drawn so that the largest is this share of the picture. */
const shownShare = 0.05;

function planeFigure(
  fields: readonly FieldRecord[],
  number: number,
  wide: boolean,
  lengthUnit: string,
  { Plot, draw }: Charts,
): Html {
  const [left, right] = extent(fields.flatMap(({ points }) => coordinates(points, 0)));
  const [bottom, top] = extent(fields.flatMap(({ points }) => coordinates(points, 1)));
  const span = Math.max(right - left, top - bottom);
  const largest = Math.max(
    0,
    ...fields.flatMap(({ displacement = [] }) => displacement.map(Math.abs)),
  );
  const stretch = largest > 0 ? niceFactor((shownShare * span) / largest) : 0;
  const moved = fields.map((field) =>
    field.points.map((value, i) => value + stretch * (field.displacement?.[i] ?? 0)),
  );
  const [low, high] = extent(fields.flatMap(({ values }) => values));
  const scheme: Scheme = /temperature|heat/i.test(fields[0]!.quantity) ? "heat" : "cool";
  const list = fields.flatMap((field, f) => trianglePieces(field, moved[f]!, low, high));
  const pad = 0.03 * span;
  const [x0, x1] = extent(moved.flatMap((points) => coordinates(points, 0)));
  const [y0, y1] = extent(moved.flatMap((points) => coordinates(points, 1)));
  const { quantity, unit } = fields[0]!;
  const end = unit === "" ? "" : ` ${unit}`;
  const bodies = [...new Set(fields.map(({ body }) => body))];
  return figure({
    id: `field-${number + 1}`,
    title: `${capital(quantity)}, ${bodies.join(" and ")}`,
    read: `Bright is high. ${bodies.length > 1 ? "Where bodies touch, colours go on smoothly if their coupling has converged." : "Steep changes of colour are where it varies most."}`,
    wide,
    ...(stretch > 0
      ? {
          note: `Drawn on the deformed shape, displacements ${significant(stretch, 2)} times enlarged; the thin line is the shape before.`,
        }
      : {}),
    chart: [
      scaleLegend(schemeSteps(scheme), significant(low, 4), `${significant(high, 4)}${end}`),
      draw(
        {
          ...frame,
          width: wide ? 1000 : frame.width,
          height: undefined as never,
          marginLeft: 56,
          aspectRatio: 1,
          x: axis(`x${lengthUnit}`, {
            domain: [Math.min(left, x0) - pad, Math.max(right, x1) + pad],
            grid: false,
            ticks: 5,
          }),
          y: axis(`y${lengthUnit}`, {
            domain: [Math.min(bottom, y0) - pad, Math.max(top, y1) + pad],
            grid: false,
            ticks: 4,
          }),
          marks: [
            pieces(list, scheme),
            ...fields.map((field) =>
              Plot.link(outline(field), {
                x1: "x1",
                y1: "y1",
                x2: "x2",
                y2: "y2",
                stroke: colours.muted,
                strokeWidth: 0.8,
              }),
            ),
          ],
        },
        `${quantity} as colours`,
      ),
    ],
    data: fieldColumns(fields),
  });
}

/** x (axis 0) or y (axis 1) of interleaved points. */
const coordinates = (points: readonly number[], axis: 0 | 1): number[] =>
  points.filter((_, i) => i % 2 === axis);

/** Every value of the fields with its body and place. */
function fieldColumns(fields: readonly FieldRecord[]): Record<string, (string | number)[]> {
  return {
    body: fields.flatMap(({ body, values }) => values.map(() => body)),
    x: fields.flatMap(({ points }) => coordinates(points, 0)),
    y: fields.flatMap(({ points }) => coordinates(points, 1)),
    [withUnit(fields[0]!)]: fields.flatMap(({ values }) => values),
  };
}

/** 1, 2 or 5 times a power of ten, not above the value. */
function niceFactor(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}

type Corner = readonly [number, number, number];

/** Triangles with the mean of their corners; large ones are cut in parts, so that colours run smoothly. */
function trianglePieces(
  field: FieldRecord,
  points: readonly number[],
  low: number,
  high: number,
): Piece[] {
  const { cells, values } = field;
  // About 3000 parts look smooth; more only make the file large.
  const depth = cells.length / 3 < 200 ? 2 : cells.length / 3 < 1500 ? 1 : 0;
  const out: Piece[] = [];
  const add = (a: Corner, b: Corner, c: Corner, level: number): void => {
    if (level > 0) {
      const [ab, bc, ca] = [middle(a, b), middle(b, c), middle(c, a)];
      add(a, ab, ca, level - 1);
      add(ab, b, bc, level - 1);
      add(ca, bc, c, level - 1);
      add(ab, bc, ca, level - 1);
      return;
    }
    out.push({
      corners: [a, b, c].map(([x, y]) => [x, y] as const),
      share: ((a[2] + b[2] + c[2]) / 3 - low) / (high - low || 1),
    });
  };
  for (let e = 0; e < cells.length; e += 3) {
    const [a, b, c] = [0, 1, 2].map((k): Corner => {
      const node = cells[e + k]!;
      return [points[2 * node]!, points[2 * node + 1]!, values[node]!];
    }) as [Corner, Corner, Corner];
    add(a, b, c, depth);
  }
  return out;
}

const middle = (a: Corner, b: Corner): Corner => [
  (a[0] + b[0]) / 2,
  (a[1] + b[1]) / 2,
  (a[2] + b[2]) / 2,
];

/** Edges that belong to one triangle only, where the body was before it moved. */
function outline(field: FieldRecord): { x1: number; y1: number; x2: number; y2: number }[] {
  const { cells, points } = field;
  const seen = new Map<string, readonly [number, number]>();
  for (let e = 0; e < cells.length; e += 3) {
    for (const [p, q] of [
      [0, 1],
      [1, 2],
      [2, 0],
    ] as const) {
      const [a, b] = [cells[e + p]!, cells[e + q]!];
      const key = a < b ? `${a},${b}` : `${b},${a}`;
      if (!seen.delete(key)) seen.set(key, [a, b]);
    }
  }
  return [...seen.values()].map(([a, b]) => ({
    x1: points[2 * a]!,
    y1: points[2 * a + 1]!,
    x2: points[2 * b]!,
    y2: points[2 * b + 1]!,
  }));
}
