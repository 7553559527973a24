/** The rows that a fit with `contamination` learns from. */
import type { FlowModel } from "../../flow/model/model.ts";
import { CoupletError } from "../../error.ts";
import { lowerFence } from "../../statistics/adjusted-fence.ts";
import { gaussianBaseline, independentDensity } from "../../table/baseline/baselines.ts";
import type { TableCodec } from "../../table/encode/table-codec.ts";
import type { Schema } from "../../table/schema/schema.ts";
import type { Table } from "../../table/table.ts";
import { betweenEvents } from "../../threads/yield-to-event-loop.ts";
import { defaultFlow } from "./default-flow.ts";
import { fitKept } from "./fit-kept.ts";
import type { FitTableOptions } from "./fit-table-options.ts";
import { settingsFor } from "../../train/options.ts";
import type { TableParts } from "./split-table.ts";
import { trainRows } from "./train-rows.ts";
import { leastBut, rowsFrom, trimRows } from "./trim-rows.ts";

/** Parts without what may be anomalies. */
export interface UsualRows {
  readonly parts: TableParts;
  /** The fraction of the training rows that was left out. */
  readonly contamination: number;
}

/**
 * Leaves out the rows that `contamination` asks for. A number leaves out so many by `trimRows`. "auto" finds how many:
 *
 *   1. leave out the tenth of the rows that is least likely under independent columns, and the tenth that is under a Gaussian;
 *   2. fit a flow to the others, for a quarter of the epochs, and score all training rows by it, the left out ones too;
 *   3. leave out those whose standardised score is below the lower fence of these scores (`lowerFence`).
 *
 * Step 1 keeps a cluster of anomalies from the first flow, which would learn it: neither simple model can. Step 3 gives back the ordinary
 * rows among them, and finds what is odd in a way that simple models do not see. The fence lies below the first quartile: a quarter of
 * the rows may go at most.
 *
 * @param parts undefined of a table in parts
 * @throws CoupletError NOT_SUPPORTED for a table in parts, USAGE for another contamination
 * @see Rousseeuw, Van Driessen 1999, "A fast algorithm for the minimum covariance determinant estimator", https://doi.org/10.1080/00401706.1999.10485670
 */
export async function usualRows(
  parts: TableParts | undefined,
  schema: Schema,
  options: FitTableOptions,
  stop: AbortSignal,
): Promise<UsualRows> {
  const { contamination = 0 } = options;
  if (parts === undefined) throw noTrimmingOfPartitions();
  if (contamination !== "auto")
    return { parts: trimRows(parts, schema, contamination), contamination };
  const first = simplyUsual(parts, schema);
  const { standardisedScores } = await import("../on-demand.ts");
  const { flow, codec } = await firstFlow(first, schema, options, stop);
  try {
    const { signal } = options;
    const how = { samples: DRAWS, impossible: "zero", ...(signal && { signal }) } as const;
    const scores = async (rows: Table) =>
      (await standardisedScores(flow, codec, rows, how)).standardised;
    const [training, validation] = [await scores(parts.training), await scores(parts.validation)];
    const usual = rowsFrom(parts, training, validation, lowerFence(training));
    return { parts: usual, contamination: 1 - usual.training.rows / parts.training.rows };
  } finally {
    flow.dispose();
  }
}

/** The rows that are least likely under a simple model, as many as are left out at first. */
const FIRST_SHARE = 0.1;

function simplyUsual(parts: TableParts, schema: Schema): TableParts {
  const { training, validation } = parts;
  const models = [
    independentDensity(training, schema, "standard"),
    gaussianBaseline(training, schema, { samples: DRAWS }).logDensity,
  ].map((likelihood) => {
    const values = likelihood(training);
    return {
      training: values,
      validation: likelihood(validation),
      least: leastBut(FIRST_SHARE, values),
    };
  });
  // Above 0 where every model finds the row likelier than the tenth that goes.
  const margin = (of: "training" | "validation"): Float64Array =>
    models[0]![of].map((_, row) =>
      Math.min(...models.map((model) => model[of][row]! - model.least)),
    );
  return rowsFrom(parts, margin("training"), margin("validation"), 0);
}

/** Draws of the noise of discrete cells in scores that only rank. */
const DRAWS = 4;

/** Of the epochs that a fit takes at most: what a first flow has not learnt by then hardly changes which rows are odd. */
const EPOCHS = 0.25;

async function firstFlow(
  parts: TableParts,
  schema: Schema,
  options: FitTableOptions,
  stop: AbortSignal,
): Promise<{ readonly flow: FlowModel<boolean>; readonly codec: TableCodec }> {
  const { seed = 0, onEvent, checkpoint: _checkpoint, resume: _resume, ...rest } = options;
  const { codec, codes } = await betweenEvents(fitKept(parts.training, schema), options.signal);
  const size = { rows: parts.training.rows, dims: codec.dims, context: codec.contextDims };
  const spec = (options.flow ?? defaultFlow)(size);
  const epochs = Math.ceil(EPOCHS * settingsFor(options, size.rows).epochs);
  const training = trainRows(spec, codec, codes, parts, { ...rest, epochs }, seed, stop);
  for (;;) {
    const next = await training.next();
    if (next.done === true) return { flow: next.value.flow, codec };
    if (next.value.type === "epoch") {
      const { epoch, epochs } = next.value;
      onEvent?.({ type: "usualRows", epoch, epochs });
    }
  }
}

function noTrimmingOfPartitions(): CoupletError {
  return new CoupletError({
    code: "NOT_SUPPORTED",
    where: "fitTable: contamination",
    expected: "a table in memory",
    received: "a table in parts",
    hint: "Give more memory, or find anomalies with a model of a sample of the rows.",
  });
}
