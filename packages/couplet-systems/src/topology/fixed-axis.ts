/** A model at a fixed wave number along some of its axes. */
import { blochModel } from "./model.ts";
import type { TightBindingModel } from "./model.ts";
import type { ComplexDenseMatrix } from "../linear-algebra/matrix/matrix.ts";

/**
 * The model where the wave number along `axis` is `value`: blocks whose cells differ along that axis only are added
 * with their phases, so that sums over the other axes are short. It keeps its number of axes; the entry at `axis` of a
 * wave vector no longer matters.
 */
export function fixAxis(model: TightBindingModel, axis: number, value: number): TightBindingModel {
  const merged = new Map<string, { cell: readonly number[]; matrix: ComplexDenseMatrix }>();
  const count = model.size * model.size;
  for (const { cell, matrix } of model.terms) {
    const rest = cell.map((steps, a) => (a === axis || steps === 0 ? 0 : steps));
    const key = rest.join(",");
    let sum = merged.get(key);
    if (sum === undefined) {
      const empty = { ...matrix, re: new Float64Array(count), im: new Float64Array(count) };
      merged.set(key, (sum = { cell: rest, matrix: empty }));
    }
    const angle = cell[axis]! * value;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const { re, im } = sum.matrix;
    for (let p = 0; p < count; p++) {
      re[p]! += c * matrix.re[p]! - s * matrix.im[p]!;
      im[p]! += s * matrix.re[p]! + c * matrix.im[p]!;
    }
  }
  return blochModel([...merged.values()], model.axes, model.size);
}
