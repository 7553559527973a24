import { CoupletError } from "couplet/kit";

/** The transition of mutual percolation on interdependent Erdős–Rényi networks. */
export interface MutualThreshold {
  /** k p_c: mean degree times the fraction of nodes left, at the collapse. */
  readonly meanDegree: number;
  /** k P_inf at the collapse: 0 for one network (continuous), positive for more (abrupt). */
  readonly jump: number;
}

/**
 * Where n fully interdependent Erdős–Rényi networks of equal mean degree collapse.
 *
 * With x = k P_inf:  k p = x / (1 - e^-x)^n,  k p_c = min_x, at  e^x = 1 + n x.
 *
 * @param networks n, an integer of 1 or more
 * @see Buldyrev et al. 2010, Nature 464, 1025 (n = 2); Gao et al. 2011, Phys. Rev. Lett. 107, 195701
 */
export function mutualPercolationThreshold(networks: number): MutualThreshold {
  if (!(Number.isInteger(networks) && networks >= 1)) {
    throw new CoupletError({
      code: "USAGE",
      where: "mutualPercolationThreshold",
      expected: "an integer number of networks, 1 or more",
      received: `${networks}`,
    });
  }
  if (networks === 1) return { meanDegree: 1, jump: 0 };
  // e^x - 1 - n x is convex with roots 0 and x*; Newton from the right of x* falls to it monotonically
  let x = 2 * Math.log(2 * networks + 1);
  for (let i = 0; i < 100; i++) {
    const step = (Math.expm1(x) - networks * x) / (Math.exp(x) - networks);
    x -= step;
    if (Math.abs(step) <= 1e-16 * x) break;
  }
  return { meanDegree: x / (-Math.expm1(-x)) ** networks, jump: x };
}

/**
 * k P_inf of n interdependent Erdős–Rényi networks at k p: the largest solution of x = k p (1 - e^-x)^n;
 * 0 below the threshold.
 * @param meanDegree k p, mean degree times the fraction of nodes left
 */
export function mutualPercolationSize(meanDegree: number, networks: number): number {
  const threshold = mutualPercolationThreshold(networks);
  if (!(meanDegree >= threshold.meanDegree) || meanDegree <= 1) return 0;
  // g(x) = x / (1 - e^-x)^n grows from the threshold's x on: bisect g(x) = k p between there and k p
  let [low, high] = [threshold.jump, meanDegree];
  for (let i = 0; i < 200 && high - low > 1e-16 * high; i++) {
    const middle = (low + high) / 2;
    if (middle / (-Math.expm1(-middle)) ** networks <= meanDegree) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Where a single network with given degrees falls apart, and what is left above it. */
export interface DegreePercolation {
  /** Fraction of randomly kept nodes at which the giant component vanishes: 1 / (<k^2>/<k> - 1); at 1 or more the network has no giant component. */
  readonly threshold: number;
  /** Fraction of all nodes in the giant component when a random fraction p is kept. */
  giant(p: number): number;
}

/**
 * Percolation of a random network with these degrees and no other structure (configuration model).
 *
 *   u = 1 - p + p G1(u),   S = p (1 - G0(u))
 *
 * A real network with clustering or a hierarchy deviates from it: compare with `removalCurve`.
 *
 * @see Molloy & Reed 1995; Callaway, Newman, Strogatz & Watts 2000, Phys. Rev. Lett. 85, 5468
 */
export function degreePercolation(degrees: ArrayLike<number>): DegreePercolation {
  const n = degrees.length;
  let [first, second, most] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const k = degrees[i]!;
    if (!(Number.isInteger(k) && k >= 0))
      throw new CoupletError({
        code: "DATA_INVALID",
        where: `degrees[${i}]`,
        expected: "an integer of 0 or more",
        received: `${k}`,
      });
    first += k / n;
    second += (k * k) / n;
    most = Math.max(most, k);
  }
  if (!(first > 0))
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "degrees",
      expected: "at least one link",
      received: "none",
    });
  const share = new Float64Array(most + 1);
  for (let i = 0; i < n; i++) share[degrees[i]!]! += 1 / n;
  const branching = second / first - 1;
  return {
    threshold: branching > 0 ? 1 / branching : Number.POSITIVE_INFINITY,
    giant(p): number {
      if (!(p >= 0 && p <= 1))
        throw new CoupletError({
          code: "USAGE",
          where: "giant",
          expected: "a fraction from 0 to 1",
          received: `${p}`,
        });
      // the map is increasing and convex: iterating from 0 rises to the smallest fixed point
      let u = 0;
      for (let i = 0; i < 100_000; i++) {
        let g1 = 0;
        for (let k = most; k >= 1; k--) g1 = g1 * u + (k * share[k]!) / first;
        const next = 1 - p + p * g1;
        if (next - u <= 1e-15) break;
        u = next;
      }
      let g0 = 0;
      for (let k = most; k >= 0; k--) g0 = g0 * u + share[k]!;
      return Math.max(0, p * (1 - g0));
    },
  };
}
