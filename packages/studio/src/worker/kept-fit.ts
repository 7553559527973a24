/** A fit under way as a reload finds it: what it was asked for, and its latest checkpoint. One fit at most; in IndexedDB, on this machine. */
import { createStore, delMany, get } from "idb-keyval";
import type { EpochLoss, FitSettings } from "./answers.ts";
import type { Declared } from "./schema-answer.ts";

export const FIT = "couplet-studio: fit";
export const CHECKPOINT = "couplet-studio: checkpoint";

/** What a fit was asked for. */
export interface KeptFit {
  readonly id: string;
  /** Of the studio that began it: another one may compute otherwise. */
  readonly version: string;
  /** The table that it is of. */
  readonly table: string;
  readonly settings: FitSettings;
  readonly declared: Declared;
  readonly pair: readonly [string, string] | undefined;
  /** Somebody stopped it: what is left to do is the closing report. */
  readonly isStopped: boolean;
  /** How often it has gone on since its latest checkpoint: a fit that ends its own page must not do so forever. */
  readonly tries: number;
}

/** A training between two steps. */
export interface KeptCheckpoint {
  /** The fit's. */
  readonly id: string;
  /** What `fitTable` resumes from. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly savedAt: number;
  readonly fraction: number;
  readonly elapsedMs: number;
  readonly epochs: readonly EpochLoss[];
  readonly bestEpoch: number | undefined;
}

/** idb-keyval's own store, for what takes one transaction. */
const shared = createStore("keyval-store", "keyval");

/**
 * Keeps a checkpoint in place of the one before, but only beside its own fit: one that has been discarded meanwhile leaves nothing behind.
 *
 * @throws DOMException where the browser keeps no more (QuotaExceededError)
 */
export function keepCheckpoint(checkpoint: KeptCheckpoint): Promise<void> {
  return shared(
    "readwrite",
    (store) =>
      new Promise<void>((resolve, reject) => {
        const { transaction } = store;
        transaction.addEventListener("complete", () => resolve());
        transaction.addEventListener("abort", () => reject(transaction.error as Error));
        const asked = store.get(FIT) as IDBRequest<KeptFit | undefined>;
        asked.addEventListener("success", () => {
          const fit = asked.result;
          if (fit?.id !== checkpoint.id) return;
          store.put(checkpoint, CHECKPOINT);
          if (fit.tries > 0) store.put({ ...fit, tries: 0 }, FIT);
        });
      }),
  );
}

/** The latest checkpoint of a fit; undefined before the first. */
export async function keptCheckpoint(id: string): Promise<KeptCheckpoint | undefined> {
  const kept = await get<KeptCheckpoint>(CHECKPOINT);
  return kept?.id === id ? kept : undefined;
}

/** Forgets the fit and its checkpoint. */
export function forgetFit(): Promise<void> {
  return delMany([FIT, CHECKPOINT]);
}
