import { internalError } from "../../error.ts";
import { thinSvd } from "../svd.ts";
import { addScaled, dot, norm } from "../vector.ts";

/**
 * How nearly dependent columns of the secant matrix `V = Q R` (newest first) are dropped.
 *
 * - `none`: keep all; the least-squares problem is solved by singular values, minimum norm.
 * - `qr1`: drop column i while `|R_ii| < limit ||R||_F`.
 * - `qr2`: Gram-Schmidt from the newest column, drop when `||v_orthogonal|| < limit ||v||`.
 * - `qr3`: keep `Q R` up to date cheaply and run `qr2` only when some `|R_ii| < limit ||v_i||`.
 *
 * Source: Haelterman, Bogaers, Scheufele, Uekermann, Mehl 2016, "Improving the performance of the
 * partitioned QN-ILS procedure for fluid-structure interaction problems: filtering" (qr1, qr2);
 * preCICE 3 (qr3).
 */
export interface SecantFilter {
  readonly kind: "none" | "qr1" | "qr2" | "qr3";
  /** Relative size below which a column counts as dependent. Ignored by `none`. */
  readonly limit: number;
}

/** The least-squares side of a quasi-Newton update: `argmin_c || V c + r ||` with a changing `V`. */
export interface SecantSystem {
  /** Puts a column in front (it becomes index 0). */
  insert(column: Float64Array): void;
  /** Removes a column by index. */
  remove(index: number): void;
  /** Applies the filter; returns the indices dropped, in terms of the columns before the call, rising. */
  filter(): readonly number[];
  /** The coefficients c, one per column, that minimise `|| V c + residual ||`. */
  solve(residual: Float64Array): Float64Array;
  /** Rows of the pseudo-inverse `V^+`, one per column. */
  pseudoInverse(): Float64Array[];
  /** Replaces all columns (newest first), for example after their scaling changed. */
  replace(columns: readonly Float64Array[]): void;
  readonly size: number;
}

// A direction that adds less than this is rounding: about 100 units in the last place.
const ROUNDING = 2e-14;
// Below this ratio on the diagonal of R tiny secant steps are mostly rounding: with triangular solves the elastic tube at a filter of
// 1e-8 takes 38 evaluations a window, with truncated singular values 10.
const ILL_CONDITIONED = 1e-9;

/** An empty {@link SecantSystem} with the given filter. */
// oxlint-disable-next-line eslint/max-lines-per-function -- one QR decomposition: every update works on the same columns, rotations and counts
export function secantSystem(filter: SecantFilter): SecantSystem {
  let columns: Float64Array[] = [];
  let q: Float64Array[] = [];
  let r: Float64Array[] = []; // r[j] is column j of R, of length size
  let current = true; // whether q and r belong to columns

  /** Gram-Schmidt from the newest column; twice, because once is not enough near dependence. */
  function factor(limit: number): number[] {
    const dropped: number[] = [];
    const kept: Float64Array[] = [];
    const coefficients: number[][] = [];
    q = [];
    for (let j = 0; j < columns.length; j++) {
      const rest = columns[j]!.slice();
      const length = norm(rest);
      const row = new Array<number>(q.length).fill(0);
      for (let pass = 0; pass < 2; pass++) {
        for (let i = 0; i < q.length; i++) {
          const c = dot(q[i]!, rest);
          row[i]! += c;
          addScaled(rest, -c, q[i]!);
        }
      }
      const left = norm(rest);
      if (!(length > 0) || !(left >= limit * length) || q.length >= rest.length) {
        dropped.push(j);
        continue;
      }
      q.push(rest.map((value) => value / left));
      kept.push(columns[j]!);
      coefficients.push([...row, left]);
    }
    columns = kept;
    r = coefficients.map((row) => {
      const column = new Float64Array(kept.length);
      column.set(row);
      return column;
    });
    current = true;
    return dropped;
  }

  /** Updates `Q R` for a column added in front: one Gram-Schmidt pass and a chain of Givens rotations. */
  function update(column: Float64Array): boolean {
    const count = q.length;
    if (count >= column.length) return false;
    const rest = column.slice();
    const first = new Float64Array(count + 1);
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i < count; i++) {
        const c = dot(q[i]!, rest);
        first[i]! += c;
        addScaled(rest, -c, q[i]!);
      }
    }
    first[count] = norm(rest);
    if (!(first[count] > ROUNDING * norm(column))) return false;
    q.push(rest.map((value) => value / first[count]!));
    r = [first, ...r.map((old) => lengthen(old, count + 1))];
    for (let i = count; i > 0; i--) givens(i - 1, 0);
    return true;
  }

  /** Rotates rows i and i + 1 of R so that entry (i + 1, column) becomes zero; Q follows. */
  function givens(i: number, column: number): void {
    const length = Math.hypot(r[column]![i]!, r[column]![i + 1]!);
    if (length === 0) return;
    const cosine = r[column]![i]! / length;
    const sine = r[column]![i + 1]! / length;
    for (const entry of r) {
      const [a, b] = [entry[i], entry[i + 1]];
      entry[i] = cosine * a! + sine * b!;
      entry[i + 1] = cosine * b! - sine * a!;
    }
    r[column]![i + 1] = 0;
    const [p, s] = [q[i], q[i + 1]];
    for (let k = 0; k < p!.length; k++) {
      const [a, b] = [p![k], s![k]];
      p![k] = cosine * a! + sine * b!;
      s![k] = cosine * b! - sine * a!;
    }
  }

  function removeFromFactors(index: number): void {
    r.splice(index, 1);
    for (let i = index; i < r.length; i++) givens(i, i);
    q.pop();
    r = r.map((column) => column.slice(0, q.length));
  }

  function filterByFrobenius(): number[] {
    const dropped: number[] = [];
    const index = columns.map((_, j) => j);
    for (;;) {
      const frobenius = Math.sqrt(r.reduce((sum, column) => sum + dot(column, column), 0));
      // The newest column is never dropped: it is the only one from the current point.
      let worst = r.length - 1;
      while (worst > 0 && Math.abs(r[worst]![worst]!) >= filter.limit * frobenius) worst--;
      if (worst <= 0) return dropped.sort((a, b) => a - b);
      removeFromFactors(worst);
      columns.splice(worst, 1);
      dropped.push(...index.splice(worst, 1));
    }
  }

  function applyFilter(): readonly number[] {
    if (filter.kind === "none") return [];
    if (filter.kind === "qr2") return factor(filter.limit);
    if (!current) {
      const original = columns.map((_, j) => j);
      const dropped = factor(filter.kind === "qr3" ? filter.limit : ROUNDING);
      if (filter.kind === "qr3") return dropped;
      for (const j of [...dropped].reverse()) original.splice(j, 1);
      return [...dropped, ...filterByFrobenius().map((j) => original[j]!)].sort((a, b) => a - b);
    }
    if (filter.kind === "qr1") return filterByFrobenius();
    const suspicious = r.some(
      (column, i) => Math.abs(column[i]!) < filter.limit * norm(columns[i]!),
    );
    return suspicious ? factor(filter.limit) : [];
  }

  /** `argmin || A c + right ||` of least norm, for the columns A of V or of R. */
  function solveBySingularValues(
    matrix: readonly Float64Array[],
    right: Float64Array,
    rows: number,
  ): Float64Array {
    const { u, s, v } = thinSvd(matrix);
    const c = new Float64Array(matrix.length);
    // numpy's lstsq convention: singular values below eps * max(n, k) * largest count as zero.
    const limit = s[0]! * Number.EPSILON * Math.max(rows, matrix.length);
    for (let j = 0; j < s.length; j++) {
      if (s[j]! > limit) addScaled(c, -dot(u[j]!, right) / s[j]!, v[j]!);
    }
    return c;
  }

  /** Whether the diagonal of R spans so many digits that a triangular solve would amplify rounding. */
  function illConditioned(): boolean {
    const diagonal = r.map((column, i) => Math.abs(column[i]!));
    return Math.min(...diagonal) < ILL_CONDITIONED * Math.max(...diagonal);
  }

  function backSubstitute(right: Float64Array): Float64Array {
    const c = right.slice();
    for (let i = c.length - 1; i >= 0; i--) {
      for (let j = i + 1; j < c.length; j++) c[i]! -= r[j]![i]! * c[j]!;
      c[i]! /= r[i]![i]!;
    }
    return c;
  }

  return {
    get size(): number {
      return columns.length;
    },
    insert(column: Float64Array): void {
      columns = [column, ...columns];
      if (filter.kind !== "none" && current) current = filter.kind !== "qr2" && update(column);
    },
    remove(index: number): void {
      columns.splice(index, 1);
      if (current && filter.kind !== "none") removeFromFactors(index);
    },
    filter: applyFilter,
    solve(residual: Float64Array): Float64Array {
      if (columns.length === 0) return new Float64Array(0);
      if (filter.kind === "none") return solveBySingularValues(columns, residual, residual.length);
      if (!current) throw internalError("secant columns were used before they were filtered");
      const projected = Float64Array.from(q, (direction) => dot(direction, residual));
      if (illConditioned()) return solveBySingularValues(r, projected, residual.length);
      return backSubstitute(projected.map((value) => -value));
    },
    pseudoInverse(): Float64Array[] {
      if (columns.length === 0) return [];
      const n = columns[0]!.length;
      const rows = columns.map(() => new Float64Array(n));
      if (filter.kind === "none") {
        const { u, s, v } = thinSvd(columns);
        const limit = s[0]! * Number.EPSILON * Math.max(n, columns.length);
        for (let j = 0; j < s.length; j++) {
          if (s[j]! > limit) rows.forEach((row, i) => addScaled(row, v[j]![i]! / s[j]!, u[j]!));
        }
        return rows;
      }
      for (let i = rows.length - 1; i >= 0; i--) {
        rows[i]!.set(q[i]!);
        for (let j = i + 1; j < rows.length; j++) addScaled(rows[i]!, -r[j]![i]!, rows[j]!);
        const pivot = r[i]![i]!;
        for (let k = 0; k < n; k++) rows[i]![k]! /= pivot;
      }
      return rows;
    },
    replace(next: readonly Float64Array[]): void {
      columns = [...next];
      current = columns.length === 0;
      q = [];
      r = [];
    },
  };
}

function lengthen(column: Float64Array, length: number): Float64Array {
  const longer = new Float64Array(length);
  longer.set(column);
  return longer;
}
