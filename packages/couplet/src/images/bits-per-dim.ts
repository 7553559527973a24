/** Bits per dimension: the one place that turns log-densities of images into the unit that papers report. */
import { checkInteger } from "../check-integer.ts";
import { throwIfAborted } from "../abort.ts";
import { CoupletError } from "../error.ts";
import type { CallOptions } from "../flow/model/call-options.ts";
import { levelsOf } from "../flow/model/levels.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { takeRows, toBatch } from "../flow/model/rows.ts";
import type { Batch, Rows } from "../flow/model/rows.ts";
import { unitsOf } from "../flow/parts/layer/dequantise.ts";
import { checkOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import { logMeanExp } from "../statistics/log-sum-exp.ts";
import { mean, variance } from "../statistics/mean.ts";

/** Options of {@link bitsPerDim}. */
export interface BitsPerDimOptions {
  /** Noise samples K of an image. More of them tighten the bound: compare figures at equal K only. Default 1. */
  readonly samples?: number;
  /** Of the noise. Default 0. */
  readonly seed?: number;
  /** One row of it per image, for a conditional flow. */
  readonly context?: Rows;
  readonly signal?: AbortSignal;
}

/** What {@link bitsPerDim} gives. */
export interface BitsPerDim {
  /** Mean over the images, in bits per dimension. */
  readonly bits: number;
  /** Standard error of the mean over the images. */
  readonly standardError: number;
  /** Bits per dimension of each image. */
  readonly perImage: Float64Array<ArrayBuffer>;
  /** K. */
  readonly samples: number;
  /**
   * Bits per dimension that the scaling of the network's input adds, -log2 of it: 8 for v / 256 - 1/2. A logit adds more, which
   * depends on the image and is in `bits`.
   */
  readonly constant: number;
  /** All of it in words: `1.234 bits/dim (8 samples) +- 0.005; ...`. */
  readonly text: string;
}

const optionNames: OptionNames<BitsPerDimOptions> = {
  samples: 0,
  seed: 0,
  context: true,
  signal: "AbortSignal",
};

/** Images at a time: so many rows are floats at once. */
const CHUNK = 4096;

/**
 * Bits per dimension of images under a flow that begins with `dequantise`: with K noise samples u_k ~ q(u | x),
 *
 *     bits = -1 / (D ln 2) (logsumexp_k [log p(x + u_k) - log q(u_k | x)] - ln K),
 *
 * an upper bound of -log2 P(x) / D in the mean, which falls to it as K grows (Burda et al. 2016; Ho et al. 2019).
 *
 * @param images integers 0 to levels - 1, an image a row: bytes or numbers
 * @throws CoupletError NOT_SUPPORTED for a flow without `dequantise`, DATA_INVALID for values that are no levels, USAGE, SHAPE_MISMATCH
 */
export async function bitsPerDim(
  model: FlowModel,
  images: Rows,
  options: BitsPerDimOptions = {},
): Promise<BitsPerDim> {
  checkOptions("bitsPerDim", options, optionNames);
  const { samples = 1, seed = 0, context, signal } = options;
  checkInteger("bitsPerDim: samples", samples, 1);
  checkInteger("bitsPerDim: seed", seed, 0);
  // Each noise sample has a seed of its own.
  checkInteger("bitsPerDim: seed + samples", seed + samples, 1);
  const { dims } = model.spec;
  const [first] = model.spec.layers;
  if (levelsOf(model.spec) === undefined || first?.kind !== "dequantise") {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "bitsPerDim",
      expected: "a flow of integers, whose first layer is dequantise()",
      received: "a flow of real numbers",
      hint: "The density of a real number has no bits: it changes with its unit.",
    });
  }
  const batch = owned(toBatch("bitsPerDim", images, dims));
  if (batch.rows === 0)
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "bitsPerDim",
      expected: "at least one image",
      received: "none",
    });
  const given =
    context === undefined
      ? undefined
      : owned(toBatch("bitsPerDim: context", context, model.spec.context));
  const perImage = new Float64Array(batch.rows);
  for (let start = 0; start < batch.rows; start += CHUNK) {
    const rows = Int32Array.from(
      { length: Math.min(CHUNK, batch.rows - start) },
      (_, i) => start + i,
    );
    const x = takeRows(batch, rows).data;
    const call = {
      ...(signal === undefined ? {} : { signal }),
      ...(given === undefined ? {} : { context: takeRows(given, rows).data }),
    } as CallOptions<boolean>;
    const draws: Float64Array[] = [];
    for (let k = 0; k < samples; k++) {
      throwIfAborted(signal);
      const noise = { seed: seed + k, firstRow: start };
      draws.push(await model.logProbWithNoise(x, noise, call));
    }
    for (const [r, logProb] of logMeanExp(draws).entries())
      perImage[start + r] = -logProb / (dims * Math.LN2);
  }
  return summary(perImage, samples, -Math.log2(unitsOf(first).scale), first.logit !== 0);
}

/** The rows, in an array of their own: chunks after the first are read when the caller may have written other numbers into theirs. */
function owned(batch: Batch): Batch {
  return batch.rows > CHUNK ? { ...batch, data: batch.data.slice() } : batch;
}

function summary(
  perImage: Float64Array<ArrayBuffer>,
  samples: number,
  constant: number,
  hasLogit: boolean,
): BitsPerDim {
  const count = perImage.length;
  const bits = mean(perImage);
  const standardError = count > 1 ? Math.sqrt(variance(perImage) / count) : NaN;
  const noise = `${samples} sample${samples === 1 ? "" : "s"}`;
  const error =
    count > 1 ? `, standard error ${standardError.toFixed(3)} over ${count} images` : "";
  const added = `${Number(constant.toFixed(5))} of it for the scaling of the input${hasLogit ? ", and the logit's derivative" : ""}`;
  const text = `${bits.toFixed(3)} bits/dim (${noise})${error}; ${added}`;
  return { bits, standardError, perImage, samples, constant, text };
}
