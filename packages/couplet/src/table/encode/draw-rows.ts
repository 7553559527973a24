/** From a table's numbers to latent rows: the part of encoding that draws noise. */
import { cellNoise } from "./cell-noise.ts";
import type { DrawOptions, EncodedRows, TableCodes } from "./codec.ts";
import type { PlacedColumn } from "./read-codes.ts";

/** One draw of the latent rows of `codes`. */
export function drawRows(
  placed: readonly PlacedColumn[],
  dims: number,
  codes: TableCodes,
  options: DrawOptions,
): EncodedRows {
  const { seed = 0, epoch = 0, noise = "drawn", perColumn = false } = options;
  const { rows, firstRow, impossible } = codes;
  const z = new Float64Array(rows * dims);
  const logCorrection = new Float64Array(rows);
  const parts = perColumn ? new Float64Array(rows * placed.length) : undefined;
  const uniformAt = noise === "median" ? () => 0.5 : cellNoise(seed, epoch);
  placed.forEach(({ encoder, offset }, j) => {
    const cells = codes.columns[j]!;
    const never = codes.impossibleCells[j]!;
    let row = 0;
    const uniform = (k: number): number => uniformAt(firstRow + row, offset + k);
    for (row = 0; row < rows; row++) {
      // An impossible cell keeps the coordinate 0, so that the row stays finite for a flow.
      const correction = never.has(row)
        ? -Infinity
        : encoder.encode(cells[row]!, uniform, z, row * dims + offset);
      logCorrection[row]! += correction;
      if (parts !== undefined) parts[row * placed.length + j] = correction;
    }
  });
  for (const row of impossible) logCorrection[row] = -Infinity;
  return {
    z,
    logCorrection,
    impossible,
    ...(parts === undefined ? {} : { perColumn: parts }),
  };
}
