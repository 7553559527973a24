import { CoupletError } from "couplet/kit";

/** A symmetric positive definite sparse system, assembled and solved. */
export interface SkylineSystem {
  readonly size: number;
  /** Sets all entries to zero; the structure stays. */
  clear(): void;
  /** Adds to entry (row, column); only one triangle has to be given, (i, j) and (j, i) are the same entry. */
  add(row: number, column: number, value: number): void;
  /**
   * Factors the matrix in place and returns the solver. @throws CoupletError DATA_INVALID when it is not positive definite:
   * then the body is not held or not heated against anything.
   */
  factor(): (right: Float64Array) => Float64Array;
}

/**
 * A skyline `L D L^T` system for unknowns coupled in groups (the unknowns of an element).
 *
 * Unknowns are renumbered by reverse Cuthill-McKee, which keeps the profile of a 2-D mesh narrow; each column is stored
 * from its first entry on. Work is the sum of squared column heights: well under a second for ten thousand unknowns.
 *
 * Source: George & Liu 1981; factorisation as COLSOL in Bathe 1996.
 */
export function skylineSystem(size: number, groups: Iterable<ArrayLike<number>>): SkylineSystem {
  const neighbours = Array.from({ length: size }, () => new Set<number>());
  for (const group of groups) {
    for (let a = 0; a < group.length; a++)
      for (let b = 0; b < group.length; b++) if (a !== b) neighbours[group[a]!]!.add(group[b]!);
  }
  const place = reverseCuthillMcKee(neighbours);
  const first = Int32Array.from(place.keys());
  neighbours.forEach((set, i) => {
    for (const j of set) first[place[i]!] = Math.min(first[place[i]!]!, place[j]!);
  });
  // Column j holds rows first[j]..j; start[j] + row indexes it.
  const start = new Float64Array(size);
  let total = 0;
  for (let j = 0; j < size; j++) {
    start[j] = total - first[j]!;
    total += j - first[j]! + 1;
  }
  const entries = new Float64Array(total);

  return {
    size,
    clear(): void {
      entries.fill(0);
    },
    add(row: number, column: number, value: number): void {
      const [i, j] = [Math.min(place[row]!, place[column]!), Math.max(place[row]!, place[column]!)];
      entries[start[j]! + i]! += value;
    },
    factor() {
      let largest = 0;
      for (let j = 0; j < size; j++) largest = Math.max(largest, Math.abs(entries[start[j]! + j]!));
      for (let j = 0; j < size; j++) {
        const sj = start[j]!;
        for (let i = first[j]! + 1; i < j; i++) {
          const si = start[i]!;
          let sum = 0;
          for (let k = Math.max(first[i]!, first[j]!); k < i; k++)
            sum += entries[si + k]! * entries[sj + k]!;
          entries[sj + i]! -= sum;
        }
        for (let k = first[j]!; k < j; k++) {
          const value = entries[sj + k]!;
          entries[sj + k] = value / entries[start[k]! + k]!;
          entries[sj + j]! -= value * entries[sj + k]!;
        }
        // A pivot that lost 13 digits is a rigid motion or an insulated body, not a stiffness.
        if (entries[sj + j]! > 1e-13 * largest) continue;
        throw new CoupletError({
          code: "DATA_INVALID",
          where: "finite elements",
          expected: "a body that is held in place (elasticity) or tied to some temperature (heat)",
          received: `a pivot of ${entries[sj + j]!.toExponential(2)}`,
          hint: "Add a boundary condition that fixes the missing motion or level.",
        });
      }
      return (right) => {
        const x = new Float64Array(size);
        for (let i = 0; i < size; i++) x[place[i]!] = right[i]!;
        for (let j = 0; j < size; j++)
          for (let k = first[j]!; k < j; k++) x[j]! -= entries[start[j]! + k]! * x[k]!;
        for (let j = 0; j < size; j++) x[j]! /= entries[start[j]! + j]!;
        for (let j = size - 1; j >= 0; j--)
          for (let k = first[j]!; k < j; k++) x[k]! -= entries[start[j]! + k]! * x[j]!;
        return Float64Array.from({ length: size }, (_, i) => x[place[i]!]!);
      };
    },
  };
}

/** New index of every vertex: breadth first from a far end, neighbours of low degree first, then reversed. */
function reverseCuthillMcKee(neighbours: readonly ReadonlySet<number>[]): Int32Array {
  const size = neighbours.length;
  const order: number[] = [];
  const seen = new Uint8Array(size);
  const sweep = (root: number, mark: Uint8Array): number[] => {
    const queue = [root];
    mark[root] = 1;
    for (let head = 0; head < queue.length; head++) {
      const next = [...neighbours[queue[head]!]!].filter((v) => mark[v] === 0);
      next.sort((a, b) => neighbours[a]!.size - neighbours[b]!.size || a - b);
      for (const v of next) {
        mark[v] = 1;
        queue.push(v);
      }
    }
    return queue;
  };
  for (let vertex = 0; vertex < size; vertex++) {
    if (seen[vertex] !== 0) continue;
    // Two sweeps find a vertex at the end of a longest path, which is a good root.
    let root = vertex;
    for (let k = 0; k < 2; k++) root = sweep(root, seen.slice()).at(-1)!;
    for (const v of sweep(root, seen)) order.push(v);
  }
  const place = new Int32Array(size);
  order.reverse().forEach((v, i) => (place[v] = i));
  return place;
}
