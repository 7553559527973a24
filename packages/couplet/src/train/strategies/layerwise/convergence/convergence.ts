/** How fast layer-wise training of a flow converges near its minimum, in float64. */
import { exactGradient } from "../../../../engine/device/exact-gradient.ts";
import { deviceOf } from "../../../../engine/device/open.ts";
import { modelInputs } from "../../../../flow/model/inputs.ts";
import type { FlowModel } from "../../../../flow/model/model.ts";
import type { Rows } from "../../../../flow/model/rows.ts";
import { Runner } from "../../../../flow/model/runner.ts";
import type { ModelView } from "../../../../flow/model/view.ts";
import { lowerObjective } from "../../../objective.ts";
import { maximumLikelihood } from "../../../objectives/maximum-likelihood.ts";
import { blocksOf } from "../blocks.ts";
import { usageError } from "../../../../usage-error.ts";
import { blockConvergence } from "./block-convergence.ts";
import type { ConvergenceOptions } from "./block-convergence.ts";
import type { Convergence } from "./convergence-result.ts";
import type { BlockProblem } from "./block-problem.ts";

/** Options of {@link convergence}. */
export interface FlowConvergenceOptions extends ConvergenceOptions {
  /** One row for each row, for a conditional flow. */
  readonly context?: Rows;
  /** Adds ridge / 2 |parameters|^2 to the loss, so that it has a minimum where likelihood alone has none. Default 0. */
  readonly ridge?: number;
}

/**
 * The predicted and the measured rate of layer-wise training of `model` on `rows`: {@link blockConvergence} of the mean
 * negative log-likelihood of all rows, blocks being couplings as `layerwise` has them. Starts at the model's parameters and goes to the minimum
 * near them; the model itself is not changed.
 *
 *   const { predicted, measured, text } = await convergence(model, rows, { ridge: 0.01 });
 *
 * @throws CoupletError USAGE, SHAPE_MISMATCH, NON_FINITE_INPUT, CONTEXT_MISMATCH; NOT_CONVERGED without a minimum
 */
export async function convergence<Conditional extends boolean>(
  model: FlowModel<Conditional>,
  rows: Rows,
  { context, ridge = 0, ...options }: FlowConvergenceOptions = {},
): Promise<Convergence> {
  if (!(typeof ridge === "number" && ridge >= 0 && ridge < Infinity))
    throw usageError("convergence: ridge", "a number of at least 0", String(ridge));
  const { problem, start } = await likelihoodProblem(model, rows, context, ridge);
  return blockConvergence(problem, start, options);
}

/**
 * The mean loss of all rows, in nats per standardised unit, as a function of the parameters without the buffer's padding; `start` is where the
 * model is.
 */
export async function likelihoodProblem<Conditional extends boolean>(
  model: FlowModel<Conditional>,
  rows: Rows,
  context: Rows | undefined,
  ridge: number,
): Promise<{ readonly problem: BlockProblem; readonly start: Float64Array }> {
  const { device } = await deviceOf({ device: "reference" });
  const runner = new Runner(device, model.parameters);
  const view = Object.create(model, { runner: { value: runner } }) as ModelView;
  const given = modelInputs(
    view,
    "convergence",
    "x",
    rows,
    context === undefined ? {} : { context },
  );
  runner.dispose();
  device.dispose();
  const { x, ...others } = given.inputs as Readonly<Record<string, Float64Array>>;
  const inputs = {
    ...others,
    rows: x!,
    cotangent: new Float64Array(given.rows).fill(1 / given.rows),
  };
  const graph = lowerObjective(maximumLikelihood, model.spec, model.layout).trainingGraph({
    memory: "store",
  });
  const parameters = model.parameterList;
  const places = parameters.flatMap(({ offset, size }) =>
    Array.from({ length: size }, (_, k) => offset + k),
  );
  const ranges = parameters.map(({ name, offset, size }) => ({
    name,
    start: offset,
    end: offset + size,
  }));
  const blocks = blocksOf(ranges).map(({ name, start, end }) => ({
    name,
    size: places.filter((place) => place >= start && place < end).length,
  }));
  const whole = new Float64Array(model.layout.count);
  const problem: BlockProblem = {
    blocks,
    evaluate(x) {
      places.forEach((place, k) => (whole[place] = x[k]!));
      const { losses, gradient } = exactGradient(graph, whole, inputs, given.rows);
      const mean = losses.reduce((sum, loss) => sum + loss, 0) / given.rows;
      const square = x.reduce((sum, value) => sum + value * value, 0);
      return {
        loss: mean + (ridge / 2) * square,
        gradient: Float64Array.from(places, (place, k) => gradient[place]! + ridge * x[k]!),
      };
    },
  };
  const { parameters: values } = model;
  return { problem, start: Float64Array.from(places, (place) => values[place]!) };
}
