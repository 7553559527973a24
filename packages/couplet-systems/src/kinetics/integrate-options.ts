/** Options of `integrate`. */
export interface IntegrateOptions {
  /** End time. */
  readonly until: number;
  /** Start time; default 0. */
  readonly from?: number;
  /** Start state; default the system's own. */
  readonly initial?: ArrayLike<number>;
  /** Local error per step relative to each state; default 1e-8. */
  readonly relativeTolerance?: number;
  /**
   * Local error per step, absolute: one number or one per state. Default: 1e-12, or 1e-12 of the smallest amount that the system
   * starts with or produces from zero, where that is below 1.
   */
  readonly absoluteTolerance?: number | ArrayLike<number>;
  /** Longest step; default no limit. */
  readonly maxStep?: number;
  /** Steps after which the integration gives up; default 100,000. */
  readonly maxSteps?: number;
  /** Called after each accepted step, with the time and the state there (not to be changed). */
  readonly onStep?: (t: number, y: Float64Array) => void;
  readonly signal?: AbortSignal;
}
