/** Neal's funnel (Neal 2003, Slice sampling, section 8). */
import { philoxNormal } from "../../random/philox.ts";
import { rowByRow } from "./target.ts";
import type { EnergyTarget } from "./target.ts";

const LOG_TWO_PI = Math.log(2 * Math.PI);

/** x_1 ~ N(0, 9), x_2 .. x_dims ~ N(0, exp(x_1)). Normalised: log Z = 0. */
export function funnel(dims = 10): EnergyTarget {
  return {
    name: `funnel, ${dims} dimensions`,
    dims,
    logZ: 0,
    energy: rowByRow(dims, (rows, at, grad) => {
      const v = rows[at]!;
      const precision = Math.exp(-v);
      let squares = 0;
      for (let j = 1; j < dims; j++) {
        squares += rows[at + j]! ** 2;
        grad[at + j] = rows[at + j]! * precision;
      }
      const half = (dims - 1) / 2;
      grad[at] = v / 9 + half - 0.5 * squares * precision;
      return (
        (v * v) / 18 + Math.log(3) + half * v + 0.5 * squares * precision + (dims / 2) * LOG_TWO_PI
      );
    }),
    sample: (rows, seed) => {
      const out = new Float64Array(rows * dims);
      for (let r = 0; r < rows; r++) {
        const v = 3 * philoxNormal({ seed, row: r });
        out[r * dims] = v;
        for (let j = 1; j < dims; j++)
          out[r * dims + j] = Math.exp(v / 2) * philoxNormal({ seed, row: r, stream: j });
      }
      return out;
    },
    units: { shift: 0, scale: 1 },
  };
}
