/** A small network that guesses what the flow makes of its noise: most rows that miss a condition need not go through the flow. */
import type { FlowModel } from "../../flow/model/model.ts";
import { lowerFromContextNoise, lowerNoise } from "../../flow/from-noise.ts";
import { standardNormality } from "../../flow/parts/base/base.ts";
import { gaussian } from "../../flow/parts/base/index.ts";
import { mlp } from "../../flow/parts/conditioner/index.ts";
import { coupling } from "../../flow/parts/layer/index.ts";
import { explicit } from "../../flow/parts/mask/index.ts";
import { additive } from "../../flow/parts/transform/index.ts";
import { parseSpec } from "../../flow/spec/parse.ts";
import type { FlowSpec } from "../../flow/spec/types.ts";
import { philoxKey } from "../../random/philox.ts";
import { fit } from "../../train/fit.ts";

/** The network, as a flow of the latent row given the noise: a shift, so that its likelihood is a squared error. */
export interface Screen {
  readonly flow: FlowModel;
}

const WIDTHS = [64, 64];
/** Rows of noise that it learns from, how often it sees each, and the rows that choose the best epoch. */
const ROWS = 49_152;
const EPOCHS = 5;
const VALIDATION_ROWS = 2048;

/** A shift of every variable by a network of the noise. */
function screenSpec(dims: number): FlowSpec<true> {
  return parseSpec({
    version: 1,
    dims,
    context: dims,
    base: gaussian(),
    layers: [
      coupling({
        mask: explicit(Array.from({ length: dims }, () => false)),
        transform: additive(),
        conditioner: mlp({ widths: WIDTHS, activation: "silu" }),
      }),
    ],
  }) as FlowSpec<true>;
}

/**
 * Learns z(u) of the model, u being noise of its base, by least squares on draws. `undefined` for a flow with a context or another base than the
 * standard normal. The same seed gives the same bits.
 */
export async function learnScreen(
  flow: FlowModel,
  options: {
    readonly seed: number;
    readonly signal?: AbortSignal | undefined;
    readonly stop?: AbortSignal | undefined;
  },
): Promise<Screen | undefined> {
  const { dims, context, base } = flow.spec;
  if ((context as number) > 0 || standardNormality(base) !== "always") return undefined;
  const { seed, signal, stop } = options;
  const call = signal === undefined ? {} : { signal };
  const drawn = async (rows: number, firstRow: number) => {
    const make = () => lowerNoise(flow.spec, flow.layout);
    const noise = await flow.runner.run("noise", make, ones(rows), rows, {
      ...call,
      seed: philoxKey(seed + 0x5c4ee),
      firstRow,
    });
    const u = Float64Array.from(noise.get("z")!);
    return { context: u, rows: (await flow.decode(u, call)).x };
  };
  const training = await drawn(ROWS, 0);
  const learnt = await fit(screenSpec(dims), training.rows, {
    context: training.context,
    validation: await drawn(VALIDATION_ROWS, ROWS),
    standardise: false,
    seed,
    epochs: EPOCHS,
    batch: 128,
    patience: EPOCHS,
    learningRate: 1e-2,
    weightDecay: 0,
    device: flow.runner.device,
    ...(stop === undefined ? {} : { stop }),
    ...call,
  });
  return { flow: learnt as unknown as FlowModel };
}

/**
 * Noise, and the latent rows that it is guessed to become.
 *
 * @param place the noise's seed, and the number of its first row
 */
export async function guesses(
  { flow }: Screen,
  rows: number,
  place: {
    readonly seed: number;
    readonly firstRow: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<{ readonly u: ArrayLike<number>; readonly z: Float64Array }> {
  const make = () => lowerFromContextNoise(flow.spec, flow.layout);
  const { seed, firstRow, signal } = place;
  const made = await flow.runner.run("guess", make, ones(rows), rows, {
    seed: philoxKey(seed),
    firstRow,
    ...(signal === undefined ? {} : { signal }),
  });
  return { u: made.get("context")!, z: Float64Array.from(made.get("x")!) };
}

function ones(rows: number): { readonly temperature: Float64Array } {
  return { temperature: new Float64Array(rows).fill(1) };
}
