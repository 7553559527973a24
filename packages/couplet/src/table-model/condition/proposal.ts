/** A conditional flow that proposes the unknown cells of a row for any set of given ones. */
import type { FlowModel } from "../../flow/model/model.ts";
import { flowSize } from "../../flow/presets/size.ts";
import { splineLayers } from "../../flow/presets/spline-layers.ts";
import { gaussian } from "../../flow/parts/base/index.ts";
import { parseSpec } from "../../flow/spec/parse.ts";
import type { FlowSpec } from "../../flow/spec/types.ts";
import { philoxNormal } from "../../random/philox.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import type { TableCodec } from "../../table/encode/table-codec.ts";
import { fit } from "../../train/fit.ts";
import {
  type VariableGroup,
  maskedConditioning,
} from "../../train/objectives/masked-conditioning.ts";

/** The flow, and which variables a column has. */
export interface Proposal {
  readonly flow: FlowModel;
  /** Per placed column of the codec: its latent variables. */
  readonly groups: readonly VariableGroup[];
}

/** Rows of an epoch: drawn from the joint model, new in each. */
const EPOCH_ROWS = 8192;
const BATCH = 128;
/** Rows in all, at least and at most; between, a share of those that the joint model was trained on. */
const LEAST_ROWS = 12 * EPOCH_ROWS;
const MOST_ROWS = 240 * EPOCH_ROWS;
const SHARE = 0.25;
/** Joint rows that choose the best epoch. */
const VALIDATION_ROWS = 2048;

/** The latent variables of each placed column. */
export function variableGroups({ placed }: TableCodec): VariableGroup[] {
  return placed.map(({ offset, dims }) => Array.from({ length: dims }, (_, d) => offset + d));
}

/** The flow of {@link learnProposal}: the joint one's width, one coupling fewer. */
export function proposalSpec(dims: number, groups: number, rows: number): FlowSpec {
  const { couplings, width, bins } = flowSize({ dims, context: groups + dims, rows });
  return parseSpec({
    version: 1,
    dims,
    context: groups + dims,
    base: gaussian(),
    layers: splineLayers({
      dims,
      context: groups + dims,
      couplings: Math.max(3, couplings - 1),
      bins,
      bound: 3.5,
      least: 1e-2,
      width: Math.max(64, width),
      dropout: 0,
      blocks: 1,
    }),
  });
}

/**
 * Learns to propose: the objective `maskedConditioning` on rows drawn from the joint model, which is never short of them, so that nothing is
 * learnt by heart. The joint model stays as it is. The same seed gives the same bits.
 *
 * @param onEpoch called after each pass with the passes done and in all
 */
export async function learnProposal(
  { flow, codec }: { readonly flow: FlowModel; readonly codec: TableCodec },
  options: {
    readonly seed: number;
    readonly signal?: AbortSignal | undefined;
    /** Ends the learning with the best proposal so far. */
    readonly stop?: AbortSignal | undefined;
    /** Rows to learn from in all. Default: a quarter of those that the joint model was trained on, 100,000 at least. */
    readonly rows?: number;
    readonly onEpoch?: (done: number, all: number) => void;
  },
): Promise<Proposal> {
  const { dims } = codec;
  const { seed, signal, stop } = options;
  const groups = variableGroups(codec);
  const training = flow.training;
  const trained = training === undefined ? 0 : training.epochs * training.trainingRows;
  const rows = options.rows ?? Math.min(MOST_ROWS, Math.max(LEAST_ROWS, SHARE * trained));
  const epochs = Math.ceil(rows / EPOCH_ROWS);
  const drawn = (count: number, draw: number) =>
    flow.sample(count, { seed: seed + 1 + draw, ...(signal === undefined ? {} : { signal }) });
  const masked = async (count: number, draw: number) =>
    maskedConditioning(await drawn(count, draw), dims, groups, { seed, draw });
  const spec = proposalSpec(dims, groups.length, training?.trainingRows ?? EPOCH_ROWS);
  const first = await masked(EPOCH_ROWS, 0);
  const validation = await masked(VALIDATION_ROWS, 0x7fffffff);
  let latest = { epoch: 0, rows: Promise.resolve(first) };
  const ofEpoch = (epoch: number) => {
    if (latest.epoch !== epoch) latest = { epoch, rows: masked(EPOCH_ROWS, epoch) };
    return latest.rows;
  };
  const learnt = await fit(spec as FlowSpec<true>, first.rows, {
    context: first.context,
    validation,
    rowsOfEpoch: async (epoch) => (await ofEpoch(epoch)).rows,
    contextOfEpoch: async (epoch) => (await ofEpoch(epoch)).context,
    standardise: false,
    seed,
    epochs,
    batch: BATCH,
    patience: epochs,
    learningRate: 2e-3,
    weightDecay: 1e-5,
    // The joint model's own threads.
    device: flow.runner.device,
    ...(stop === undefined ? {} : { stop }),
    ...(signal === undefined ? {} : { signal }),
    onEpoch: ({ epoch }) => options.onEpoch?.(epoch, epochs),
  });
  return { flow: learnt as unknown as FlowModel, groups };
}

/**
 * Rows from q(. | context) with their log densities: rows of the base decoded, so that one pass gives both.
 *
 * @param first number of the first row: rows of a longer draw have their own noise
 */
export async function drawProposals(
  { flow }: Proposal,
  context: Float64Array,
  options: {
    readonly rows: number;
    readonly seed: number;
    readonly first?: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<{ readonly y: Float64Array; readonly logProb: Float64Array }> {
  const { rows, seed, first = 0, signal } = options;
  const { dims } = flow.spec;
  const u = new Float64Array(rows * dims);
  const logProb = new Float64Array(rows);
  for (let row = 0; row < rows; row++)
    for (let d = 0; d < dims; d++) {
      const value = philoxNormal({ seed, row: first + row, stream: 0x45000000 + d });
      u[row * dims + d] = value;
      logProb[row]! += logNormalDensity(value);
    }
  const call = { context, ...(signal === undefined ? {} : { signal }) };
  const { x, logDet } = await flow.decode(u, call);
  for (let row = 0; row < rows; row++) logProb[row]! += logDet[row]!;
  return { y: x, logProb };
}
