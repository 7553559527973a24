/** Aggregates of strongly connected unknowns, and the interpolation from them. */
import type { CsrMatrix } from "../../matrix/matrix.ts";

/** Links weaker than this fraction of a row's strongest do not hold an aggregate together. */
const strong = 0.25;

/**
 * Groups every unknown with its strong neighbours: first around roots whose whole neighbourhood is still free, then
 * what is left joins the group of its strongest grouped neighbour, then the rest among themselves.
 *
 * @returns the group of each unknown and their number
 * @see Vanek, Mandel & Brezina 1996, Computing 56, 179, algorithm 5.1
 */
export function aggregate(a: CsrMatrix): { group: Int32Array; count: number } {
  const { rows, indptr, indices, values } = a;
  const group = new Int32Array(rows).fill(-1);
  const limit = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let most = 0;
    for (let p = indptr[i]!; p < indptr[i + 1]!; p++)
      if (indices[p] !== i) most = Math.max(most, -values[p]!);
    limit[i] = most > 0 ? strong * most : Infinity;
  }
  const isStrong = (i: number, p: number): boolean => indices[p] !== i && -values[p]! >= limit[i]!;
  let count = 0;
  for (let i = 0; i < rows; i++) {
    let free = group[i] === -1;
    for (let p = indptr[i]!; free && p < indptr[i + 1]!; p++)
      if (isStrong(i, p) && group[indices[p]!] !== -1) free = false;
    if (!free) continue;
    group[i] = count;
    for (let p = indptr[i]!; p < indptr[i + 1]!; p++)
      if (isStrong(i, p)) group[indices[p]!] = count;
    count++;
  }
  const first = group.slice();
  for (let i = 0; i < rows; i++) {
    if (group[i] !== -1) continue;
    let best = 0;
    for (let p = indptr[i]!; p < indptr[i + 1]!; p++) {
      const near = first[indices[p]!]!;
      if (near === -1 || !isStrong(i, p) || -values[p]! <= best) continue;
      best = -values[p]!;
      group[i] = near;
    }
  }
  for (let i = 0; i < rows; i++) {
    if (group[i] !== -1) continue;
    group[i] = count;
    for (let p = indptr[i]!; p < indptr[i + 1]!; p++)
      if (isStrong(i, p) && group[indices[p]!] === -1) group[indices[p]!] = count;
    count++;
  }
  return { group, count };
}

/** Interpolation P = (I - omega D^-1 A) T, where T spreads a group's value over its members as `near` does; omega 0: T alone. */
export function interpolation(
  a: CsrMatrix,
  diagonal: Float64Array,
  omega: number,
  group: Int32Array,
  count: number,
  near: Float64Array,
): CsrMatrix {
  const { rows } = a;
  if (omega === 0) {
    const indptr = Int32Array.from({ length: rows + 1 }, (_, i) => i);
    const values = near.slice();
    return { kind: "csr", rows, cols: count, indptr, indices: group, values, imag: undefined };
  }
  const indptr = new Int32Array(rows + 1);
  const mark = new Int32Array(count).fill(-1);
  for (let i = 0; i < rows; i++) {
    let used = 1;
    mark[group[i]!] = i;
    for (let p = a.indptr[i]!; p < a.indptr[i + 1]!; p++) {
      const g = group[a.indices[p]!]!;
      if (mark[g] === i) continue;
      mark[g] = i;
      used++;
    }
    indptr[i + 1] = indptr[i]! + used;
  }
  const indices = new Int32Array(indptr[rows]!);
  const values = new Float64Array(indptr[rows]!);
  const place = new Int32Array(count).fill(-1);
  for (let i = 0; i < rows; i++) {
    const first = indptr[i]!;
    let next = first;
    const own = group[i]!;
    place[own] = next;
    indices[next] = own;
    values[next++] = near[i]!;
    for (let p = a.indptr[i]!; p < a.indptr[i + 1]!; p++) {
      const j = a.indices[p]!;
      const g = group[j]!;
      if (place[g]! < first) {
        place[g] = next;
        indices[next++] = g;
      }
      values[place[g]!]! -= (omega / diagonal[i]!) * a.values[p]! * near[j]!;
    }
  }
  return { kind: "csr", rows, cols: count, indptr, indices, values, imag: undefined };
}
