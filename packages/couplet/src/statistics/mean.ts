/** Mean of n numbers, sum(v) / n; NaN for none. Numbers whose sum exceeds the largest double are divided first. */
export function mean(values: ArrayLike<number>): number {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  if (Number.isFinite(sum)) return sum / n;
  let divided = 0;
  for (let i = 0; i < n; i++) divided += values[i]! / n;
  return divided;
}

/** Unbiased variance of n numbers, sum((v - mean)^2) / (n - 1); 0 below two numbers. */
export function variance(values: ArrayLike<number>): number {
  const n = values.length;
  if (n < 2) return 0;
  const centre = mean(values);
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i]! - centre) ** 2;
  return squares / (n - 1);
}

/** Mean of n independent numbers and its standard error, sqrt(variance / n); one number says nothing of its error: Infinity. */
export function meanAndError(values: ArrayLike<number>): { mean: number; error: number } {
  const n = values.length;
  return { mean: mean(values), error: n > 1 ? Math.sqrt(variance(values) / n) : Infinity };
}
