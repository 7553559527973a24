import { CoupletError } from "../error.ts";
import { columnsOf, takeRows, toBatch } from "../flow/model/rows.ts";
import type { Batch, Rows } from "../flow/model/rows.ts";
import { columnName } from "../train/column-name.ts";
import { sentinelWarnings } from "../train/scale-warnings.ts";
import { wildRows, wildWarning } from "../train/wild-rows.ts";
import type { WildRow } from "../train/wild-rows.ts";
import { murmur3 } from "../file/checksum.ts";
import { shuffled } from "../random/shuffle.ts";
import { sizedCell } from "./cell.ts";
import type { Cell } from "./cell.ts";
import type { StudyRows } from "./job.ts";
import { headerLine, resultsOf } from "./journal.ts";
import { studySettings } from "./options.ts";
import type { StudyOptions, StudySettings } from "./options.ts";
import type { StudyResult } from "./result.ts";
import { runAll } from "./schedule.ts";
import { summarise } from "./summarise.ts";
import { textOf } from "./text.ts";

/** Fewer rows than this cannot be split in three and say anything. */
const LEAST_ROWS = 100;
const TEST_SHARE = 0.15;
const VALIDATION_SHARE = 0.1;

/**
 * The depth study: for one number of parameters, many couplings with shallow networks, or few with deep ones? Trains a flow for each cell
 * of a grid of couplings x hidden layers, each as wide as makes it equal in parameters (within 5 %), and compares them on rows that none
 * has seen. Learning rates are halved in number: all of them for a ninth of the epochs, the better half for a third, the best at full length with
 * several seeds; a rate that diverges makes room for the next best. A cell that is hopeless after a third (more than .05 nats plus four standard errors
 * behind) is stopped.
 * Cells that cannot be told from the best (paired by row, 2.3 % level, Holm over all cells that were trained to the end) count as tied.
 *
 * Rows with a value so far away that they would decide alone (`fit` names them, too) are left out of all parts and named; of rows of very low density the
 * cells' differences are clipped.
 *
 * Runs go side by side, one thread each. A cell that diverges is a result, not an error.
 *
 * @param rows rows x dims; 15 % are kept for the comparison and 10 % choose epochs and learning rates
 * @throws CoupletError USAGE (a grid of which no cell fits the budget; the journal of another study), DATA_INVALID, SHAPE_MISMATCH,
 *   NON_FINITE_INPUT, FILE_INVALID; what `signal` was aborted with
 * @example
 * import { study } from "couplet/study";
 * const { text } = await study(rows, { budget: 20_000, maxMinutes: 10 });
 * console.log(text);
 */
export async function study(rows: Rows, options: StudyOptions = {}): Promise<StudyResult> {
  const began = performance.now();
  const dims = options.dims ?? columnsOf("study", rows);
  const all = toBatch("study", rows, dims);
  if (all.rows < LEAST_ROWS) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "study",
      expected: `at least ${LEAST_ROWS} rows`,
      received: String(all.rows),
      hint: "Rows are split into three parts: training, choice of the epoch, comparison.",
    });
  }
  const wild = wildRows(all, undefined);
  const parts = split(without(all, wild), options.seed ?? 0);
  const settings = studySettings(options, parts.train.rows);
  const cells = cellsOf(settings, dims);
  const about = { ...settings, dims, rows: all.rows, digest: digestOf(all) };
  const results = resultsOf(options.journal?.lines ?? [], about, parts);
  if (options.journal?.lines.length === 0) await options.journal.append(headerLine(about));
  const complete = await runAll({ cells, settings, parts, dims, results, options, began });
  const { impossible, ...compared } = summarise(cells, settings, results);
  const summary = {
    warnings: [
      ...sentinelWarnings(all, columnName(undefined)),
      ...wildWarning(wild, undefined, "study"),
      ...impossible,
    ],
    rows: { train: parts.train.rows, validation: parts.validation.rows, test: parts.test.rows },
    dims,
    budget: settings.budget,
    transform: settings.transform,
    epochs: settings.epochs,
    batch: settings.batch,
    seeds: settings.seeds,
    learningRates: settings.learningRates,
    ...compared,
    complete,
    elapsedSeconds: (performance.now() - began) / 1000,
  };
  return { ...summary, text: textOf(summary) };
}

function cellsOf(settings: StudySettings, dims: number): Cell[] {
  const { couplings, depth, budget, transform } = settings;
  const cells = couplings.flatMap((c) =>
    depth.map((h) => sizedCell({ couplings: c, depth: h }, { dims, budget, transform })),
  );
  if (cells.some(({ width }) => width !== undefined)) return cells;
  throw new CoupletError({
    code: "USAGE",
    where: "study: budget",
    expected: "parameters that some cell of the grid can have",
    received: String(budget),
    hint: `${cells[0]!.name} (couplings x hidden layers): ${cells[0]!.refusal}.`,
  });
}

/** The rows but the wild ones. */
function without(all: Batch, wild: readonly WildRow[]): Batch {
  if (wild.length === 0) return all;
  const left = new Set(wild.map(({ row }) => row));
  const kept = Array.from({ length: all.rows }, (_, row) => row).filter((row) => !left.has(row));
  return takeRows(all, Int32Array.from(kept));
}

function split(all: Batch, seed: number): StudyRows {
  const order = shuffled(all.rows, seed);
  const test = Math.round(TEST_SHARE * all.rows);
  const validation = Math.round(VALIDATION_SHARE * all.rows);
  return {
    test: takeRows(all, order.subarray(0, test)),
    validation: takeRows(all, order.subarray(test, test + validation)),
    train: takeRows(all, order.subarray(test + validation)),
  };
}

/** Tells one table of numbers from another. */
function digestOf({ data }: Batch): number {
  return murmur3(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 0);
}
