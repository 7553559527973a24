/** The many-well of `manyWell` from engine ops. */
import { columns, product, scaled } from "couplet/engine";
import { graphEnergy, rowTotal } from "couplet/energy";

export function manyWellOfOps(pairs) {
  const every = (from) => Array.from({ length: pairs }, (_, k) => 2 * k + from);
  return graphEnergy((b, rows) => {
    const x = columns(b, rows, every(0));
    const y = columns(b, rows, every(1));
    const square = product(b, x, x);
    return rowTotal(
      b,
      product(b, square, square),
      scaled(b, square, -6),
      scaled(b, x, -0.5),
      scaled(b, product(b, y, y), 0.5),
    );
  });
}
