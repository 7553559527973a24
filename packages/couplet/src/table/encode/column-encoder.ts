import { categoryEncoder } from "./category-encoder.ts";
import type { ColumnEncoder, ColumnEncoderState } from "./encoder.ts";
import { gridEncoder } from "./grid-encoder.ts";
import {
  type Interval,
  drawInInterval,
  interval,
  intervalsOfShares,
  minusLogDrawDensity,
} from "./interval.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import { numberEncoder } from "./number-encoder.ts";
import { withSentinels } from "./sentinel-encoder.ts";
import type { CategoryColumnSchema, NumericColumnSchema } from "../schema/schema.ts";

/** Builds a column's encoder from its fitted state. */
export function columnEncoder(
  schema: NumericColumnSchema | CategoryColumnSchema,
  state: ColumnEncoderState,
): ColumnEncoder {
  if (state.kind === "category") return categoryEncoder(schema as CategoryColumnSchema, state);
  const numeric = schema as NumericColumnSchema;
  const plain = state.kind === "grid" ? gridEncoder(numeric, state) : numberEncoder(numeric, state);
  const shares = state.sentinelShares ?? [];
  const value =
    numeric.sentinels === undefined || shares.length === 0
      ? plain
      : withSentinels(plain, numeric, numeric.sentinels, shares);
  return state.missingShare > 0 ? withIndicator(value, state.missingShare) : value;
}

/**
 * Adds a dimension that says whether the cell is missing. The value dimension of a missing cell is filled with a standard normal
 * number, and `-log phi` of it is added, so that it is integrated out: an importance sample of its integral.
 */
function withIndicator(value: ColumnEncoder, missingShare: number): ColumnEncoder {
  const [present, missing] = intervalsOfShares([1 - missingShare, missingShare]) as [
    Interval,
    Interval,
  ];
  const whole = interval(-Infinity, Infinity);
  return {
    dims: value.dims + 1,
    roles: [...value.roles, "missing"],
    contribution: value.contribution,
    encode(code, uniform, z, offset) {
      const isMissing = Number.isNaN(code);
      const range = isMissing ? missing : present;
      const drawn = drawInInterval(range, uniform(value.dims));
      z[offset + value.dims] = drawn;
      const correction = minusLogDrawDensity(range, drawn);
      if (!isMissing) return correction + value.encode(code, uniform, z, offset);
      const fill = drawInInterval(whole, uniform(0));
      z[offset] = fill;
      return correction - logNormalDensity(fill);
    },
    decode: (z, offset) =>
      z[offset + value.dims]! >= missing.lower ? NaN : value.decode(z, offset),
    pieceAt: (z) => value.pieceAt(z),
    indicator: { present, missing },
    centre: (code) => value.centre(code),
    toJSON: () => value.toJSON(),
  };
}
