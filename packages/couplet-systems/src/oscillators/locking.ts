/** States in which all oscillators run at one frequency, and the least coupling that has one. */
import { CoupletError, luFactor } from "couplet/kit";
import { eigenSymmetric } from "../linear-algebra/eigen/dense-symmetric.ts";
import { toDense } from "../linear-algebra/matrix/convert.ts";
import { denseMatrix, type DenseMatrix } from "../linear-algebra/matrix/matrix.ts";
import type { CoupledOscillators } from "./coupled-oscillators.ts";

/** A stable state of one frequency. */
export interface LockedState {
  /** Phases, those of the first oscillator 0. */
  readonly phases: Float64Array;
  /** The frequency at which all run. */
  readonly frequency: number;
}

/** Newton's method takes n^3 a step. */
const largestSize = 400;

/**
 * The stable state of one frequency at a factor on all couplings, by Newton's method for omega_i - Omega + s sum_j A_ij
 * sin(theta_j - theta_i) = 0; undefined where the method finds no stable state from `start`.
 *
 * @param start phases to start from; default all 0
 * @throws CoupletError NOT_SUPPORTED above 400 oscillators
 */
export function lockedState(
  system: CoupledOscillators,
  scale = 1,
  start?: Float64Array,
): LockedState | undefined {
  return newton(system, matrixOf(system), scale, start ?? new Float64Array(system.size));
}

/**
 * The least factor on all couplings at which {@link lockedState} finds a stable state of one frequency, to 1e-9 of it: two
 * oscillators that pull each other with K / 2 lock where K is the difference of their frequencies. Infinity where no
 * coupling locks them, such as parts that nothing joins.
 *
 * @throws CoupletError NOT_SUPPORTED above 400 oscillators
 */
export function lockingThreshold(system: CoupledOscillators): number {
  const matrix = matrixOf(system);
  const spread = rangeOf(system.frequencies);
  if (spread === 0) return 0;
  let high = spread;
  let state = newton(system, matrix, high, new Float64Array(system.size));
  for (let tries = 0; state === undefined; tries++) {
    if (tries === 60) return Infinity;
    high *= 2;
    state = newton(system, matrix, high, new Float64Array(system.size));
  }
  let low = 0;
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2;
    const found = newton(system, matrix, middle, state.phases);
    if (found === undefined) low = middle;
    else [high, state] = [middle, found];
  }
  return high;
}

function matrixOf({ size, coupling }: CoupledOscillators): DenseMatrix {
  if (size > largestSize) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "lockedState",
      expected: `at most ${largestSize} oscillators`,
      received: String(size),
    });
  }
  return toDense(coupling) as DenseMatrix;
}

function rangeOf(values: Float64Array): number {
  return Math.max(...values) - Math.min(...values);
}

function newton(
  { size, frequencies }: CoupledOscillators,
  { values: a }: DenseMatrix,
  scale: number,
  start: Float64Array,
): LockedState | undefined {
  const theta = Float64Array.from(start, (value) => value - start[0]!);
  let frequency = frequencies.reduce((sum, value) => sum + value, 0) / size;
  const small = 1e-11 * Math.max(rangeOf(frequencies), 1e-3 * Math.abs(frequency));
  const defect = new Float64Array(size);
  // Unknowns: phases 1 to n - 1 and, in place of phase 0, the frequency.
  const jacobian = new Float64Array(size * size);
  const laplacian = new Float64Array(size * size);
  for (let round = 0; round < 60; round++) {
    laplacian.fill(0);
    let worst = 0;
    for (let i = 0; i < size; i++) {
      let sum = frequencies[i]! - frequency;
      for (let j = 0; j < size; j++) {
        const pull = scale * a[i * size + j]!;
        if (pull === 0 || i === j) continue;
        const angle = theta[j]! - theta[i]!;
        sum += pull * Math.sin(angle);
        laplacian[i * size + j] = pull * Math.cos(angle);
        laplacian[i * size + i]! -= pull * Math.cos(angle);
      }
      defect[i] = sum;
      worst = Math.max(worst, Math.abs(sum));
    }
    if (worst <= small) return isStable(laplacian, size) ? { phases: theta, frequency } : undefined;
    jacobian.set(laplacian);
    for (let i = 0; i < size; i++) jacobian[i * size] = -1;
    const step = solved(jacobian, defect, size);
    if (step === undefined) return undefined;
    // Longer steps jump to other branches.
    const longest = step.subarray(1).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const part = longest > 1 ? 1 / longest : 1;
    frequency -= part * step[0]!;
    for (let i = 1; i < size; i++) theta[i]! -= part * step[i]!;
  }
  return undefined;
}

function solved(matrix: Float64Array, right: Float64Array, size: number): Float64Array | undefined {
  try {
    const x = luFactor({ size, re: matrix }, "lockedState").solve(right);
    return x.every(Number.isFinite) ? x : undefined;
  } catch (error) {
    if (error instanceof CoupletError && error.code === "DATA_INVALID") return undefined;
    throw error;
  }
}

/** Whether all eigenvalues but that of a common turn are below 0. */
function isStable(laplacian: Float64Array, size: number): boolean {
  if (size === 1) return true;
  const { values } = eigenSymmetric(denseMatrix({ rows: size, cols: size, values: laplacian }));
  const scale = Math.abs(values[0]!);
  // The common turn is 0 to rounding; parts that nothing joins have another 0, and are not locked.
  return values[size - 1]! <= 1e-9 * scale && values[size - 2]! < -1e-12 * scale;
}
