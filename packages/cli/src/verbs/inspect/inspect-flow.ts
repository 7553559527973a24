/** A flow of numbers looked into: layers, training, inverse; without a schema and held-out scores of a table. */
import type { FlowModel, InverseReport } from "couplet";
import { tableFromChunks } from "couplet/table";
import type { Table } from "couplet/table";
import { numberRows } from "../../input/number-rows.ts";
import { openInput } from "../../input/open-input.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import type { Reporter } from "../../terminal/reporter.ts";

/**
 * The check of the inverse: on the flow's own samples, or on rows of a table with a column for each variable.
 *
 * @returns undefined for a conditional flow, which has neither without a context
 * @throws CoupletError SHAPE_MISMATCH, DATA_INVALID for a table that is no rows of the flow
 */
export async function inverseOfFlow(
  flow: FlowModel,
  flags: { readonly data?: string; readonly rows: number },
  reporter: Reporter,
): Promise<InverseReport | undefined> {
  const { dims, context } = flow.spec;
  if ((context as number) > 0) return undefined;
  const unconditional = flow as FlowModel<false>;
  const rows =
    flags.data === undefined
      ? await unconditional.sample(flags.rows, { seed: 0 })
      : numberRows(await firstRowsOf(flags.data, flags.rows, reporter), dims, flags.data);
  return unconditional.checkInverse(rows, { signal: interruptSignal() });
}

/** The first rows of a file, by chunks. */
export async function firstRowsOf(
  file: string,
  most: number,
  reporter: Reporter,
  onNames: (input: { readonly name: string; readonly names: readonly string[] }) => void = () =>
    undefined,
): Promise<Table> {
  const input = await openInput([file], {}, (text) => reporter.warn(text));
  try {
    onNames(input);
    const chunks: Table[] = [];
    let rows = 0;
    for await (const chunk of input.chunks()) {
      chunks.push(chunk);
      if ((rows += chunk.rows) >= most) break;
    }
    return tableFromChunks(chunks);
  } finally {
    await input.close();
  }
}
