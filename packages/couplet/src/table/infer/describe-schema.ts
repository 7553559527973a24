import { showNumberFormat } from "../cell/number-format.ts";
import { knownValues } from "../cell/read-column.ts";
import { describeRelation } from "../relations/kinds/index.ts";
import { isKept, type Relation } from "../schema/relation.ts";
import { dateOfIndex } from "../cell/date-unit.ts";
import {
  type ColumnSchema,
  type NumericColumnSchema,
  type Schema,
  isDate,
} from "../schema/schema.ts";

/**
 * The schema as text for people: one line per column with its type, what the model keeps of it, and why.
 *
 *   contract    category  "Month-to-month", "Two year", "One year"          3 different values
 *   customerID  excluded  identifier                                        7043 of 7043 values differ
 *
 * and below them the relations between columns.
 */
export function describeSchema(schema: Schema): string {
  const lines = schema.columns.map((column) => [
    column.name,
    kindOf(column),
    detailOf(column),
    column.reason ?? "",
  ]);
  const widths = [0, 1, 2].map((i) => Math.max(...lines.map((line) => line[i]!.length)));
  const shown = lines.map((line) =>
    line
      .map((part, i) => (i < 3 ? part.padEnd(widths[i]!) : part))
      .join("  ")
      .trimEnd(),
  );
  return [...shown, ...relationLines(schema.relations ?? [])].join("\n");
}

/** What holds between columns, and what nearly does. */
function relationLines(relations: readonly Relation[]): string[] {
  const block = (title: string, those: readonly Relation[]): string[] => {
    const width = Math.max(...those.map((relation) => describeRelation(relation).length));
    return those.length === 0
      ? []
      : [
          title,
          ...those.map((relation) =>
            `  ${describeRelation(relation).padEnd(width)}  ${relation.reason ?? ""}`.trimEnd(),
          ),
        ];
  };
  return [
    ...block("in every row, and kept in every sample:", relations.filter(isKept)),
    ...block(
      "not kept, because some rows break them or others go before:",
      relations.filter((relation) => !isKept(relation)),
    ),
  ];
}

function kindOf(column: ColumnSchema): string {
  if (column.type === "identifier" || column.type === "text") return "excluded";
  return column.role === "context" ? `${column.type} (given)` : column.type;
}

function detailOf(column: ColumnSchema): string {
  switch (column.type) {
    case "identifier":
    case "text":
      return column.type;
    case "constant":
      return JSON.stringify(column.value);
    case "category":
    case "ordered":
    case "boolean":
      return knownValues(column.values, 4) + (column.missing === true ? ", may be missing" : "");
    default: {
      const parts: string[] = [];
      if (column.type === "date" || column.type === "datetime")
        parts.push(`${column.format ?? "date"}, whole ${column.unit}s`);
      if (
        (column.type === "number" || column.type === "integer") &&
        column.numberFormat !== undefined
      )
        parts.push(
          `written like ${showNumberFormat(column.numberFormat, column.type === "integer")}`,
        );
      if (column.lower !== undefined || column.upper !== undefined)
        parts.push(`${column.lower ?? "-infinity"} to ${column.upper ?? "infinity"}`);
      if (column.resolution !== undefined)
        parts.push(
          "offset" in column && column.offset !== undefined
            ? `steps of ${short(column.resolution)} from ${short(column.offset)}`
            : `multiples of ${short(column.resolution)}`,
        );
      if (column.type === "number" && column.pointMasses !== undefined)
        parts.push(`mass at ${column.pointMasses.slice(0, 4).join(", ")}`);
      if (column.values !== undefined) parts.push(`only ${shownCodes(column.values, column)}`);
      if (column.sentinels !== undefined) {
        const { below = [], above = [] } = column.sentinels;
        parts.push(`far values ${shownCodes([...below, ...above], column)}`);
      }
      if (column.values === undefined)
        parts.push(column.transform === "standard" ? "standardised" : "through quantiles");
      if (column.missing === true) parts.push("may be missing");
      return parts.join(", ");
    }
  }
}

/** Codes of a column as people write them: dates as days. */
function shownCodes(codes: readonly number[], column: NumericColumnSchema): string {
  const shown = codes
    .slice(0, 6)
    .map((code) =>
      isDate(column)
        ? new Date(dateOfIndex(code, column.unit)).toISOString().replace("T00:00:00.000Z", "")
        : String(code),
    );
  return shown.join(", ") + (codes.length > 6 ? `, ... (${codes.length})` : "");
}

/** Six digits of a number: enough to know it by. */
function short(value: number): number {
  return Number(value.toPrecision(6));
}
