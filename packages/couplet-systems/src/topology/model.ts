/** Tight-binding models: Hermitian Bloch Hamiltonians H(k) = sum_R e^{i k.R} H_R. */
import { CoupletError, requireOptions } from "couplet/kit";
import { requireNames } from "../spec-value.ts";
import { adjointOf } from "../linear-algebra/matrix/builders.ts";
import type { BlochTerm } from "../linear-algebra/matrix/builders.ts";
import { toComplexDense } from "../linear-algebra/matrix/convert.ts";
import { mismatch, squareSize } from "../linear-algebra/matrix/matrix.ts";
import type { ComplexDenseMatrix, Matrix } from "../linear-algebra/matrix/matrix.ts";

/**
 * A tight-binding model. Wave vectors are in radians per cell, one number for each axis; H(k) is in
 * the periodic gauge (no orbital positions in the phases), so H(k + 2 pi) = H(k).
 */
export interface TightBindingModel {
  /** Number of periodic axes, 1 to 3. */
  readonly axes: number;
  /** Orbitals (spin included) in a cell. */
  readonly size: number;
  /** All blocks H_R; with R its adjoint at -R is here too. */
  readonly terms: readonly {
    readonly cell: readonly number[];
    readonly matrix: ComplexDenseMatrix;
  }[];
  /** Doubts about the source of the model, as sentences; results repeat them. */
  readonly warnings?: readonly string[];
  /** H(k), Hermitian. */
  hamiltonian(k: readonly number[]): ComplexDenseMatrix;
}

/** The input of {@link tightBinding}. */
export interface TightBindingSpec {
  readonly axes: number;
  /** The block inside a cell, Hermitian. */
  readonly onSite: Matrix;
  /** Blocks from a cell to the cell at `cell`; the way back (-cell, adjoint) is added. */
  readonly hoppings: readonly BlochTerm[];
}

/**
 * A tight-binding model from code: H(k) = onSite + sum_R (e^{i k.R} H_R + its adjoint).
 *
 * @throws CoupletError USAGE if `onSite` is not Hermitian or a hopping stays in its cell;
 *   SHAPE_MISMATCH if a block or a cell does not fit
 */
export function tightBinding(spec: TightBindingSpec): TightBindingModel {
  requireOptions("tightBinding", spec, { axes: 0, onSite: true, hoppings: true });
  requireNames("tightBinding", spec, ["onSite", "hoppings"]);
  const { axes, hoppings } = spec;
  hoppings.forEach((one, i) => {
    requireOptions(`tightBinding: hoppings[${i}]`, one, { cell: true, matrix: true });
    requireNames(`tightBinding: hoppings[${i}]`, one, ["cell", "matrix"]);
  });
  const size = squareSize("tightBinding: onSite", spec.onSite);
  const terms: BlochTerm[] = [{ cell: new Array<number>(axes).fill(0), matrix: spec.onSite }];
  hoppings.forEach(({ cell, matrix }, i) => {
    if (cell.every((steps) => steps === 0)) {
      throw new CoupletError({
        code: "USAGE",
        where: `tightBinding: hoppings[${i}]`,
        expected: "a hopping to another cell",
        received: "cell " + JSON.stringify(cell),
        hint: "Put it into onSite.",
      });
    }
    terms.push({ cell, matrix }, { cell: cell.map((steps) => -steps), matrix: adjointOf(matrix) });
  });
  return modelFromTerms({ axes, size, terms, where: "tightBinding" });
}

/**
 * A model from all its blocks, both directions given.
 *
 * @param parts.where the name of the source in messages
 * @param parts.tolerance how far a block may be from the adjoint of its opposite, over the larger of its largest entry and 1; default 1e-10
 * @throws CoupletError USAGE if the block of some R is not the adjoint of that of -R
 */
export function modelFromTerms(parts: {
  axes: number;
  size: number;
  terms: readonly BlochTerm[];
  where: string;
  tolerance?: number;
}): TightBindingModel {
  requireOptions("modelFromTerms", parts, {
    axes: 0,
    size: 0,
    terms: true,
    where: "",
    tolerance: 0,
  });
  requireNames("modelFromTerms", parts, ["terms", "where"]);
  const { axes, size, where, tolerance = 1e-10 } = parts;
  if (!Number.isInteger(axes) || axes < 1 || axes > 3)
    throw mismatch(`${where}: axes`, "1, 2 or 3", String(axes));
  const merged = new Map<string, { cell: readonly number[]; matrix: ComplexDenseMatrix }>();
  parts.terms.forEach(({ cell, matrix }, t) => {
    if (matrix.rows !== size || matrix.cols !== size)
      throw mismatch(
        `${where}: block ${t}`,
        `${size} x ${size}`,
        `${matrix.rows} x ${matrix.cols}`,
      );
    if (cell.length !== axes || !cell.every((steps) => Number.isInteger(steps))) {
      throw mismatch(`${where}: block ${t}`, `a cell of ${axes} integers`, JSON.stringify(cell));
    }
    const key = cell.map((steps) => (steps === 0 ? 0 : steps)).join(",");
    const before = merged.get(key)?.matrix;
    const block = toComplexDense(matrix);
    const sum =
      before === undefined
        ? block
        : {
            ...block,
            re: block.re.map((v, p) => v + before.re[p]!),
            im: block.im.map((v, p) => v + before.im[p]!),
          };
    merged.set(key, { cell, matrix: sum });
  });
  const terms = [...merged.values()];
  checkHermitian(terms, merged, where, tolerance);
  return blochModel(terms, axes, size);
}

/** A model from blocks that are known to be complete: each with its adjoint at the opposite cell. */
export function blochModel(
  terms: TightBindingModel["terms"],
  axes: number,
  size: number,
): TightBindingModel {
  return { axes, size, terms, hamiltonian: (k) => blochHamiltonian(terms, axes, size, k) };
}

function checkHermitian(
  terms: TightBindingModel["terms"],
  byCell: ReadonlyMap<string, TightBindingModel["terms"][number]>,
  where: string,
  tolerance: number,
): void {
  for (const { cell, matrix } of terms) {
    const partner = byCell.get(cell.map((steps) => (steps === 0 ? 0 : -steps)).join(","));
    let largest = 0;
    let defect = 0;
    for (let i = 0, p = 0; i < matrix.rows; i++) {
      for (let j = 0; j < matrix.cols; j++, p++) {
        const q = j * matrix.cols + i;
        largest = Math.max(largest, Math.hypot(matrix.re[p]!, matrix.im[p]!));
        defect = Math.max(
          defect,
          Math.hypot(
            matrix.re[p]! - (partner?.matrix.re[q] ?? 0),
            matrix.im[p]! + (partner?.matrix.im[q] ?? 0),
          ),
        );
      }
    }
    if (defect > tolerance * Math.max(largest, 1)) {
      throw new CoupletError({
        code: "USAGE",
        where: `${where}: block of cell (${cell.join(", ")})`,
        expected: "the adjoint of the block of the opposite cell",
        received: `a difference of ${defect}`,
      });
    }
  }
}

/**
 * H(k) = S + S^H with S the sum over half of the cells, one of each R and -R, and half of the block at R = 0. Rounding
 * then cannot make it other than Hermitian, where the two directions of a hopping cancel.
 */
function blochHamiltonian(
  terms: TightBindingModel["terms"],
  axes: number,
  size: number,
  k: readonly number[],
): ComplexDenseMatrix {
  if (k.length !== axes) throw mismatch("hamiltonian: k", `${axes} numbers`, String(k.length));
  const count = size * size;
  const [re, im] = [new Float64Array(count), new Float64Array(count)];
  for (const { cell, matrix } of terms) {
    const first = cell.find((steps) => steps !== 0) ?? 0;
    if (first < 0) continue;
    let angle = 0;
    for (let a = 0; a < axes; a++) angle += cell[a]! * k[a]!;
    const weight = first === 0 ? 0.5 : 1;
    const c = weight * Math.cos(angle);
    const s = weight * Math.sin(angle);
    const { re: x, im: y } = matrix;
    for (let p = 0; p < count; p++) {
      re[p]! += c * x[p]! - s * y[p]!;
      im[p]! += s * x[p]! + c * y[p]!;
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const [p, q] = [i * size + j, j * size + i];
      re[p] = re[q] = re[p]! + re[q]!;
      im[p] = im[p]! - im[q]!;
      im[q] = -im[p];
    }
  }
  return { kind: "complexDense", rows: size, cols: size, re, im };
}
