/** What a layer-wise training tells after each sweep. */

/** One sweep. */
export interface SweepRecord {
  /** From 1, visits of the greedy start included. */
  readonly sweep: number;
  /** The block of a visit of the greedy start; `undefined` for a sweep over all. */
  readonly greedy: number | undefined;
  /** Mean training loss over the sweep's steps, each before its update; in the objective's own units. */
  readonly loss: number;
  /** Euclidean distance between the parameters after the sweep and before: ||H(x) - x||. */
  readonly residual: number;
  /** Steps so far: gradients of batches, each a pass forward and a pass back through the whole flow. */
  readonly steps: number;
  /** How the next point was made. */
  readonly step: "plain" | "accelerated";
}
