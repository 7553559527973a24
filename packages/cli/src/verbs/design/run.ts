/** Runs couplet design: designs from the model to the output. */
import type { Designs } from "couplet/design";
import { design, rangesOfTable } from "couplet/design";
import type { Bounds } from "couplet/design";
import type { Table, TableModel } from "couplet/table";
import { openInput } from "../../input/open-input.ts";
import { openModel } from "../../input/open-model.ts";
import { readTable } from "../../input/read-table.ts";
import { openRows } from "../../output/open-rows.ts";
import type { OutputOptions } from "../../output/open-output.ts";
import { writeAll } from "../../output/write-all.ts";
import type { GlobalFlags } from "../../terminal/flags.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { count, duration } from "../../terminal/quantities.ts";
import { openReporter } from "../../terminal/reporter.ts";

interface DesignFlags extends GlobalFlags, OutputOptions {
  readonly target: Readonly<Record<string, number>>;
  readonly rows: number;
  readonly candidates?: number;
  readonly bounds?: Readonly<Record<string, readonly [number, number]>>;
  readonly within?: string;
  readonly given?: Readonly<Record<string, string>>;
  readonly seed?: number;
  readonly threads?: number;
}

export async function runDesign(file: string, flags: DesignFlags): Promise<void> {
  const reporter = openReporter(flags);
  const started = performance.now();
  const model = await openModel(file, flags);
  const { target, rows: wanted, candidates, given, seed = 0, within } = flags;
  const found = await design(model, {
    target,
    count: wanted,
    seed,
    signal: interruptSignal(),
    ...(candidates === undefined ? {} : { candidates }),
    ...(given === undefined ? {} : { context: given }),
    ...(await boundsOf(flags, model)),
  });
  for (const warning of found.warnings) reporter.warn(warning);
  const head = { schemaVersion: 1, model: file, seed, target, ...summaryOf(found) };
  const read = [file, ...(within === undefined ? [] : [within])];
  const out = await openRows(flags, read, { key: "data", head, schema: model.schema });
  const rows = await writeAll(out.sink, once(found.rows));
  model.dispose();
  const seconds = (performance.now() - started) / 1000;
  out.tell({ rows, seconds });
  if (out.file !== undefined)
    reporter.say(
      `wrote ${count(rows)} designs of ${count(found.drawn)} rows drawn to ${out.file} (${duration(seconds)})`,
    );
}

function summaryOf({ drawn, outOfBounds, refused, information, nats }: Designs) {
  return { drawn, outOfBounds, refused, information: [...information], nats: [...nats] };
}

/** Bounds of the options; those of --bounds come in the place of the table's. */
async function boundsOf(
  { bounds, within }: DesignFlags,
  { codec }: TableModel,
): Promise<{ readonly bounds?: Bounds }> {
  if (within === undefined) return bounds === undefined ? {} : { bounds };
  const input = await openInput([within], {}, () => undefined);
  try {
    return { bounds: { ...rangesOfTable(codec, await readTable(input)), ...bounds } };
  } finally {
    await input.close();
  }
}

async function* once(rows: Table): AsyncGenerator<Table> {
  yield rows;
}
