/** Tables of planted columns, and what is found to hold in them. */
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { inferSchema } from "../infer/infer-schema.ts";
import { describeRelation } from "../relations/kinds/index.ts";
import { findRelations } from "../relations/find-relations.ts";
import { isKept, type Relation } from "../schema/relation.ts";
import { type Cell, type Table, tableFromObjects } from "../table.ts";

/** A number from 0 to 1, of a row and a stream. */
export const uniform = (row: number, stream = 0): number =>
  philoxUniform({ seed: 71, row, stream });

/** A normal number, of a row and a stream. */
export const normal = (row: number, stream = 0): number => philoxNormal({ seed: 72, row, stream });

const ROWS = 900;

/** 900 rows. */
export function rowsOf(make: (i: number) => Record<string, Cell>): Table {
  return tableFromObjects(Array.from({ length: ROWS }, (_, i) => make(i)));
}

/** The relations that are found, kept or only reported. */
export function found(source: Table): Promise<readonly Relation[]> {
  return findRelations(source, inferSchema(source));
}

/** Those that are kept, in words. */
export async function texts(source: Table): Promise<string[]> {
  return (await found(source)).filter(isKept).map(describeRelation).sort();
}

export const cents = (value: number): number => Math.round(100 * value) / 100;

/** The instant so many days and seconds after the beginning of 2024. */
export function day(i: number, seconds: number): string {
  return new Date(Date.UTC(2024, 0, 1) + 1000 * (86_400 * i + Math.round(seconds)))
    .toISOString()
    .slice(0, 19)
    .replace("T", " ");
}
