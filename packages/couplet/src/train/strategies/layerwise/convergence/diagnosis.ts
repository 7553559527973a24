/** A convergence in words. */
import type { Convergence } from "./convergence-result.ts";
import type { SweepPlan } from "./block-problem.ts";

/**
 * One to three sentences: the rates, where blocks are coupled most, and what would converge.
 *
 * @param stretch the largest eigenvalue of Di^-1 H, for Jacobi's sweeps
 */
export function diagnosis(
  { predicted, measured, coupling, blocks }: Omit<Convergence, "method" | "text">,
  { sweep, factor }: SweepPlan,
  stretch?: number,
): string {
  const rate = predicted.value;
  const beside = measured === undefined ? "" : ` (measured ${measured.value.toPrecision(6)})`;
  const first =
    rate < 1
      ? `a sweep multiplies the error by ${rate.toPrecision(6)}${beside}: ${sweepsPerDigit(rate)} for each digit`
      : `the sweeps diverge: each multiplies the error by ${rate.toPrecision(6)}${beside}`;
  const sentences = [first];
  const pair = strongest(coupling);
  if (pair !== undefined)
    sentences.push(
      `the strongest coupling is ${pair.value.toPrecision(4)}, between ${blocks[pair.i]!.name} and ${blocks[pair.j]!.name}`,
    );
  if (rate >= 1 && sweep === "jacobi" && stretch !== undefined)
    sentences.push(
      `Gauss-Seidel's exact visits converge, and Jacobi's do with a factor below ${(2 / stretch).toPrecision(3)}`,
    );
  if (rate < 1 && sweep === "gaussSeidel" && factor === 1 && blocks.length === 2 && pair)
    sentences.push(
      `the best relaxation of exact visits is ${(2 / (1 + Math.sqrt(1 - pair.value ** 2))).toPrecision(4)}`,
    );
  return `${sentences.join("; ")}.`;
}

function sweepsPerDigit(rate: number): string {
  if (rate === 0) return "one sweep";
  const sweeps = Math.ceil(Math.LN10 / -Math.log(rate));
  return sweeps === 1 ? "1 sweep" : `${sweeps} sweeps`;
}

function strongest(
  coupling: Convergence["coupling"],
): { readonly i: number; readonly j: number; readonly value: number } | undefined {
  const pairs = (coupling ?? []).flatMap((row, i) =>
    row.flatMap((value, j) => (j > i ? [{ i, j, value }] : [])),
  );
  return pairs.length === 0
    ? undefined
    : pairs.reduce((a, b) => (b.value > (1 + 1e-9) * a.value ? b : a));
}
