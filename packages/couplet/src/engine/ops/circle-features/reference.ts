/** Features of angles in float64. */
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { circleFeatures, circleFeaturesVjp, FEATURES } from "./op.ts";

export const circleFeaturesReference: readonly ReferenceOp[] = [
  onReference(circleFeatures, ([x], { variables: n }) => {
    const { rows, data } = x!;
    const out = new Float64Array(rows * FEATURES * n);
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < n; j++) {
        const angle = data[r * n + j]!;
        [Math.cos(angle), Math.sin(angle), Math.cos(2 * angle), Math.sin(2 * angle)].forEach(
          (value, k) => (out[(r * FEATURES + k) * n + j] = value),
        );
      }
    }
    return [{ rows, cols: FEATURES * n, data: out }];
  }),
  onReference(circleFeaturesVjp, ([features, g], { variables: n }) => {
    const { rows } = features!;
    const out = new Float64Array(rows * n);
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < n; j++) {
        const at = (data: Float64Array, k: number) => data[(r * FEATURES + k) * n + j]!;
        const [f, c] = [features!.data, g!.data];
        out[r * n + j] =
          at(f, 0) * at(c, 1) -
          at(f, 1) * at(c, 0) +
          2 * (at(f, 2) * at(c, 3) - at(f, 3) * at(c, 2));
      }
    }
    return [{ rows, cols: n, data: out }];
  }),
];
