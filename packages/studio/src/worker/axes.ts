/** Columns as axes of pictures: codes of cells become places. */
import { dateOfIndex } from "couplet/report";
import type { ModelledColumnSchema, NumericColumnSchema } from "couplet/table";
import type { Axis } from "./answers.ts";

/** Share of the values that lie beyond either end of an axis: one slip would squeeze all others together. */
const BEYOND = 0.002;
/** Room at either end, as a share of the axis. */
const ROOM = 0.04;

/** What kind of axis a column has. */
export function axisKind(column: ModelledColumnSchema): Axis["kind"] {
  switch (column.type) {
    case "date":
    case "datetime":
      return "date";
    case "number":
    case "integer":
      return "number";
    default:
      return "category";
  }
}

/** The codes of a column as places on its axis: numbers as they are, dates in milliseconds, categories by number. NaN is missing. */
export function placesOf(column: ModelledColumnSchema, codes: Float64Array): Float64Array {
  if (column.type !== "date" && column.type !== "datetime") return codes;
  return codes.map((code) => dateOfIndex(code, column.unit));
}

/** The axis of a column whose cells are at these places. */
export function axisOf(column: ModelledColumnSchema, places: Float64Array): Axis {
  const kind = axisKind(column);
  if (kind === "category" && "values" in column && column.values !== undefined) {
    const labels = column.values.map(String);
    return { name: column.name, kind, low: -0.5, high: labels.length - 0.5, labels };
  }
  const sorted = places.filter(Number.isFinite).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  let [low, high] = [at(BEYOND), at(1 - BEYOND)];
  if (!(high > low)) [low, high] = [low - 0.5, high + 0.5];
  const room = ROOM * (high - low);
  return { name: column.name, kind, low: low - room, high: high + room };
}

/** Whether a column's density at a point is the model's own: a continuous number, without rounding, masses of points or bounds that relations set. */
export function isContinuous(column: ModelledColumnSchema): column is NumericColumnSchema {
  return (
    column.type === "number" &&
    column.resolution === undefined &&
    column.values === undefined &&
    column.pointMasses === undefined &&
    column.sentinels === undefined &&
    column.missing !== true
  );
}
