/** Maximum likelihood as a task: standardised rows and contexts, and log-densities in the user's units. */
import type { FlowModel } from "../flow/model/model.ts";
import { standardise, standardiserLogDet } from "../flow/model/preprocess.ts";
import type { Standardiser } from "../flow/model/preprocess.ts";
import { takeRows } from "../flow/model/rows.ts";
import type { Batch } from "../flow/model/rows.ts";
import type { Portion, SplitData } from "./data.ts";
import { epochRows } from "./epoch-rows.ts";
import { maximumLikelihood } from "./objectives/maximum-likelihood.ts";
import { lowerObjective } from "./objective.ts";
import type { TrainOptions } from "./options.ts";
import type { Feeds, Task, TaskRows } from "./task.ts";

/** The task of fitting `model` to the data; losses are in nats per row, in the user's units. */
export function likelihoodTask(
  model: FlowModel,
  data: Pick<SplitData, "training" | "validation">,
  options: TrainOptions,
): Task {
  const feeds = (rows: Batch | undefined, context: Batch | undefined): Feeds => ({
    ...(rows === undefined ? {} : { rows: inFloat32(rows, model.standardiser) }),
    ...(context === undefined ? {} : { context: inFloat32(context, model.contextStandardiser) }),
  });
  const portion = ({ rows, context, weights }: Portion): TaskRows => ({
    rows: rows.rows,
    feeds: (numbers) => feeds(ofRows(rows, numbers), ofRows(context, numbers)),
    weights,
  });
  return {
    trainee: model,
    objective: lowerObjective(maximumLikelihood, model.spec, model.layout),
    training: portion(data.training),
    validation: portion(data.validation),
    lossOffset: -standardiserLogDet(model.standardiser),
    feedsOfEpoch: async (epoch, numbers) => {
      const { rows, context } = await epochRows(data.training, options, epoch, numbers);
      return feeds(rows, context);
    },
  };
}

function ofRows<T extends Batch | undefined>(batch: T, numbers: Int32Array | undefined): T | Batch {
  return batch === undefined || numbers === undefined ? batch : takeRows(batch, numbers);
}

function inFloat32(batch: Batch, standardiser: Standardiser): Float32Array {
  return standardise(batch, standardiser, new Float32Array(batch.data.length));
}
