/** How large a flow is when its user does not say: one rule for the presets and for tables. */

/** What the size of a flow depends on. */
export interface SizeHints {
  /** Variables per row. */
  readonly dims: number;
  /** Variables of the context. Default 0. */
  readonly context?: number | undefined;
  /** Training rows; undefined when they are not known. */
  readonly rows?: number | undefined;
}

/** Size of a spline flow. */
export interface FlowSize {
  readonly couplings: number;
  /** Width of the conditioners' hidden layers. */
  readonly width: number;
  readonly bins: number;
  readonly dropout: number;
}

/**
 * The size for so many rows: below 1,000 rows 4 couplings of width 32 with dropout 0.2, below 10,000 rows 6 of width 64 with
 * dropout 0.1, from there on 6 of width 128 with dropout 0.05. Where the rows are not known, 6 couplings without dropout
 * of width 40 + 9 sqrt(dims), rounded to a multiple of 16 and at most 128: 48 at two variables (about 70,000 parameters),
 * 112 at 64 (about 900,000). One variable alone gets 2 couplings, 3 with a context. `neuralSpline` has more and narrower ones
 * (`narrowSize`), with a context 7 steps in the place of these 6 (`splineLayers`).
 */
export function flowSize({ dims, context = 0, rows }: SizeHints): FlowSize {
  const size =
    rows === undefined ? byDims(dims) : rows < 1_000 ? small : rows < 10_000 ? medium : large;
  return dims === 1 ? { ...size, couplings: context > 0 ? 3 : 2 } : size;
}

/**
 * {@link flowSize} of so many variables as twice the couplings with as many parameters, within 8 %. Beside the 6 wide ones they gain 0.10 to 0.11 nats on POWER
 * and 9 to 13 on digits, and are level in the plane, in 1.2 to 2 times the time (`bench/density/more-couplings.mjs`, `docs/flows/depth.md`).
 *
 * A coupling of d variables, its map among them, has about 4 w^2 + 12 d w + d^2 parameters at width w and 8 bins; half the sum is solved for the
 * narrower width, rounded to a multiple of 4.
 */
export function narrowSize(dims: number): FlowSize {
  const { couplings, width, ...size } = byDims(dims);
  const half = (4 * width ** 2 + 12 * dims * width - dims ** 2) / 2;
  const narrow = (Math.sqrt((12 * dims) ** 2 + 16 * half) - 12 * dims) / 8;
  return { ...size, couplings: 2 * couplings, width: 4 * Math.max(2, Math.round(narrow / 4)) };
}

function byDims(dims: number): FlowSize {
  const width = Math.min(128, 16 * Math.round((40 + 9 * Math.sqrt(dims)) / 16));
  return { couplings: 6, width, bins: 8, dropout: 0 };
}

const small: FlowSize = { width: 32, couplings: 4, bins: 6, dropout: 0.2 };
const medium: FlowSize = { width: 64, couplings: 6, bins: 8, dropout: 0.1 };
const large: FlowSize = { width: 128, couplings: 6, bins: 8, dropout: 0.05 };
