/** What people do in the studio: open, declare, start anew. */
import { batch } from "@preact/signals";
import type { ColumnType } from "couplet/table";
import { leaveFit, stopFit } from "./fits.ts";
import { adoptTable, keep, keepNothing, keepOpened } from "./keeping.ts";
import { during, show } from "./shown.ts";
import {
  fit,
  frame,
  given,
  isFitting,
  model,
  notice,
  pair,
  recipe,
  schema,
  schemaProblem,
  table,
  types,
  view,
} from "./studio.ts";
import type { Recipe } from "./studio.ts";
import { workbench } from "./worker.ts";

/** Counts what people open and close, so that what ends late can see that something else is there. */
let openings = 0;

/** How many files have been opened or closed: whether something has been, meanwhile. */
export function openingsNow(): number {
  return openings;
}

/** Opens a file: a model where its bytes begin like one, a table otherwise. A fit under way ends; its model is of the table before. */
export async function openFile(name: string, blob: Blob): Promise<void> {
  openings++;
  if (isFitting.value) await stopFit();
  notice.value = undefined;
  await during(`Reading ${name}`, async () => {
    if (await isModel(blob)) {
      if (await openModel(name, blob)) await keep();
    } else if (await openTable(name, blob)) await keepOpened(name, blob);
  });
}

/** False where a file that was asked for later is open. */
export async function openTable(name: string, blob: Blob): Promise<boolean> {
  const opened = await workbench.openTable(name, blob);
  if (opened === undefined) return false;
  leaveFit();
  adoptTable(undefined);
  batch(() => {
    clear();
    table.value = opened;
    view.value = "data";
  });
  await askSchema();
  return true;
}

/** False where a file that was asked for later is open. */
export async function openModel(name: string, blob: Blob, how?: Recipe): Promise<boolean> {
  const opened = await workbench.openModel(name, blob);
  if (opened === undefined) return false;
  leaveFit();
  batch(() => {
    fit.value = undefined;
    frame.value = undefined;
    show(opened, "explore", how);
  });
  if (await workbench.hasTable()) return true;
  batch(() => {
    table.value = undefined;
    schema.value = undefined;
  });
  return true;
}

/** A model's file begins with the length of a JSON header, which no text does. */
async function isModel(blob: Blob): Promise<boolean> {
  const head = new Uint8Array(await blob.slice(0, 9).arrayBuffer());
  return head[4] === 0 && head[5] === 0 && head[6] === 0 && head[7] === 0 && head[8] === 0x7b;
}

/** Declares the type of a column; undefined: as inferred. */
export async function declareType(name: string, type: ColumnType | undefined): Promise<void> {
  const { [name]: _, ...others } = types.value;
  types.value = type === undefined ? others : { ...others, [name]: type };
  await askSchema();
  await keep();
}

/** Makes a column one that the model is conditional on, or takes that back. */
export async function declareGiven(name: string, isGiven: boolean): Promise<void> {
  given.value = isGiven ? [...given.value, name] : given.value.filter((other) => other !== name);
  await askSchema();
  await keep();
}

export async function askSchema(): Promise<void> {
  const answer = await workbench.schema({ types: types.value, given: given.value });
  batch(() => {
    schemaProblem.value = answer.problem;
    if (answer.schema === undefined) return;
    schema.value = answer.schema;
    pair.value ??= answer.schema.pair;
  });
}

/** Shows another pair of columns in pictures. */
export async function choosePair(chosen: readonly [string, string]): Promise<void> {
  pair.value = chosen;
  await workbench.showPair(chosen);
}

/** Closes everything and forgets it. */
export async function startAnew(): Promise<void> {
  const own = ++openings;
  leaveFit();
  // First: once the page shows nothing, a reload finds nothing either.
  await keepNothing();
  if (own !== openings) return;
  batch(() => {
    clear();
    table.value = undefined;
    notice.value = undefined;
    view.value = "data";
  });
  await workbench.closeAll();
}

/** What belongs to one table. */
function clear(): void {
  types.value = {};
  given.value = [];
  schema.value = undefined;
  schemaProblem.value = undefined;
  model.value = undefined;
  recipe.value = undefined;
  fit.value = undefined;
  frame.value = undefined;
  pair.value = undefined;
}
