/** Slabs and surfaces: a crystal that ends. */
import { CoupletError, requireOptions } from "couplet/kit";
import { requireNames } from "../spec-value.ts";
import { toComplexDense } from "../linear-algebra/matrix/convert.ts";
import { mismatch } from "../linear-algebra/matrix/matrix.ts";
import type { ComplexDenseMatrix } from "../linear-algebra/matrix/matrix.ts";
import { supra } from "../supra/supra.ts";
import type { SupraOperator } from "../supra/supra.ts";
import { densityOfStates, surfaceGreen } from "../linear-algebra/schur/decimation.ts";
import { eigenHermitian } from "../linear-algebra/eigen/dense-symmetric.ts";
import type { TightBindingModel } from "./model.ts";

/** A slab: a number of cells along one axis, periodic along the others. */
export interface SlabSpec {
  readonly model: TightBindingModel;
  /** The axis along which the crystal ends. */
  readonly axis: number;
  /** Thickness in cells. */
  readonly cells: number;
}

/** A slab, by its wave vector along the surface. */
export interface Slab {
  /** Unknowns: cells times orbitals. */
  readonly size: number;
  /** Cells in one layer of the supra operator: the range of the hoppings, so that only neighbours are joined. */
  readonly cellsPerLayer: number;
  /** The slab Hamiltonian at k, the wave numbers of the other axes in order: block tridiagonal. */
  hamiltonian(k: readonly number[]): SupraOperator;
  /** All energies at k, ascending. */
  bands(k: readonly number[]): Float64Array;
  /** Distance between the bands `filled` and `filled + 1` (counted from 1; half filling if left out) at k. */
  gap(k: readonly number[], filled?: number): number;
}

/**
 * Cuts a slab of whole cells out of a crystal, along any axis.
 *
 * @throws CoupletError USAGE for an axis that the model does not have or a thickness below 1
 */
export function slab(spec: SlabSpec): Slab {
  requireOptions("slab", spec, { model: true, axis: 0, cells: 0 });
  requireNames("slab", spec, ["model"]);
  const { model, axis, cells } = spec;
  const reach = range(model, axis, "slab");
  if (!Number.isInteger(cells) || cells < 1) {
    throw new CoupletError({
      code: "USAGE",
      where: "slab: cells",
      expected: "an integer >= 1",
      received: String(cells),
    });
  }
  const perLayer = Math.max(1, reach);
  const sizes = Array.from({ length: Math.ceil(cells / perLayer) }, (_, l) =>
    Math.min(perLayer, cells - l * perLayer),
  );
  const hamiltonian = (k: readonly number[]): SupraOperator => {
    const blocks = cellBlocks(model, axis, k);
    const table: Record<string, Record<string, ComplexDenseMatrix>> = {};
    sizes.forEach((count, l) => {
      const row: Record<string, ComplexDenseMatrix> = {
        [l]: layerBlock(blocks, model.size, l * perLayer, count, l * perLayer, count),
      };
      for (const m of [l - 1, l + 1]) {
        if (m >= 0 && m < sizes.length)
          row[m] = layerBlock(blocks, model.size, l * perLayer, count, m * perLayer, sizes[m]!);
      }
      table[l] = row;
    });
    return supra({
      layers: sizes.map((count, l) => ({ name: String(l), size: count * model.size })),
      blocks: table,
    });
  };
  const bands = (k: readonly number[]): Float64Array =>
    eigenHermitian(toComplexDense(hamiltonian(k))).values;
  return {
    size: cells * model.size,
    cellsPerLayer: perLayer,
    hamiltonian,
    bands,
    gap(k, filled = (cells * model.size) / 2) {
      const values = bands(k);
      if (!Number.isInteger(filled) || filled < 1 || filled >= values.length) {
        throw new CoupletError({
          code: "USAGE",
          where: "gap: filled",
          expected: `a number of bands from 1 to ${values.length - 1}`,
          received: String(filled),
        });
      }
      return values[filled]! - values[filled - 1]!;
    },
  };
}

/** Options of {@link surfaceDensity}. */
export interface SurfaceDensityOptions {
  readonly model: TightBindingModel;
  readonly axis: number;
  /** Wave numbers of the other axes in order. */
  readonly k: readonly number[];
  readonly energy: number;
  /** Broadening eta > 0; 0.01 if left out (in the units of the energy). */
  readonly eta?: number;
}

/** Densities of states at a surface, per unit energy, summed over the orbitals of one cell layer. */
export interface SurfaceDensity {
  /** At the surface of the crystal that fills the cells 0, 1, 2, ... along the axis. */
  readonly surface: number;
  /** At the surface of the crystal that fills the cells 0, -1, -2, ... */
  readonly opposite: number;
  /** In the bulk. */
  readonly bulk: number;
}

/**
 * The spectral density -Im tr G / pi at the two surfaces of a half-infinite crystal, by decimation.
 * With hoppings beyond the next cell the trace runs over the outermost layer of cells that they reach.
 *
 * @throws CoupletError USAGE if eta <= 0 or the axis does not exist
 */
export function surfaceDensity(options: SurfaceDensityOptions): SurfaceDensity {
  requireOptions("surfaceDensity", options, {
    model: true,
    axis: 0,
    k: true,
    energy: 0,
    eta: 0,
  });
  const { model, axis, k, energy, eta = 0.01 } = options;
  const perLayer = Math.max(1, range(model, axis, "surfaceDensity"));
  const blocks = cellBlocks(model, axis, k);
  const onSite = layerBlock(blocks, model.size, 0, perLayer, 0, perLayer);
  const hopping = layerBlock(blocks, model.size, 0, perLayer, perLayer, perLayer);
  const { surface, opposite, bulk } = surfaceGreen({ onSite, hopping, energy, eta });
  return {
    surface: densityOfStates(surface),
    opposite: densityOfStates(opposite),
    bulk: densityOfStates(bulk),
  };
}

function range(model: TightBindingModel, axis: number, where: string): number {
  if (!Number.isInteger(axis) || axis < 0 || axis >= model.axes) {
    throw new CoupletError({
      code: "USAGE",
      where: `${where}: axis`,
      expected: `an axis from 0 to ${model.axes - 1}`,
      received: String(axis),
    });
  }
  return model.terms.reduce((most, term) => Math.max(most, Math.abs(term.cell[axis]!)), 0);
}

/** H_d(k): the block from a cell to the cell d further along the axis, Bloch-summed over the others. */
function cellBlocks(
  model: TightBindingModel,
  axis: number,
  k: readonly number[],
): Map<number, ComplexDenseMatrix> {
  if (k.length !== model.axes - 1)
    throw mismatch("k", `${model.axes - 1} wave numbers`, String(k.length));
  const count = model.size * model.size;
  const blocks = new Map<number, ComplexDenseMatrix>();
  for (const { cell, matrix } of model.terms) {
    const steps = cell[axis]!;
    let block = blocks.get(steps);
    if (block === undefined) {
      block = { ...matrix, re: new Float64Array(count), im: new Float64Array(count) };
      blocks.set(steps, block);
    }
    const angle = cell.filter((_, a) => a !== axis).reduce((sum, r, a) => sum + r * k[a]!, 0);
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    for (let p = 0; p < count; p++) {
      block.re[p]! += c * matrix.re[p]! - s * matrix.im[p]!;
      block.im[p]! += s * matrix.re[p]! + c * matrix.im[p]!;
    }
  }
  return blocks;
}

/** The block between a group of cells and another. */
function layerBlock(
  blocks: ReadonlyMap<number, ComplexDenseMatrix>,
  size: number,
  rowCell: number,
  rowCount: number,
  columnCell: number,
  columnCount: number,
): ComplexDenseMatrix {
  const [rows, cols] = [rowCount * size, columnCount * size];
  const [re, im] = [new Float64Array(rows * cols), new Float64Array(rows * cols)];
  for (let r = 0; r < rowCount; r++) {
    for (let c = 0; c < columnCount; c++) {
      const block = blocks.get(columnCell + c - rowCell - r);
      if (block === undefined) continue;
      for (let i = 0; i < size; i++) {
        const [to, from] = [(r * size + i) * cols + c * size, i * size];
        re.set(block.re.subarray(from, from + size), to);
        im.set(block.im.subarray(from, from + size), to);
      }
    }
  }
  return { kind: "complexDense", rows, cols, re, im };
}
