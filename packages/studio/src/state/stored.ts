/** What a reload finds again: kept by the browser on this machine, in IndexedDB. */
import { del, get, set } from "idb-keyval";
import type { ColumnType } from "couplet/table";

const KEY = "couplet-studio";

/** The work as it stood. */
export interface StoredWork {
  readonly table?: { readonly name: string; readonly blob: Blob };
  readonly types: Readonly<Record<string, ColumnType>>;
  readonly given: readonly string[];
  readonly model?: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };
}

/** Keeps the work. Where the browser keeps nothing (a private window, a full disk), a reload begins anew. */
export async function store(work: StoredWork): Promise<void> {
  try {
    await set(KEY, work);
  } catch {
    // Nothing is lost that is open.
  }
}

/** The work of an earlier visit, or undefined. */
export async function stored(): Promise<StoredWork | undefined> {
  try {
    return await get<StoredWork>(KEY);
  } catch {
    return undefined;
  }
}

/** Forgets the work. */
export async function forget(): Promise<void> {
  try {
    await del(KEY);
  } catch {
    // Nothing was kept.
  }
}
