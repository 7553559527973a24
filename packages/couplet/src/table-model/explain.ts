/** Which columns make a row unusual. */
import type { FlowModel } from "../flow/model.ts";
import { cellNoise } from "../table/cell-noise.ts";
import { drawInInterval, minusLogDrawDensity } from "../table/interval.ts";
import type { Interval } from "../table/interval.ts";
import type { ColumnEncoder } from "../table/encoder.ts";
import type { TableCodec } from "../table/table-codec.ts";
import type { Table } from "../table/table.ts";
import { selectRows } from "../table/table.ts";
import { aroundPeak, axisDensity } from "./axis-density.ts";
import { surpriseOf } from "./surprise.ts";

/**
 * What each cell of a row says, given all other cells of the row, in nats:
 *
 *   information_j = -log p(x_j | x_others)
 *   surprise_j    = information_j - E[ -log p(v | x_others) ],   v ~ p(x_j | x_others)
 *
 * A discrete cell (a category, a whole number, a date, a point of mass, a missing cell) counts by its probability; a
 * continuous one by its density on the column's latent scale, where the column's marginal distribution is a standard normal, so
 * that units do not matter. The expectation is over what the model thinks could stand there: a surprise of 0 is an
 * ordinary cell, and under the model surprises are 0 in the mean; 5 is a cell e^5 times less likely than
 * ordinary ones in its place. Of independent columns, the information adds up to that of the row.
 */
export interface Explanation {
  /** Columns of the table that are modelled, in order. */
  readonly columns: readonly string[];
  /** rows x columns, row-major, nats. Infinity for a cell to which the model gives probability 0. */
  readonly surprise: Float64Array;
  /** rows x columns, row-major, nats. */
  readonly information: Float64Array;
}

/** What of a table's model an explanation asks. */
export interface ExplainedModel {
  readonly flow: FlowModel;
  readonly codec: TableCodec;
  /** The encoded context of rows; nothing for a model that has none. */
  contextOf(rows: Table, where: string): { readonly context?: Float64Array };
}

/** Options of `TableModel.explain`. */
export interface ExplainOptions {
  /** Draws of the noise that fills the other discrete cells; their mean is taken. Default 4. */
  readonly samples?: number;
  /** Seed of that noise. Default 0. */
  readonly seed?: number;
  /** Number of the first row in the whole table, when explaining in chunks. */
  readonly firstRow?: number;
  /** For messages: a file's name, say. */
  readonly where?: string;
  readonly signal?: AbortSignal;
}

/** The density along a cell's axis is first asked for at these coordinates and around the cell's own... */
const GRID = [-5, -4, -3, -2.25, -1.5, -0.75, 0, 0.75, 1.5, 2.25, 3, 4, 5];
const AROUND = [-0.45, -0.15, -0.04, 0, 0.04, 0.15, 0.45];
/** ... then twice around the peak, and at as many more points where what is known so far puts the mass. */
const MORE_POINTS = 6;
const REFINEMENTS = 2;

/** Edges between values that get points of their own. */
const MOST_EDGES = 6;

/** Nodes nearer than this would make slopes of rounding errors: the flow computes in single precision. */
const NEAREST = 5e-3;

/** Beyond this a normal has no mass that a double could tell from none. */
const FARTHEST = 38;

/** Rows of numbers that go through the flow at once. */
const BATCH_ROWS = 1 << 17;

/** `TableModel.explain`. */
export async function explainRows(
  model: ExplainedModel,
  rows: Table,
  options: ExplainOptions,
): Promise<Explanation> {
  const { samples = 4, firstRow = 0 } = options;
  const { codec } = model;
  const columns = codec.columns.map((column) => column.name);
  const surprise = new Float64Array(rows.rows * columns.length);
  const information = new Float64Array(rows.rows * columns.length);
  const perRow = Math.max(1, codec.dims * samples * (GRID.length + AROUND.length));
  const step = Math.max(1, Math.floor(BATCH_ROWS / perRow));
  for (let first = 0; first < rows.rows; first += step) {
    const count = Math.min(step, rows.rows - first);
    const chunk = selectRows(
      rows,
      Int32Array.from({ length: count }, (_, i) => first + i),
    );
    const lines = linesOf(model, chunk, { ...options, firstRow: firstRow + first });
    await trace(model, lines, samples, options.signal);
    for (let at = 0; at < count * columns.length; at++) {
      const present = lines.find(at, "present");
      const target = first * columns.length + at;
      if (present === undefined) {
        surprise[target] = Infinity;
        information[target] = Infinity;
        continue;
      }
      const missing = lines.find(at, "missing");
      const found = surpriseOf(
        present.encoder,
        lines.isMissing(at) ? "missing" : { z: present.own },
        axisDensity(present.nodes, present.logs),
        missing && axisDensity(missing.nodes, missing.logs),
      );
      surprise[target] = found.surprise;
      information[target] = found.information;
    }
  }
  return { columns, surprise, information };
}

/** One coordinate of one row, along which the density is traced while everything else stays. */
interface Line {
  readonly encoder: ColumnEncoder;
  readonly row: number;
  /** The latent dimension that moves. */
  readonly dim: number;
  /** Its value in the row; 0 where the cell is missing. */
  readonly own: number;
  /** The interval that the column's indicator is drawn from, if it has one. */
  readonly indicator: Interval | undefined;
  nodes: number[];
  /** log p at the nodes: the mean over the draws. */
  logs: number[];
}

interface Lines {
  readonly list: readonly Line[];
  /** The line of a cell (row x columns); undefined for a cell of probability 0. */
  find(cell: number, side: "present" | "missing"): Line | undefined;
  isMissing(cell: number): boolean;
  /** Per draw: latent rows, and what other columns than `dim`'s add to the log density. */
  readonly draws: readonly { readonly z: Float64Array; readonly perColumn: Float64Array }[];
  readonly rows: number;
  readonly context: Float64Array | undefined;
  readonly columnOf: readonly number[];
  readonly noise: (draw: number, row: number, dim: number) => number;
}

function linesOf(model: ExplainedModel, chunk: Table, options: ExplainOptions): Lines {
  const { samples = 4, seed = 0, firstRow = 0, where = "table" } = options;
  const { codec } = model;
  const columns = codec.columns.length;
  const draws = Array.from({ length: samples }, (_, sample) => {
    const { z, perColumn } = codec.encode(chunk, {
      seed,
      sample,
      firstRow,
      where,
      impossible: "zero",
      perColumn: true,
    });
    return { z, perColumn: perColumn! };
  });
  const { z, perColumn } = draws[0]!;
  const missing = missingCells(codec, z, chunk.rows);
  const list: Line[] = [];
  const found = new Map<string, Line>();
  for (let row = 0; row < chunk.rows; row++)
    codec.placed.forEach(({ encoder, offset }, j) => {
      const cell = row * columns + j;
      if (perColumn[cell] === -Infinity) return;
      const own = missing[cell] === 1 ? 0 : z[row * codec.dims + offset]!;
      const add = (side: "present" | "missing", indicator: Interval | undefined): void => {
        const line = { encoder, row, dim: offset, own, indicator, nodes: [], logs: [] };
        list.push(line);
        found.set(`${cell} ${side}`, line);
      };
      add("present", encoder.indicator?.present);
      if (encoder.indicator !== undefined) add("missing", encoder.indicator.missing);
    });
  const uniforms = draws.map((_, draw) => cellNoise(seed + 1, draw));
  return {
    list,
    find: (cell, side) => found.get(`${cell} ${side}`),
    isMissing: (cell) => missing[cell] === 1,
    draws,
    rows: chunk.rows,
    context: model.contextOf(chunk, where).context,
    columnOf: codec.placed.flatMap(({ encoder }, j) =>
      Array.from({ length: encoder.dims }, () => j),
    ),
    noise: (draw, row, dim) => uniforms[draw]!(firstRow + row, dim),
  };
}

/** Which cells are missing by an indicator (rows x columns): a category's missing cell is a value of its axis. */
function missingCells(codec: TableCodec, z: Float64Array, rows: number): Uint8Array {
  const columns = codec.columns.length;
  const out = new Uint8Array(rows * columns);
  codec.placed.forEach(({ encoder, offset }, j) => {
    if (encoder.indicator === undefined) return;
    for (let row = 0; row < rows; row++) {
      const says = z[row * codec.dims + offset + encoder.dims - 1]!;
      if (says >= encoder.indicator.missing.lower) out[row * columns + j] = 1;
    }
  });
  return out;
}

/** Fills in nodes and log densities of all lines, in rounds. */
async function trace(
  model: ExplainedModel,
  lines: Lines,
  samples: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  await evaluate(
    model,
    lines,
    lines.list.map(({ own, encoder }) =>
      apart([], [...AROUND.map((step) => own + step), ...besideEdges(encoder), ...GRID]),
    ),
    samples,
    signal,
  );
  for (let round = 0; round < REFINEMENTS; round++) {
    const wanted = lines.list.map((line) =>
      apart(line.nodes, [
        ...aroundPeak(line.nodes, line.logs, round),
        ...axisDensity(line.nodes, line.logs).spread(MORE_POINTS),
      ]),
    );
    await evaluate(model, lines, wanted, samples, signal);
  }
}

/** Both sides of the edges between the values of a column of few: a trained density may turn there. */
function besideEdges(encoder: ColumnEncoder): number[] {
  const edges: number[] = [];
  let piece = encoder.pieceAt(-FARTHEST);
  while (piece.upper < FARTHEST && edges.length <= MOST_EDGES) {
    edges.push(piece.upper);
    piece = encoder.pieceAt(piece.upper);
  }
  return edges.length > MOST_EDGES ? [] : edges.flatMap((edge) => [edge - 0.1, edge + 0.1]);
}

/** Those of `wanted` that keep their distance from what there is and from each other. */
function apart(there: readonly number[], wanted: readonly number[]): number[] {
  const kept: number[] = [];
  const far = (z: number, others: readonly number[]): boolean =>
    others.every((other) => Math.abs(other - z) >= NEAREST);
  for (const z of wanted) if (Math.abs(z) < FARTHEST && far(z, there) && far(z, kept)) kept.push(z);
  return kept;
}

async function evaluate(
  model: ExplainedModel,
  lines: Lines,
  wanted: readonly (readonly number[])[],
  samples: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { codec, flow } = model;
  const { dims, contextDims } = codec;
  const columns = codec.columns.length;
  const total = samples * wanted.reduce((sum, points) => sum + points.length, 0);
  const batch = new Float64Array(total * dims);
  const context = new Float64Array(total * contextDims);
  const corrections = new Float64Array(total);
  let at = 0;
  lines.list.forEach((line, i) => {
    for (let draw = 0; draw < samples; draw++) {
      const { z, perColumn } = lines.draws[draw]!;
      const base = z.subarray(line.row * dims, (line.row + 1) * dims);
      const j = lines.columnOf[line.dim]!;
      let correction = 0;
      for (let other = 0; other < columns; other++) {
        const part = perColumn[line.row * columns + other]!;
        if (other !== j && part !== -Infinity) correction += part;
      }
      // The indicator of the column itself is integrated out as the other cells' noise is.
      const indicatorDim = line.dim + line.encoder.dims - 1;
      let says = 0;
      if (line.indicator !== undefined) {
        says = drawInInterval(line.indicator, lines.noise(draw, line.row, indicatorDim));
        correction += minusLogDrawDensity(line.indicator, says);
      }
      for (const point of wanted[i]!) {
        batch.set(base, at * dims);
        if (line.indicator !== undefined) batch[at * dims + indicatorDim] = says;
        batch[at * dims + line.dim] = point;
        if (lines.context !== undefined)
          context.set(
            lines.context.subarray(line.row * contextDims, (line.row + 1) * contextDims),
            at * contextDims,
          );
        corrections[at++] = correction;
      }
    }
  });
  if (total === 0) return;
  const density = await flow.logProb(batch, {
    ...(contextDims === 0 ? {} : { context }),
    ...(signal === undefined ? {} : { signal }),
  });
  at = 0;
  lines.list.forEach((line, i) => {
    const points = wanted[i]!;
    const logs = points.map(() => -Infinity);
    for (let draw = 0; draw < samples; draw++)
      for (let k = 0; k < points.length; k++, at++)
        logs[k] = logAdd(logs[k]!, density[at]! + corrections[at]!);
    insert(line, points, logs);
  });
}

function logAdd(a: number, b: number): number {
  const top = Math.max(a, b);
  return top === -Infinity ? top : top + Math.log1p(Math.exp(Math.min(a, b) - top));
}

function insert(line: Line, points: readonly number[], logs: readonly number[]): void {
  const all = [
    ...line.nodes.map((z, k) => [z, line.logs[k]!] as const),
    ...points.map((z, k) => [z, logs[k]!] as const),
  ].sort((a, b) => a[0] - b[0]);
  line.nodes = all.map(([z]) => z);
  line.logs = all.map(([, value]) => value);
}
