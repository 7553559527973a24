/** Keeps what is open for a reload, and says where the browser does not. */
import { forgetFit } from "../worker/kept-fit.ts";
import type { KeptFit } from "../worker/kept-fit.ts";
import { forget, keepFit, keepTable, keepWork, noteFit } from "./stored.ts";
import type { KeptWork } from "./stored.ts";
import { given, interrupted, isFitting, model, notice, recipe, table, types } from "./studio.ts";
import { words, workbench } from "./worker.ts";

/** The kept table's id; undefined where none is kept. */
let tableId: string | undefined;
/** Counts what is kept, so that what is ready late does not replace what is newer. */
let keepings = 0;
let hasComplained = false;

/** The file that the command gave this page, by the token of its address. */
export function givenToken(): string | undefined {
  return new URLSearchParams(location.hash.slice(1)).get("given") ?? undefined;
}

/** A name that no other tab gives. */
export function freshId(): string {
  return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
}

/** The kept table's id; undefined where none is kept. */
export function keptTableId(): string | undefined {
  return table.value === undefined ? undefined : tableId;
}

/** The open table is the one that an earlier visit has kept as this; undefined: it is not kept, or not yet. */
export function adoptTable(id: string | undefined): void {
  tableId = id;
}

/** Keeps a table that has been opened; nothing of the one before. */
export async function keepOpened(name: string, blob: Blob): Promise<void> {
  keepings++;
  const id = freshId();
  tableId = id;
  const isKept = await told(() => keepTable({ id, name, blob, given: givenToken() }));
  if (!isKept && tableId === id) tableId = undefined;
}

/** Keeps the work as it stands, unless it stands otherwise once the model's bytes are here. */
export async function keep(): Promise<void> {
  const own = ++keepings;
  const opened = model.value;
  // A model that is to be scored on held-out rows yet is of a fit, which is kept.
  const isWhole = opened !== undefined && !isFitting.value;
  if (!isWhole) {
    await told(() => keepWork(workNow()));
    return;
  }
  // Undefined where another file has closed the model: that one is kept in its turn.
  const bytes = await workbench.modelBytes().catch(() => undefined);
  if (bytes === undefined || own !== keepings || opened !== model.value) return;
  const kept = { name: opened.name, bytes, recipe: recipe.value };
  const isKept = await told(() => keepWork({ ...workNow(), model: kept }));
  if (isKept && own === keepings && interrupted.value === undefined) await told(forgetFit);
}

/** Keeps that a fit is under way. False where the browser does not. */
export function keepBegun(fit: KeptFit): Promise<boolean> {
  keepings++;
  return told(() => keepFit(fit, workNow()));
}

/** Notes something new of the fit that is kept. */
export function keepNote(fit: KeptFit): Promise<boolean> {
  return told(() => noteFit(fit));
}

/** Forgets the fit that is kept. */
export function keepNoFit(): Promise<boolean> {
  return told(forgetFit);
}

/** Forgets everything; what is being written comes to nothing. */
export async function keepNothing(): Promise<void> {
  keepings++;
  tableId = undefined;
  // A browser that keeps nothing has nothing to forget.
  await forget().catch(() => undefined);
}

function workNow(): KeptWork {
  return {
    table: keptTableId(),
    given: givenToken(),
    declared: { types: types.value, given: given.value },
  };
}

/** Does it; where the browser refuses, the page says so, again only once it has gone well in between. */
async function told(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    hasComplained = false;
    return true;
  } catch (error) {
    const why =
      (error as DOMException).name === "QuotaExceededError"
        ? "it allows this page no more data"
        : words(error);
    if (!hasComplained && notice.value?.kind !== "error")
      notice.value = {
        kind: "warning",
        text: `This browser does not keep the work for a reload: ${why}. All goes on here; save what you need under Take away.`,
      };
    hasComplained = true;
    return false;
  }
}
