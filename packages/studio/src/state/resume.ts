/** What a reload does: opens what an earlier visit had open, and goes on with the fit that it interrupted. */
import { batch } from "@preact/signals";
import type { FitSettings } from "../worker/answers.ts";
import type { Declared } from "../worker/schema-answer.ts";
import { askSchema, openModel, openTable, openingsNow } from "./actions.ts";
import { holdFit, releaseFit } from "./fit-lock.ts";
import { startFit } from "./fits.ts";
import { adoptTable, keepNoFit, keepNothing } from "./keeping.ts";
import { during } from "./shown.ts";
import { kept } from "./stored.ts";
import type { Kept } from "./stored.ts";
import {
  anyCondition,
  given,
  interrupted,
  minutes,
  notice,
  pair,
  passes,
  table,
  types,
} from "./studio.ts";
import { VERSION } from "./version.ts";

/** A fit that has gone on so often without a checkpoint may be what ends the page: then it asks first. */
const MOST_TRIES = 2;

/** Opens what an earlier visit had open. */
export async function resume(): Promise<void> {
  const own = openingsNow();
  // A browser without such storage kept nothing.
  const found = await kept().catch(() => undefined);
  if (found === undefined || (found.table === undefined && found.work?.model === undefined)) return;
  await during("Opening the work of the last visit", async () => {
    try {
      await reopen(found, () => own === openingsNow());
    } catch (error) {
      // It would fail at every visit.
      if (own === openingsNow()) await keepNothing();
      throw error;
    }
  });
  if (own !== openingsNow() || table.value === undefined) return;
  if (found.isFitLost) {
    await keepNoFit();
    notice.value = {
      kind: "warning",
      text: "A training was interrupted, but another tab has opened another table since: it cannot go on.",
    };
  } else if (found.fit !== undefined) await meetInterrupted(found.fit, found);
}

/** @param isCurrent who opens a file meanwhile wants that one */
async function reopen({ table, work, fit }: Kept, isCurrent: () => boolean): Promise<void> {
  if (!isCurrent()) return;
  if (table !== undefined) {
    if (!(await openTable(table.name, table.blob)) || !isCurrent()) return;
    adoptTable(table.id);
    await declare(work?.declared ?? { types: {}, given: [] });
  }
  const model = work?.model;
  if (model === undefined || fit !== undefined || !isCurrent()) return;
  await openModel(model.name, new Blob([model.bytes]), model.recipe);
  if (model.recipe !== undefined) set(model.recipe);
}

/** After a reload the training goes on; who comes back later is asked first. */
async function meetInterrupted(fit: NonNullable<Kept["fit"]>, { checkpoint }: Kept): Promise<void> {
  if (!(await holdFit())) {
    notice.value = { kind: "done", text: "A fit of this table is under way in another tab." };
    return;
  }
  if (fit.version !== VERSION) {
    releaseFit();
    await keepNoFit();
    notice.value = {
      kind: "error",
      text: `A training was interrupted, but version ${fit.version} of the studio began it, and this is ${VERSION}: it cannot go on. The table is open: fit a model anew.`,
    };
    return;
  }
  const goOn = async (): Promise<void> => {
    interrupted.value = undefined;
    set(fit.settings);
    pair.value = fit.pair;
    await declare(fit.declared);
    await startFit(fit);
  };
  if (isReload() && fit.tries < MOST_TRIES) {
    void goOn();
    return;
  }
  interrupted.value = {
    fraction: checkpoint?.fraction ?? 0,
    savedAt: checkpoint?.savedAt,
    goOn: () => void goOn(),
    discard: () => {
      interrupted.value = undefined;
      releaseFit();
      void keepNoFit();
    },
  };
}

/** What is declared of the columns; the worker has to know it, too. */
async function declare(declared: Declared): Promise<void> {
  batch(() => {
    types.value = declared.types;
    given.value = declared.given;
  });
  await askSchema();
}

/** What the next fit is asked for. */
function set(settings: FitSettings): void {
  batch(() => {
    minutes.value = settings.minutes;
    passes.value = settings.passes;
    anyCondition.value = settings.anyCondition;
  });
}

function isReload(): boolean {
  const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return visit?.type === "reload";
}
