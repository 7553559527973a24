/** What calls on a model take besides rows. */
import type { CpuOptions } from "../engine/device/cpu/device.ts";
import type { OptionNames } from "../option-names.ts";
import type { Rows } from "./rows.ts";

/** Where a model computes. */
export interface DeviceOptions extends CpuOptions {
  /** `cpu` (float32, fast; the default) or `reference` (float64, slow). */
  readonly device?: "cpu" | "reference";
}

export const deviceOptionNames: OptionNames<DeviceOptions> = {
  device: true,
  threads: true,
  blas: true,
  relaxedSimd: true,
};

/** What every call on rows takes. A conditional model's calls need `context`: one row of it per row. */
export type CallOptions<Conditional extends boolean, Extra = object> = Extra & {
  readonly signal?: AbortSignal;
} & (Conditional extends true
    ? { readonly context: Rows }
    : Conditional extends false
      ? { readonly context?: never }
      : { readonly context?: Rows });

export const callOptionNames: OptionNames<CallOptions<boolean>> = { signal: true, context: true };

/** The options argument: required for conditional models, optional for others. */
export type CallArguments<Conditional extends boolean, Extra = object> = true extends Conditional
  ? false extends Conditional
    ? [options?: CallOptions<Conditional, Extra>]
    : [options: CallOptions<Conditional, Extra>]
  : [options?: CallOptions<Conditional, Extra>];

/** Options of `FlowModel.sample`. */
export interface SampleOptions {
  /** Same seed, same rows, for any number of threads. Defaults to a fresh one. */
  readonly seed?: number;
  /** Number of the first row: rows drawn in chunks are those of one call. Default 0. */
  readonly firstRow?: number;
  /**
   * Scales the base's spread; below 1 rows come from nearer to the middle of the latent space. Only 1,
   * the default, gives samples of the model.
   */
  readonly temperature?: number;
}

export const sampleOptionNames: OptionNames<CallOptions<boolean, SampleOptions>> = {
  ...callOptionNames,
  seed: true,
  firstRow: true,
  temperature: true,
};
