/**
 * The supra operator: a block matrix over a layered state, the object that all coupled systems share.
 *
 *   (A x)_a = sum_b f_ab A_ab x_b
 *
 * Layer a has n_a unknowns; the block A_ab is n_a x n_b (rectangular if the layers differ in size),
 * real or complex, dense, sparse or matrix-free, with a factor f_ab (a number, or `phase`, an angle:
 * f = scale e^{i phase}). Blocks that are left out are zero.
 *
 *   const grid = supra({
 *     layers: [{ name: "power", size: 30 }, { name: "water", size: 18 }],
 *     blocks: { power: { power: Ap, water: B }, water: { power: transposed(B), water: Aw } },
 *   });
 *   grid.order.indexOf("water", 3)        // 33
 *   matvec(grid, x); toCsr(grid); toDense(grid)
 */
import { CoupletError, requireOptions } from "couplet/kit";
import { requireNames } from "../spec-value.ts";
import { isComplex, mismatch } from "../linear-algebra/matrix/matrix.ts";
import type { AnyOperator, LinearOperator } from "../linear-algebra/matrix/matrix.ts";
import { nodeOrder, unknownLayer } from "./node-order.ts";
import type { LayerSpec, NodeOrder } from "./node-order.ts";
import { accumulate } from "../linear-algebra/matrix/product.ts";
import type { Factor } from "../linear-algebra/matrix/product.ts";

/** A block with a factor `scale * e^{i phase}` (scale 1 and phase 0 if left out; phase in radians). */
export interface ScaledBlock {
  readonly block: AnyOperator;
  readonly scale?: number;
  readonly phase?: number;
}

/** Blocks by row layer and column layer. */
export type BlockTable = {
  readonly [row: string]: { readonly [column: string]: AnyOperator | ScaledBlock | undefined };
};

/** One block of a supra operator, with its place and its factor. */
export interface PlacedBlock {
  readonly row: string;
  readonly column: string;
  readonly rowOffset: number;
  readonly columnOffset: number;
  readonly block: AnyOperator;
  readonly factor: Factor;
}

/** A block operator over a layered state. */
export interface SupraOperator extends LinearOperator {
  /** Which (layer, node) sits at which index. */
  readonly order: NodeOrder;
  readonly blocks: readonly PlacedBlock[];
  /** y = A^H x, block by block. */
  adjoint(x: Float64Array, y: Float64Array): void;
}

/** The input of {@link supra}. */
export interface SupraSpec {
  readonly layers: readonly LayerSpec[];
  readonly blocks: BlockTable;
}

/**
 * Builds a supra operator, a block matrix over a layered state:
 *
 *   (A x)_a = sum_b f_ab A_ab x_b
 *
 * Layer a has n_a unknowns. The block A_ab is n_a x n_b, real or complex, dense, sparse or matrix-free, with a factor
 * f_ab = scale e^{i phase}. Absent blocks are zero.
 *
 * @throws CoupletError SPEC_INVALID for an unknown layer name; SHAPE_MISMATCH naming the block that
 *   does not fit its layers; NON_FINITE_INPUT for a factor that is not finite
 * @example
 * import { dense, matvec, supra } from "couplet-systems/linear-algebra";
 * const [own, between] = [dense([[2, -1], [-1, 2]]), dense([[-1], [0]])];
 * const layers = [{ name: "power", size: 2 }, { name: "water", size: 1 }];
 * const system = supra({ layers, blocks: { power: { power: own, water: between }, water: { water: dense([[1]]) } } });
 * const y = matvec(system, Float64Array.of(1, 1, 1)); // 0, 1, 1
 */
export function supra(spec: SupraSpec): SupraOperator {
  requireOptions("supra", spec, { layers: true, blocks: true });
  requireNames("supra", spec, ["layers", "blocks"]);
  const order = nodeOrder(spec.layers);
  const names = spec.layers.map((layer) => layer.name);
  const sizes = new Map(spec.layers.map((layer) => [layer.name, layer.size]));
  const blocks: PlacedBlock[] = [];
  for (const [row, columns] of Object.entries(spec.blocks)) {
    if (!sizes.has(row)) throw unknownLayer(row, names);
    for (const [column, entry] of Object.entries(columns)) {
      if (!sizes.has(column)) throw unknownLayer(column, names);
      if (entry === undefined) continue;
      const where = `supra: block "${row}" x "${column}"`;
      const scaled: ScaledBlock = "block" in entry ? entry : { block: entry };
      requireOptions(where, scaled, { block: true, scale: 0, phase: 0 });
      const { block, scale = 1, phase = 0 } = scaled;
      const [rows, cols] = [sizes.get(row)!, sizes.get(column)!];
      if (block.rows !== rows || block.cols !== cols)
        throw mismatch(where, `${rows} x ${cols}`, `${block.rows} x ${block.cols}`);
      if (!Number.isFinite(scale) || !Number.isFinite(phase)) {
        throw new CoupletError({
          code: "NON_FINITE_INPUT",
          where,
          expected: "a finite scale and phase",
          received: `scale ${scale}, phase ${phase}`,
        });
      }
      // Exactly real for phase 0 and pi: sin(pi) is 1e-16, which would make the operator complex.
      const im = phase === 0 || Math.abs(phase) === Math.PI ? 0 : scale * Math.sin(phase);
      const re = scale * Math.cos(phase);
      const offsets = { rowOffset: order.offset(row), columnOffset: order.offset(column) };
      blocks.push({ row, column, ...offsets, block, factor: { re, im } });
    }
  }
  return fromPlacedBlocks(order, blocks);
}

/** A supra operator over blocks that are known to fit. */
export function fromPlacedBlocks(order: NodeOrder, blocks: readonly PlacedBlock[]): SupraOperator {
  const complex = blocks.some((b) => isComplex(b.block) || b.factor.im !== 0);
  const n = order.size;
  const multiply = (x: Float64Array, y: Float64Array, adjoint: boolean): void => {
    y.fill(0);
    for (const placed of blocks) {
      const { rowOffset, columnOffset, block, factor } = placed;
      const [to, from] = adjoint ? [columnOffset, rowOffset] : [rowOffset, columnOffset];
      const [toSize, fromSize] = adjoint ? [block.cols, block.rows] : [block.rows, block.cols];
      if (!complex) {
        accumulate(
          block,
          x.subarray(from, from + fromSize),
          y.subarray(to, to + toSize),
          factor,
          false,
          adjoint,
        );
        continue;
      }
      // The two halves of a layer's part of a planar vector are not neighbours: work on copies.
      const xPart = new Float64Array(2 * fromSize);
      xPart.set(x.subarray(from, from + fromSize));
      xPart.set(x.subarray(n + from, n + from + fromSize), fromSize);
      const yPart = new Float64Array(2 * toSize);
      accumulate(block, xPart, yPart, factor, true, adjoint);
      for (let i = 0; i < toSize; i++) {
        y[to + i]! += yPart[i]!;
        y[n + to + i]! += yPart[toSize + i]!;
      }
    }
  };
  return {
    kind: "operator",
    rows: n,
    cols: n,
    complex,
    order,
    blocks,
    apply: (x, y) => multiply(x, y, false),
    adjoint: (x, y) => multiply(x, y, true),
  };
}

/** Whether an operator is a supra operator. */
export function isSupra(a: AnyOperator): a is SupraOperator {
  return a.kind === "operator" && "blocks" in a && "order" in a;
}
