/** What calls on a model take besides rows. */
import type { DeviceOptions } from "../../engine/device/open.ts";
import { CoupletError } from "../../error.ts";
import { checkOptions } from "../../options.ts";
import type { OptionNames } from "../../options.ts";
import type { Rows } from "./rows.ts";
import { boundOf, domainsOf } from "../parts/base/base.ts";
import type { BaseSpec } from "../parts/base/base.ts";
import { checkInteger } from "../../check-integer.ts";

export const deviceOptionNames: OptionNames<DeviceOptions> = {
  device: true,
  threads: 0,
  blas: false,
  relaxedSimd: false,
};

/** What every call on rows takes. A conditional model's calls need `context`: one row of it per row. */
export type CallOptions<Conditional extends boolean, Extra = object> = Extra & {
  readonly signal?: AbortSignal;
} & (Conditional extends true
    ? { readonly context: Rows }
    : Conditional extends false
      ? { readonly context?: never }
      : { readonly context?: Rows });

export const callOptionNames: OptionNames<CallOptions<boolean>> = {
  signal: "AbortSignal",
  context: true,
};

/** The options argument: required for conditional models, optional for others. */
export type CallArguments<Conditional extends boolean, Extra = object> = true extends Conditional
  ? false extends Conditional
    ? [options?: CallOptions<Conditional, Extra>]
    : [options: CallOptions<Conditional, Extra>]
  : [options?: CallOptions<Conditional, Extra>];

/** The options argument of a call that cannot be ended from outside: a conditional model's context. */
export type SyncArguments<Conditional extends boolean> = true extends Conditional
  ? false extends Conditional
    ? [options?: { readonly context?: Rows }]
    : [options: { readonly context: Rows }]
  : [options?: { readonly context?: never }];

/** Options of `FlowModel.sample`. */
export interface SampleOptions {
  /** Same seed, same rows, for any number of threads. Defaults to a fresh one, which the sample carries as its `seed`. */
  readonly seed?: number;
  /**
   * Number of the first row: rows drawn in chunks are those of one call, to the last bit where chunks begin at
   * multiples of 128. A seed has 2^32 rows. Default 0.
   */
  readonly firstRow?: number;
  /**
   * Scales the base's spread; below 1 rows come from nearer to the middle of the latent space. Only 1,
   * the default, gives samples of the model. A uniform base has none.
   */
  readonly temperature?: number;
}

/** Rows drawn from a model, rows x dims, row-major, and the seed that draws them again. */
export type Sample = Float64Array<ArrayBuffer> & { readonly seed: number };

const sampleOptionNames: OptionNames<CallOptions<boolean, SampleOptions>> = {
  ...callOptionNames,
  seed: 0,
  firstRow: 0,
  temperature: 0,
};

/** Rows that a seed has: the generator's counter of rows is a word of 32 bits. */
const MOST_ROWS = 2 ** 32;

/**
 * Nothing, when rows can be drawn so.
 *
 * @throws CoupletError USAGE
 */
export function checkSample(
  count: number,
  options: CallOptions<boolean, SampleOptions> | undefined,
  base: BaseSpec,
): void {
  checkOptions("sample", options, sampleOptionNames);
  const temperature = options?.temperature ?? 1;
  const firstRow = options?.firstRow ?? 0;
  const wrong = (where: string, expected: string, received: string, hint?: string) =>
    new CoupletError({
      code: "USAGE",
      where,
      expected,
      received,
      ...(hint === undefined ? {} : { hint }),
    });
  if (!Number.isInteger(count) || count < 0)
    throw wrong("sample", "an integer of 0 or more rows", String(count));
  if (!(temperature >= 0 && Number.isFinite(temperature)))
    throw wrong("sample: temperature", "a number from 0 up", String(temperature));
  const isBounded = boundOf(base) !== undefined || domainsOf(base) !== undefined;
  if (isBounded && temperature !== 1)
    throw wrong("sample: temperature", "none with a bounded base", String(temperature));
  checkInteger("sample: firstRow", firstRow, 0);
  checkInteger("sample: seed", options?.seed ?? 0, 0);
  // So many rows in one call do not fit into memory, which is told there.
  if (firstRow > 0 && firstRow + count > MOST_ROWS) {
    throw wrong(
      "sample: firstRow",
      "rows below number 2^32, where a seed's rows begin again",
      `row ${firstRow + count - 1}`,
      "Take another seed for more.",
    );
  }
}
