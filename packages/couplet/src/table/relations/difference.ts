/** A column as its difference to what lies below it. */
import { columnGrid } from "../cell/column-grid.ts";
import { firstFrom } from "./first-from.ts";
import { asWritten, decimalsIn } from "./rounding.ts";
import type {
  IntegerColumnSchema,
  NumberColumnSchema,
  NumericColumnSchema,
} from "../schema/schema.ts";

/** What a difference is, as a column of its own. */
export type DifferenceSchema = NumberColumnSchema | IntegerColumnSchema;

/** A difference of 0 that so many rows have, and so large a part of them, has a probability of its own. */
const LEAST_TIES = 5;
const LEAST_SHARE = 0.01;

/** Between a column's cells and their differences. */
export interface Difference {
  /** `value - low` in the column's steps, from the first value that is not below `low`. */
  toDifference(value: number, low: number): number;
  /** Undoes it: never below `low`. */
  fromDifference(difference: number, low: number): number;
}

/** How a column's cells become differences and come back. */
export function differenceOf(
  schema: NumericColumnSchema,
  difference: DifferenceSchema,
): Difference {
  if (schema.type === "number" && schema.resolution === undefined) {
    const decimals = decimalsIn(schema);
    return {
      toDifference: (value, low) => value - low,
      fromDifference(distance, low) {
        const value = asWritten(schema, low + distance);
        // `low` may have more decimals than the column.
        return value >= low ? value : asWritten(schema, low + 10 ** -(decimals ?? 0));
      },
    };
  }
  const [values, steps] = [columnGrid(schema), columnGrid(difference)];
  return {
    toDifference: (value, low) => steps.valueAt(values.indexOf(value) - firstFrom(values, low)),
    fromDifference: (distance, low) =>
      values.valueAt(steps.indexOf(distance) + firstFrom(values, low)),
  };
}

/** The schema of a column's differences: in the column's steps, none below 0. */
export function differenceSchema(
  schema: NumericColumnSchema,
  differences: Float64Array,
): DifferenceSchema {
  const { name } = schema;
  const shape = { name, storage: "number", transform: "quantile", lower: 0 } as const;
  const missing = schema.missing === true ? { missing: true } : {};
  if (schema.type !== "number") {
    const { resolution: step = 1 } = schema;
    return { ...shape, type: "integer", ...(step === 1 ? {} : { resolution: step }), ...missing };
  }
  const decimals = schema.decimals === undefined ? {} : { decimals: schema.decimals };
  if (schema.resolution !== undefined)
    return { ...shape, type: "number", ...decimals, resolution: schema.resolution, ...missing };
  const ties = differences.filter((difference) => difference === 0).length;
  const isPoint = ties >= Math.max(LEAST_TIES, LEAST_SHARE * differences.length);
  return {
    ...shape,
    type: "number",
    ...decimals,
    ...(isPoint ? { pointMasses: [0] } : {}),
    ...missing,
  };
}
