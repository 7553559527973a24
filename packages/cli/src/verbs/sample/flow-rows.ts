/** Draws of a flow of numbers, as chunks of a table with a column for each variable. */
import { CoupletError } from "couplet";
import type { FlowModel } from "couplet";
import { column, table } from "couplet/table";
import type { Table } from "couplet/table";
import { numberRows } from "../../input/number-rows.ts";
import type { InputOptions } from "../../input/input-options.ts";
import { openInput } from "../../input/open-input.ts";

/** How rows are drawn. */
interface Draw {
  readonly rows: number;
  readonly chunkRows: number;
  readonly seed: number;
  readonly temperature: number;
  /** A table of the context's numbers, a row for each row to draw. */
  readonly givenRows?: string;
  /** How it is read. */
  readonly reading: InputOptions;
  readonly signal: AbortSignal;
}

/**
 * Columns are called as the flow's training called them, else x1, x2, ...
 *
 * @throws CoupletError CONTEXT_MISMATCH for a conditional flow without `givenRows`, or the reverse
 */
export async function* flowRows(flow: FlowModel, draw: Draw): AsyncGenerator<Table> {
  const { dims } = flow.spec;
  const context = flow.spec.context as number;
  const names = flow.columns ?? Array.from({ length: dims }, (_, j) => `x${j + 1}`);
  const { seed, temperature, signal, givenRows } = draw;
  if (context > 0 !== (givenRows !== undefined))
    throw new CoupletError({
      code: "CONTEXT_MISMATCH",
      where: "--given-rows",
      expected:
        context > 0
          ? `a table of ${context} columns of numbers, the context of each row`
          : "no context: the flow is unconditional",
      received: givenRows ?? "none",
    });
  const tableOf = (values: Float64Array, rows: number): Table =>
    table(
      names.map((name, j) =>
        column(
          name,
          Float64Array.from({ length: rows }, (_, r) => values[r * dims + j]!),
        ),
      ),
    );
  if (givenRows !== undefined) {
    const input = await openInput([givenRows], draw.reading, () => undefined, { once: true });
    try {
      let firstRow = 0;
      for await (const chunk of input.chunks()) {
        const given = numberRows(chunk, context, givenRows, firstRow);
        const options = { seed, firstRow, temperature, context: given, signal };
        yield tableOf(await (flow as FlowModel<true>).sample(chunk.rows, options), chunk.rows);
        firstRow += chunk.rows;
      }
    } finally {
      await input.close();
    }
    return;
  }
  // One empty chunk when no rows are asked for: the header.
  for (let firstRow = 0; firstRow === 0 || firstRow < draw.rows; firstRow += draw.chunkRows) {
    const rows = Math.min(draw.chunkRows, draw.rows - firstRow);
    const options = { seed, firstRow, temperature, signal };
    yield tableOf(await (flow as FlowModel<false>).sample(rows, options), rows);
  }
}
