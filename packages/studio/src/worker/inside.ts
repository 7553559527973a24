/** The inside of a flow of two columns: the plane on its way through the layers, and couplings as functions. */
import { couplingKnots, influence, layers, oneLayer } from "couplet/inspect";
import { selectRows, table } from "couplet/table";
import type { Table, TableModel } from "couplet/table";
import type { CouplingCurves, PlaneSteps } from "./answers.ts";
import { spread } from "./cells.ts";
import { axisIn, tablePlaces } from "./pictures.ts";
import type { Places } from "./pictures.ts";

/** Lines of the lattice in each direction, and points of a line. */
const [LINES, LINE_POINTS] = [17, 60];
const MOST_POINTS = 1500;
/** States that a coupling's curves show: this many deviations about 0. */
const REACH = 3.5;
const CURVE_POINTS = 121;
const FROZEN = [-2, -1, 0, 1, 2];

/** Lines of constant x and of constant y over the table's axes, and rows of the table, before the flow and after each of its layers. */
export async function planeSteps(
  model: TableModel,
  source: Table | undefined,
  drawn: Places,
): Promise<PlaneSteps> {
  const { codec, flow, schema } = model;
  const [xName, yName] = codec.columns.map(({ name }) => name) as [string, string];
  const places =
    source === undefined
      ? drawn
      : tablePlaces(selectRows(source, spread(source.rows, MOST_POINTS)), schema);
  const [xAxis, yAxis] = [axisIn(schema, xName, places), axisIn(schema, yName, places)];
  const xs: number[] = [];
  const ys: number[] = [];
  const along = (axis: { low: number; high: number }, share: number): number =>
    axis.low + share * (axis.high - axis.low);
  for (const isUp of [true, false])
    for (let line = 0; line < LINES; line++)
      for (let i = 0; i < LINE_POINTS; i++) {
        const [fixed, moving] = [line / (LINES - 1), i / (LINE_POINTS - 1)];
        xs.push(along(xAxis, isUp ? fixed : moving));
        ys.push(along(yAxis, isUp ? moving : fixed));
      }
  const linePoints = xs.length;
  const rowCount = Math.min(MOST_POINTS, places.get(xName)!.length);
  xs.push(...places.get(xName)!.subarray(0, rowCount));
  ys.push(...places.get(yName)!.subarray(0, rowCount));
  const columns: Readonly<Record<string, readonly number[]>> = { [xName]: xs, [yName]: ys };
  const rows = table(Object.fromEntries(schema.columns.map(({ name }) => [name, columns[name]!])));
  const { z } = codec.encode(rows, { impossible: "zero" });
  const steps = await layers(flow, z);
  const unit = (axis: { low: number; high: number }, value: number): number =>
    (2 * REACH * (value - axis.low)) / (axis.high - axis.low) - REACH;
  return {
    names: [xName, yName],
    lines: 2 * LINES,
    linePoints: LINE_POINTS,
    rows: rowCount,
    reach: REACH,
    steps: [
      {
        title: "the table",
        text: "Columns as they are, scaled to the picture.",
        meanLogDet: 0,
        layer: undefined,
        states: Float32Array.from({ length: 2 * xs.length }, (_, i) =>
          i % 2 === 0 ? unit(xAxis, xs[i >> 1]!) : unit(yAxis, ys[i >> 1]!),
        ),
      },
      ...steps.map(({ layer, title, state, logDet }) => ({
        title: layer === undefined ? "encoded" : title,
        text:
          layer === undefined
            ? "Each column by itself, through its own monotone map."
            : (flow.describe().layers[layer]?.text ?? title),
        meanLogDet:
          logDet.subarray(linePoints).reduce((sum, value) => sum + value, 0) /
          Math.max(1, rowCount),
        layer,
        states: Float32Array.from(state),
      })),
    ],
  };
}

/** A coupling as a function: what becomes of the moving variable, for some values of the frozen one. Undefined for layers that freeze nothing. */
export async function couplingCurves(
  { flow }: TableModel,
  layer: number,
): Promise<CouplingCurves | undefined> {
  const own = influence(flow.spec).layers[layer]?.own;
  if (own === undefined || flow.spec.layers[layer]?.kind !== "coupling") return undefined;
  // A row of the matrix with a 1 on the diagonal alone is a variable that stays.
  const frozen = own[1] === 0 ? 0 : 1;
  const moving = 1 - frozen;
  const states = new Float64Array(2 * FROZEN.length * CURVE_POINTS);
  const at = (i: number): number => -REACH + (2 * REACH * i) / (CURVE_POINTS - 1);
  FROZEN.forEach((value, f) => {
    for (let i = 0; i < CURVE_POINTS; i++) {
      const row = f * CURVE_POINTS + i;
      states[2 * row + frozen] = value;
      states[2 * row + moving] = at(i);
    }
  });
  const { state, logDet } = await oneLayer(flow, layer, states);
  const spline = await couplingKnots(
    flow,
    layer,
    Float64Array.from({ length: 2 * FROZEN.length }, (_, i) =>
      i % 2 === frozen ? FROZEN[i >> 1]! : 0,
    ),
  );
  return {
    frozen: frozen + 1,
    moving: moving + 1,
    knots: (spline ?? []).flatMap(([own], f) =>
      Array.from(own!.x, (before, k) => ({
        frozen: FROZEN[f]!,
        before,
        after: own!.y[k]!,
        slope: own!.slopes[k]!,
      })),
    ),
    curves: FROZEN.flatMap((value, f) =>
      Array.from({ length: CURVE_POINTS }, (_, i) => {
        const row = f * CURVE_POINTS + i;
        return {
          frozen: value,
          before: at(i),
          after: state[2 * row + moving]!,
          slope: Math.exp(logDet[row]!),
        };
      }),
    ),
  };
}
