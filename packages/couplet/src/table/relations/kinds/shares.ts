/** Columns that sum to a constant or to another column, none below 0. */
import { asWritten } from "../rounding.ts";
import { BETWEEN, FIXED, PRESENT } from "../open-cell.ts";
import type { CellRule } from "../open-cell.ts";
import { parseNames } from "../parse-fields.ts";
import type { SharesRelation } from "../../schema/relation.ts";
import type { RelationKind } from "../relation-kind.ts";
import { columnIndex } from "../row-codes.ts";
import { decimalsIn } from "../rounding.ts";
import type { ModelledColumnSchema } from "../../schema/schema.ts";

/** Of a total: what the rounding errors of a sum of doubles make of it. */
const LAST_BITS = 1e-9;

/** {@link SharesRelation}: each column but the last lies between 0 and what those before it have left; the last is the rest. */
export const shares: RelationKind<SharesRelation> = {
  kind: "shares",
  fields: ["columns", "total"],
  parse(fields) {
    const columns = parseNames(fields, "columns");
    if (columns.length < 2) throw fields.wrong("columns", "at least two columns");
    const isColumn = typeof fields.value("total") === "string";
    return {
      kind: "shares",
      columns,
      total: isColumn ? fields.text("total") : fields.positive("total"),
    };
  },
  columns: ({ columns, total }) => (typeof total === "string" ? [...columns, total] : columns),
  describe: ({ columns, total }) => `${columns.join(" + ")} = ${total}, none below 0`,
  brokenRows(relation, { rows, schemas, codes }) {
    const { columns, totalAt } = placed(relation, schemas);
    const broken: number[] = [];
    for (let row = 0; row < rows; row++) {
      let [sum, missing, negative] = [0, false, false];
      for (const column of columns) {
        const cell = codes[column]![row]!;
        if (Number.isNaN(cell)) missing = true;
        else sum += cell;
        if (cell < 0) negative = true;
      }
      const total = totalAt(codes, row);
      const rest = total - sum;
      const slack = LAST_BITS * total;
      if (negative || (missing ? rest < -slack : Math.abs(rest) > slack)) broken.push(row);
    }
    return broken;
  },
  rules(relation, schemas) {
    const { columns, total, totalAt } = placed(relation, schemas);
    const last = columns.length - 1;
    const isSure = total === undefined || schemas[total]!.missing !== true;
    return columns.map((column, k): CellRule => {
      const before = columns.slice(0, k);
      const schema = schemas[column]!;
      const always =
        k === last && isSure && before.every((other) => schemas[other]!.missing !== true);
      return {
        column,
        needs: total === undefined ? before : [total, ...before],
        decidesValue: always,
        decidesMissing: schema.missing !== true,
        computes: k === last,
        narrow(codes, row, cell) {
          let [rest, missing] = [totalAt(codes, row), false];
          // Of an unknown total nothing is known but that no part is below 0.
          if (Number.isNaN(rest)) [rest, missing] = [Infinity, true];
          for (const other of before) {
            const code = codes[other]![row]!;
            if (Number.isNaN(code)) missing = true;
            else rest -= code;
          }
          if (k === last && !missing) {
            cell.value = FIXED;
            cell.fixed = Math.max(0, asWritten(schema, rest));
            if (schema.missing !== true) cell.missing = PRESENT;
            return;
          }
          // What is left has no more decimals than the columns have.
          const decimals = Math.max(
            ...[column, ...before].map((c) => decimalsIn(schemas[c]!) ?? 15),
          );
          cell.value = BETWEEN;
          cell.low = Math.max(cell.low, 0);
          if (rest === Infinity) return;
          cell.high = Math.min(
            cell.high,
            Math.max(0, Number(rest.toFixed(Math.min(15, decimals)))),
          );
        },
      };
    });
  },
};

interface PlacedShares {
  readonly columns: readonly number[];
  /** The column that the others sum to; undefined for a constant. */
  readonly total: number | undefined;
  /** NaN where the column is missing. */
  totalAt(codes: readonly Float64Array[], row: number): number;
}

function placed(relation: SharesRelation, schemas: readonly ModelledColumnSchema[]): PlacedShares {
  const where = `relation ${shares.describe(relation)}`;
  const columns = relation.columns.map((name) => columnIndex(schemas, name, where));
  const constant = relation.total;
  if (typeof constant === "number") return { columns, total: undefined, totalAt: () => constant };
  const total = columnIndex(schemas, constant, where);
  return { columns, total, totalAt: (codes, row) => codes[total]![row]! };
}
