/** Where a property stands among the numbers that a flow is conditioned on. */
import { CoupletError } from "../error.ts";
import type { TableCodec } from "../table/encode/codec.ts";
import { isNumeric } from "../table/schema/schema.ts";
import type { Cell } from "../table/table.ts";

/** The coordinate of the encoded context that moves with the property. */
export function placeOf(
  codec: TableCodec,
  given: Readonly<Record<string, Cell>>,
  name: string,
): number {
  const encoded = (value: number) =>
    codec.encodeContext(codec.contextTable({ ...given, [name]: value }, 1));
  const value = given[name] as number;
  const at = encoded(value);
  const step = Math.max(1, Math.abs(value));
  const column = codec.schema.columns.find((c) => c.name === name)!;
  const { lower = -Infinity, upper = Infinity } = isNumeric(column) ? column : {};
  // Cells beyond the column's bounds are refused.
  const others = [value + step, value - step, lower, upper].filter(
    (other) => other >= lower && other <= upper && Number.isFinite(other),
  );
  for (const other of others) {
    const moved = encoded(other);
    const place = moved.findIndex((coordinate, i) => coordinate !== at[i]);
    if (place !== -1) return place;
  }
  throw new CoupletError({
    code: "DATA_INVALID",
    where: `design: target: ${name}`,
    expected: "a property that differs between rows",
    received: "a constant one",
  });
}
