/** Parameters that come from data without training: ActNorm's shift and scale, and the Gaussian. */
import { momentsInPieces } from "../statistics/gaussian.ts";
import type { Gaussian } from "../statistics/gaussian.ts";
import type { Floats } from "../engine/device/device.ts";
import { betweenEvents } from "../threads/yield-to-event-loop.ts";
import { boundOf } from "../flow/parts/base/base.ts";
import { lowerBetween } from "../flow/lower-layers.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { fitStandardiser, standardise } from "../flow/model/preprocess.ts";
import { takeRows } from "../flow/model/rows.ts";
import { placesOf } from "../flow/places.ts";
import type { LayerSpec } from "../flow/parts/layer/layer.ts";
import type { Portion, SplitData } from "./data.ts";
import { bestGaussian, rowsForCovariance } from "./gaussian-loss.ts";

/**
 * The parameters with which an untrained flow is the identity: those it has, with weights of zero in the last layer of
 * couplings that start otherwise (`head`).
 */
export function identityParameters({
  spec,
  layout,
  parameterList,
  parameters,
}: FlowModel): Float32Array<ArrayBuffer> {
  for (const i of spec.layers.keys()) {
    const layer = spec.layers[i]!;
    if (layer.kind !== "coupling" || layer.head !== "glorot") continue;
    const name = `layers[${i}].head.weight`;
    const size = parameterList.find((parameter) => parameter.name === name)?.size ?? 0;
    const offset = layout.offsets.get(name) ?? 0;
    parameters.fill(0, offset, offset + size);
  }
  return parameters;
}

/** Rows that ActNorm's statistics are taken over: the standard error of a mean is then 1.6 % of a deviation. */
const INIT_ROWS = 4096;

/** Fewest images that the statistics of channels are taken over. */
const INIT_IMAGES = 256;

/**
 * Sets each ActNorm, in order, so that its output has mean 0 and standard deviation 1 over the first
 * training rows (Kingma & Dhariwal 2018, section 3.1). Variables without spread keep scale 1.
 */
export function initialiseFromData(model: FlowModel, { training }: SplitData): Promise<void> {
  return initialiseActNorms(model, actNormsOf(model), training);
}

/**
 * Makes an untrained flow the full-covariance Gaussian, where it can be: its first LU map becomes
 * y = C^-1 (x - mean), with C the lower Cholesky factor of the covariance, shrunk as the held-out rows
 * like it, and all else stays the identity.
 *
 * Training does not begin there: on tables of collinear columns it ends worse than from the identity
 * (0.8 nats a row on the diamonds), since the map blows up what is mostly noise.
 *
 * @returns false when the flow has no LU map, or a base that is bounded
 */
export async function becomeGaussian(
  model: FlowModel,
  { training, validation }: SplitData,
): Promise<boolean> {
  const { spec, layout } = model;
  const [i] = layersOf(model, "lu");
  if (i === undefined || boundOf(spec.base) !== undefined) return false;
  await initialiseActNorms(
    model,
    actNormsOf(model).filter((k) => k < i),
    training,
  );
  const first = rowsForCovariance(training, spec.dims);
  const before = await stateBefore(model, i, first);
  const moments = await betweenEvents(momentsInPieces(before, spec.dims, first.weights));
  const held = await stateBefore(model, i, validation);
  const map = whitening(await betweenEvents(bestGaussian(moments, held, validation.weights)));
  const parameters = model.parameters;
  for (const [name, values] of Object.entries(map))
    parameters.set(values, layout.offsets.get(`layers[${i}].${name}`)!);
  model.setParameters(parameters);
  return true;
}

/** ActNorms of variables and of channels, in order. */
function actNormsOf({ spec }: FlowModel): number[] {
  return spec.layers.flatMap(({ kind }, i) =>
    kind === "actNorm" || kind === "channelActNorm" ? [i] : [],
  );
}

function layersOf({ spec }: FlowModel, kind: LayerSpec["kind"]): number[] {
  return spec.layers.flatMap((layer, i) => (layer.kind === kind ? [i] : []));
}

/** Rows go on from one ActNorm to the next: from the data on for each, the work would grow as their number squared. */
async function initialiseActNorms(
  model: FlowModel,
  actNorms: readonly number[],
  training: Portion,
): Promise<void> {
  if (actNorms.length === 0) return;
  const first = headOf(training, Math.max(...actNorms.map((i) => rowsFor(model, i))));
  let [from, rows] = [0, rowsOf(model, first)];
  for (const i of actNorms) {
    rows = await passed(model, from, i, rows);
    from = i;
    initialiseActNorm(model, i, rows.x.subarray(0, rowsFor(model, i) * model.spec.dims));
  }
}

/** Rows that the statistics of an ActNorm are taken over. Pixels of an image are like rows, though not independent ones. */
function rowsFor(model: FlowModel, i: number): number {
  const { dims, cols } = sizeOf(model, i);
  return Math.max(INIT_IMAGES, Math.ceil((INIT_ROWS * cols) / dims));
}

/** Where an ActNorm stands: its variables, and the columns that they are taken as. */
function sizeOf({ spec }: FlowModel, i: number) {
  const { dims, offset, shape } = placesOf(spec)[i]!;
  return { dims, offset, cols: spec.layers[i]!.kind === "channelActNorm" ? shape.at(-1)! : dims };
}

/** `state`: rows in front of the layer, as long as the flow's. */
function initialiseActNorm(model: FlowModel, i: number, state: Floats): void {
  const { spec, layout } = model;
  const { dims, offset, cols } = sizeOf(model, i);
  const rows = state.length / spec.dims;
  const data = new Float64Array(rows * dims);
  for (let r = 0; r < rows; r++) {
    const start = r * spec.dims + offset;
    data.set(state.subarray(start, start + dims), r * dims);
  }
  const { shift, scale } = fitStandardiser({ rows: data.length / cols, cols, data });
  const parameters = model.parameters;
  parameters.set(
    shift.map((value) => -value),
    layout.offsets.get(`layers[${i}].shift`)!,
  );
  parameters.set(
    scale.map((value) => -Math.log(value)),
    layout.offsets.get(`layers[${i}].logScale`)!,
  );
  model.setParameters(parameters);
}

function headOf(portion: Portion, most: number): Portion {
  const count = Math.min(most, portion.rows.rows);
  const indices = Int32Array.from({ length: count }, (_, i) => i);
  return {
    rows: takeRows(portion.rows, indices),
    context: portion.context === undefined ? undefined : takeRows(portion.context, indices),
    weights: portion.weights?.subarray(0, count),
  };
}

/** Rows on their way through a flow, standardised. */
interface RowsUnderWay {
  readonly x: Floats;
  readonly context: Floats | undefined;
}

function rowsOf(model: FlowModel, { rows, context }: Portion): RowsUnderWay {
  return {
    x: standardise(rows, model.standardiser, new Float32Array(rows.data.length)),
    context:
      context &&
      standardise(context, model.contextStandardiser, new Float32Array(context.data.length)),
  };
}

/** Rows in front of layer `from`, as they are in front of layer `to`. */
async function passed(
  { spec, layout, runner }: FlowModel,
  from: number,
  to: number,
  { x, context }: RowsUnderWay,
): Promise<RowsUnderWay> {
  if (from === to) return { x, context };
  const outputs = await runner.run(
    `layers ${from} to ${to}`,
    () => lowerBetween(spec, layout, from, to),
    { x, ...(context === undefined ? {} : { context }) },
    x.length / spec.dims,
  );
  return { x: outputs.get("x")!, context };
}

/** The variables in front of layer i, rows x dims. */
async function stateBefore(model: FlowModel, i: number, portion: Portion): Promise<Floats> {
  return (await passed(model, 0, i, rowsOf(model, portion))).x;
}

/** C^-1 (x - mean) as L U x + bias: U the diagonal of C^-1, L its columns divided by it. */
function whitening({ dims, mean, factor }: Gaussian): {
  readonly lower: Float64Array;
  readonly logDiagonal: Float64Array;
  readonly bias: Float64Array;
} {
  const inverse = new Float64Array(dims * dims);
  for (let j = 0; j < dims; j++) {
    for (let i = j; i < dims; i++) {
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= factor[i * dims + k]! * inverse[k * dims + j]!;
      inverse[i * dims + j] = sum / factor[i * dims + i]!;
    }
  }
  const lower = inverse.map((value, k) => {
    const [i, j] = [Math.floor(k / dims), k % dims];
    return i > j ? value / inverse[j * dims + j]! : 0;
  });
  const bias = Float64Array.from({ length: dims }, (_, i) => {
    let sum = 0;
    for (let j = 0; j <= i; j++) sum -= inverse[i * dims + j]! * mean[j]!;
    return sum;
  });
  const logDiagonal = Float64Array.from(
    { length: dims },
    (_, i) => -Math.log(factor[i * dims + i]!),
  );
  return { lower, logDiagonal, bias };
}
