/** Scores without units: the density of a row on the axes where every column is a standard normal. */
import type { FlowModel } from "../../flow/model/model.ts";
import { logMeanExp } from "../../statistics/log-sum-exp.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import type { TableCodec, TableCodes } from "../../table/encode/table-codec.ts";
import { type ModelledColumnSchema, isNumeric, onGrid } from "../../table/schema/schema.ts";
import type { Table } from "../../table/table.ts";
import { numberOrZeroDensity, type RowScoring, scoreRows } from "./score-rows.ts";

/** Rows scored both ways, from the same draws. */
export interface StandardisedScores {
  /** Log density in the table's own units, nats; see `scoreRows`. */
  readonly nats: Float64Array;
  /**
   * Log density per row, nats, without units:
   *
   *   log p_flow(z) + sum over columns of a_j
   *
   * with a_j = 0 for a number (a rounded one, an integer, a date): it counts by its density on the axis where the column's marginal
   * distribution is a standard normal. A point of mass, a sentinel, a value of a list, a category and a missing cell count by their probability: a_j = log m - log phi(z), m
   * the mass of the cell's interval. -Infinity where `nats` is.
   */
  readonly standardised: Float64Array;
}

/** @throws CoupletError as `scoreRows` does */
export async function standardisedScores(
  flow: FlowModel,
  codec: TableCodec,
  rows: Table,
  options: RowScoring,
): Promise<StandardisedScores> {
  const draws: Float64Array[] = [];
  const nats = await scoreRows(
    flow,
    codec,
    rows,
    options,
    ({ codes, z, density, logCorrection }) => {
      draws.push(
        density.map((value, row) =>
          logCorrection[row] === -Infinity
            ? -Infinity
            : numberOrZeroDensity(value + added(codec, codes, z, row)),
        ),
      );
    },
  );
  return { nats, standardised: draws.length === 1 ? draws[0]! : logMeanExp(draws) };
}

/** What the cells of a row add to the density of its latent row. */
function added(codec: TableCodec, codes: TableCodes, z: Float64Array, row: number): number {
  let sum = codes.penalty?.[row] ?? 0;
  for (const [j, { offset, dims }] of codec.placed.entries()) {
    const column = codec.columns[j]!;
    const code = codes.columns[j]![row]!;
    const at = row * codec.dims + offset;
    const encoder = codec.cellEncoder(codes, j, row);
    const hasIndicator = codec.dimInfo[offset + dims - 1]!.role === "missing";
    const hasValue = dims > Number(hasIndicator);
    // A variable that says nothing is filled with noise, which minus its log density takes out again.
    if (hasValue) {
      const isFilled = isNumeric(column) && Number.isNaN(code);
      const piece = isFilled ? FILLED : encoder.pieceAt(z[at]!);
      if (piece.discrete && !isByDensity(column, code, piece))
        sum += piece.logMass - logNormalDensity(z[at]!);
    }
    if (!hasIndicator) continue;
    const range = encoder.indicator?.[Number.isNaN(code) ? "missing" : "present"];
    sum += (range?.logMass ?? 0) - logNormalDensity(z[at + dims - 1]!);
  }
  return sum;
}

/** A coordinate that any cell may have. */
const FILLED = { discrete: true, logMass: 0 };

/** Whether a value on a grid counts by its density: not where nothing is left open of it, and not where it stands for something by itself. */
function isByDensity(
  column: ModelledColumnSchema,
  code: number,
  piece: { readonly logMass: number },
): boolean {
  if (!isNumeric(column) || !onGrid(column) || piece.logMass === 0) return false;
  const { values, sentinels: { below = [], above = [] } = {} } = column;
  return (
    values === undefined && !Number.isNaN(code) && !below.includes(code) && !above.includes(code)
  );
}
