/** The wave vectors at which the largest eigenvalue of the exchange is largest. */
import { blochSum } from "../linear-algebra/matrix/builders.ts";
import { eigenHermitian } from "../linear-algebra/eigen/dense-symmetric.ts";
import { singularValues } from "../linear-algebra/eigen/svd.ts";
import type { ComplexDenseMatrix } from "../linear-algebra/matrix/matrix.ts";
import { exchangeTerms } from "./exchange.ts";
import type { WaveVector } from "./exchange.ts";
import type { MagneticStack } from "./stack.ts";

/** The largest eigenvalue of a Bloch matrix over all wave vectors. */
export interface ExchangeMaximum {
  /** Radians per cell, each in (-pi, pi]; snapped to 0, pi or 2 pi / 3 where it lies within 1e-6. */
  readonly wave: WaveVector;
  readonly value: number;
  /** Planar complex vector over the sites, unit length. */
  readonly vector: Float64Array;
  /** The undetermined part: "stacking", the way a plane lies on the next, or "in-plane", the order inside planes. */
  readonly degenerate: readonly ("stacking" | "in-plane")[];
  /** Collinear waves of this value with a vector each, `wave` among them if it is collinear. */
  readonly collinear: readonly { readonly wave: WaveVector; readonly vector: Float64Array }[];
}

/** Values of J(k) that differ by this fraction are one: the pattern search stops where J(k) is flat to 1e-18. */
const oneValue = 1e-9;

/**
 * Maximises lambda_max(D J(k) D) over the Brillouin zone, D = diag(scale): a grid that holds all
 * points of high symmetry, then a pattern search from the best few. Of several maxima within 1e-9 a collinear one (entries
 * 0 and pi) counts, the one with the fewest pi, so that rounding chooses nothing.
 *
 * @param scale 1 for energies (Luttinger-Tisza), sqrt(Curie constant) for mean-field temperatures
 */
export function maximiseExchange(
  stack: MagneticStack,
  scale: Float64Array,
  points = 12,
): ExchangeMaximum {
  const terms = exchangeTerms(stack);
  const n = stack.sites.length;
  const moves = [0, 1, 2].map((axis) => stack.bonds.some((bond) => bond.cell[axis] !== 0));
  const solve = (k: WaveVector): ReturnType<typeof eigenHermitian> => {
    const matrix = blochSum(terms, k);
    for (let i = 0; i < n * n; i++) {
      const factor = scale[Math.floor(i / n)]! * scale[i % n]!;
      matrix.re[i]! *= factor;
      matrix.im[i]! *= factor;
    }
    return eigenHermitian(matrix);
  };
  const largest = (k: WaveVector): number => solve(k).values[n - 1]!;

  // J(-k) = J(k)*: half of the first moving axis is enough.
  const first = moves.indexOf(true);
  const axis = (i: number): number[] => {
    if (!moves[i]) return [0];
    const count = i === first ? points / 2 + 1 : points;
    return Array.from({ length: count }, (_, j) => (2 * Math.PI * j) / points);
  };
  const seeds: { k: [number, number, number]; value: number }[] = [];
  for (const kx of axis(0)) {
    for (const ky of axis(1)) {
      for (const kz of axis(2)) seeds.push({ k: [kx, ky, kz], value: largest([kx, ky, kz]) });
    }
  }
  seeds.sort((a, b) => b.value - a.value);
  let best = seeds[0]!;
  // Grid points of one star have one value: refine several, so that two different maxima both get a turn.
  for (const seed of seeds.slice(0, 8)) {
    const found = climb(seed, moves, (2 * Math.PI) / points, largest);
    if (found.value > best.value + 1e-12 * Math.abs(best.value)) best = found;
  }
  const floor = best.value - oneValue * Math.abs(best.value);
  let wave = best.k.map(wrap) as unknown as WaveVector;
  const snapped = wave.map(snap) as unknown as WaveVector;
  if (largest(snapped) >= floor) wave = snapped;
  const collinear = seeds
    .filter(({ value, k }) => value >= floor && k.every((x) => x === 0 || x === Math.PI))
    .map(({ k }) => k)
    .sort((a, b) => sum(a) - sum(b) || a[2] - b[2] || a[1] - b[1]);
  if (collinear.length > 0) wave = collinear[0]!;
  const free = moves[2] && offLine.every((z) => largest([wave[0], wave[1], z]) >= floor);
  const top = (k: WaveVector) => {
    const { values, vectors } = solve(k);
    const space = vectors.filter((_, i) => values[i]! >= floor);
    return {
      value: values[n - 1]!,
      space,
      vector: space.length === 1 ? vectors[n - 1]! : evenState(space, n),
    };
  };
  const { value, space, vector } = top(wave);
  const planes = [...new Set(stack.sites.map(({ level }) => level))];
  const inside = Math.max(...planes.map((level) => rankWithin(stack, space, level)));
  return {
    wave,
    value,
    vector,
    degenerate: [
      ...(free || space.length > inside ? (["stacking"] as const) : []),
      ...(inside > 1 || (moves[0] && moves[1] && ringTop(largest, wave) >= floor)
        ? (["in-plane"] as const)
        : []),
    ],
    collinear: collinear.map((k) => ({ wave: k, vector: top(k).vector })),
  };
}

/** How many independent orders of one plane an eigenspace holds: 1 where its states differ between planes alone. */
function rankWithin(stack: MagneticStack, space: readonly Float64Array[], level: number): number {
  const n = stack.sites.length;
  const sites = stack.sites.flatMap((site, a) => (site.level === level ? [a] : []));
  const rows: ComplexDenseMatrix = {
    kind: "complexDense",
    rows: space.length,
    cols: sites.length,
    re: Float64Array.from(space.flatMap((v) => sites.map((a) => v[a]!))),
    im: Float64Array.from(space.flatMap((v) => sites.map((a) => v[n + a]!))),
  };
  // Unit vectors: what an eigenvector leaves on a site that it does not touch is rounding.
  return singularValues(rows).values.filter((size) => size > 1e-6).length;
}

/** Wave numbers that no symmetry singles out: a maximum at all of them is a line. */
const offLine = [0.37, 1.13, 2.29, -0.91, -2.03];

/**
 * The largest value on a circle round a wave vector, inside the planes. Where the maximum is a line, straight or not, the line
 * cuts the circle; round a single maximum, even a flat one of fourth order, the circle lies lower by 1e-6.
 */
function ringTop(value: (k: WaveVector) => number, [x, y, z]: WaveVector): number {
  const at = (angle: number): number =>
    value([x + 0.05 * Math.cos(angle), y + 0.05 * Math.sin(angle), z]);
  let step = Math.PI / 36;
  let [angle, top] = [0, -Infinity];
  for (let i = 0; i < 72; i++) {
    const here = at(i * step);
    if (here > top) [angle, top] = [i * step, here];
  }
  // Down to 1e-6 radians, where a line is met to 1e-13 of J(k).
  for (; step > 1e-6; step /= 2) {
    for (const next of [angle - step, angle + step]) {
      const here = at(next);
      if (here > top) [angle, top] = [next, here];
    }
  }
  return top;
}

const sum = (k: readonly number[]): number => k.reduce((total, x) => total + x, 0);

/** The state of an eigenspace that is nearest to all spins alike, or its last vector where that leaves a site out. */
function evenState(space: readonly Float64Array[], n: number): Float64Array {
  const state = new Float64Array(2 * n);
  for (const v of space) {
    // <v | 1>
    let [re, im] = [0, 0];
    for (let a = 0; a < n; a++) [re, im] = [re + v[a]!, im - v[n + a]!];
    for (let a = 0; a < n; a++) {
      state[a]! += re * v[a]! - im * v[n + a]!;
      state[n + a]! += re * v[n + a]! + im * v[a]!;
    }
  }
  const sizes = Array.from({ length: n }, (_, a) => Math.hypot(state[a]!, state[n + a]!));
  const length = Math.hypot(...sizes);
  return sizes.every((size) => size > 1e-6) ? state.map((x) => x / length) : space.at(-1)!;
}

function climb(
  seed: { k: [number, number, number]; value: number },
  moves: readonly boolean[],
  step: number,
  value: (k: WaveVector) => number,
): { k: [number, number, number]; value: number } {
  let best = seed;
  for (let h = step / 2; h > 1e-9;) {
    let better = best;
    for (const [x, y, z] of directions) {
      if ((x !== 0 && !moves[0]) || (y !== 0 && !moves[1]) || (z !== 0 && !moves[2])) continue;
      const k: [number, number, number] = [best.k[0] + h * x, best.k[1] + h * y, best.k[2] + h * z];
      const here = value(k);
      if (here > better.value) better = { k, value: here };
    }
    if (better === best) h /= 2;
    else best = better;
  }
  return best;
}

// Axes and diagonals: ridges of J(k) seldom lie along one axis of an oblique cell.
const directions = [-1, 0, 1]
  .flatMap((x) => [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((z) => [x, y, z] as const)))
  .filter(([x, y, z]) => x !== 0 || y !== 0 || z !== 0);

/** An angle in (-pi, pi]. */
export function wrap(angle: number): number {
  const turned = angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
  return turned <= -Math.PI + 1e-12 ? turned + 2 * Math.PI : turned;
}

function snap(angle: number): number {
  for (const special of [
    0,
    Math.PI,
    (2 * Math.PI) / 3,
    (-2 * Math.PI) / 3,
    Math.PI / 2,
    -Math.PI / 2,
  ]) {
    if (Math.abs(angle - special) < 1e-6) return special;
  }
  return Math.abs(angle + Math.PI) < 1e-6 ? Math.PI : angle;
}
