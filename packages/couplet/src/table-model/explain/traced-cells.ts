/** Cells of columns with many values: the density is traced along the column's own axis, within what relations leave of it. */
import { logNormalDensity, normalCdf } from "../../statistics/normal.ts";
import { LINE, apart, besideEdges } from "../score/trace-lines.ts";
import { aroundPeak } from "../score/axis-density.ts";
import type { ColumnEncoder } from "../../table/encode/encoder.ts";
import { surprisalOf } from "../score/surprisal.ts";
import { betweenEvents } from "../../threads/yield-to-event-loop.ts";
import { type SupportedPart, supportedDensity } from "./supported-density.ts";
import type { TiedColumn } from "./tied-columns.ts";
import type { RowVarier, VariedCell, VariedRows } from "./varied-rows.ts";

/** Surprisal and excess surprisal of one cell, nats. */
export interface CellSurprise {
  readonly surprisal: number;
  readonly excessSurprisal: number;
}

/** A cell of a chunk's rows. */
export interface TiedCell {
  readonly column: TiedColumn;
  readonly row: number;
}

/** Halvings that find where a relation cuts the axis off, between two points of it. */
const HALVINGS = 30;
/** Points from such a cut: the density is often largest there. */
const FROM_CUT = [0.01, 0.05, 0.2];

interface TracedLine extends TiedCell {
  readonly own: number;
  readonly isMissing: boolean;
  /** Ascending; log is -Infinity where a relation is broken. */
  nodes: { readonly z: number; readonly log: number }[];
  /** Stretches on which relations hold. */
  parts: SupportedPart[];
}

/** A point of an axis as a code. */
interface AxisPoint {
  readonly code: number;
  readonly uniform: number;
  /** What the units of the axis take of the log density of the row. */
  readonly correction: number;
}

/** The surprises of cells, in their order; undefined where nothing that could stand in the cell has a density. */
export async function tracedSurprises(
  varier: RowVarier,
  { codes }: VariedRows,
  cells: readonly TiedCell[],
  signal: AbortSignal | undefined,
): Promise<(CellSurprise | undefined)[]> {
  if (cells.length === 0) return [];
  const lines = cells.map(({ column, row }): TracedLine => {
    const code = codes[column.placed.index]![row]!;
    const isMissing = Number.isNaN(code);
    const own = isMissing ? 0 : placeOf(column.encoder, code);
    return { column, row, own, isMissing, nodes: [], parts: [] };
  });
  const missing = await missingLogs(varier, lines, signal);
  await trace(varier, lines, firstPoints, signal);
  await findParts(varier, lines, signal);
  await trace(varier, lines, besideCuts, signal);
  for (let round = 0; round < LINE.refinements; round++)
    await trace(varier, lines, (line) => refined(line, round), signal);
  return lines.map(({ column, own, isMissing, parts }, i) => {
    const logMissing = missing[i]!;
    if (parts.length === 0 && logMissing === -Infinity) return undefined;
    const present = supportedDensity(parts);
    const absent = logMissing === -Infinity ? undefined : { ...NOWHERE, logTotal: logMissing };
    return surprisalOf(column.encoder, isMissing ? "missing" : { z: own }, present, absent);
  });
}

const NOWHERE = supportedDensity([]);

/** The middle of a code's interval. */
export function placeOf(encoder: ColumnEncoder, code: number): number {
  const z = new Float64Array(1);
  encoder.encode(code, () => 0.5, z, 0);
  return z[0]!;
}

/** The code at a place of an axis, drawn there again by `uniform`. */
function pointAt(encoder: ColumnEncoder, z: number): AxisPoint {
  const code = encoder.decode([z], 0);
  const { lower, upper, discrete } = encoder.pieceAt(z);
  const uniform = discrete ? shareBelow(lower, upper, z) : 0.5;
  const drawn = new Float64Array(1);
  const correction = encoder.encode(code, () => uniform, drawn, 0);
  // The coordinate of a discrete value has the density of a standard normal cut off at its interval.
  const moved = discrete ? logNormalDensity(drawn[0]!) - logNormalDensity(z) : 0;
  return { code, uniform, correction: correction + moved };
}

/** The share of an interval's normal mass that lies below `z`, inside of (0, 1). */
function shareBelow(lower: number, upper: number, z: number): number {
  const [a, b, c] = lower > 0 ? [-upper, -lower, -z] : [lower, upper, z];
  const share = (normalCdf(c) - normalCdf(a)) / (normalCdf(b) - normalCdf(a));
  if (!Number.isFinite(share)) return 0.5;
  const inside = Math.min(1 - 1e-9, Math.max(1e-9, share));
  return lower > 0 ? 1 - inside : inside;
}

async function missingLogs(
  varier: RowVarier,
  lines: readonly TracedLine[],
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const asked = lines.filter(({ column }) => column.hasMissing);
  const logs = await varier.logDensities(
    asked.map(({ column, row }) => ({ column, row, code: NaN, uniform: 0.5 })),
    signal,
  );
  const of = new Map(asked.map((line, i) => [line, logs[i]!]));
  return lines.map((line) => of.get(line) ?? -Infinity);
}

function firstPoints({ column: { encoder, placed }, own }: TracedLine): number[] {
  const { schema } = placed;
  const points = schema.type === "number" ? (schema.pointMasses ?? []) : [];
  return [
    ...LINE.around.map((step) => own + step),
    ...points.map((code) => placeOf(encoder, code)),
    ...besideEdges(encoder),
    ...LINE.grid,
  ];
}

/** Adds points to lines, and each to the stretch that it lies on. */
async function trace(
  varier: RowVarier,
  lines: readonly TracedLine[],
  pointsOf: (line: TracedLine) => readonly number[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const wanted = lines.map((line) =>
    apart(
      line.nodes.map(({ z }) => z),
      pointsOf(line),
    ).map((z) => ({ z, ...pointAt(line.column.encoder, z) })),
  );
  const logs = await varier.logDensities(
    lines.flatMap(({ column, row }, i) =>
      wanted[i]!.map(({ code, uniform }) => ({ column, row, code, uniform })),
    ),
    signal,
  );
  let at = 0;
  for (const [i, line] of lines.entries()) {
    const added = wanted[i]!.map(({ z, correction }) => ({ z, log: logs[at++]! - correction }));
    line.nodes = [...line.nodes, ...added].sort((a, b) => a.z - b.z);
    line.parts = line.parts.map(({ lower, upper }) => partOf(line, lower, upper));
  }
}

function partOf({ nodes }: TracedLine, lower: number, upper: number): SupportedPart {
  const own = nodes.filter(({ z, log }) => z >= lower && z <= upper && log !== -Infinity);
  return { lower, upper, nodes: own.map(({ z }) => z), logs: own.map(({ log }) => log) };
}

/** The stretches of the lines on which relations hold, as far as nodes lie on them: between a node that does and one that does not by halving. */
async function findParts(
  varier: RowVarier,
  lines: readonly TracedLine[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const cuts = lines.flatMap((line) =>
    line.nodes.flatMap((node, k) => {
      const next = line.nodes[k + 1];
      if (next === undefined || (node.log === -Infinity) === (next.log === -Infinity)) return [];
      const isBelow = node.log !== -Infinity;
      return [{ line, isBelow, in: isBelow ? node.z : next.z, out: isBelow ? next.z : node.z }];
    }),
  );
  for (let halving = 0; halving < HALVINGS && cuts.length > 0; halving++) {
    const cells = cuts.map(({ line: { column, row }, ...cut }): VariedCell => {
      const { code, uniform } = pointAt(column.encoder, 0.5 * (cut.in + cut.out));
      return { column, row, code, uniform };
    });
    const possible = await betweenEvents(varier.arePossible(cells), signal);
    for (const [i, cut] of cuts.entries())
      cut[possible[i] ? "in" : "out"] = 0.5 * (cut.in + cut.out);
  }
  for (const line of lines) {
    const own = cuts.filter((cut) => cut.line === line);
    const starts = own.filter(({ isBelow }) => !isBelow).map((cut) => cut.in);
    const ends = own.filter(({ isBelow }) => isBelow).map((cut) => cut.in);
    if (line.nodes[0]!.log !== -Infinity) starts.unshift(-Infinity);
    if (line.nodes.at(-1)!.log !== -Infinity) ends.push(Infinity);
    line.parts = starts.map((lower, k) => partOf(line, lower, ends[k]!));
  }
}

/** Points beside the ends of stretches. */
function besideCuts({ parts }: TracedLine): number[] {
  return parts.flatMap(({ lower, upper }) =>
    [
      ...(lower === -Infinity ? [] : FROM_CUT.map((step) => lower + step)),
      ...(upper === Infinity ? [] : FROM_CUT.map((step) => upper - step)),
    ].filter((z) => z > lower && z < upper),
  );
}

/** More points where the mass is. */
function refined({ parts }: TracedLine, round: number): number[] {
  const inside = (z: number): boolean => parts.some(({ lower, upper }) => z > lower && z < upper);
  const peaks = parts.flatMap(({ nodes, logs }) =>
    nodes.length > 2 ? aroundPeak(nodes, logs, round) : [],
  );
  return [...peaks, ...supportedDensity(parts).spread(LINE.morePoints)].filter(inside);
}
