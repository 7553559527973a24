import { blochSum } from "../linear-algebra/matrix/builders.ts";
import type { BlochTerm } from "../linear-algebra/matrix/builders.ts";
import { denseMatrix } from "../linear-algebra/matrix/matrix.ts";
import type { ComplexDenseMatrix } from "../linear-algebra/matrix/matrix.ts";
import type { MagneticStack } from "./stack.ts";

/** A wave vector in radians per cell along x, y and (a repeat of) the stack. */
export type WaveVector = readonly [number, number, number];

/** The exchange of a stack as Bloch terms: one matrix of J (sites x sites, over k_B) for every cell offset. */
export function exchangeTerms(stack: MagneticStack): readonly BlochTerm[] {
  const n = stack.sites.length;
  const terms = new Map<
    string,
    { readonly cell: readonly number[]; readonly values: Float64Array }
  >();
  const add = (row: number, column: number, cell: readonly number[], exchange: number): void => {
    const key = cell.join(",");
    let term = terms.get(key);
    if (term === undefined) terms.set(key, (term = { cell, values: new Float64Array(n * n) }));
    term.values[row * n + column]! += exchange;
  };
  for (const { from, to, cell, exchange } of stack.bonds) {
    add(from, to, cell, exchange);
    add(
      to,
      from,
      cell.map((c) => 0 - c),
      exchange,
    );
  }
  return [...terms.values()].map(({ cell, values }) => ({
    cell,
    matrix: denseMatrix({ rows: n, cols: n, values }),
  }));
}

/**
 * The exchange matrix at a wave vector, Hermitian, sites x sites:
 *
 *   J_ab(k) = sum_R J(a in cell 0, b in cell R) exp(i k . R)
 *
 * At k = 0 its row sums are the molecular fields of the ferromagnetic state.
 */
export function exchangeMatrix(
  stack: MagneticStack,
  k: WaveVector = [0, 0, 0],
): ComplexDenseMatrix {
  return blochSum(exchangeTerms(stack), k);
}
