import { checkOptions } from "../../options.ts";
import type { SecantFilter } from "./secant-qr.ts";

/** What an acceleration did with one evaluation. */
export interface Proposal {
  /** Where to evaluate next. */
  readonly next: Float64Array;
  /** `plain`: `H(x)` itself; `relaxed`: between (or beyond) x and `H(x)`; `quasiNewton`: a secant step. */
  readonly step: "plain" | "relaxed" | "quasiNewton";
  /** The relaxation factor of a relaxed step. */
  readonly factor?: number;
  /** Secant columns in use, and how many the filter dropped now. */
  readonly columns: number;
  readonly dropped: number;
}

/**
 * The state of an acceleration: it sees every evaluation and proposes the next point. One object
 * may live through many time windows; that is how columns of past windows are reused.
 */
export interface Acceleration {
  readonly kind: AccelerationSpec["kind"];
  /** Takes one evaluation in, also the one that turns out to be converged. */
  observe(x: Float64Array, mapped: Float64Array, residual: Float64Array): void;
  /** The next point after the last observed evaluation. */
  propose(): Proposal;
  /** Drops everything learned: used after a stall. */
  reset(): void;
  /** Closes a time window. A window that failed leaves nothing behind. */
  endWindow(converged: boolean): void;
}

/** Plain iteration `x <- H(x)`. */
export interface NoAcceleration {
  readonly kind: "none";
}

/** `x <- x + factor (H(x) - x)`. */
export interface ConstantRelaxation {
  readonly kind: "constant";
  readonly factor: number;
}

/** Dynamic relaxation, see {@link aitken}. */
export interface Aitken {
  readonly kind: "aitken";
  readonly initialFactor: number;
  /** Bounds on the size of the factor. */
  readonly smallest: number;
  readonly largest: number;
}

/** Quasi-Newton by least squares, see {@link iqnIls}. */
export interface IqnIls {
  readonly kind: "iqnIls";
  readonly initialFactor: number;
  readonly maxColumns: number;
  readonly reusedWindows: number;
  readonly filter: SecantFilter;
  readonly preconditioner: "residualSum" | "none";
}

/** How the multi-vector method keeps its Jacobian from growing without bound. */
export type ImvjRestart =
  | { readonly kind: "none" }
  /** Forget all after `windows` windows. */
  | { readonly kind: "zero"; readonly windows: number }
  /** Forget the oldest window once there are more than `windows`. */
  | { readonly kind: "slide"; readonly windows: number }
  /** After `windows` windows rebuild the Jacobian by least squares on the columns of the last `reusedWindows`. */
  | { readonly kind: "leastSquares"; readonly windows: number; readonly reusedWindows: number }
  /** After `windows` windows compress it: keep singular values above `limit` times the largest. */
  | { readonly kind: "svd"; readonly windows: number; readonly limit: number };

/** Multi-vector quasi-Newton, see {@link iqnImvj}. */
export interface IqnImvj {
  readonly kind: "iqnImvj";
  readonly initialFactor: number;
  readonly maxColumns: number;
  readonly filter: SecantFilter;
  readonly preconditioner: "residualSum" | "none";
  readonly restart: ImvjRestart;
}

/** An acceleration as plain data. */
export type AccelerationSpec = NoAcceleration | ConstantRelaxation | Aitken | IqnIls | IqnImvj;

/** No acceleration: `x <- H(x)`. */
export function noAcceleration(): NoAcceleration {
  return { kind: "none" };
}

/**
 * Constant relaxation `x <- x + factor (H(x) - x)`.
 *
 * For a linear map with real spectrum of `I - H'` in [m, M] the best factor is `2 / (m + M)`.
 */
export function constantRelaxation(options: { readonly factor: number }): ConstantRelaxation {
  return { kind: "constant", factor: options.factor };
}

/**
 * Aitken relaxation:
 *
 *   w_k = -w_{k-1} <r_{k-1}, r_k - r_{k-1}> / ||r_k - r_{k-1}||^2
 *
 * acting from the first evaluation on (with `initialFactor`). A later time window starts with
 * `sign(w_last) min(initialFactor, |w_last|)`. When two residuals are equal the quotient is 0/0 and the
 * factor stays as it is; |w| is kept within [smallest, largest] (defaults 1e-6 and 1e6: wide open).
 *
 * Source: Kuettler & Wall 2008, https://doi.org/10.1007/s00466-008-0255-5; start rule as in preCICE 3.
 */
export function aitken(options: Partial<Omit<Aitken, "kind">> = {}): Aitken {
  checkOptions("aitken", options, { initialFactor: 0, smallest: 0, largest: 0 });
  return { initialFactor: 0.5, smallest: 1e-6, largest: 1e6, ...options, kind: "aitken" };
}

/**
 * IQN-ILS, interface quasi-Newton with inverse Jacobian from least squares (for a fixed-point map the
 * same as Anderson acceleration of full depth). With newest first
 * `V = [r_k - r_{k-1}, ...]`, `W = [H_k - H_{k-1}, ...]`:
 *
 *   c = argmin || V c + r_k ||,   x_{k+1} = H(x_k) + W c
 *
 * The first step of all is relaxed by `initialFactor`. Columns of the last `reusedWindows` time windows are kept.
 * Cost per iteration about 4 n k for n unknowns and k columns with `qr3`, 2 n k^2 otherwise.
 *
 * Defaults: factor 0.1, 100 columns, 10 windows, filter `qr3` at 1e-2, residual-sum preconditioner.
 *
 * Source: Degroote, Bathe, Vierendeels 2009, https://doi.org/10.1016/j.compstruc.2008.11.013
 */
export function iqnIls(options: Partial<Omit<IqnIls, "kind">> = {}): IqnIls {
  checkOptions("iqnIls", options, {
    initialFactor: 0,
    maxColumns: 0,
    reusedWindows: 0,
    filter: true,
    preconditioner: ["residualSum", "none"],
  });
  return {
    initialFactor: 0.1,
    maxColumns: 100,
    reusedWindows: 10,
    filter: { kind: "qr3", limit: 1e-2 },
    preconditioner: "residualSum",
    ...options,
    kind: "iqnIls",
  };
}

/**
 * IQN-IMVJ, multi-vector quasi-Newton: the inverse Jacobian of the last window is the start of this one,
 *
 *   J = J_old + (W - J_old V) V^+,   x_{k+1} = H(x_k) - J r_k
 *
 * J is never formed: one pair of thin factors is kept per window, bounded by `restart`
 * (default: compress by singular values every 8 windows).
 *
 * Source: Lindner, Mehl, Scheufele, Uekermann 2015; restarts: Scheufele & Mehl 2017, https://doi.org/10.1137/16M1082020
 */
export function iqnImvj(options: Partial<Omit<IqnImvj, "kind">> = {}): IqnImvj {
  checkOptions("iqnImvj", options, {
    initialFactor: 0,
    maxColumns: 0,
    filter: true,
    preconditioner: ["residualSum", "none"],
    restart: true,
  });
  return {
    initialFactor: 0.1,
    maxColumns: 20,
    filter: { kind: "qr3", limit: 1e-2 },
    preconditioner: "residualSum",
    restart: { kind: "svd", windows: 8, limit: 1e-4 },
    ...options,
    kind: "iqnImvj",
  };
}
