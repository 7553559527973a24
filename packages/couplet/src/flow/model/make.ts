/** Making a model from its parts, with fresh parameters where it has none. */
import { beginDevice } from "../../engine/device/open.ts";
import type { DeviceOptions } from "../../engine/device/open.ts";
import { CoupletError } from "../../error.ts";
import { checkOptions } from "../../options.ts";
import type { OptionNames } from "../../options.ts";
import { deviceOptionNames } from "./call-options.ts";
import { checkColumns } from "./column-names.ts";
import { freshParameters } from "./fresh-parameters.ts";
import { lowerLogProb } from "../lower.ts";
import { FlowModel } from "./model.ts";
import type { ModelDescription } from "./view.ts";
import { openRunner } from "./open-runner.ts";
import { identityStandardiser } from "./preprocess.ts";
import type { FlowSpec } from "../spec/types.ts";
import { loadSpec } from "../spec/load.ts";
import { checkInteger } from "../../check-integer.ts";

/** Options of {@link createModel}. */
export interface CreateModelOptions extends DeviceOptions {
  /** Of the hidden layers' weights. Default 0. */
  readonly seed?: number;
  /** Names of the variables, for messages and files. */
  readonly columns?: readonly string[];
}

const createModelOptionNames: OptionNames<CreateModelOptions> = {
  ...deviceOptionNames,
  seed: 0,
  columns: true,
};

/**
 * A model with fresh parameters: the identity, up to fixed permutations.
 *
 * @throws CoupletError SPEC_INVALID, USAGE; SHAPE_MISMATCH when `columns` are not as many as the spec's variables
 * @example
 * import { createModel, neuralSpline } from "couplet";
 * const model = await createModel(neuralSpline({ dims: 2 }), { seed: 1 });
 * console.log(model.describe().text);
 */
export async function createModel<C extends boolean>(
  spec: FlowSpec<C>,
  options: CreateModelOptions = {},
): Promise<FlowModel<C>> {
  checkOptions("createModel", options, createModelOptionNames);
  checkColumns("createModel", options.columns);
  beginDevice(options);
  const checked = await loadSpec(spec);
  return modelFrom(
    {
      spec: checked,
      parameters: undefined,
      standardiser: identityStandardiser(checked.dims),
      contextStandardiser: identityStandardiser(checked.context),
      columns: options.columns,
      training: undefined,
      records: {},
    },
    options,
  ) as Promise<FlowModel<C>>;
}

/** What would otherwise be taken silently for something else. */
function checkValues(
  { spec, columns }: { readonly spec: FlowSpec; readonly columns: readonly string[] | undefined },
  { seed = 0 }: { readonly seed?: number },
): void {
  checkInteger("model: seed", seed, 0);
  if (columns !== undefined && columns.length !== spec.dims) {
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: "model: columns",
      expected: `${spec.dims} names, one per variable`,
      received: String(columns.length),
    });
  }
}

/** A model from its parts; without parameters it gets fresh ones. */
export async function modelFrom(
  parts: ModelDescription & { readonly parameters: Float32Array | undefined },
  options: DeviceOptions & { readonly seed?: number } = {},
): Promise<FlowModel> {
  checkValues(parts, options);
  const graph = lowerLogProb(parts.spec);
  const { runner, parameters, own } = await openRunner(
    options,
    graph,
    (device) => parts.parameters ?? freshParameters(graph, options.seed ?? 0, device),
  );
  return FlowModel.from({ ...parts, parameters }, graph, runner, own);
}
