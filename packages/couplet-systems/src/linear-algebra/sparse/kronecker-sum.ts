/** Layers that share their nodes: Kronecker sums. */
import { requireOptions } from "couplet/kit";
import { requireNames } from "../../spec-value.ts";
import { shifted } from "../matrix/builders.ts";
import { csrFromTriplets } from "./csr.ts";
import { mismatch, squareSize } from "../matrix/matrix.ts";
import type { AnyOperator, CsrMatrix, DenseMatrix } from "../matrix/matrix.ts";
import { supra } from "../../supra/supra.ts";
import type { ScaledBlock, SupraOperator } from "../../supra/supra.ts";

/** One layer of a Kronecker sum. */
export interface KroneckerLayer {
  readonly name: string;
  readonly operator: AnyOperator;
  /** The factor D_a of the layer; default 1. */
  readonly scale?: number;
  /** The node of each unknown, for layers that lack some nodes. */
  readonly index?: ArrayLike<number>;
}

/**
 * The Kronecker sum of layers that share their nodes:
 *
 *   A = (+)_a D_a A_a + C (x) I_N,
 *
 * with C the M x M matrix `between` (a coupling Laplacian, or coupling weights). With nodes missing
 * from some layers the identity is replaced by the map between the same node in both layers; then
 * `between` must have a zero diagonal, because a diagonal that depends on which layers a node is
 * in belongs to the layers' own operators.
 *
 * @throws CoupletError SHAPE_MISMATCH if the layers' sizes or `between` do not fit
 */
export function kroneckerSum(spec: {
  readonly layers: readonly KroneckerLayer[];
  readonly between: DenseMatrix;
}): SupraOperator {
  requireOptions("kroneckerSum", spec, { layers: true, between: true });
  requireNames("kroneckerSum", spec, ["layers", "between"]);
  const { layers, between } = spec;
  layers.forEach((layer, a) => {
    const where = `kroneckerSum: layers[${a}]`;
    requireOptions(where, layer, { name: "", operator: true, scale: 0, index: true });
    requireNames(where, layer, ["name", "operator"]);
  });
  if (between.rows !== layers.length || between.cols !== layers.length) {
    throw mismatch(
      "kroneckerSum: between",
      `${layers.length} x ${layers.length}`,
      `${between.rows} x ${between.cols}`,
    );
  }
  const sizes = layers.map((layer) =>
    squareSize(`kroneckerSum: layer "${layer.name}"`, layer.operator),
  );
  const indexed = layers.some((layer) => layer.index !== undefined);
  if (!indexed) {
    sizes.forEach((n, a) => {
      if (n !== sizes[0]) {
        throw mismatch(
          `kroneckerSum: layer "${layers[a]!.name}"`,
          `${sizes[0]} nodes like the others`,
          String(n),
          "Give `index` to layers that lack nodes.",
        );
      }
    });
  }
  // Without a prototype: a layer may be called __proto__.
  const blocks = Object.create(null) as Record<string, Record<string, AnyOperator | ScaledBlock>>;
  layers.forEach((layer, a) => {
    const row = Object.create(null) as Record<string, AnyOperator | ScaledBlock>;
    layers.forEach((other, b) => {
      const weight = between.values[a * layers.length + b]!;
      if (a !== b) {
        if (weight !== 0)
          row[other.name] = { block: sameNode(layer, sizes[a]!, other, sizes[b]!), scale: weight };
        return;
      }
      const { operator, scale = 1 } = layer;
      if (weight !== 0 && indexed) {
        throw mismatch(
          "kroneckerSum: between",
          "a zero diagonal where layers lack nodes",
          `${weight} at (${a}, ${a})`,
        );
      }
      row[layer.name] =
        weight === 0 ? { block: operator, scale } : shifted(operator, scale, weight);
    });
    blocks[layer.name] = row;
  });
  const names = layers.map((layer, a) => ({
    name: layer.name,
    size: sizes[a]!,
    ...(layer.index === undefined ? {} : { index: layer.index }),
  }));
  return supra({ layers: names, blocks });
}

function sameNode(
  a: { readonly index?: ArrayLike<number> },
  rows: number,
  b: { readonly index?: ArrayLike<number> },
  cols: number,
): CsrMatrix {
  const place = new Map<number, number>();
  for (let j = 0; j < cols; j++) place.set(b.index === undefined ? j : b.index[j]!, j);
  const row: number[] = [];
  const column: number[] = [];
  for (let i = 0; i < rows; i++) {
    const j = place.get(a.index === undefined ? i : a.index[i]!);
    if (j === undefined) continue;
    row.push(i);
    column.push(j);
  }
  return csrFromTriplets({ rows, cols, row, column });
}
