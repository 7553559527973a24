/** What a training run begins with: everything checked, the model made, a checkpoint read. */
import type { DeviceOptions } from "../engine/device/open.ts";
import { eventLoopYielder } from "../threads/yield-to-event-loop.ts";
import { throwIfAborted } from "../abort.ts";
import { modelFrom } from "../flow/model/make.ts";
import { FlowModel } from "../flow/model/model.ts";
import { checkColumns } from "../flow/model/column-names.ts";
import { checkBoxes, fitStandardiser, identityStandardiser } from "../flow/model/preprocess.ts";
import type { Batch, Rows } from "../flow/model/rows.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import { domainsOf } from "../flow/parts/base/base.ts";
import { refuseDropout } from "../flow/spec/dropout.ts";
import { loadSpec } from "../flow/spec/load.ts";
import { fingerprint, readCheckpoint } from "./checkpoint.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { levelsOf } from "../flow/model/levels.ts";
import { splitData } from "./data.ts";
import type { SplitData } from "./data.ts";
import { checkEpochRows } from "./epoch-rows.ts";
import { identityParameters, initialiseFromData } from "./initialise.ts";
import { likelihoodTask } from "./likelihood-task.ts";
import { settingsFor } from "./options.ts";
import type { TrainOptions } from "./options.ts";
import type { TrainSettings } from "./settings.ts";
import { compareRuns } from "./reducer.ts";
import { readyToTrain } from "./ready-to-train.ts";
import { joint } from "./strategies/joint.ts";
import type { Task } from "./task.ts";

/** Options of a run. */
export type RunOptions = TrainOptions & DeviceOptions;

/** A run that can start. */
export interface PreparedRun {
  readonly model: FlowModel;
  readonly data: SplitData;
  readonly task: Task;
  readonly settings: TrainSettings;
  readonly options: RunOptions;
  /** What a checkpoint has to agree with; empty when none is written or read. */
  readonly fingerprint: string;
  /** The parameters of the identity. */
  readonly untrained: Float32Array<ArrayBuffer>;
  /** The checkpoint to go on from. */
  readonly saved: Checkpoint | undefined;
}

/** Checks everything and makes the model, which is the caller's to dispose. */
export async function prepareRun(
  start: FlowSpec | FlowModel,
  rows: Rows,
  context: Rows | undefined,
  options: RunOptions,
): Promise<PreparedRun> {
  throwIfAborted(options.signal);
  const yielding = eventLoopYielder(options.signal);
  checkColumns("fit", options.columns);
  checkEpochRows(options);
  const from = start instanceof FlowModel ? start : undefined;
  const spec = await loadSpec(from === undefined ? start : from.spec);
  await yielding();
  const data = splitData(spec, rows, context, options);
  await yielding();
  const domains = domainsOf(spec.base);
  checkBoxes("fit", data.training.rows, domains, options.columns);
  checkBoxes("fit: validation", data.validation.rows, domains, options.columns);
  const settings = settingsFor(options, data.training.rows.rows, spec.context > 0);
  if (settings.memory === "reversible") checkRebuilt(spec);
  const { reducer } = options;
  const kept = [options.checkpoint, options.resume, reducer].some((given) => given !== undefined);
  const first = from?.parameters;
  const strategy = options.strategy ?? joint;
  const makeup = { settings, strategy, start: first, source: options.dataDigest };
  const print = kept ? fingerprint(spec, data, makeup) : "";
  await yielding();
  const model = await freshModel(spec, data, settings, options, from);
  try {
    await readyToTrain(model.runner.device, "fit");
    if (reducer !== undefined)
      await compareRuns(reducer, "fit", print, model.runner.device, options.resume);
    const saved =
      options.resume === undefined
        ? undefined
        : readCheckpoint(options.resume, print, model.layout.count);
    const untrained = identityParameters(model);
    if (saved === undefined) {
      if (first === undefined) await initialiseFromData(model, data);
      else model.setParameters(first);
    }
    const task = likelihoodTask(model, data, options);
    return { model, data, task, settings, options, fingerprint: print, untrained, saved };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** The rebuild of an autoregressive layer is another program than its pass forward: it would drop other units. */
function checkRebuilt({ layers }: FlowSpec): void {
  const about = {
    reason:
      ' with memory: "reversible", since an autoregressive layer is rebuilt variable by variable',
    hint: 'Take memory: "store", or no dropout.',
  };
  refuseDropout(layers, "fit", about, ({ kind }) => kind === "autoregressive");
}

/** An untrained model that standardises as the training rows say, or as the model to go on from does. */
function freshModel(
  spec: FlowSpec,
  { training: { rows, context, weights } }: SplitData,
  { standardise }: TrainSettings,
  options: RunOptions,
  from: FlowModel | undefined,
): Promise<FlowModel> {
  const scaled = (batch: Batch | undefined, cols: number) =>
    standardise && batch !== undefined
      ? fitStandardiser(batch, weights)
      : identityStandardiser(cols);
  return modelFrom(
    {
      spec,
      parameters: undefined,
      standardiser:
        from?.standardiser ??
        // Integers go in as they are.
        scaled(levelsOf(spec) === undefined ? rows : undefined, spec.dims),
      contextStandardiser: from?.contextStandardiser ?? scaled(context, spec.context),
      columns: options.columns ?? from?.columns,
      training: undefined,
      records: {},
    },
    options,
  );
}
