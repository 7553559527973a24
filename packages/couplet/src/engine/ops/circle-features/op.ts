/**
 * Features of angles, the same on both sides of the cut: cos x, sin x, cos 2x, sin 2x. They lie feature-major: column k n + j is
 * feature k of angle j.
 */
import { expectRows } from "../../value.ts";
import type { OpDef } from "../../op.ts";

type AngleAttrs = {
  /** n: angles. */
  readonly variables: number;
};

/** Features of each angle. */
export const FEATURES = 4;

/** [x] -> [features]. */
export const circleFeatures: OpDef<AngleAttrs> = {
  name: "circleFeatures",
  infer([x], { variables }) {
    expectRows("circleFeatures", "x", x, variables);
    return [{ kind: "rows", cols: FEATURES * variables }];
  },
  vjp: ({ b, outputs: [features], attrs, cotangents: [g] }) =>
    g === undefined ? [] : b.emit(circleFeaturesVjp, [features!, g], attrs),
};

/** [features, g] -> [gx]. */
export const circleFeaturesVjp: OpDef<AngleAttrs> = {
  name: "circleFeaturesVjp",
  infer([features, g], { variables }) {
    expectRows("circleFeaturesVjp", "features", features, FEATURES * variables);
    expectRows("circleFeaturesVjp", "cotangent", g, FEATURES * variables);
    return [{ kind: "rows", cols: variables }];
  },
};
