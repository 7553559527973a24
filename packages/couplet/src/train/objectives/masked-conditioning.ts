/** Maximum likelihood of rows given random subsets of themselves: one conditional flow for every condition. */
import { philoxNormal, philoxUniform } from "../../random/philox.ts";

/** Variables that are given or unknown together: a column's value and whether it is missing. */
export type VariableGroup = readonly number[];

/** Rows and contexts that make maximum likelihood the objective `maskedConditioning`. */
export interface MaskedRows {
  /** Rows x dims: the unknown variables, and standard normal noise in place of the given ones. */
  readonly rows: Float64Array;
  /** Rows x (groups + dims): which groups are given (1 or 0), and their variables (0 where unknown). */
  readonly context: Float64Array;
}

/** How many of `groups` are unknown in a row: few often, since questions and gaps are mostly of few columns; all and nearly all, too. */
function unknownCount(groups: number, pick: number, size: number): number {
  if (pick < 0.3) return 1;
  if (pick < 0.55) return Math.min(groups, 1 + Math.floor(size * Math.min(4, groups)));
  if (pick < 0.85) return 1 + Math.floor(size * groups);
  return Math.max(1, groups - Math.floor(size * Math.min(3, groups)));
}

/**
 * Rows under random masks. With O the given variables, the flow q(y | mask, z_O) of all variables learns by maximum likelihood
 *
 *     y_U = z_U,   y_O ~ N(0, I):   E[log q(y | mask, z_O)] <= E[log p(z_U | z_O)] - entropy of the noise,
 *
 * so that its unknown half is p(z_U | z_O) for every mask where the bound is reached (Li, Akbar & Oliva 2020, "ACFlow", has one flow for all
 * masks; here the given variables are noise, so that any flow will do).
 *
 * @param z      rows x dims; not changed
 * @param groups every variable is in one of them
 * @param draw   another number, other masks and noise
 */
export function maskedConditioning(
  z: ArrayLike<number>,
  dims: number,
  groups: readonly VariableGroup[],
  { seed, draw }: { readonly seed: number; readonly draw: number },
): MaskedRows {
  const count = z.length / dims;
  const width = groups.length + dims;
  const rows = new Float64Array(count * dims);
  const context = new Float64Array(count * width);
  const order = groups.map((_, g) => g);
  for (let row = 0; row < count; row++) {
    const uniform = (stream: number): number => philoxUniform({ seed, row, stream, draw });
    const unknown = unknownCount(groups.length, uniform(0), uniform(1));
    for (let k = 0; k < unknown; k++) {
      const other = k + Math.floor(uniform(2 + k) * (groups.length - k));
      [order[k], order[other]] = [order[other]!, order[k]!];
    }
    for (const [k, group] of order.entries()) {
      const isGiven = k >= unknown;
      if (isGiven) context[row * width + group] = 1;
      for (const d of groups[group]!) {
        const value = z[row * dims + d]!;
        rows[row * dims + d] = isGiven
          ? philoxNormal({ seed, row, stream: 0x42000000 + d, draw })
          : value;
        if (isGiven) context[row * width + groups.length + d] = value;
      }
    }
  }
  return { rows, context };
}
