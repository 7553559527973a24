/** A condition as a part of the latent space: an interval, or a few, of a column's coordinates. */
import { columnEncoder } from "../../table/encode/column-encoder.ts";
import {
  type Interval,
  drawInInterval,
  interval,
  minusLogDrawDensity,
} from "../../table/encode/interval.ts";
import type { TableCodec } from "../../table/encode/table-codec.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import { isCategorical } from "../../table/schema/schema.ts";
import type { ColumnCondition } from "./given.ts";

/** Where a condition's coordinates may be. */
export interface ConditionBox {
  /** The place of its column among the placed ones. */
  readonly group: number;
  /**
   * Writes the column's coordinates, drawn from a standard normal within the box, at `z[offset...]`.
   *
   * @returns minus the log of the density that they were drawn with, nats; of one value of a continuous column the log of the slope
   */
  draw(uniform: (k: number) => number, z: Float64Array, offset: number): number;
  /** log of the slope of the normal axis at one value of a continuous column; 0 otherwise. */
  readonly logSlope: number;
}

/** The box of a condition; `undefined` for a column that relations narrow or compute: its coordinates mean something else in each row. */
export function conditionBox(
  { index, schema, allowed, isExact }: ColumnCondition,
  codec: TableCodec,
): ConditionBox | undefined {
  const { placed, plan } = codec.readable;
  const group = placed.findIndex((column) => column.index === index);
  if (group < 0 || plan.columns[index]!.related) return undefined;
  const { encoder, dims } = placed[group]!;
  if (allowed.kind === "missing")
    return {
      group,
      draw: (uniform, z, offset) => encoder.encode(NaN, uniform, z, offset),
      logSlope: 0,
    };
  const state = codec.toJSON().encoders[schema.name]!;
  const value =
    state.kind === "category" ? encoder : columnEncoder(schema, { ...state, missingShare: 0 });
  const at = new Float64Array(4);
  if (isExact && allowed.kind === "range") {
    const code = allowed.low;
    return {
      group,
      draw: (uniform, z, offset) => encoder.encode(code, uniform, z, offset),
      logSlope: value.encode(code, () => 0.5, at, 0),
    };
  }
  const pieceOf = (code: number): Interval => {
    value.encode(code, () => 0.5, at, 0);
    const { lower, upper } = value.pieceAt(at[0]!);
    return interval(lower, upper);
  };
  const pieces =
    allowed.kind === "values"
      ? allowed.codes.map(pieceOf)
      : allowed.low === allowed.high || value.between === undefined
        ? [pieceOf(allowed.low)]
        : [between(value.between(allowed.low, allowed.high))];
  const masses = pieces.map(({ logMass }) => Math.exp(logMass));
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  if (!(total > 0)) return undefined;
  const present = isCategorical(schema) ? undefined : encoder.indicator?.present;
  return {
    group,
    logSlope: 0,
    draw(uniform, z, offset) {
      const drawn = drawInInterval(pick(pieces, masses, uniform(1) * total), uniform(0));
      z[offset] = drawn;
      let correction = Math.log(total) - logNormalDensity(drawn);
      if (present !== undefined) {
        const flag = drawInInterval(present, uniform(2));
        z[offset + dims - 1] = flag;
        correction += minusLogDrawDensity(present, flag);
      }
      return correction;
    },
  };
}

function between({ from, to }: { readonly from: number; readonly to: number }): Interval {
  return interval(from, to);
}

function pick(pieces: readonly Interval[], masses: readonly number[], target: number): Interval {
  let k = 0;
  let below = masses[0]!;
  while (k < pieces.length - 1 && below <= target) below += masses[++k]!;
  return pieces[k]!;
}
