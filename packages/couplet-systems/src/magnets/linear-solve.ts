/**
 * Solves A x = b for a small dense A (row-major, overwritten) by Gaussian elimination with partial
 * pivoting; b is overwritten by x. Returns false if a pivot vanishes.
 */
export function solveInPlace(a: Float64Array, b: Float64Array): boolean {
  const n = b.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(a[row * n + column]!) > Math.abs(a[pivot * n + column]!)) pivot = row;
    }
    const head = a[pivot * n + column]!;
    if (head === 0 || !Number.isFinite(head)) return false;
    if (pivot !== column) {
      for (let j = column; j < n; j++) {
        const kept = a[column * n + j]!;
        a[column * n + j] = a[pivot * n + j]!;
        a[pivot * n + j] = kept;
      }
      const kept = b[column]!;
      b[column] = b[pivot]!;
      b[pivot] = kept;
    }
    for (let row = column + 1; row < n; row++) {
      const factor = a[row * n + column]! / head;
      if (factor === 0) continue;
      for (let j = column; j < n; j++) a[row * n + j]! -= factor * a[column * n + j]!;
      b[row]! -= factor * b[column]!;
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    let sum = b[row]!;
    for (let j = row + 1; j < n; j++) sum -= a[row * n + j]! * b[j]!;
    b[row] = sum / a[row * n + row]!;
  }
  return true;
}
