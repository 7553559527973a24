/** What a reload finds again: kept by the browser on this machine, in IndexedDB, until Close or until another file is opened. */
import { delMany, getMany, set, setMany } from "idb-keyval";
import { CHECKPOINT, FIT } from "../worker/kept-fit.ts";
import type { KeptCheckpoint, KeptFit } from "../worker/kept-fit.ts";
import type { Recipe } from "./studio.ts";

const TABLE = "couplet-studio: table";
const WORK = "couplet-studio: work";
/** Where versions before kept everything. */
const BEFORE = "couplet-studio";

/** The file of the open table. */
export interface KeptTable {
  readonly id: string;
  readonly name: string;
  readonly blob: Blob;
  /** The file that the command gave the page, if it gave one: a reload finds the work of it, not the bare file. */
  readonly given: string | undefined;
}

/** What has been done with the table. */
export interface KeptWork {
  /** The table's id; undefined for a model alone. */
  readonly table: string | undefined;
  readonly given: string | undefined;
  /** What is declared of the columns. */
  readonly declared: Pick<Recipe, "types" | "given">;
  readonly model?: {
    readonly name: string;
    readonly bytes: Uint8Array<ArrayBuffer>;
    /** How it was fitted here; undefined of a model from a file. */
    readonly recipe: Recipe | undefined;
  };
}

/** Everything, as it stood. */
export interface Kept {
  readonly table: KeptTable | undefined;
  readonly work: KeptWork | undefined;
  readonly fit: KeptFit | undefined;
  readonly checkpoint: KeptCheckpoint | undefined;
  /** A fit of a table that another tab has replaced. */
  readonly isFitLost: boolean;
}

/** Keeps a table in place of everything before. Rejects where the browser keeps no more; then it keeps nothing. */
export async function keepTable(table: KeptTable): Promise<void> {
  await forget();
  await set(TABLE, table);
}

/** Keeps what has been done in place of what was done before. */
export async function keepWork(work: KeptWork): Promise<void> {
  if (work.table === undefined) await delMany([TABLE, FIT, CHECKPOINT]);
  await set(WORK, work);
}

/** Keeps that a fit is under way; what was fitted before is gone from the page, too. */
export async function keepFit(fit: KeptFit, work: KeptWork): Promise<void> {
  if (fit.tries === 0) await delMany([CHECKPOINT]);
  await setMany([
    [FIT, fit],
    [WORK, work],
  ]);
}

/** Notes something new of a fit that is kept. */
export async function noteFit(fit: KeptFit): Promise<void> {
  await set(FIT, fit);
}

/** What an earlier visit left. Rejects where the browser has no such storage. */
export async function kept(): Promise<Kept> {
  const [table, work, fit, checkpoint] = (await getMany([TABLE, WORK, FIT, CHECKPOINT])) as [
    KeptTable | undefined,
    KeptWork | undefined,
    KeptFit | undefined,
    KeptCheckpoint | undefined,
  ];
  const isOfTable = (part: { readonly table: string | undefined } | undefined): boolean =>
    part !== undefined && part.table === table?.id;
  return {
    table,
    work: isOfTable(work) ? work : undefined,
    fit: isOfTable(fit) ? fit : undefined,
    checkpoint: isOfTable(fit) && checkpoint?.id === fit?.id ? checkpoint : undefined,
    isFitLost: fit !== undefined && !isOfTable(fit),
  };
}

/** Whether the work that is kept began with the file that the command gave under this token. */
export async function isKeptOf(token: string): Promise<boolean> {
  try {
    const { table, work } = await kept();
    return (table?.given ?? work?.given) === token;
  } catch {
    return false;
  }
}

/** Forgets everything. */
export function forget(): Promise<void> {
  return delMany([TABLE, WORK, FIT, CHECKPOINT, BEFORE]);
}
