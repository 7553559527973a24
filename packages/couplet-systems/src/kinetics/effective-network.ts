import { CoupletError, checkOptions } from "couplet/kit";
import { multiply } from "../linear-algebra/matrix/algebra.ts";
import { dense, denseMatrix, type DenseMatrix } from "../linear-algebra/matrix/matrix.ts";
import {
  reduceTimescales,
  type TimescaleReduction,
} from "../linear-algebra/reduction/timescale.ts";
import { inverse } from "../linear-algebra/schur/lu.ts";
import { eigenGeneral } from "../linear-algebra/eigen/dense-general.ts";
import { fastManifold } from "./fast-manifold.ts";
import type { KineticModel } from "./model.ts";
import { defaultMinimumSeparation } from "./time-scales.ts";

/** The linear slow network behind a linearised model. */
export interface EffectiveNetwork {
  /** Slow coordinates: species, or pools such as `X + Xp`; rows and columns of the matrices below. */
  readonly slow: readonly string[];
  /** ds/dt = leading s: P A1 R, in the model's unit of time. */
  readonly leading: DenseMatrix;
  /** The next order, -P A1 (A_fast)# A1 R; `effective` = leading + next. */
  readonly next: DenseMatrix;
  readonly effective: DenseMatrix;
  /** How the whole state follows the slow coordinates: dx = lift ds. */
  readonly lift: DenseMatrix;
  /** Slowest fast rate over fastest slow rate. */
  readonly separation: number;
  /** Eigenvalues of the whole linearised model, of `leading` and of `effective`, slow part, in matching order. */
  readonly eigenvalues: {
    readonly whole: Complex[];
    readonly leading: Complex[];
    readonly effective: Complex[];
  };
  /** The error of `leading`, estimated from `next`: the largest change of a slow eigenvalue. */
  readonly estimatedError: number;
  /** The largest true error of a slow eigenvalue of `leading`, and of `effective`. */
  readonly error: { readonly leading: number; readonly effective: number };
  /** The reduction itself, for its projections. */
  readonly reduction: TimescaleReduction;
}

/** A complex number. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** Options of {@link effectiveNetwork}. */
export interface EffectiveNetworkOptions {
  /** Fast reactions by name; default those marked `fast`. */
  readonly fast?: readonly string[];
  /** Whole state to linearise about, near the slow manifold; default the model's start state. */
  readonly at?: ArrayLike<number>;
  /** Smallest separation of time scales to accept; default 5. */
  readonly minimumSeparation?: number;
}

/**
 * The effective slow network of a linearised model whose fast reactions are N_f v_f:
 *
 *   dx/dt = (A_fast + A_slow) x,   A_fast = N_f dv_f/dx,   A_slow = N_s dv_s/dx
 *   ds/dt = (P A_slow R - P A_slow A_fast# A_slow R + ...) s,   s = L x
 *
 * P = L spans the sums that the fast reactions conserve, R the fast equilibria. Sums that nothing at all changes are
 * zero modes of `leading`.
 *
 * @throws CoupletError DATA_INVALID or NOT_SUPPORTED if the fast part has no gap, grows, or the separation is below `minimumSeparation`
 */
export function effectiveNetwork(
  model: KineticModel,
  options: EffectiveNetworkOptions = {},
): EffectiveNetwork {
  checkOptions("effectiveNetwork", options, { fast: true, at: true, minimumSeparation: 0 });
  const names = options.fast ?? model.processes.filter((p) => p.fast).map((p) => p.name);
  if (names.length === 0) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "effectiveNetwork.fast",
      expected: "reactions that are fast",
      received: "none",
      hint: "Mark them with fast: true, or name them.",
    });
  }
  const manifold = fastManifold(model, { reactions: names });
  const at = Float64Array.from(options.at ?? model.initial);
  const n = model.states.length;
  const m = model.processes.length;
  const dv = new Float64Array(m * n);
  model.rateJacobian(0, at, dv);
  const [fast, slow] = [new Float64Array(n * n), new Float64Array(n * n)];
  model.processes.forEach((process, j) => {
    const into = names.includes(process.name) ? fast : slow;
    for (let i = 0; i < n; i++) {
      const count = model.stoichiometry[i * m + j]!;
      if (count !== 0) for (let c = 0; c < n; c++) into[i * n + c]! += count * dv[j * n + c]!;
    }
  });
  const square = (values: Float64Array): DenseMatrix => denseMatrix({ rows: n, cols: n, values });
  const reduction = reduceTimescales({
    fast: square(fast),
    slow: square(slow),
    epsilon: 1,
    minimumSeparation: options.minimumSeparation ?? defaultMinimumSeparation,
  });

  // the reduction's null bases are orthonormal; ours are the pools: s = L x, so change coordinates by L R
  const change = multiply(dense(manifold.pools), reduction.lift);
  const back = inverse(change);
  const toPools = (a: DenseMatrix): DenseMatrix => multiply(multiply(change, a), back);
  const leading = toPools(reduction.leading);
  const effective = toPools(reduction.effective);

  const whole = eigenvaluesBySpeed(square(fast.map((x, i) => x + slow[i]!))).slice(
    0,
    manifold.slow.length,
  );
  const values = {
    whole,
    leading: matched(whole, eigenvaluesBySpeed(leading)),
    effective: matched(whole, eigenvaluesBySpeed(effective)),
  };
  return {
    slow: manifold.slow,
    leading,
    next: toPools(reduction.next),
    effective,
    lift: multiply(reduction.lift, back),
    separation: reduction.separation.ratio,
    eigenvalues: values,
    estimatedError: distance(values.leading, values.effective),
    error: {
      leading: distance(whole, values.leading),
      effective: distance(whole, values.effective),
    },
    reduction,
  };
}

function eigenvaluesBySpeed(a: DenseMatrix): Complex[] {
  const { re, im } = eigenGeneral(a);
  return Array.from(re, (x, i) => ({ re: x, im: im[i]! })).sort(
    (x, y) => Math.abs(x.re) - Math.abs(y.re) || y.im - x.im,
  );
}

const apart = (a: Complex, b: Complex): number => Math.hypot(a.re - b.re, a.im - b.im);

/** Orders `values` so that each stands where its nearest partner in `like` stands. */
function matched(like: readonly Complex[], values: readonly Complex[]): Complex[] {
  const left = [...values];
  return like.map((l) => {
    let best = 0;
    left.forEach((v, i) => {
      if (apart(v, l) < apart(left[best]!, l)) best = i;
    });
    return left.splice(best, 1)[0]!;
  });
}

const distance = (a: readonly Complex[], b: readonly Complex[]): number =>
  Math.max(...a.map((x, i) => apart(x, b[i]!)));
