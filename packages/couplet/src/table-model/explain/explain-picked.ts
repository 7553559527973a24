/** Rows picked from a table, each explained as in its place. */
import { checkInteger } from "../../check-integer.ts";
import { CoupletError } from "../../error.ts";
import type { BrokenRelation } from "../../table/encode/table-codec.ts";
import { selectRows } from "../../table/table.ts";
import type { Table } from "../../table/table.ts";
import { explainRows } from "./explain.ts";
import type { ExplainOptions, Explanation } from "./explain.ts";
import type { ExplainedModel } from "./explained-model.ts";

/**
 * `TableModel.explain`: at once, or run by run of rows that follow each other in the whole table.
 *
 * @throws CoupletError USAGE unless row numbers are integers from 0; SHAPE_MISMATCH for another count of them than rows
 */
export async function explainPicked(
  model: ExplainedModel,
  rows: Table,
  { rowNumbers, ...options }: ExplainOptions,
): Promise<Explanation> {
  if (rowNumbers === undefined || rows.rows === 0) return explainRows(model, rows, options);
  const numbers = Array.from(rowNumbers);
  if (numbers.length !== rows.rows)
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: "explain: rowNumbers",
      expected: `a number for each of ${rows.rows} rows`,
      received: String(numbers.length),
    });
  for (const number of numbers) checkInteger("explain: rowNumbers", number, 0);
  const parts: Explanation[] = [];
  const starts = [...numbers.keys()].filter((i) => i === 0 || numbers[i] !== numbers[i - 1]! + 1);
  const broken = new Map<string, BrokenRelation>();
  for (const [k, start] of starts.entries()) {
    const end = starts[k + 1] ?? numbers.length;
    const own = selectRows(
      rows,
      Int32Array.from({ length: end - start }, (_, i) => start + i),
    );
    const part = await explainRows(model, own, { ...options, firstRow: numbers[start]! });
    parts.push(part);
    for (const { relation, text, rows: those } of part.brokenRelations)
      broken.set(text, {
        relation,
        text,
        rows: [...(broken.get(text)?.rows ?? []), ...those.map((row) => start + row)],
      });
  }
  const joined = (name: "excessSurprisal" | "surprisal"): Float64Array => {
    const all = new Float64Array(rows.rows * parts[0]!.columns.length);
    let at = 0;
    for (const { [name]: own } of parts) {
      all.set(own, at);
      at += own.length;
    }
    return all;
  };
  return {
    columns: parts[0]!.columns,
    excessSurprisal: joined("excessSurprisal"),
    surprisal: joined("surprisal"),
    brokenRelations: [...broken.values()],
  };
}
