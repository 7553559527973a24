/** Pictures of a model beside its table: pairs of columns and single ones. */
import { featureMatrix } from "couplet/report";
import type { FeatureMatrix } from "couplet/report";
import { selectRows } from "couplet/table";
import type { SampledTable, Schema, Table, TableModel } from "couplet/table";
import type { Axis, Marginal, PairAnswer } from "./answers.ts";
import { axisOf, isContinuous, placesOf } from "./axes.ts";
import { spread } from "./cells.ts";
import { drawnDensity, exactDensity } from "./density.ts";

/** Rows of the table that a picture shows. */
const MOST_POINTS = 3000;
/** Half the band of a category over which its points are spread. */
const SPREAD = 0.36;
const BINS = 40;

/** The numbers of a table's columns, by the columns' names. */
export type Places = ReadonlyMap<string, Float64Array>;

/** The cells of a table as places on axes. */
export function tablePlaces(source: Table, schema: Schema): Places {
  const matrix: FeatureMatrix = featureMatrix(source, schema);
  return new Map(
    matrix.schemas.map((column, j) => [column.name, placesOf(column, matrix.columns[j]!)]),
  );
}

/** Rows drawn from a model; a conditional one takes what the table has, row by row. */
export async function drawRows(
  model: TableModel,
  count: number,
  seed: number,
  given: Table | undefined,
): Promise<SampledTable> {
  if (model.codec.contextDims === 0) return model.sample(count, { seed });
  if (given === undefined)
    throw new Error(
      `The model is conditional on ${model.codec.contextNames.join(", ")}: open the table that goes with it, or set the values in What if.`,
    );
  const rows = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * given.rows) / count));
  const { columns } = selectRows(given, rows);
  const names = model.codec.contextNames;
  return model.sample(count, {
    seed,
    context: { rows: count, columns: columns.filter(({ name }) => names.includes(name)) },
  });
}

/** What pictures are made from. */
export interface Sources {
  readonly model: TableModel;
  /** Places of the table's rows; undefined where no table is open. */
  readonly real: Places | undefined;
  readonly rows: number;
  /** Places of rows of the model. */
  readonly drawn: Places;
  readonly scores?: { readonly nats: Float64Array; readonly percentile: Float64Array } | undefined;
}

/** The axis of a column: over the table's rows, or else over rows of the model. */
export function axisIn(schema: Schema, name: string, places: Places): Axis {
  const column = schema.columns.find((one) => one.name === name);
  const own = places.get(name);
  if (column === undefined || own === undefined || !("type" in column))
    throw new Error(`no column ${name}`);
  return axisOf(column as Parameters<typeof axisOf>[0], own);
}

/** Whether the model's density over two columns is that of whole rows. */
export function isPlane({ codec, schema }: TableModel): boolean {
  return (
    codec.dims === 2 &&
    codec.contextDims === 0 &&
    codec.columns.length === 2 &&
    codec.columns.every(isContinuous) &&
    schema.columns.length === 2
  );
}

/** Two columns: density under points. */
export async function pairOf(
  { model, real, rows, drawn, scores }: Sources,
  names: readonly [string, string],
  cells: number,
): Promise<PairAnswer> {
  const [x, y] = names.map((name) => axisIn(model.schema, name, real ?? drawn)) as [Axis, Axis];
  const isExact = isPlane(model) && names[0] !== names[1];
  const [xs, ys] = names.map((name) => drawn.get(name)!) as [Float64Array, Float64Array];
  const lattice = isExact
    ? await exactDensity(model, x, y, cells)
    : drawnDensity(x, y, xs, ys, cells);
  const shown = spread(real === undefined ? 0 : rows, MOST_POINTS);
  return {
    x,
    y,
    ...lattice,
    method: isExact ? "exact" : "drawn",
    drawn: xs.length,
    ...pointsOf(real, shown, x, y),
    ...(scores === undefined
      ? {}
      : {
          nats: Float64Array.from(shown, (row) => scores.nats[row]!),
          percentiles: Float64Array.from(shown, (row) => scores.percentile[row]!),
        }),
    tableRows: rows,
  };
}

function pointsOf(real: Places | undefined, rows: Uint32Array, x: Axis, y: Axis) {
  const points = new Float32Array(2 * rows.length);
  const [xs, ys] = [real?.get(x.name), real?.get(y.name)];
  rows.forEach((row, i) => {
    points[2 * i] = shownAt(xs![row]!, x, row);
    points[2 * i + 1] = shownAt(ys![row]!, y, row + 7919);
  });
  return { points, rows };
}

/** Rows of one category stand beside each other, the same in every picture: by a hash of the row's number. */
function shownAt(place: number, axis: Axis, row: number): number {
  if (axis.labels === undefined) return place;
  const hash = (Math.imul(row + 1, 0x9e3779b1) >>> 8) / 2 ** 24;
  return place + (2 * hash - 1) * SPREAD;
}

/** A column of the table beside the same of the model's rows, as shares of bins or of categories. */
export function marginalOf(
  schema: Schema,
  name: string,
  real: Places | undefined,
  drawn: Places,
): Marginal {
  const axis = axisIn(schema, name, real ?? drawn);
  const count = axis.labels?.length ?? BINS;
  const places =
    axis.labels === undefined
      ? Array.from({ length: count + 1 }, (_, i) => axis.low + (i / count) * (axis.high - axis.low))
      : axis.labels.map((_, i) => i);
  const own = real?.get(name);
  return {
    axis,
    places,
    real: own && shares(own, axis, count),
    model: shares(drawn.get(name)!, axis, count),
  };
}

function shares(values: Float64Array, axis: Axis, count: number): number[] {
  const bins = Array.from({ length: count }, () => 0);
  for (const value of values) {
    const bin = Math.floor(((value - axis.low) / (axis.high - axis.low)) * count);
    if (bin >= 0 && bin < count) bins[bin]! += 1;
  }
  return bins.map((one) => one / Math.max(1, values.length));
}
