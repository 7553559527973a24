/** The columns whose cells relations tie to other columns: to vary one alone is to encode its whole row anew. */
import { columnEncoder } from "../../table/encode/column-encoder.ts";
import type { ColumnEncoder } from "../../table/encode/encoder.ts";
import type { PlacedColumn } from "../../table/encode/readable-columns.ts";
import type { TableCodec } from "../../table/encode/table-codec.ts";
import { columnGrid } from "../../table/cell/column-grid.ts";
import { FIXED, MISSING, openCell, reopen } from "../../table/relations/open-cell.ts";
import { isCategorical, onGrid } from "../../table/schema/schema.ts";

/** A column of few values has all of them tried. */
const MOST_LISTED = 64;

/** A tied column. */
export interface TiedColumn {
  /** Its place in `codec.columns`. */
  readonly place: number;
  readonly placed: PlacedColumn;
  /** The encoder of its values as if no relation narrowed them: the axis that its cells are varied on. */
  readonly encoder: ColumnEncoder;
  /** All its codes, where they are few; NaN is a missing cell. */
  readonly listed: readonly number[] | undefined;
  /** Whether its cells may be missing by an indicator. */
  readonly hasMissing: boolean;
}

/** The tied columns of a table: those that relations narrow, and those that these, or what computes them, refer to. */
export function tiedColumns(codec: TableCodec): readonly TiedColumn[] {
  const { placed, plan } = codec.readable;
  const tied = new Set<number>();
  const visited = new Set<number>();
  const visit = (index: number): void => {
    if (visited.has(index)) return;
    visited.add(index);
    tied.add(index);
    for (const { needs } of plan.columns[index]!.rules) needs.forEach(visit);
  };
  for (const { index } of placed) if (plan.columns[index]!.related) visit(index);
  return placed.flatMap((column, place) =>
    tied.has(column.index) && plan.columns[column.index]!.value
      ? [tiedColumn(codec, column, place)]
      : [],
  );
}

function tiedColumn(codec: TableCodec, placed: PlacedColumn, place: number): TiedColumn {
  const { schema } = placed;
  const base = { place, placed };
  if (isCategorical(schema)) {
    const missing = schema.missing === true ? [NaN] : [];
    const listed = [...schema.values.map((_, code) => code), ...missing];
    return { ...base, encoder: placed.encoder, listed, hasMissing: false };
  }
  const state = codec.toJSON().encoders[schema.name]!;
  const encoder = columnEncoder(
    schema,
    state.kind === "category" ? state : { ...state, missingShare: 0 },
  );
  const hasMissing = schema.missing === true;
  const grid = onGrid(schema) ? columnGrid(schema) : undefined;
  const listed =
    grid !== undefined && grid.last - grid.first < MOST_LISTED && schema.sentinels === undefined
      ? [
          ...Array.from({ length: grid.last - grid.first + 1 }, (_, k) =>
            grid.valueAt(grid.first + k),
          ),
          ...(hasMissing ? [NaN] : []),
        ]
      : undefined;
  return { ...base, encoder, listed, hasMissing };
}

/**
 * Whether other cells of the row compute this one: it is then no cell that is held while others vary, but goes with them.
 *
 * @param codes of all modelled columns
 */
export function isComputed(
  codec: TableCodec,
  index: number,
  codes: readonly Float64Array[],
  row: number,
): boolean {
  const { rules } = codec.readable.plan.columns[index]!;
  if (!rules.some(({ computes }) => computes)) return false;
  const cell = openCell();
  reopen(cell);
  for (const rule of rules) {
    rule.narrow(codes, row, cell);
    // The first relation that says all has the word.
    if (cell.value === FIXED || cell.missing === MISSING) return rule.computes;
  }
  return false;
}
