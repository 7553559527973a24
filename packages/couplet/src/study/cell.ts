/** The cells of a study: so many couplings with conditioners so deep, as wide as the budget allows. */
import { lowerLogProb } from "../flow/lower.ts";
import { mlp } from "../flow/parts/conditioner/index.ts";
import { coupling, lu, permutation } from "../flow/parts/layer/index.ts";
import { alternating } from "../flow/parts/mask/index.ts";
import { affine, rationalQuadratic } from "../flow/parts/transform/index.ts";
import { flow, repeat } from "../flow/spec/flow.ts";
import type { FlowSpec } from "../flow/spec/types.ts";

/** Couplings and the hidden layers of each one's conditioner. */
export interface CellShape {
  readonly couplings: number;
  readonly depth: number;
}

/** What all cells share. */
export interface CellSettings {
  readonly dims: number;
  /** Parameters of a flow. */
  readonly budget: number;
  readonly transform: "affine" | "spline";
}

/** A cell with its width, or why it has none. */
export type Cell = CellShape & { readonly name: string } & (
    | { readonly width: number; readonly parameters: number; readonly refusal?: undefined }
    | { readonly refusal: string; readonly width?: undefined; readonly parameters?: undefined }
  );

/** Parameters may differ so much from the budget. */
export const TOLERANCE = 0.05;
const BINS = 8;
const LEAST_WIDTH = 8;
/** Outputs per hidden unit: beyond it the last layer is a bottleneck. */
const MOST_OUTPUTS = 8;

/**
 * The flow of a cell: steps of an LU-linear map and a coupling on alternating masks, whose conditioner is a network of `depth` hidden
 * layers of `width` units; a flow of one variable has no LU maps.
 */
export function cellSpec(
  { couplings, depth }: CellShape,
  width: number,
  { dims, transform }: CellSettings,
): FlowSpec<false> {
  const moves = transform === "affine" ? affine() : rationalQuadratic({ bins: BINS });
  return flow({
    dims,
    layers: repeat(couplings, (i) => [
      ...(dims === 1 ? [] : [permutation({ random: i + 1 }), lu()]),
      coupling({
        mask: alternating(i),
        transform: moves,
        conditioner: mlp({ width, depth }),
      }),
    ]),
  });
}

/** Parameters of a flow of this spec. */
export function parameterCount(spec: FlowSpec): number {
  return lowerLogProb(spec).parameters.reduce((sum, { size }) => sum + size, 0);
}

/**
 * The cell with the width that brings it nearest to the budget: a multiple of 8, or where none comes within 5 %, of 4, or any number.
 * A cell is refused whose narrowest network passes the budget, or that is so narrow that its outputs are more than eight for each hidden unit.
 */
export function sizedCell(shape: CellShape, settings: CellSettings): Cell {
  const { budget, dims, transform } = settings;
  const name = `${shape.couplings} x ${shape.depth}`;
  const count = (width: number): number => parameterCount(cellSpec(shape, width, settings));
  const refused = (refusal: string): Cell => ({ ...shape, name, refusal });
  const least = count(LEAST_WIDTH);
  if (least > budget * (1 + TOLERANCE))
    return refused(`${least} parameters at width ${LEAST_WIDTH}, above the budget of ${budget}`);
  const widest = widestWithin(budget, count);
  for (const step of [8, 4, 1]) {
    const below = Math.floor(widest / step) * step;
    const near = [below, below + step]
      .filter((width) => width >= LEAST_WIDTH)
      .map((width) => ({ width, parameters: count(width) }))
      .toSorted((a, b) => Math.abs(a.parameters - budget) - Math.abs(b.parameters - budget))[0];
    if (near === undefined || Math.abs(near.parameters / budget - 1) > TOLERANCE) continue;
    const outputs = Math.ceil(dims / 2) * (transform === "affine" ? 2 : 3 * BINS - 1);
    if (near.width * MOST_OUTPUTS < outputs)
      return refused(`width ${near.width} is a bottleneck for ${outputs} outputs`);
    return { ...shape, name, ...near };
  }
  return refused(`no width comes within 5 % of ${budget} parameters`);
}

/** The largest width whose flow has at most `budget` parameters, by bisection. */
function widestWithin(budget: number, count: (width: number) => number): number {
  let [low, high] = [LEAST_WIDTH, 2 * LEAST_WIDTH];
  while (count(high) <= budget) [low, high] = [high, 2 * high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (count(middle) <= budget) low = middle;
    else high = middle;
  }
  return low;
}
