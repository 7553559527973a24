/** A search for relations under way: the rows, and what has been found. */
import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import { CoupletError } from "../../../error.ts";
import { type Relation, isKept } from "../../schema/relation.ts";
import { describeRelation, kindOf } from "../kinds/index.ts";
import { planRelations } from "../plan-relations.ts";
import { columnIndex } from "../row-codes.ts";
import type { RowCodes } from "../row-codes.ts";
import { solvedOtherwise } from "./solved-otherwise.ts";
import { type Evidence, evidenceText, shuffledEvidence } from "./evidence.ts";

/** The part of the rows that may break a relation and leave it worth a line, and the part that shuffled rows break then. */
const MOST_EXCEPTIONS = 0.002;
const CLEAR_SHARE = 0.05;
/** Characters of a factor that a person chose: 1.19, 0.0254. */
const CHOSEN_DIGITS = 6;

/** The rows that are searched, and what has been found so far. */
export class Search {
  readonly rows: RowCodes;
  #found: Relation[] = [];
  readonly #computed = new Set<number>();
  readonly #neededOrders = new Set<string>();
  readonly #sorted = new Map<number, Float64Array>();

  constructor(rows: RowCodes) {
    this.rows = rows;
  }

  /** What is kept and what is reported, sums before products before others; no report of a formula whose column another one computes. */
  get found(): readonly Relation[] {
    const { schemas } = this.rows;
    const listed = this.#found.filter((relation) => {
      const column = isKept(relation) ? undefined : formulaColumn(relation);
      return column === undefined || !this.isComputed(columnIndex(schemas, column, "relation"));
    });
    const place = ({ kind }: Relation): number =>
      ["sum", "shares"].includes(kind) ? 0 : kind === "product" ? 1 : 2;
    return listed.sort((a, b) => place(a) - place(b));
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

  /** Notes that `low <= high` keeps a computed difference from falling below 0, however seldom shuffled rows would break it. */
  needOrder(low: number, high: number): void {
    this.#neededOrders.add(`${low} ${high}`);
  }

  /** Whether {@link needOrder} was told of an order. */
  needsOrder(low: number, high: number): boolean {
    return this.#neededOrders.has(`${low} ${high}`);
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

  /** Rows that may break a relation which is then reported, not kept. */
  get mostExceptions(): number {
    return Math.floor(MOST_EXCEPTIONS * this.rows.rows);
  }

  /** Of the rows of a first look, those that may break what a further look is worth: seldom two of few rows are exceptions. */
  get mostMisses(): number {
    return Math.min(1, this.mostExceptions);
  }

  /**
   * Lists a relation with its evidence: to keep where all rows hold it, to report where a few break it. Not where shuffled columns would hold
   * it, too, nor where it cannot be kept beside those that were found before.
   *
   * @param known its evidence, where that needs no shuffled rows
   * @returns whether it is listed
   */
  *add(relation: Relation, known?: Evidence): InPieces<boolean> {
    // Finders look at some rows, or allow for rounding: all rows have the word, by the test that a fit makes of them.
    const exceptions = kindOf(relation).brokenRows(relation, this.rows).length;
    if (exceptions > this.mostExceptions) return false;
    yield;
    const evidence = known ?? (yield* shuffledEvidence(relation, this.rows));
    if (!evidence.enough || (exceptions > 0 && evidence.share < CLEAR_SHARE)) return false;
    if (exceptions > 0 && this.#isReported(relation)) return false;
    const listed = {
      ...relation,
      ...(exceptions === 0 ? {} : { keep: false }),
      reason: evidenceText(this.rows.rows, exceptions, evidence),
    };
    if (isKept(listed) && !this.#fits([...this.#found, listed]) && !this.#hasRoomFor(listed))
      return false;
    this.#found.push(listed);
    if (!isKept(listed)) return true;
    const target = computedBy(listed);
    if (target !== undefined)
      this.#computed.add(columnIndex(this.rows.schemas, target, "relation"));
    return true;
  }

  /**
   * Whether a report says it already: `b = a` in all but a few rows is `a = b`, and `a <= b`, in all but those, and a sum of a column needs no
   * second one with a further part that is mostly 0.
   */
  #isReported(relation: Relation): boolean {
    const columns = (other: Relation): string =>
      [...kindOf(other).columns(other)].sort().join("\0");
    // Of two columns many values may exclude each other; a column that decides the other says all of them.
    const about = (other: Relation): string =>
      relation.kind === "exclusion" && other.kind === "exclusion"
        ? describeRelation(other)
        : columns(other);
    const formula = formulaColumn(relation);
    return this.#found.some(
      (other) =>
        !isKept(other) &&
        (about(other) === about(relation) ||
          (formula !== undefined && formulaColumn(other) === formula)),
    );
  }

  /** Solves a sum that was found before for another of its columns, if a formula can be kept then. */
  #hasRoomFor(relation: Relation): boolean {
    if (formulaColumn(relation) === undefined) return false;
    const fits = (relations: readonly Relation[]): boolean => this.#fits(relations);
    const solved = solvedOtherwise(this.#found, relation, this.rows, fits);
    if (solved === undefined) return this.#dropsALine(relation);
    const index = (name: string): number => columnIndex(this.rows.schemas, name, "relation");
    this.#found = [...solved.relations];
    this.#computed.delete(index(solved.from));
    this.#computed.add(index(solved.to));
    if (solved.order !== undefined)
      this.needOrder(index(solved.order.low), index(solved.order.high));
    return true;
  }

  /** Drops a line with a factor that nobody chose (net = 0.840324 gross) for the sum that it stood for (gross = net + tax). */
  #dropsALine(relation: Relation): boolean {
    if (relation.kind !== "sum" || !relation.terms.every(({ times }) => Math.abs(times) === 1))
      return false;
    for (const [place, line] of this.#found.entries()) {
      if (!isKept(line) || line.kind !== "sum" || line.terms.length !== 1) continue;
      if (String(Math.abs(line.terms[0]!.times)).length <= CHOSEN_DIGITS) continue;
      const others = this.#found.toSpliced(place, 1);
      if (!this.#fits([...others, relation])) continue;
      this.#found = others;
      this.#computed.delete(columnIndex(this.rows.schemas, line.column, "relation"));
      return true;
    }
    return false;
  }

  #fits(relations: readonly Relation[]): boolean {
    try {
      planRelations(relations, this.rows.schemas);
      return true;
    } catch (error) {
      if (error instanceof CoupletError) return false;
      throw error;
    }
  }
}

/** The column of a sum or a product. */
function formulaColumn(relation: Relation): string | undefined {
  return relation.kind === "sum" || relation.kind === "product" ? relation.column : undefined;
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
