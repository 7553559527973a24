/** The judge of the benchmark of simulation-based inference: a network of two hidden layers, as scikit-learn's `MLPClassifier` trains it. */
import { dense } from "../engine/build.ts";
import { openDevice } from "../engine/device/open.ts";
import type { CompiledGraph, Device, DeviceBuffer } from "../engine/device/device.ts";
import { GraphBuilder, layoutOf } from "../engine/graph.ts";
import { crossEntropy } from "../engine/ops/cross-entropy/op.ts";
import type { Value } from "../engine/value.ts";
import { internalError } from "../error.ts";
import { fitStandardiser, standardise } from "../flow/model/preprocess.ts";
import type { Batch } from "../flow/model/rows.ts";
import { initialParameters } from "../flow/initial.ts";
import { philoxKey } from "../random/philox.ts";
import { shuffled } from "../random/shuffle.ts";
import { foldsOf, judged } from "../statistics/two-sample.ts";
import type { Fold, Sides, TwoSample, Verdicts } from "../statistics/two-sample.ts";
import { lowerTraining } from "../train/objective.ts";
import type { Objective } from "../train/objective.ts";

/** Units of each hidden layer for each column. */
const UNITS = 10;
const BATCH = 200;
const RATE = 1e-3;
/** Of the rows that a fold learns from, this share chooses the epoch. */
const VALIDATION_SHARE = 0.1;
const PATIENCE = 50;
const MOST_EPOCHS = 1000;
/** A better epoch has a larger share of the validation rows right, by this much. */
const LEAST_GAIN = 1e-4;

interface Network {
  readonly dims: number;
}

/** Cross-entropy of two classes. */
const objective: Objective<Network> = {
  name: "crossEntropy",
  feeds: ({ dims }) => ({ rows: dims, labels: 1 }),
  loss: (b, spec, { rows, labels }) =>
    b.emit(crossEntropy, [logitsOf(b, spec, rows!), labels!], { classes: 2, smoothing: 0 })[0]!,
};

function logitsOf(b: GraphBuilder, { dims }: Network, rows: Value): Value {
  let h = rows;
  for (const name of ["first", "second"])
    h = b.within(name, () =>
      dense(b, h, { outputs: UNITS * dims, activation: "relu", init: { kind: "glorot" } }),
    );
  return b.within("logits", () => dense(b, h, { outputs: 2 }));
}

/**
 * The two-sample test by networks, cross-fitted in five folds: two hidden layers of 10 units for each column, ReLU, Adam at 1e-3 on
 * batches of 200; a tenth of the rows chooses the epoch, and training ends when 50 epochs have not been better. Rows are standardised by
 * the mean and the deviation of `a` in each column.
 *
 * @throws CoupletError what the device throws
 */
export async function byNetwork(sides: Sides, seed: number): Promise<TwoSample> {
  const device = await openDevice("cpu", { threads: 1 });
  try {
    await device.prepareTraining();
    const verdicts: Verdicts[] = [];
    for (const [k, fold] of foldsOf(standardised(sides)).entries())
      verdicts.push(await verdictsOf(fold, seed + k, device));
    return judged(verdicts);
  } finally {
    device.dispose();
  }
}

/** Deviations of the first side beyond which rows are equally far: float32 squares of them are finite, and no judge needs more. */
const FARTHEST = 1e4;

/** Columns in units of the first side's deviation, of the second's where the first is constant. */
function standardised([a, b]: Sides): Sides {
  const scaled = (columns: readonly Float64Array[]): Float64Array[] =>
    columns.map((column, j) => {
      const isConstant = a[j]!.every((value) => value === a[j]![0]);
      const units = fitStandardiser(asBatch(isConstant ? b[j]! : a[j]!));
      return standardise(asBatch(column), units, new Float64Array(column.length)).map((value) =>
        Math.max(-FARTHEST, Math.min(FARTHEST, value)),
      );
    });
  return [scaled(a), scaled(b)];
}

function asBatch(column: Float64Array): Batch {
  return { rows: column.length, cols: 1, data: column };
}

async function verdictsOf([learnt, asked]: Fold, seed: number, device: Device): Promise<Verdicts> {
  const dims = learnt[0].length;
  const scoring = logitsGraph({ dims });
  const parameters = device.buffer(initialParameters(scoring, seed));
  const compiled = device.compile(scoring);
  try {
    const { rows, labels } = rowsOf(learnt, seed);
    const count = labels.length;
    const chosen = Math.max(1, Math.round(VALIDATION_SHARE * count));
    const validation = {
      rows: rows.subarray(0, chosen * dims),
      labels: labels.subarray(0, chosen),
    };
    const logOdds = logOddsBy(compiled, parameters, dims);
    await train(
      { rows: rows.slice(chosen * dims), labels: labels.slice(chosen), dims },
      { device, parameters, graph: scoring, seed },
      async () => {
        const scores = await logOdds(validation.rows);
        return scores.filter((s, i) => s > 0 === (validation.labels[i] === 1)).length / chosen;
      },
    );
    return [await logOdds(rowMajor(asked[0])), await logOdds(rowMajor(asked[1]))];
  } finally {
    compiled.dispose();
    parameters.dispose();
  }
}

function logitsGraph(spec: Network) {
  const b = new GraphBuilder();
  b.output("logits", logitsOf(b, spec, b.input("rows", { kind: "rows", cols: spec.dims })));
  return b.finish();
}

interface Labelled {
  readonly rows: Float32Array;
  readonly labels: Float32Array;
}

/** Both sides in a random order, row by row, with their labels. */
function rowsOf([a, b]: Sides, seed: number): Labelled {
  const dims = a.length;
  const count = a[0]!.length;
  const order = shuffled(2 * count, seed);
  const rows = new Float32Array(order.length * dims);
  const labels = Float32Array.from(order, (i) => (i < count ? 0 : 1));
  for (const [r, i] of order.entries())
    for (let j = 0; j < dims; j++) rows[r * dims + j] = i < count ? a[j]![i]! : b[j]![i - count]!;
  return { rows, labels };
}

function rowMajor(columns: readonly Float64Array[]): Float32Array {
  const dims = columns.length;
  return Float32Array.from(
    { length: dims * columns[0]!.length },
    (_, k) => columns[k % dims]![Math.floor(k / dims)]!,
  );
}

function logOddsBy(compiled: CompiledGraph, parameters: DeviceBuffer, dims: number) {
  return async (rows: Float32Array): Promise<Float64Array> => {
    const count = rows.length / dims;
    const outputs = await compiled.run({ parameters, inputs: { rows }, rows: count });
    const logits = outputs.get("logits")!;
    return Float64Array.from({ length: count }, (_, r) => logits[2 * r + 1]! - logits[2 * r]!);
  };
}

/** Trains until no epoch has been better for a while; leaves the best epoch's parameters in place. */
async function train(
  { rows, labels, dims }: Labelled & { readonly dims: number },
  {
    device,
    parameters,
    graph,
    seed,
  }: {
    readonly device: Device;
    readonly parameters: DeviceBuffer;
    readonly graph: ReturnType<typeof logitsGraph>;
    readonly seed: number;
  },
  shareRight: () => Promise<number>,
): Promise<void> {
  const count = labels.length;
  const batch = Math.min(BATCH, count);
  const stepsPerEpoch = Math.ceil(count / batch);
  const training = lowerTraining(objective, { dims }, layoutOf(graph), { memory: "store" });
  const session = device.trainSession(training, {
    parameters,
    feeds: { rows, labels },
    rows: count,
    seed: philoxKey(seed),
    step: {
      batch,
      peakRate: RATE,
      warmupSteps: 1,
      totalSteps: stepsPerEpoch * MOST_EPOCHS,
      // No drop, no cosine: a constant rate.
      drops: [],
      decay: 0,
      decayRanges: [],
      clipNorm: Infinity,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      averageDecay: 0,
      mostSkipped: 10,
    },
  });
  try {
    let [most, waited] = [-Infinity, 0];
    let best: Float32Array = await session.candidate();
    for (let epoch = 0; epoch < MOST_EPOCHS && waited < PATIENCE; epoch++) {
      session.setOrder(shuffled(count, seed, epoch + 1));
      let done = 0;
      while (done < stepsPerEpoch) {
        const { steps, stopped } = await session.steps({
          step: epoch * stepsPerEpoch + done,
          epochStep: done,
          steps: stepsPerEpoch - done,
          skippedInARow: 0,
          sliceMs: 1000,
        });
        // Bounded inputs have finite gradients; if none come after all, this says so rather than wait for them for ever.
        if (stopped === "diverged") throw internalError("a judge without finite gradients");
        done += steps;
      }
      const right = await shareRight();
      waited = right > most + LEAST_GAIN ? 0 : waited + 1;
      if (right > most) {
        most = right;
        best = await session.candidate();
      }
    }
    parameters.write(best);
  } finally {
    session.dispose();
  }
}
