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
   * relations narrow or compute. `off` does without the code: near the edge of what is allowed it may be 0 for a cell that is just outside.
   */
  readonly ofCoordinates:
    | {
        readonly offset: number;
        of(code: number, z: ArrayLike<number>, at: number): number;
        off(z: ArrayLike<number>, at: number): number;
      }
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
  const pieces = piecesOf(condition, codec);
  const off = (z: ArrayLike<number>, at: number): number => {
    if (indicator !== undefined) {
      const place = z[at + flag]!;
      if (allowed.kind === "missing") return Math.max(0, indicator.missing.lower - place);
      if (place > indicator.present.upper) return OTHER_SIDE + place - indicator.present.upper;
    }
    const value = z[at]!;
    return pieces.reduce(
      (least, { lower, upper }) => Math.min(least, Math.max(lower - value, value - upper, 0)),
      2 * OTHER_SIDE,
    );
  };
  // Values of a range are as far off as their codes say: within the interval of one of them nothing comes nearer.
  const of = (code: number, z: ArrayLike<number>, at: number): number =>
    holds(code)
      ? 0
      : allowed.kind === "range" && !Number.isNaN(code)
        ? ofCode(code)
        : LEAST + off(z, at);
  return { ofCode, ofCoordinates: { offset: own.offset, of, off } };
}

/** Where the value's coordinate may be. */
function piecesOf(
  { schema, allowed, isExact }: ColumnCondition,
  codec: TableCodec,
): readonly { readonly lower: number; readonly upper: number }[] {
  const state = codec.toJSON().encoders[schema.name]!;
  const encoder = columnEncoder(
    schema,
    state.kind === "category" ? state : { ...state, missingShare: 0 },
  );
  const pieceOf = (code: number) => encoder.pieceAt(encoder.centre(code));
  if (allowed.kind === "missing") return state.kind === "category" ? [pieceOf(NaN)] : [];
  if (allowed.kind === "values") return allowed.codes.map(pieceOf);
  const { low, high } = allowed;
  if (isExact) return [{ lower: encoder.centre(low), upper: encoder.centre(low) }];
  if (low === high || encoder.between === undefined) return [pieceOf(low)];
  const { from, to } = encoder.between(low, high);
  return [{ lower: from, upper: to }];
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
