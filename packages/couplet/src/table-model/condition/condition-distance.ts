/** How far rows are from meeting conditions, on the axes on which every column is near a standard normal. */
import { columnEncoder } from "../../table/encode/column-encoder.ts";
import type { TableCodec } from "../../table/encode/table-codec.ts";
import type { ColumnCondition } from "./given.ts";

/** A cell that is missing where it should not be, or the other way round, is further off than any value. */
const OTHER_SIDE = 8;
/** Another cell than the wanted one is never at distance 0. */
const LEAST = 1e-6;

/** The distance of a cell from a condition. */
export interface ConditionDistance {
  /** @param code the cell's */
  ofCode(code: number): number;
  /**
   * The same by the cell's coordinates, which also tell how far a category or a missing cell is from becoming another; `undefined` for a column that
   * relations narrow or compute.
   */
  readonly ofCoordinates:
    | { readonly offset: number; of(code: number, z: ArrayLike<number>, at: number): number }
    | undefined;
}

/**
 * The distance from a condition: 0 where it holds, else along the column's normal axis to the nearest place that meets it. Of one value of a
 * continuous column it is 0 at this value alone.
 */
export function conditionDistance(
  condition: ColumnCondition,
  codec: TableCodec,
): ConditionDistance {
  const { index, schema, allowed, holds } = condition;
  const { placed, plan } = codec.readable;
  const encoder = columnEncoder(schema, codec.toJSON().encoders[schema.name]!);
  const ofCode = codeDistance(condition, (code) => encoder.centre(code));
  const own = placed.find((column) => column.index === index);
  if (own === undefined || plan.columns[index]!.related)
    return { ofCode, ofCoordinates: undefined };
  const { indicator } = encoder;
  const flag = own.dims - 1;
  const pieces =
    allowed.kind === "range"
      ? []
      : (allowed.kind === "values" ? allowed.codes : indicator === undefined ? [NaN] : []).map(
          (code) => encoder.pieceAt(encoder.centre(code)),
        );
  const of = (code: number, z: ArrayLike<number>, at: number): number => {
    if (holds(code)) return 0;
    if (indicator !== undefined) {
      if (allowed.kind === "missing")
        return LEAST + Math.abs(indicator.missing.lower - z[at + flag]!);
      if (Number.isNaN(code)) return OTHER_SIDE + Math.abs(z[at + flag]! - indicator.present.upper);
    }
    if (pieces.length === 0) return ofCode(code);
    const value = z[at]!;
    return pieces.reduce(
      (least, { lower, upper }) =>
        Math.min(least, LEAST + Math.max(lower - value, value - upper, 0)),
      2 * OTHER_SIDE,
    );
  };
  return { ofCode, ofCoordinates: { offset: own.offset, of } };
}

function codeDistance(
  { allowed, holds }: ColumnCondition,
  centre: (code: number) => number,
): (code: number) => number {
  if (allowed.kind === "missing") return (code) => (holds(code) ? 0 : OTHER_SIDE);
  if (allowed.kind === "values") {
    const places = allowed.codes.map(centre);
    return (code) => {
      if (holds(code)) return 0;
      if (Number.isNaN(code)) return OTHER_SIDE;
      const at = centre(code);
      return (
        LEAST + places.reduce((least, place) => Math.min(least, Math.abs(at - place)), OTHER_SIDE)
      );
    };
  }
  const { low, high } = allowed;
  const from = low === -Infinity ? -Infinity : centre(low);
  const to = high === Infinity ? Infinity : centre(high);
  return (code) => {
    if (holds(code)) return 0;
    if (Number.isNaN(code)) return OTHER_SIDE;
    const at = centre(code);
    return Math.max(from - at, at - to, 1e-9);
  };
}
