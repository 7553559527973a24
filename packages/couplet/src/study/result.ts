/** What a study found. */

/** A cell's figures. Nats are mean log-densities of the test rows. */
export interface StudyCell {
  readonly name: string;
  readonly couplings: number;
  readonly depth: number;
  readonly status: "trained" | "stopped" | "diverged" | "refused" | "not run";
  /** Why it has no figures. */
  readonly reason?: string;
  readonly width?: number;
  readonly parameters?: number;
  readonly learningRate?: number;
  /** Runs at full length, and those of them that diverged. */
  readonly runs: number;
  readonly diverged: number;
  /** Runs whose training ended worse than a Gaussian, whose figures they then have. */
  readonly replaced?: number;
  /** Mean over test rows and seeds, each row's log-density clipped where it lies far from those of all others. */
  readonly nats?: number;
  /** sqrt(variance over seeds / seeds + variance over rows / rows). */
  readonly standardError?: number;
  /** Median over the runs. */
  readonly trainingSeconds?: number;
  /** Microseconds per row, one thread. */
  readonly scoringMicros?: number;
  readonly logDet?: readonly [least: number, most: number];
  readonly inverseError?: number;
  readonly skippedSteps?: number;
  /** Nats below the best cell, paired row by row, with its standard error; 0 for the best. */
  readonly behind?: { readonly nats: number; readonly standardError: number };
  /** Whether it cannot be told from the best: p of the difference, Holm's over all cells, of 2.3 % or more. */
  readonly tied?: boolean;
}

/** A whole study. */
export interface StudyResult {
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  readonly dims: number;
  readonly budget: number;
  readonly transform: "affine" | "spline";
  readonly epochs: number;
  readonly batch: number;
  readonly seeds: number;
  readonly learningRates: readonly number[];
  /** By couplings, then depth. */
  readonly cells: readonly StudyCell[];
  /** Names of the best cell and of those tied with it; one name only where every other is further behind than chance explains. */
  readonly best: readonly string[];
  /** Rows that were left out, and test rows of density 0. */
  readonly warnings: readonly string[];
  /** Whether everything asked for was run. */
  readonly complete: boolean;
  readonly elapsedSeconds: number;
  /** The table and its verdict, for people. */
  readonly text: string;
}
