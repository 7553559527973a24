/** What the page shows of a model, and of work that takes its time. */
import { batch } from "@preact/signals";
import type { ColumnType } from "couplet/table";
import type { ModelAnswer } from "../worker/answers.ts";
import { busy, model, notice, pair, recipe, view } from "./studio.ts";
import type { Recipe } from "./studio.ts";
import { words } from "./worker.ts";

/** Shows a model; `how` it was fitted here, undefined of one from a file. */
export function show(opened: ModelAnswer, next: typeof view.value, how: Recipe | undefined): void {
  batch(() => {
    model.value = opened;
    recipe.value = how;
    view.value = next;
    const names = opened.columns.map(({ name }) => name);
    if (pair.value === undefined || !pair.value.every((name) => names.includes(name)))
      pair.value = firstPair(opened.columns);
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
