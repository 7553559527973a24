/**
 * A flow as a plain JSON value. What can be written down can be saved, loaded, compared, drawn and
 * sent to a worker. Its parts are in `parts/`: factories fill in defaults, and `parseSpec` checks values from anywhere.
 */
import { checkInteger } from "../../check-integer.ts";
import { requireOptions } from "../../options.ts";
import type { BaseSpec } from "../parts/base/base.ts";
import { gaussian } from "../parts/base/index.ts";
import type { LayerSpec } from "../parts/layer/layer.ts";
import { parseSpec } from "./parse.ts";
import type { FlowSpec } from "./types.ts";

/** How many variables a row has: a number, or the axes whose product it is. */
export type RowShape =
  | {
      /** Variables per row. */
      readonly dims: number;
      /** A row's axes, for conditioners that use them. Default `[dims]`. */
      readonly shape?: readonly number[];
    }
  | { readonly dims?: number; readonly shape: readonly number[] };

/** What {@link flow} takes. */
export type FlowOptions = RowShape & {
  readonly base?: BaseSpec;
  readonly layers: readonly (LayerSpec | readonly LayerSpec[])[];
};

/**
 * A flow: log p(x) = log p_base(encode(x)) + logDet(x).
 *
 * @param options `dims` or `shape` says what a row is. `layers` run in order from data to latent; nested lists are flattened. With
 *   `context` the densities are conditional, and every call needs the context's values.
 * @throws CoupletError SPEC_INVALID with every problem found
 */
export function flow(options: FlowOptions & { readonly context: number }): FlowSpec<true>;
export function flow(options: FlowOptions & { readonly context?: never }): FlowSpec<false>;
export function flow(options: FlowOptions & { readonly context?: number }): FlowSpec {
  requireOptions("flow", options, {
    dims: 0,
    shape: true,
    base: true,
    layers: true,
    context: 0,
  });
  return parseSpec({
    version: 1,
    ...(options.shape === undefined ? {} : { shape: options.shape }),
    ...(options.dims === undefined ? {} : { dims: options.dims }),
    context: options.context ?? 0,
    base: options.base ?? gaussian(),
    // A missing list is for the check to report.
    layers: Array.isArray(options.layers) ? options.layers.flat() : options.layers,
  });
}

/**
 * `layers(i)` for i = 0 .. count - 1, in one list.
 *
 * @throws CoupletError USAGE when `count` is not an integer
 */
export function repeat(
  count: number,
  layers: (i: number) => LayerSpec | readonly LayerSpec[],
): LayerSpec[] {
  checkInteger("repeat: count", count, 0);
  return Array.from({ length: count }, (_, i) => layers(i)).flat();
}
