/** A search for relations under way: the rows, and what has been found. */
import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import { CoupletError } from "../../../error.ts";
import { type Relation, isKept } from "../../schema/relation.ts";
import { planRelations } from "../plan-relations.ts";
import { columnIndex } from "../row-codes.ts";
import type { RowCodes } from "../row-codes.ts";
import { type Evidence, evidenceText, shuffledEvidence } from "./evidence.ts";

/** The rows that are searched, and what has been found so far. */
export class Search {
  readonly rows: RowCodes;
  readonly #found: Relation[] = [];
  readonly #computed = new Set<number>();
  readonly #sorted = new Map<number, Float64Array>();

  constructor(rows: RowCodes) {
    this.rows = rows;
  }

  get found(): readonly Relation[] {
    return this.#found;
  }

  /** Columns of numbers, without dates. */
  numbers(): number[] {
    return this.rows.schemas.flatMap((schema, column) =>
      schema.type === "number" || schema.type === "integer" ? [column] : [],
    );
  }

  /** Whether a relation computes the column already. */
  isComputed(column: number): boolean {
    return this.#computed.has(column);
  }

  /** The present cells of a column, ascending. */
  sorted(column: number): Float64Array {
    let values = this.#sorted.get(column);
    if (values === undefined) {
      values = this.rows.codes[column]!.filter((code) => !Number.isNaN(code)).sort();
      this.#sorted.set(column, values);
    }
    return values;
  }

  hasThreeValues(column: number): boolean {
    const values = new Set<number>();
    for (const code of this.rows.codes[column]!) {
      if (!Number.isNaN(code)) values.add(code);
      if (values.size === 3) return true;
    }
    return false;
  }

  /** Some rows, spread over the table. */
  someRows(most: number): number[] {
    const { rows } = this.rows;
    const stride = Math.max(1, Math.floor(rows / most));
    return Array.from({ length: Math.min(most, rows) }, (_, i) => i * stride);
  }

  /**
   * Lists a relation that holds, with its evidence: unless shuffled columns would hold it, too, or it cannot be kept beside those
   * that were found before.
   *
   * @param known its evidence, where that needs no shuffled rows
   * @returns whether it is listed
   */
  *add(relation: Relation, known?: Evidence, exceptions = 0): InPieces<boolean> {
    const evidence = known ?? (yield* shuffledEvidence(relation, this.rows));
    if (!evidence.enough) return false;
    const listed = {
      ...relation,
      ...(exceptions === 0 ? {} : { keep: false }),
      reason: evidenceText(this.rows.rows, exceptions, evidence),
    };
    if (isKept(listed) && !this.#fits(listed)) return false;
    this.#found.push(listed);
    if (!isKept(listed)) return true;
    const target = computedBy(listed);
    if (target !== undefined)
      this.#computed.add(columnIndex(this.rows.schemas, target, "relation"));
    return true;
  }

  #fits(relation: Relation): boolean {
    try {
      planRelations([...this.#found, relation], this.rows.schemas);
      return true;
    } catch (error) {
      if (error instanceof CoupletError) return false;
      throw error;
    }
  }
}

/** The column that a relation computes. */
function computedBy(relation: Relation): string | undefined {
  switch (relation.kind) {
    case "sum":
    case "product":
    case "parent":
      return relation.column;
    case "shares":
      return relation.columns.at(-1);
    default:
      return undefined;
  }
}
