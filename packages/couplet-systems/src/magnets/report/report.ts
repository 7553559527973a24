/** Magnetic stacks: summary and pictures. */
import type { FigureSection } from "../../report/page.ts";
import type { MagnetsResult } from "../problem/run.ts";
import { colours, figure, fixedText, legend, scaleLegend, withError } from "couplet/report";
import type { Charts, Html } from "couplet/report";
import { edges, gridPieces, pieces, schemeSteps } from "../../report/area-mark.ts";
import { categoryMap, stretchesOf } from "../../report/category-chart.ts";
import { axis, colourOf, extent, frame } from "../../report/frame.ts";
import { filmFigures } from "./films.ts";
import { magnetisationFigure } from "./magnetisation.ts";
import type { SummaryTable, SystemsSummary } from "../../report/summary.ts";
import { significant } from "../../report/significant.ts";

/** Names of orders in words. */
const orders: Readonly<Record<string, string>> = {
  F: "F: all parallel",
  A: "A: parallel planes, alternating",
  C: "C: checkerboard planes, all alike",
  G: "G: every neighbour opposite",
  helix: "helix: planes turn",
  "helix of checkerboard planes": "helix of checkerboard planes",
  spiral: "spiral: turns inside planes",
  stripe: "stripe: rows alternate",
  other: "other, collinear",
  none: "no exchange",
};
const orderNames = Object.keys(orders);
const orderColour = (label: string): string =>
  label === "none" ? colours.rule : colourOf(Math.max(0, orderNames.indexOf(label)));

/** The unit of temperature of a stack, for axes and numbers. */
export const temperatureUnit = (units: MagnetsResult["units"]): string =>
  units === "reduced" ? "J / k" : "K";

/** The summary of a magnets result. */
export function magnetsSummary(result: MagnetsResult): SystemsSummary {
  const { order, meanField, monteCarlo } = result;
  const unit = temperatureUnit(result.units);
  return {
    headlines: [
      {
        label: "Order",
        value: order.label,
        note: `${(orders[order.label] ?? order.label).replace(/^\w+: /, "")}${
          order.turn === null || order.label === "F"
            ? ""
            : `, ${fixedText(order.turn, 1)}° from plane to plane`
        }`,
      },
      {
        label: "Ordering temperature, mean field",
        value: `${significant(meanField.temperature, 5)} ${unit}`,
        note: "usually too high",
      },
      ...(monteCarlo === null
        ? []
        : [
            {
              label: "Ordering temperature, Monte Carlo",
              value: `${withError(monteCarlo.value, monteCarlo.error)} ${unit}`,
              note: monteCarlo.converged ? "one standard error" : "NOT CONVERGED to the tolerance",
            },
          ]),
      {
        label: "Ground state",
        value: order.exact ? "proven" : "best found",
        note: order.frustrated ? "some bonds cannot all be satisfied" : "no bond is frustrated",
      },
    ],
    tables: magnetsTables(result),
  };
}

/** Crossings, the sweep and the simulated magnetisation, as far as they were computed. */
function magnetsTables(result: MagnetsResult): SummaryTable[] {
  const { monteCarlo, sweep } = result;
  const unit = temperatureUnit(result.units);
  const tables: SummaryTable[] = [];
  if (monteCarlo !== null && monteCarlo.crossings.length > 0) {
    tables.push({
      caption: "Crossings of the Binder ratio",
      columns: [{ name: "sizes" }, { name: `temperature, ${unit}`, align: "right" }],
      rows: monteCarlo.crossings.map(({ sizes, temperature, error }) => [
        `${sizes[0]} and ${sizes[1]}`,
        withError(temperature, error),
      ]),
    });
  }
  if (sweep !== null) {
    const measured = sweep.points.some((point) => point.monteCarlo !== undefined);
    const every = Math.ceil(sweep.points.length / 12);
    tables.push({
      caption: `Over ${sweep.label}`,
      columns: [
        { name: "value", align: "right" },
        { name: "order" },
        { name: `mean field, ${unit}`, align: "right" },
        ...(measured ? [{ name: `Monte Carlo, ${unit}`, align: "right" as const }] : []),
      ],
      rows: sweep.points
        .filter((_, i) => i % every === 0 || i === sweep.points.length - 1)
        .map(({ value, order: label, meanField: rough, monteCarlo: fine }) => [
          significant(value, 3),
          label,
          significant(rough, 5),
          ...(measured ? [fine === undefined ? "" : withError(fine.value, fine.error)] : []),
        ]),
    });
  }
  if (result.map !== null) tables.push(mapTable(result.map));
  if (result.simulated.length > 0) {
    tables.push({
      caption: "Magnetisation by Monte Carlo",
      columns: [
        { name: `T, ${unit}`, align: "right" },
        ...result.films.map((name) => ({ name, align: "right" as const })),
        { name: "heat capacity", align: "right" },
      ],
      rows: result.simulated.map(({ temperature, films, heat }) => [
        significant(temperature),
        ...films.map(({ value, error }) => withError(value, error)),
        withError(heat.value, heat.error),
      ]),
    });
  }
  return tables;
}

/** Orders over two parameters, the second upwards; of large maps some of the values. */
function mapTable({ x, y, order }: NonNullable<MagnetsResult["map"]>): SummaryTable {
  const across = someOf(x.values.length, 9);
  return {
    caption: `Orders over ${y.label} (upwards) and ${x.label}`,
    columns: [
      { name: "", align: "right" },
      ...across.map((i) => ({ name: significant(x.values[i]!, 3) })),
    ],
    rows: someOf(y.values.length, 13)
      .toReversed()
      .map((j) => [
        significant(y.values[j]!, 3),
        ...across.map((i) => order[j * x.values.length + i]!),
      ]),
  };
}

/** The first, the last and others between, evenly: `most` of `count` places. */
function someOf(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}

/** The pictures of a magnets result. */
export function magnetsSections(result: MagnetsResult, charts: Charts): FigureSection[] {
  const phases = [
    ...(result.sweep === null ? [] : [sweepFigure(result, result.sweep, charts)]),
    ...(result.map === null ? [] : mapFigures(result, result.map, charts)),
  ];
  const unit = temperatureUnit(result.units);
  const magnetisation =
    result.curve === null && result.simulated.length === 0
      ? []
      : [
          magnetisationFigure(charts, {
            films: result.films,
            unit,
            curve: result.curve,
            points: result.simulated,
            pointFilms: result.films,
            transitions: {
              meanField: result.meanField.temperature,
              ...(result.monteCarlo === null ? {} : { monteCarlo: result.monteCarlo.value }),
            },
          }),
          ...(result.simulated.length < 2 ? [] : [heatFigure(result, charts)]),
          ...filmFigures(charts, {
            films: result.films,
            pointFilms: result.films,
            unit,
            points: result.simulated,
            ...(result.monteCarlo === null ? {} : { transition: result.monteCarlo.value }),
          }),
        ];
  return [
    { id: "magnetisation", title: "Magnetisation", figures: magnetisation },
    { id: "phases", title: "Phase diagram", figures: phases },
  ];
}

type Sweep = NonNullable<MagnetsResult["sweep"]>;

function sweepFigure(result: MagnetsResult, sweep: Sweep, { Plot, draw }: Charts): Html {
  const { points, label } = sweep;
  const unit = temperatureUnit(result.units);
  const measured = points.flatMap(({ value, monteCarlo }) =>
    monteCarlo === undefined ? [] : [{ at: value, T: monteCarlo.value, error: monteCarlo.error }],
  );
  const borders = edges(points.map(({ value }) => value));
  const seen = [...new Set(points.map(({ order }) => order))];
  const top = Math.max(...points.map(({ meanField }) => meanField), ...measured.map((m) => m.T));
  const stretches = stretchesOf(
    points.map(({ order }) => order),
    borders,
  );
  return figure({
    id: "sweep",
    title: "Ordering temperature and order",
    read: `Below the line the stack is ordered, in the order whose colour fills the strip; above it is a paramagnet.${
      measured.length > 0 ? " Dots with bars are Monte Carlo, one standard error." : ""
    }`,
    chart: [
      legend([
        ...seen.map((order) => ({ label: orders[order] ?? order, colour: orderColour(order) })),
        { label: "mean field", colour: colours.ink, mark: "line" as const },
        ...(measured.length > 0
          ? [{ label: "Monte Carlo", colour: colours.alarm, mark: "dot" as const }]
          : []),
      ]),
      draw(
        {
          ...frame,
          x: axis(label),
          y: axis(`temperature, ${unit}`, { domain: [0, 1.08 * top], zero: true }),
          marks: [
            Plot.areaY(points, {
              x: "value",
              y: "meanField",
              fill: colours.band,
              fillOpacity: 0.6,
            }),
            Plot.rect(stretches, {
              x1: "from",
              x2: "to",
              y1: 0,
              y2: 0.06 * top,
              fill: (d: { name: string }) => orderColour(d.name),
            }),
            Plot.line(points, { x: "value", y: "meanField", stroke: colours.ink, strokeWidth: 2 }),
            Plot.ruleX(measured, {
              x: "at",
              y1: (d: { T: number; error: number }) => d.T - d.error,
              y2: (d: { T: number; error: number }) => d.T + d.error,
              stroke: colours.alarm,
            }),
            Plot.dot(measured, { x: "at", y: "T", fill: colours.alarm, r: 3.5 }),
            Plot.text(
              stretches.filter(
                ({ from, to }) => to - from > 0.05 * (borders.at(-1)! - borders[0]!),
              ),
              {
                x: (d: { from: number; to: number }) => (d.from + d.to) / 2,
                y: 0.11 * top,
                text: "name",
                fill: colours.ink,
                fontWeight: 600,
              },
            ),
          ],
          color: { type: "identity" },
        },
        `Ordering temperature over ${label}`,
      ),
    ],
    data: sweepColumns(points),
  });
}

const sweepColumns = (points: Sweep["points"]) => ({
  value: points.map((p) => p.value),
  order: points.map((p) => p.order),
  meanField: points.map((p) => p.meanField),
  monteCarlo: points.map((p) => p.monteCarlo?.value ?? null),
  error: points.map((p) => p.monteCarlo?.error ?? null),
});

type OrderMap = NonNullable<MagnetsResult["map"]>;

function mapFigures(result: MagnetsResult, map: OrderMap, charts: Charts): Html[] {
  const { x, y, order, meanField } = map;
  const unit = temperatureUnit(result.units);
  const seen = [...new Set(order)];
  const data = {
    x: y.values.flatMap(() => x.values),
    y: y.values.flatMap((value) => x.values.map(() => value)),
    order,
    meanField,
  };
  return [
    figure({
      id: "orders",
      title: "Which order",
      read: "Each cell has the colour of the ground state at its two exchange constants; a border between colours is a change of order.",
      chart: [
        legend(seen.map((one) => ({ label: orders[one] ?? one, colour: orderColour(one) }))),
        categoryMap(
          { x, y, names: order },
          orderColour,
          `Map of orders over ${x.label} and ${y.label}`,
          charts,
        ),
      ],
      data,
    }),
    temperatureMap(map, unit, data, charts),
  ];
}

function temperatureMap(
  { x, y, meanField }: OrderMap,
  unit: string,
  data: Readonly<Record<string, readonly (string | number)[]>>,
  { draw }: Charts,
): Html {
  const [left, bottom] = [edges(x.values), edges(y.values)];
  const [coldest, hottest] = extent(meanField);
  return figure({
    id: "temperatures",
    title: "At which temperature",
    read: "The brighter, the higher the ordering temperature in mean field; valleys are where exchange constants work against each other or vanish.",
    chart: [
      scaleLegend(
        schemeSteps("heat"),
        `${significant(coldest, 3)} ${unit}`,
        `${significant(hottest, 3)} ${unit}`,
      ),
      draw(
        {
          ...frame,
          height: 400,
          x: axis(x.label, { grid: false, domain: [left[0]!, left.at(-1)!] }),
          y: axis(y.label, { grid: false, domain: [bottom[0]!, bottom.at(-1)!] }),
          marks: [
            pieces(
              gridPieces(
                x.values,
                y.values,
                (i, j) =>
                  (meanField[j * x.values.length + i]! - coldest) / (hottest - coldest || 1),
              ),
              "heat",
            ),
          ],
        },
        `Ordering temperature over ${x.label} and ${y.label}`,
      ),
    ],
    data,
  });
}

function heatFigure(result: MagnetsResult, { Plot, draw }: Charts): Html {
  const points = result.simulated.map(({ temperature, heat }) => ({ T: temperature, ...heat }));
  const unit = temperatureUnit(result.units);
  const transition = result.monteCarlo?.value;
  return figure({
    id: "heat",
    title: "Heat capacity",
    read: "It peaks near the transition, the higher the larger the lattice; bars are one standard error.",
    chart: draw(
      {
        ...frame,
        x: axis(`temperature, ${unit}`, { zero: true }),
        y: axis("heat capacity per site, k", { zero: true }),
        marks: [
          Plot.ruleX(transition === undefined ? [] : [transition], {
            stroke: colours.muted,
            strokeDasharray: "3 3",
          }),
          Plot.line(points, { x: "T", y: "value", stroke: colourOf(0) }),
          Plot.ruleX(points, {
            x: "T",
            y1: (d: { value: number; error: number }) => d.value - d.error,
            y2: (d: { value: number; error: number }) => d.value + d.error,
            stroke: colourOf(0),
          }),
          Plot.dot(points, { x: "T", y: "value", fill: colourOf(0), r: 3.5 }),
        ],
      },
      "Heat capacity over temperature",
    ),
    data: {
      temperature: points.map((p) => p.T),
      heat: points.map((p) => p.value),
      error: points.map((p) => p.error),
    },
  });
}
