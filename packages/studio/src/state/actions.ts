/** What people do in the studio: open, declare, fit, stop, start anew. */
import { proxy } from "comlink";
import { batch } from "@preact/signals";
import type { ColumnType } from "couplet/table";
import type { FitNews, ModelAnswer } from "../worker/answers.ts";
import { forget, store, stored } from "./stored.ts";
import {
  anyCondition,
  busy,
  fit,
  frame,
  given,
  hear,
  isFitting,
  minutes,
  passes,
  model,
  notice,
  pair,
  schema,
  schemaProblem,
  table,
  tableFile,
  types,
  view,
} from "./studio.ts";
import { words, workbench } from "./worker.ts";

/** Counts what people open, close and fit, so that what ends late can see that something else is there. */
let [openings, fits, keepings] = [0, 0, 0];

/** Opens a file: a model where its bytes begin like one, a table otherwise. A fit under way ends; its model is of the table before. */
export async function openFile(name: string, blob: Blob): Promise<void> {
  openings++;
  if (isFitting.value) await stopFit();
  notice.value = undefined;
  await during(`Reading ${name}`, async () => {
    if (await isModel(blob)) await openModel(name, blob);
    else await openTable(name, blob);
  });
  await keep();
}

/** False where a file that was asked for later is open. */
async function openTable(name: string, blob: Blob): Promise<boolean> {
  const opened = await workbench.openTable(name, blob);
  if (opened === undefined) return false;
  fits++;
  batch(() => {
    table.value = opened;
    tableFile.value = { name, blob };
    types.value = {};
    given.value = [];
    schema.value = undefined;
    schemaProblem.value = undefined;
    model.value = undefined;
    fit.value = undefined;
    frame.value = undefined;
    pair.value = undefined;
    view.value = "data";
  });
  await askSchema();
  return true;
}

async function openModel(name: string, blob: Blob): Promise<void> {
  const opened = await workbench.openModel(name, blob);
  if (opened === undefined) return;
  fits++;
  batch(() => {
    fit.value = undefined;
    frame.value = undefined;
    show(opened, "explore");
  });
  if (await workbench.hasTable()) return;
  batch(() => {
    table.value = undefined;
    tableFile.value = undefined;
    schema.value = undefined;
  });
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

async function askSchema(): Promise<void> {
  const answer = await workbench.schema({ types: types.value, given: given.value });
  batch(() => {
    schemaProblem.value = answer.problem;
    if (answer.schema === undefined) return;
    schema.value = answer.schema;
    pair.value ??= answer.schema.pair;
  });
}

/** Two columns to begin with: numbers before categories. */
function firstPair(
  columns: readonly {
    readonly name: string;
    readonly type: ColumnType;
    readonly isGiven?: boolean;
  }[],
): readonly [string, string] | undefined {
  const modelled = columns.filter(({ type }) => !["constant", "identifier", "text"].includes(type));
  const rank = (type: ColumnType): number =>
    type === "number" ? 0 : type === "integer" ? 1 : type === "date" || type === "datetime" ? 2 : 3;
  const [x, y = x] = [...modelled].sort((a, b) => rank(a.type) - rank(b.type));
  return x && y && [x.name, y.name];
}

/** Fits a model of the open table. */
export async function startFit(): Promise<void> {
  const own = ++fits;
  batch(() => {
    notice.value = undefined;
    model.value = undefined;
    frame.value = undefined;
    fit.value = {
      status: "running",
      words: "Looking at the columns",
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
      isStopped: false,
      frames: 0,
    };
    view.value = "fit";
  });
  await workbench.showPair(pair.value);
  try {
    const fitted = await workbench.fit(
      { minutes: minutes.value, passes: passes.value, anyCondition: anyCondition.value },
      proxy((news: FitNews) => {
        if (own === fits) hearNews(news);
      }),
    );
    if (fitted === undefined || own !== fits) return;
    batch(() => {
      if (fit.value !== undefined) fit.value = { ...fit.value, status: "done", fraction: 1 };
      show(fitted, view.value);
    });
    await keep();
  } catch (error) {
    if (own !== fits) return;
    batch(() => {
      if (fit.value !== undefined)
        fit.value = { ...fit.value, status: "failed", words: words(error) };
      notice.value = { kind: "error", text: words(error) };
    });
  }
}

function hearNews(news: FitNews): void {
  batch(() => {
    if (news.kind === "frame") frame.value = news.pair;
    if (fit.value !== undefined && isFitting.value) fit.value = hear(fit.value, news);
  });
}

/** Ends the fit. The model of the latest picture is there at once; the closing report follows. */
export async function stopFit(): Promise<void> {
  if (fit.value?.status !== "running") return;
  fit.value = {
    ...fit.value,
    isStopped: true,
    status: "stopping",
    words: "Stopping: scoring rows that training never saw",
  };
  const own = fits;
  const usable = await workbench.stopFit();
  if (usable !== undefined && own === fits && isFitting.value) show(usable, view.value);
}

/** Shows another pair of columns in pictures. */
export async function choosePair(chosen: readonly [string, string]): Promise<void> {
  pair.value = chosen;
  await workbench.showPair(chosen);
}

function show(opened: ModelAnswer, next: typeof view.value): void {
  batch(() => {
    model.value = opened;
    view.value = next;
    const names = opened.columns.map(({ name }) => name);
    if (pair.value === undefined || !pair.value.every((name) => names.includes(name)))
      pair.value = firstPair(opened.columns);
  });
}

/** What a page does while something takes its time; errors are told. */
export async function during<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
  busy.value = what;
  try {
    return await work();
  } catch (error) {
    notice.value = { kind: "error", text: words(error) };
    return undefined;
  } finally {
    busy.value = undefined;
  }
}

/** Keeps the work as it stands, unless it stands otherwise once the model's bytes are here. */
async function keep(): Promise<void> {
  const own = ++keepings;
  const work = {
    ...(tableFile.value === undefined ? {} : { table: tableFile.value }),
    types: types.value,
    given: given.value,
  };
  const opened = model.value;
  if (opened === undefined) return store(work);
  // Undefined where another file has closed the model: that one is kept in its turn.
  const bytes = await workbench.modelBytes().catch(() => undefined);
  if (bytes !== undefined && own === keepings && opened === model.value)
    await store({ ...work, model: { name: opened.name, bytes } });
}

/** Opens what an earlier visit had open. */
export async function resume(): Promise<boolean> {
  const own = openings;
  const work = await stored();
  if (work === undefined || (work.table === undefined && work.model === undefined)) return false;
  await during("Opening the work of the last visit", async () => {
    // Who opens a file meanwhile wants that one.
    if (own !== openings) return;
    if (work.table !== undefined) {
      if (!(await openTable(work.table.name, work.table.blob)) || own !== openings) return;
      batch(() => {
        types.value = work.types;
        given.value = work.given;
      });
      await askSchema();
    }
    if (work.model !== undefined && own === openings)
      await openModel(work.model.name, new Blob([work.model.bytes]));
  });
  return true;
}

/** Closes everything and forgets it. */
export async function startAnew(): Promise<void> {
  const own = ++openings;
  fits++;
  keepings++;
  // First: once the page shows nothing, a reload finds nothing either.
  await forget();
  if (own !== openings) return;
  batch(() => {
    table.value = undefined;
    tableFile.value = undefined;
    schema.value = undefined;
    schemaProblem.value = undefined;
    model.value = undefined;
    fit.value = undefined;
    frame.value = undefined;
    pair.value = undefined;
    types.value = {};
    given.value = [];
    notice.value = undefined;
    view.value = "data";
  });
  await workbench.closeAll();
}
