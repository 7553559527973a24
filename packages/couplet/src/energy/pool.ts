/** Rows and contexts that steps draw among. */
import { philoxUniform } from "../random/philox.ts";

/** Rows with their contexts, in the units of the model's graphs and in the user's. */
export interface Pool {
  readonly count: number;
  readonly rows: Float32Array<ArrayBuffer> | undefined;
  /** Standardised. */
  readonly context: Float32Array<ArrayBuffer> | undefined;
  readonly ownContext: Float64Array | undefined;
}

/** Streams of random numbers beside those of the base. */
const STREAMS = { context: 0xc04e, data: 0xda7a } as const;

/** `count` random rows of a pool: the same for the same seed and number `first` of the first. */
export function pick(
  pool: Pool,
  count: number,
  {
    seed,
    first,
    of,
  }: { readonly seed: number; readonly first: number; readonly of: keyof typeof STREAMS },
): Omit<Pool, "count"> {
  const rows = Array.from({ length: count }, (_, i) =>
    Math.floor(pool.count * philoxUniform({ seed, row: first + i, stream: STREAMS[of] })),
  );
  const into = <T extends Float32Array | Float64Array>(values: T, picked: T): T => {
    const cols = values.length / pool.count;
    for (const [i, row] of rows.entries())
      picked.set(values.subarray(row * cols, (row + 1) * cols), i * cols);
    return picked;
  };
  const { rows: data, context, ownContext } = pool;
  const length = (values: Float32Array | Float64Array) => (count * values.length) / pool.count;
  return {
    rows: data && into(data, new Float32Array(length(data))),
    context: context && into(context, new Float32Array(length(context))),
    ownContext: ownContext && into(ownContext, new Float64Array(length(ownContext))),
  };
}
