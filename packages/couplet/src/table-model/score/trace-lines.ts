/** The density along lines through rows: asked of the flow where it matters. */
import { type InPieces, betweenEvents } from "../../threads/yield-to-event-loop.ts";
import type { FlowModel } from "../../flow/model/model.ts";
import type { ColumnEncoder } from "../../table/encode/encoder.ts";
import { drawInInterval, minusLogDrawDensity } from "../../table/encode/interval.ts";
import type { TableCodec } from "../../table/encode/table-codec.ts";
import { aroundPeak, axisDensity } from "./axis-density.ts";
import type { Line, Lines } from "./cell-lines.ts";

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

/** Where a density along an axis is asked for: {@link GRID}, {@link AROUND}, {@link MORE_POINTS}, {@link REFINEMENTS}. */
export const LINE: {
  readonly grid: readonly number[];
  readonly around: readonly number[];
  readonly morePoints: number;
  readonly refinements: number;
} = {
  grid: GRID,
  around: AROUND,
  morePoints: MORE_POINTS,
  refinements: REFINEMENTS,
};

/** Points of a line that the first round asks for at most. */
export const FIRST_POINTS: number = GRID.length + AROUND.length;

/** Fills in nodes and log densities of all lines, in rounds. */
export async function traceLines(
  { flow, codec }: { readonly flow: FlowModel; readonly codec: TableCodec },
  lines: Lines,
  samples: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const trace = async (pointsOf: (line: Line) => readonly number[]): Promise<void> => {
    const batch = await betweenEvents(batchOf(codec, lines, pointsOf, samples), signal);
    if (batch.corrections.length === 0) return;
    const density = await flow.logProb(batch.rows, {
      ...(codec.contextDims === 0 ? {} : { context: batch.context }),
      ...(signal === undefined ? {} : { signal }),
    });
    await betweenEvents(insertAll(lines, batch, density, samples), signal);
  };
  await trace(({ own, encoder }) =>
    apart([], [...AROUND.map((step) => own + step), ...besideEdges(encoder), ...GRID]),
  );
  for (let round = 0; round < REFINEMENTS; round++)
    await trace(({ nodes, logs }) =>
      apart(nodes, [
        ...aroundPeak(nodes, logs, round),
        ...axisDensity(nodes, logs).spread(MORE_POINTS),
      ]),
    );
}

/** Both sides of the edges between the values of a column of few: a trained density may turn there. */
export function besideEdges(encoder: ColumnEncoder): number[] {
  const edges: number[] = [];
  let piece = encoder.pieceAt(-FARTHEST);
  while (piece.upper < FARTHEST && edges.length <= MOST_EDGES) {
    edges.push(piece.upper);
    piece = encoder.pieceAt(piece.upper);
  }
  return edges.length > MOST_EDGES ? [] : edges.flatMap((edge) => [edge - 0.1, edge + 0.1]);
}

/** Those of `wanted` that keep their distance from what there is and from each other. */
export function apart(there: readonly number[], wanted: readonly number[]): number[] {
  const kept: number[] = [];
  const far = (z: number, others: readonly number[]): boolean =>
    others.every((other) => Math.abs(other - z) >= NEAREST);
  for (const z of wanted) if (Math.abs(z) < FARTHEST && far(z, there) && far(z, kept)) kept.push(z);
  return kept;
}

/** Rows that the flow is asked for: each line at its points, in each draw. */
interface Batch {
  readonly wanted: readonly (readonly number[])[];
  readonly rows: Float64Array;
  readonly context: Float64Array;
  /** Per row, nats: what the other cells add to its log density. */
  readonly corrections: Float64Array;
}

/** The batch of all lines; in pieces, one a line. */
function* batchOf(
  codec: TableCodec,
  lines: Lines,
  pointsOf: (line: Line) => readonly number[],
  samples: number,
): InPieces<Batch> {
  const wanted: (readonly number[])[] = [];
  for (const line of lines.list) {
    wanted.push(pointsOf(line));
    yield;
  }
  const { dims, contextDims } = codec;
  const columns = codec.columns.length;
  const total = samples * wanted.reduce((sum, points) => sum + points.length, 0);
  const rows = new Float64Array(total * dims);
  const context = new Float64Array(total * contextDims);
  const corrections = new Float64Array(total);
  let at = 0;
  for (const [i, line] of lines.list.entries()) {
    yield;
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
        rows.set(base, at * dims);
        if (line.indicator !== undefined) rows[at * dims + indicatorDim] = says;
        rows[at * dims + line.dim] = point;
        if (lines.context !== undefined)
          context.set(
            lines.context.subarray(line.row * contextDims, (line.row + 1) * contextDims),
            at * contextDims,
          );
        corrections[at++] = correction;
      }
    }
  }
  return { wanted, rows, context, corrections };
}

/** Adds the points of a batch to the lines; in pieces, one a line. */
function* insertAll(
  lines: Lines,
  { wanted, corrections }: Batch,
  density: Float64Array,
  samples: number,
): InPieces<void> {
  let at = 0;
  for (const [i, line] of lines.list.entries()) {
    const points = wanted[i]!;
    const logs = points.map(() => -Infinity);
    for (let draw = 0; draw < samples; draw++)
      for (let k = 0; k < points.length; k++, at++)
        logs[k] = logAdd(logs[k]!, density[at]! + corrections[at]!);
    insert(line, points, logs);
    yield;
  }
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
