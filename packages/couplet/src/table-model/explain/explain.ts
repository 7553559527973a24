/** Which columns make a row unusual. */
import type { OptionNames } from "../../options.ts";
import { betweenEvents, eventLoopYielder } from "../../threads/yield-to-event-loop.ts";
import type { BrokenRelation } from "../../table/encode/table-codec.ts";
import type { Table } from "../../table/table.ts";
import { selectRows } from "../../table/table.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import type { Interval } from "../../table/encode/interval.ts";
import { axisDensity } from "../score/axis-density.ts";
import type { AxisDensity } from "../score/axis-density.ts";
import { type Lines, linesOf } from "../score/cell-lines.ts";
import { surprisalOf } from "../score/surprisal.ts";
import { FIRST_POINTS, traceLines } from "../score/trace-lines.ts";
import { rowCodesInPieces } from "../../table/relations/table-codes.ts";
import type { ExplainedModel } from "./explained-model.ts";
import { tiedSurprises } from "./tied-cells.ts";
import type { CellSurprise } from "./traced-cells.ts";
import { type TiedColumn, tiedColumns } from "./tied-columns.ts";

/**
 * What each cell of a row says, given all other cells of the row, in nats:
 *
 *   surprisal_j        = -log p(x_j | x_others)
 *   excess surprisal_j = surprisal_j - E[ -log p(v | x_others) ],   v ~ p(x_j | x_others)
 *
 * A discrete cell (a category, a whole or a rounded number, a date, a point of mass, a missing cell) counts by its probability; a
 * continuous one by its density on the column's latent scale, where the column's marginal distribution is a standard normal, so
 * that units do not matter. The expectation is over what the model thinks could stand there: an excess of 0 is an
 * ordinary cell, and under the model the excess is 0 in the mean; 5 is a cell e^5 times less likely than
 * ordinary ones in its place. Of independent columns, the surprisal adds up to that of the row, counted so. Where the other
 * cells have probability 0 together, nothing is conditional on them: the cell counts by its column's distribution alone.
 *
 * A cell that a kept relation ties to others is varied as a cell of the table: the other cells are held, the whole row is encoded anew for each
 * value, and a value that breaks the relation has density 0. What the others compute goes with them: it has no surprise of its own, and a
 * column that is computed in every row has no place here. In a row that breaks a relation, which `brokenRelations` names, nothing can be held: the cell at
 * fault has the surprise Infinity, and the others count by the coordinates that the model encodes them as.
 */
export interface Explanation {
  /** Columns of the table that are modelled, in order. */
  readonly columns: readonly string[];
  /** rows x columns, row-major, nats. Infinity for a cell to which the model gives probability 0. */
  readonly excessSurprisal: Float64Array;
  /** rows x columns, row-major, nats. */
  readonly surprisal: Float64Array;
  /** Relations of the schema that some of the rows break; the rows count from 0. */
  readonly brokenRelations: readonly BrokenRelation[];
}

/** Options of `TableModel.explain`. */
export interface ExplainOptions {
  /** Draws of the noise that fills the other discrete cells; their mean is taken. Default 4. */
  readonly samples?: number;
  /** Seed of that noise. Default 0. */
  readonly seed?: number;
  /** Number of the first row in the whole table, when explaining in chunks. */
  readonly firstRow?: number;
  /**
   * The number of each row in the whole table, from 0, where the rows are picked from it: each is explained as in its place, where other
   * noise fills its cells. In place of `firstRow`.
   */
  readonly rowNumbers?: ArrayLike<number>;
  /** For messages: a file's name, say. */
  readonly where?: string;
  readonly signal?: AbortSignal;
}

export const explainOptionNames: OptionNames<ExplainOptions> = {
  samples: 0,
  seed: 0,
  firstRow: 0,
  rowNumbers: true,
  where: "",
  signal: "AbortSignal",
};

/** Rows of numbers that go through the flow at once. */
const BATCH_ROWS = 1 << 17;

/** `TableModel.explain`. */
export async function explainRows(
  model: ExplainedModel,
  rows: Table,
  options: ExplainOptions,
): Promise<Explanation> {
  const { samples = 4, seed = 0, firstRow = 0, where = "table" } = options;
  const { codec } = model;
  const columns = codec.columns.map((column) => column.name);
  const excessSurprisal = new Float64Array(rows.rows * columns.length);
  const surprisal = new Float64Array(rows.rows * columns.length);
  const perRow = Math.max(1, codec.dims * samples * FIRST_POINTS);
  const yielding = eventLoopYielder(options.signal);
  const step = Math.max(1, Math.floor(BATCH_ROWS / perRow));
  const tied = tiedColumns(codec);
  const without = new Set(tied.map(({ place }) => place));
  for (let first = 0; first < rows.rows; first += step) {
    const count = Math.min(step, rows.rows - first);
    const chunk = selectRows(
      rows,
      Int32Array.from({ length: count }, (_, i) => first + i),
    );
    const how = { samples, seed, firstRow: firstRow + first, where, without };
    const lines = await betweenEvents(linesOf(codec, chunk, how), options.signal);
    await traceLines(model, lines, samples, options.signal);
    const surprises = await surprisesOfTied(model, tied, { lines, chunk, ...how }, options.signal);
    for (let at = 0; at < count * columns.length; at++) {
      await yielding();
      const own = surprises.get(at);
      if (own !== undefined) {
        excessSurprisal[first * columns.length + at] = own.excessSurprisal;
        surprisal[first * columns.length + at] = own.surprisal;
        continue;
      }
      const present = lines.find(at, "present");
      const target = first * columns.length + at;
      if (present === undefined) {
        excessSurprisal[target] = Infinity;
        surprisal[target] = Infinity;
        continue;
      }
      const missing = lines.find(at, "missing");
      const cell = lines.isMissing(at) ? ("missing" as const) : { z: present.own };
      const given = [present, missing].some((line) => line?.logs.some(Number.isFinite));
      const [here, absent] = given
        ? ([present, missing] as const).map((line) => line && axisDensity(line.nodes, line.logs))
        : marginal(present.indicator, missing?.indicator);
      const found = surprisalOf(present.encoder, cell, here!, absent);
      excessSurprisal[target] = found.excessSurprisal;
      surprisal[target] = found.surprisal;
    }
  }
  const reading = codec.readInPieces(rows, { firstRow, where, impossible: "zero" });
  const { broken: brokenRelations = [] } = await betweenEvents(reading, options.signal);
  return { columns, excessSurprisal, surprisal, brokenRelations };
}

/** The surprises of the cells of tied columns, by their place in rows x columns; those of rows of density 0 are traced as others. */
async function surprisesOfTied(
  model: ExplainedModel,
  tied: readonly TiedColumn[],
  how: {
    readonly lines: Lines;
    readonly chunk: Table;
    readonly seed: number;
    readonly firstRow: number;
    readonly where: string;
  },
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<number, CellSurprise>> {
  if (tied.length === 0) return new Map();
  const { lines, chunk, seed, firstRow, where } = how;
  const { schema, columns } = model.codec;
  const { codes } = await betweenEvents(rowCodesInPieces(chunk, schema, where), signal);
  const never = new Set(lines.codes.impossible);
  const cells = Array.from({ length: chunk.rows }, (_, row) => row)
    .filter((row) => !never.has(row))
    .flatMap((row) => tied.map((column) => ({ column, row })));
  const found = await tiedSurprises(model, { lines, codes, seed, firstRow }, cells, signal);
  const surprises = new Map<number, CellSurprise>();
  for (const [i, { column, row }] of cells.entries())
    surprises.set(row * columns.length + column.place, found[i]!);
  return surprises;
}

/**
 * The density of a cell by itself, a standard normal: what there is where the other cells of the row have probability 0
 * together, so that nothing is conditional on them.
 */
function marginal(
  present: Interval | undefined,
  missing: Interval | undefined,
): readonly [AxisDensity, AxisDensity | undefined] {
  const normal = (logMass: number): AxisDensity => {
    const nodes = [-1, 1];
    return axisDensity(
      nodes,
      nodes.map((z) => logNormalDensity(z) + logMass),
    );
  };
  return [normal(present?.logMass ?? 0), missing && normal(missing.logMass)];
}
