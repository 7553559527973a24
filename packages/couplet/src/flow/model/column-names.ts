/** Checks that columns have different names, each a text. */
import { CoupletError } from "../../error.ts";
import { shown } from "../../shown.ts";

/**
 * Nothing, when columns can be told apart by their names.
 *
 * @param where the call, for messages
 * @throws CoupletError USAGE
 */
export function checkColumns(where: string, columns: unknown): void {
  if (columns === undefined) return;
  const wrong = (expected: string, received: string) =>
    new CoupletError({ code: "USAGE", where: `${where}: columns`, expected, received });
  if (!Array.isArray(columns) || !columns.every((name) => typeof name === "string"))
    throw wrong("an array of names", shown(columns));
  const twice = columns.find((name, i) => columns.indexOf(name) !== i);
  if (twice !== undefined) throw wrong("different names", `${JSON.stringify(twice)} twice`);
}
