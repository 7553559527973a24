import { rowsShape, widths } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import { circleFeatures, circleFeaturesVjp, FEATURES } from "./op.ts";

export const circleFeaturesCases: readonly OpCase[] = widths.flatMap((n): OpCase[] => {
  const features = { shape: rowsShape(FEATURES * n) };
  return [
    {
      name: `circleFeatures, ${n} angles`,
      op: circleFeatures,
      attrs: { variables: n },
      inputs: [{ shape: rowsShape(n) }],
    },
    {
      name: `circleFeaturesVjp, ${n} angles`,
      op: circleFeaturesVjp,
      attrs: { variables: n },
      inputs: [features, features],
    },
  ];
});
