import { circularShiftDecode, circularShiftEncode } from "../../../engine/ops/circular-shift/op.ts";
import { checkOptions } from "../../../options.ts";
import { positive } from "../fields.ts";
import { declarePart } from "../part.ts";
import { transformed } from "./transform-part.ts";
import type { TransformFactory } from "./transform-part.ts";

/** y = x + t on the circle [-bound, bound). */
export interface CircularShiftTransform {
  readonly kind: "circularShift";
  readonly bound: number;
}

/** Options of {@link circularShift}. */
export interface CircularShiftOptions {
  /** Half a turn, in the units of the variable. Default pi. */
  readonly bound?: number;
}

/**
 * y = x + t on the circle [-bound, bound): turns angles (Rezende et al. 2020, section 2.1). Volume is preserved; an angle that
 * is whole turns away from its place stays so.
 */
export const circularShift: TransformFactory<
  CircularShiftTransform,
  [options?: CircularShiftOptions]
> = declarePart(
  {
    kind: "circularShift",
    fields: { bound: positive },
    describe: ({ bound }) => `turned on the circle +-${bound}`,
    keepsBox: (spec, bound) => spec.bound === bound,
    build({ bound }, { variables }) {
      const attrs = { variables, bound };
      return {
        parameters: 1,
        encode: (b, x, params) => transformed(b.emit(circularShiftEncode, [x, params], attrs)),
        decode: (b, y, params) => transformed(b.emit(circularShiftDecode, [y, params], attrs)),
      };
    },
  },
  (options = {}) => {
    checkOptions("circularShift", options, { bound: 0 });
    return { kind: "circularShift", bound: options.bound ?? Math.PI };
  },
);
