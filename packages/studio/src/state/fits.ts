/** Fits: begun, stopped, gone on with after a reload. */
import { batch } from "@preact/signals";
import { proxy } from "comlink";
import { countText, percentText } from "couplet/report";
import type { FitNews } from "../worker/answers.ts";
import type { KeptFit } from "../worker/kept-fit.ts";
import { holdFit, releaseFit } from "./fit-lock.ts";
import { freshId, keep, keepBegun, keepNoFit, keepNote, keptTableId } from "./keeping.ts";
import { show } from "./shown.ts";
import {
  anyCondition,
  fit,
  frame,
  given,
  hear,
  interrupted,
  isFitting,
  minutes,
  model,
  notice,
  pair,
  passes,
  recipe,
  types,
  view,
} from "./studio.ts";
import type { FitState, Recipe } from "./studio.ts";
import { VERSION } from "./version.ts";
import { words, workbench } from "./worker.ts";

/** Counts fits and what replaces them, so that what ends late can see that something else is there. */
let fits = 0;
/** The fit under way as it is kept. */
let kept: KeptFit | undefined;
/** How the fit under way is made. */
let own: Recipe | undefined;

/** The fit under way, if one is, is of something that has been replaced. */
export function leaveFit(): void {
  fits++;
  kept = undefined;
  interrupted.value = undefined;
  releaseFit();
}

/** Fits a model of the open table; `continued` goes on with a fit that was interrupted, of the same table and declarations. */
export async function startFit(continued?: KeptFit): Promise<void> {
  const number = ++fits;
  const isCurrent = (): boolean => number === fits;
  const settings = {
    minutes: minutes.value,
    passes: passes.value,
    anyCondition: anyCondition.value,
  };
  const declared = { types: types.value, given: given.value };
  own = { ...settings, ...declared, isStopped: false };
  batch(() => {
    notice.value = undefined;
    interrupted.value = undefined;
    model.value = undefined;
    recipe.value = undefined;
    frame.value = undefined;
    fit.value = begun(continued);
    view.value = "fit";
  });
  const table = keptTableId();
  kept = undefined;
  // Two tabs cannot both keep a fit: the second says so, and its fit is not found after a reload.
  const isAlone = await holdFit();
  if (table !== undefined && isAlone) {
    const { isStopped = false, id = freshId(), tries = -1 } = continued ?? {};
    const next = { id, version: VERSION, table, settings, declared, pair: pair.value, isStopped };
    if (isCurrent() && (await keepBegun({ ...next, tries: tries + 1 })) && isCurrent())
      kept = { ...next, tries: tries + 1 };
  }
  if (!isCurrent()) return;
  if (!isAlone) hearNews({ kind: "warning", text: OTHER_TAB });
  await workbench.showPair(pair.value);
  try {
    const fitted = await workbench.fit(
      settings,
      proxy((news: FitNews) => {
        if (isCurrent()) hearNews(news);
      }),
      {
        ...(kept === undefined ? {} : { id: kept.id }),
        goesOn: continued !== undefined,
        isStopped: (fit.value as FitState | undefined)?.status === "stopping",
      },
    );
    if (fitted === undefined || !isCurrent()) return;
    batch(() => {
      if (fit.value !== undefined) fit.value = { ...fit.value, status: "done", fraction: 1 };
      show(fitted, view.value, recipeNow());
    });
    kept = undefined;
    await keep();
  } catch (error) {
    if (!isCurrent()) return;
    await failed(error, continued !== undefined);
  } finally {
    if (isCurrent()) releaseFit();
  }
}

const OTHER_TAB = "Another tab keeps its fit: after a reload of this one, the fit begins anew.";

function begun(continued: KeptFit | undefined): FitState {
  const isStopped = continued?.isStopped === true;
  return {
    status: isStopped ? "stopping" : "running",
    words: isStopped
      ? STOPPING
      : continued === undefined
        ? "Looking at the columns"
        : "Going on with the training",
    fraction: 0,
    leftMs: undefined,
    elapsedMs: 0,
    rowsPerSecond: 0,
    epochs: [],
    bestEpoch: undefined,
    gaussianLoss: undefined,
    simple: [],
    warnings: [],
    isUsable: false,
    isStopped,
    frames: 0,
  };
}

/** A fit that failed is not begun again by a reload. */
async function failed(error: unknown, isContinued: boolean): Promise<void> {
  kept = undefined;
  batch(() => {
    if (isContinued) {
      // Whatever is wrong with the checkpoint, the table can be fitted.
      fit.value = undefined;
      view.value = "data";
    } else if (fit.value !== undefined)
      fit.value = { ...fit.value, status: "failed", words: words(error) };
    notice.value = {
      kind: "error",
      text: isContinued
        ? `The training that was interrupted cannot go on: ${words(error)} The table is open: fit a model anew.`
        : words(error),
    };
  });
  await keepNoFit();
}

function hearNews(news: FitNews): void {
  batch(() => {
    if (news.kind === "frame") frame.value = news.pair;
    if (news.kind === "resumed") notice.value = { kind: "done", text: resumedWords(news.from) };
    if (fit.value !== undefined && isFitting.value) fit.value = hear(fit.value, news);
  });
}

function resumedWords(from: Extract<FitNews, { kind: "resumed" }>["from"]): string {
  return from === undefined
    ? "The training was interrupted before its first checkpoint. It begins anew."
    : `The training was interrupted after ${countText(from.epochs.length)} epochs (${percentText(from.fraction)}). It goes on from there, to the same model.`;
}

function recipeNow(): Recipe | undefined {
  return own && { ...own, isStopped: fit.value?.isStopped === true };
}

const STOPPING = "Stopping: scoring rows that training never saw";

/** Ends the fit. The model of the latest picture is there at once; the closing report follows. */
export async function stopFit(): Promise<void> {
  if (fit.value?.status !== "running") return;
  fit.value = { ...fit.value, isStopped: true, status: "stopping", words: STOPPING };
  const number = fits;
  // A reload from here on has the closing report to make, and trains no further.
  if (kept !== undefined) void keepNote({ ...kept, isStopped: true });
  const usable = await workbench.stopFit();
  if (usable !== undefined && number === fits && isFitting.value)
    show(usable, view.value, recipeNow());
}
