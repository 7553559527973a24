/** What every kind of relation declares. */
import type { JsonFields } from "../../file/json-fields.ts";
import type { CellRule } from "./open-cell.ts";
import type { Relation } from "../schema/relation.ts";
import type { RowCodes } from "./row-codes.ts";
import type { ModelledColumnSchema } from "../schema/schema.ts";

/** One kind of relation: what it reads like, which rows break it, and what it leaves open of a cell. */
export interface RelationKind<R extends Relation> {
  readonly kind: R["kind"];
  /** The fields beside `kind`, `keep` and `reason`. */
  readonly fields: readonly string[];
  /**
   * The relation of a file or of a user.
   *
   * @throws CoupletError SPEC_INVALID naming the field
   */
  parse(fields: JsonFields): Omit<R, "keep" | "reason">;
  /** All columns that it names. */
  columns(relation: R): readonly string[];
  /** For people: "pickup <= dropoff". */
  describe(relation: R): string;
  /** Rows that break it, ascending. */
  brokenRows(relation: R, rows: RowCodes): number[];
  /** What it says of the columns that it narrows. Orders are planned with all others in view: `planRelations`. */
  rules(relation: R, schemas: readonly ModelledColumnSchema[]): readonly CellRule[];
}
