/** How surprising cells are that relations tie to others: each is varied with the other cells of its row held. */
import { logNormalDensity } from "../../statistics/normal.ts";
import { isSameCode } from "../../table/relations/row-codes.ts";
import { axisDensity, logSum } from "../score/axis-density.ts";
import { surprisalOf } from "../score/surprisal.ts";
import type { ExplainedModel } from "./explained-model.ts";
import type { TiedColumn } from "./tied-columns.ts";
import { type CellSurprise, type TiedCell, placeOf, tracedSurprises } from "./traced-cells.ts";
import { type RowVarier, type VariedRows, rowVarier } from "./varied-rows.ts";

/**
 * The surprises of cells, in their order: p(cell | others) = p(row with the cell) / sum or integral over what could stand there. What other
 * cells compute goes with them; a value that breaks a kept relation has density 0. Where nothing that could stand in the cell has a
 * density, nothing is conditional on the others: the cell counts by its column's distribution alone.
 */
export async function tiedSurprises(
  model: ExplainedModel,
  chunk: VariedRows,
  cells: readonly TiedCell[],
  signal: AbortSignal | undefined,
): Promise<CellSurprise[]> {
  if (cells.length === 0) return [];
  const varier = rowVarier(model, chunk);
  const isListed = ({ column }: TiedCell): boolean => column.listed !== undefined;
  const listed = cells.filter(isListed);
  const traced = cells.filter((cell) => !isListed(cell));
  const surprises = new Map<TiedCell, CellSurprise | undefined>([
    ...zip(listed, await listedSurprises(varier, chunk, listed, signal)),
    ...zip(traced, await tracedSurprises(varier, chunk, traced, signal)),
  ]);
  return cells.map((cell) => surprises.get(cell) ?? marginalSurprise(cell, chunk));
}

function zip<A, B>(keys: readonly A[], values: readonly B[]): [A, B][] {
  return keys.map((key, i) => [key, values[i]!]);
}

function marginalSurprise({ column, row }: TiedCell, { codes }: VariedRows): CellSurprise {
  const code = codes[column.placed.index]![row]!;
  const ends = [-1, 1];
  const alone = axisDensity(ends, ends.map(logNormalDensity));
  if (Number.isNaN(code) && column.hasMissing)
    return surprisalOf(column.encoder, "missing", alone, alone);
  return surprisalOf(column.encoder, { z: placeOf(column.encoder, code) }, alone, undefined);
}

/** Cells of columns with few values: each is tried. */
async function listedSurprises(
  varier: RowVarier,
  { lines, codes }: VariedRows,
  cells: readonly TiedCell[],
  signal: AbortSignal | undefined,
): Promise<(CellSurprise | undefined)[]> {
  const samples = lines.draws.length;
  const uniform = (draw: number): number => (draw + 0.5) / samples;
  const asked = cells.flatMap(({ column, row }) =>
    column.listed!.map((code) => ({ column, row, code, uniform })),
  );
  const logs = await varier.logDensities(asked, signal);
  let at = 0;
  return cells.map(({ column, row }) => {
    const masses = column.listed!.map((code) => logs[at++]! + logUnit(column, code));
    const own = codes[column.placed.index]![row]!;
    return ofMasses(
      masses,
      column.listed!.findIndex((code) => isSameCode(code, own)),
    );
  });
}

/** log of the distance that the probability of a value counts over in the density of a row. */
function logUnit({ encoder, hasMissing }: TiedColumn, code: number): number {
  if (Number.isNaN(code) && hasMissing) return 0;
  const z = new Float64Array(1);
  const correction = encoder.encode(code, () => 0.5, z, 0);
  return encoder.pieceAt(z[0]!).logMass - logNormalDensity(z[0]!) - correction;
}

function ofMasses(masses: readonly number[], own: number): CellSurprise | undefined {
  const logTotal = logSum(masses);
  if (logTotal === -Infinity) return undefined;
  const surprisal = logTotal - masses[own]!;
  const expected = masses.reduce(
    (sum, mass) => sum + (mass === -Infinity ? 0 : Math.exp(mass - logTotal) * (logTotal - mass)),
    0,
  );
  return { surprisal, excessSurprisal: surprisal - expected };
}
