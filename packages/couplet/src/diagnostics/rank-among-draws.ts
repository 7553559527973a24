/** A row's place among draws of the model under the row's own context. */
import { eventLoopYielder } from "../threads/yield-to-event-loop.ts";
import type { Density, JudgedRows } from "./density.ts";
import { float64 } from "./density.ts";

/** Numbers drawn at a time: rows x draws x variables. */
const CHUNK = 400_000;

/** What one row is compared with. */
export interface RowDraws {
  readonly row: number;
  /** draws x dims, row-major: a view, to be read within the call. */
  readonly draws: Float64Array;
  /** log-densities of the draws, where they were asked for. */
  readonly logProb: Float64Array | undefined;
}

/** What is gathered over the rows, each with its draws; several may look at the same ones. */
export interface Gathered<Result> {
  /** Whether it needs the draws' log-densities. */
  readonly densities: boolean;
  visit(row: RowDraws): void;
  /** After the last row. */
  result(): Result;
}

/** How the draws are made. */
export interface DrawSettings {
  readonly draws: number;
  readonly seed: number;
  readonly densities: boolean;
  readonly signal?: AbortSignal;
}

/** Draws once for all of `parts`, which look at each row in order. */
export async function gatherOver(
  model: Density,
  judged: JudgedRows,
  settings: Omit<DrawSettings, "densities">,
  parts: readonly Gathered<unknown>[],
): Promise<void> {
  const densities = parts.some((part) => part.densities);
  await forEachRow(model, judged, { ...settings, densities }, (row) => {
    for (const part of parts) part.visit(row);
  });
}

/** Calls `visit` with each row's draws, in order of the rows. Without a context every row has the same law and draws of its own. */
async function forEachRow(
  model: Density,
  judged: JudgedRows,
  settings: DrawSettings,
  visit: (row: RowDraws) => void,
): Promise<void> {
  const { rows, dims, context } = judged;
  const { draws, seed, densities, signal } = settings;
  const chunk = Math.max(1, Math.floor(CHUNK / (draws * dims)));
  const breath = eventLoopYielder();
  for (let from = 0, part = 0; from < rows; from += chunk, part++) {
    signal?.throwIfAborted();
    const taken = Math.min(chunk, rows - from);
    const given = context === undefined ? {} : { context: repeated(context, from, taken, draws) };
    const call = { ...given, ...(signal === undefined ? {} : { signal }) };
    const sampled = float64(await model.sample(taken * draws, { ...call, seed: seed + part }));
    const logProb = densities ? float64(await model.logProb(sampled, call)) : undefined;
    for (let i = 0; i < taken; i++) {
      visit({
        row: from + i,
        draws: sampled.subarray(i * draws * dims, (i + 1) * draws * dims),
        logProb: logProb?.subarray(i * draws, (i + 1) * draws),
      });
    }
    await breath();
  }
}

/** Each of the rows `from` ... `from + taken - 1` of the context, `times` times in turn. */
function repeated(
  { data, cols }: { readonly data: Float64Array | Float32Array; readonly cols: number },
  from: number,
  taken: number,
  times: number,
): Float64Array {
  const out = new Float64Array(taken * times * cols);
  for (let i = 0; i < taken; i++) {
    const row = data.subarray((from + i) * cols, (from + i + 1) * cols);
    for (let k = 0; k < times; k++) out.set(row, (i * times + k) * cols);
  }
  return out;
}
