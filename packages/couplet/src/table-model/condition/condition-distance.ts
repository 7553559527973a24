/** How far rows are from meeting conditions, on the axes on which every column is near a standard normal. */
import { columnEncoder } from "../../table/encode/column-encoder.ts";
import type { TableCodec } from "../../table/encode/table-codec.ts";
import type { ColumnCondition } from "./given.ts";

/** A cell that is missing where it should not be, or the other way round, is further off than any value. */
const OTHER_SIDE = 8;

/**
 * The distance of a code from a condition: 0 where it holds, else from the code's place on the column's normal axis to the nearest one that
 * meets it. Of one value of a continuous column it is 0 at this value alone.
 */
export function conditionDistance(
  { schema, allowed, holds }: ColumnCondition,
  codec: TableCodec,
): (code: number) => number {
  if (allowed.kind === "missing") return (code) => (holds(code) ? 0 : OTHER_SIDE);
  const encoder = columnEncoder(schema, codec.toJSON().encoders[schema.name]!);
  if (allowed.kind === "values") {
    const places = allowed.codes.map((code) => encoder.centre(code));
    return (code) => {
      if (holds(code)) return 0;
      if (Number.isNaN(code)) return OTHER_SIDE;
      const at = encoder.centre(code);
      // Never 0: the value is another one.
      return (
        places.reduce((least, place) => Math.min(least, Math.abs(at - place)), OTHER_SIDE) + 1e-6
      );
    };
  }
  const { low, high } = allowed;
  const from = low === -Infinity ? -Infinity : encoder.centre(low);
  const to = high === Infinity ? Infinity : encoder.centre(high);
  return (code) => {
    if (holds(code)) return 0;
    if (Number.isNaN(code)) return OTHER_SIDE;
    const at = encoder.centre(code);
    return Math.max(from - at, at - to, 1e-9);
  };
}
