/** Interior eigenpairs of stacks by shift-invert, with a proof that none was missed. */
import { CoupletError, norm } from "couplet/kit";
import { blockThomas } from "../schur/block-thomas.ts";
import type { BlockThomas } from "../schur/block-thomas.ts";
import type { SupraOperator } from "../../supra/supra.ts";
import { lanczos } from "./lanczos.ts";
import type { HermitianTask } from "./lanczos.ts";
import { residualNorm } from "./vector.ts";

/** The pairs nearest to a shift. */
export interface InteriorPairs {
  readonly values: number[];
  readonly vectors: Float64Array[];
  readonly residuals: number[];
  readonly products: number;
  readonly norm: number;
  /** The interval around the shift in which the inertia of the stack proves that these are all eigenvalues, if it does. */
  readonly proven: readonly [low: number, high: number] | undefined;
}

/**
 * The `count` eigenvalues nearest to `near`, by Lanczos on (A - near)^-1. The number of eigenvalues
 * found in an interval is compared with the inertia of A at its ends; where a repeated one was
 * missed the search is widened.
 */
export function nearestPairs(
  stack: SupraOperator,
  near: number,
  task: Omit<HermitianTask, "operator" | "which">,
): InteriorPairs {
  const factors = factorNear(stack, near);
  let products = 0;
  const inverse: HermitianTask["operator"] = {
    kind: "operator",
    rows: stack.rows,
    cols: stack.rows,
    complex: stack.complex,
    apply(x, y) {
      y.set(factors.solve(x));
    },
  };
  let count = Math.min(task.count, stack.rows);
  for (let attempt = 0; ; attempt++) {
    // One pair more than asked for, so that the interval can end in a gap.
    const asked = Math.min(count + 1, stack.rows);
    const found = lanczos({
      ...task,
      operator: inverse,
      which: "LM",
      count: asked,
      tolerance: task.tolerance,
    });
    products += found.products;
    const pairs = found.vectors.map((vector) => {
      const av = new Float64Array(vector.length);
      stack.apply(vector, av);
      // The Rayleigh quotient is more accurate than near + 1 / theta when theta is large.
      let value = 0;
      for (let i = 0; i < vector.length; i++) value += vector[i]! * av[i]!;
      return { value, vector, residual: residualNorm(av, vector, value), size: norm(av) };
    });
    pairs.sort((a, b) => Math.abs(a.value - near) - Math.abs(b.value - near));
    const scale = pairs.reduce((most, p) => Math.max(most, p.size), Math.abs(near));
    const interval = gapAfter(
      pairs.map((p) => Math.abs(p.value - near)),
      Math.min(task.count, pairs.length),
      asked === stack.rows,
    );
    let proven: readonly [number, number] | undefined;
    let missed = 0;
    if (interval !== undefined) {
      const [low, high] = [near - interval.radius, near + interval.radius];
      const inside = factorNear(stack, high).countBelow() - factorNear(stack, low).countBelow();
      if (inside === interval.count) proven = [low, high];
      else missed = inside - interval.count;
    }
    if (
      (proven === undefined && missed > 0 && attempt < 3) ||
      (interval === undefined && attempt < 3 && asked < stack.rows)
    ) {
      count += Math.max(missed, 2);
      continue;
    }
    const chosen = pairs.slice(0, Math.min(task.count, pairs.length));
    return {
      values: chosen.map((p) => p.value),
      vectors: chosen.map((p) => p.vector),
      residuals: chosen.map((p) => p.residual),
      products,
      norm: scale,
      proven,
    };
  }
}

/** The first radius beyond the `count` nearest that lies in a gap between found distances. */
function gapAfter(
  distances: readonly number[],
  count: number,
  all: boolean,
): { radius: number; count: number } | undefined {
  for (let c = count; c < distances.length; c++) {
    const [inner, outer] = [distances[c - 1]!, distances[c]!];
    // Eigenvalues closer than 1e-6 of their distance count as one: the inertia cannot be trusted between them.
    if (outer - inner > 1e-6 * outer) return { radius: (inner + outer) / 2, count: c };
  }
  if (all && distances.length > 0)
    return { radius: distances[distances.length - 1]! * 2 + 1, count: distances.length };
  return undefined;
}

/** Factors the stack at a shift; steps aside by 1e-10 of it where a Schur block is exactly singular. */
function factorNear(stack: SupraOperator, shift: number): BlockThomas {
  for (const offset of [0, 1e-10, -3e-10]) {
    try {
      return blockThomas(stack, shift + offset * Math.max(1, Math.abs(shift)));
    } catch (error) {
      if (!(error instanceof CoupletError) || error.code !== "DATA_INVALID") throw error;
    }
  }
  throw new CoupletError({
    code: "DATA_INVALID",
    where: "spectrum: near",
    expected: "a shift at which the stack can be factored",
    received: String(shift),
    hint: "Move the shift a little.",
  });
}
