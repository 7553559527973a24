import * as v from "valibot";
import {
  rationalQuadraticDecode,
  rationalQuadraticEncode,
  rationalQuadraticParameters,
} from "../../../engine/ops/rational-quadratic/op.ts";
import type { SplineTails } from "../../../engine/ops/rational-quadratic/op.ts";
import { checkOptions } from "../../../options.ts";
import { count, positive } from "../fields.ts";
import { declarePart } from "../part.ts";
import { transformed } from "./transform-part.ts";
import type { TransformFactory } from "./transform-part.ts";

/** How the spline goes on beyond its box. */
const TAILS = ["identity", "linear", "circular", "free"] as const;

/** A monotone rational-quadratic spline on [-bound, bound]. */
export interface RationalQuadraticTransform {
  readonly kind: "rationalQuadratic";
  readonly bins: number;
  readonly bound: number;
  /** Least width and height of a bin, as a fraction of 2 bound. */
  readonly minBin: number;
  /** Least slope at a knot. */
  readonly minDerivative: number;
  /** How it goes on outside the box; left out for `"identity"`, as version 0.1 wrote it. */
  readonly tails?: SplineTails;
}

/** Options of {@link rationalQuadratic}. */
export interface RationalQuadraticOptions {
  /** Default 8. */
  readonly bins?: number;
  /** Half the width of the box that the spline covers. Default 3. */
  readonly bound?: number;
  /** Least width and height of a bin, as a fraction of 2 bound. Default 1e-3. */
  readonly minBin?: number;
  /** Least slope at a knot. Default 1e-3. */
  readonly minDerivative?: number;
  /**
   * How the spline goes on outside the box, and which slopes at the box's ends are learned. `"identity"`: y = x, slope 1.
   * `"linear"`: straight on with the learned slope of the end's knot. `"circular"`: a bijection of angles in
   * [-bound, bound), both ends with one learned slope (Rezende et al. 2020); angles beyond are whole turns away from
   * their place. `"free"`: y = x outside beside learned slopes within. Default `"identity"`.
   */
  readonly tails?: SplineTails;
}

/**
 * Monotone rational-quadratic spline on [-bound, bound] (Durkan et al. 2019, Neural Spline Flows, eq. 4).
 */
export const rationalQuadratic: TransformFactory<
  RationalQuadraticTransform,
  [options?: RationalQuadraticOptions]
> = declarePart(
  {
    kind: "rationalQuadratic",
    fields: {
      bins: count(2, 64),
      bound: positive,
      minBin: positive,
      minDerivative: v.pipe(positive, v.ltValue(1)),
      tails: v.optional(v.picklist(TAILS)),
    },
    problems: ({ bins, minBin }, { path }) =>
      bins * minBin < 1
        ? []
        : [{ path, expected: "bins * minBin below 1", received: String(bins * minBin) }],
    describe: ({ bins, bound, tails = "identity" }) =>
      `rational-quadratic spline of ${bins} bins on +-${bound}${tails === "identity" ? "" : `, ${tails} tails`}`,
    // The box of the spline is mapped onto itself; outside, identity and free tails change nothing.
    keepsBox: (spec, bound) =>
      spec.bound === bound ||
      (spec.bound < bound && spec.tails !== "linear" && spec.tails !== "circular"),
    build({ tails = "identity", ...spline }, { variables, features }) {
      const { bins, bound, minBin, minDerivative } = spline;
      // Durkan et al. scale width and height logits by 1/sqrt(hidden): bins start out even.
      const logitScale = 1 / Math.sqrt(Math.max(1, features));
      const attrs = { variables, bins, bound, minBin, minDerivative, logitScale, tails };
      return {
        parameters: rationalQuadraticParameters(attrs),
        encode: (b, x, params) => transformed(b.emit(rationalQuadraticEncode, [x, params], attrs)),
        decode: (b, y, params, { logDet }) =>
          transformed(b.emit(rationalQuadraticDecode, [y, params], { ...attrs, logDet })),
      };
    },
  },
  (options = {}) => {
    checkOptions("rationalQuadratic", options, {
      bins: 0,
      bound: 0,
      minBin: 0,
      minDerivative: 0,
      tails: TAILS,
    });
    const {
      bins = 8,
      bound = 3,
      minBin = 1e-3,
      minDerivative = 1e-3,
      tails = "identity",
    } = options;
    const spline = { kind: "rationalQuadratic", bins, bound, minBin, minDerivative } as const;
    return tails === "identity" ? spline : { ...spline, tails };
  },
);
