/** How much a table says for a relation: what shuffled columns would break. */
import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import { shuffled } from "../../../random/shuffle.ts";
import type { RowCodes } from "../row-codes.ts";
import { kindOf } from "../kinds/index.ts";
import type { Relation } from "../../schema/relation.ts";
import { columnIndex } from "../row-codes.ts";

/** Of shuffled rows, at least so many have to break a relation, in number and in part: it says something then. */
const LEAST_BROKEN = 5;
const LEAST_SHARE = 0.01;
/** Of few rows more: pairs of columns are many, and each holds by chance with a probability of about exp(-broken). */
const FEW_ROWS = 50;
const LEAST_OF_FEW = 8;
/** Shuffled rows that are looked at. */
const MOST_SHUFFLED = 20_000;

/** The part of the rows that break a relation once a column is shuffled, and whether that is enough to believe it. */
export interface Evidence {
  readonly share: number;
  readonly enough: boolean;
}

/** Whether so many broken rows of so many say something. */
export function evidenceOf(broken: number, rows: number): Evidence {
  const share = rows === 0 ? 0 : broken / rows;
  const least = rows < FEW_ROWS ? LEAST_OF_FEW : LEAST_BROKEN;
  return { share, enough: broken >= least && share >= LEAST_SHARE };
}

/**
 * Shuffles each column of a relation in turn and counts the rows that break it; the column that matters least has the word, so that no
 * relation holds a column that does not belong to it. In pieces.
 */
export function* shuffledEvidence(relation: Relation, rows: RowCodes): InPieces<Evidence> {
  const kind = kindOf(relation);
  const columns = kind.columns(relation).map((name) => columnIndex(rows.schemas, name, "relation"));
  const some = Math.min(rows.rows, MOST_SHUFFLED);
  // Formulas with missing cells say nothing of rows that have one, shuffled or not.
  const first = rows.codes.map((codes) => codes.subarray(0, some));
  const shares: number[] = [];
  for (const column of columns) {
    yield;
    const order = shuffled(some, 1, column);
    const codes = first.map((cells, j) =>
      j === column ? cells.map((_, row) => cells[order[row]!]!) : cells,
    );
    const broken = kind.brokenRows(relation, { rows: some, schemas: rows.schemas, codes });
    shares.push(broken.length / some);
  }
  const share = Math.min(...shares);
  return evidenceOf(share * rows.rows, rows.rows);
}

/** For people: how a relation was found. */
export function evidenceText(rows: number, exceptions: number, { share }: Evidence): string {
  const holds =
    exceptions === 0
      ? `holds in all ${rows.toLocaleString("en")} rows`
      : `holds in all but ${exceptions} of ${rows.toLocaleString("en")} rows`;
  const percent = 100 * share;
  return `${holds}; ${percent >= 10 ? Math.round(percent) : Number(percent.toPrecision(2))} % of shuffled rows would break it`;
}
