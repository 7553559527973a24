/** Densities of rows given a property, and averaged over properties. */
import { philoxNormal } from "../random/philox.ts";
import { logMean } from "../statistics/log-sum-exp.ts";
import { normalQuantile } from "../statistics/normal.ts";
import { placeOf } from "./property-coordinate.ts";
import type { FlowModel } from "../flow/model/model.ts";
import type { Cell } from "../table/table.ts";
import type { TableModel } from "../table-model/table-model.ts";

/** Properties that p(x) is averaged over. */
export const NODES = 64;

/** Rows whose densities are asked for at a time, for all properties. */
const CHUNK_ROWS = 256;

/** The wanted context and those that it is held against, encoded. */
export interface Contexts {
  readonly wanted: Float64Array;
  /** One a property of the training rows; other conditions are as wanted. */
  readonly others: readonly Float64Array[];
}

/**
 * The encoded context of the wanted values, and the same with the targets' coordinates replaced by those of 64 other properties: mid-quantiles
 * of the standard normal for one target, random normals for several. Encoders take a column of the training rows to a standard normal.
 */
export function contextsOf(
  { codec }: TableModel,
  given: Readonly<Record<string, Cell>>,
  targets: readonly string[],
): Contexts {
  const encoded = (values: Readonly<Record<string, Cell>>) =>
    codec.encodeContext(codec.contextTable(values, 1));
  const wanted = encoded(given);
  const places = targets.map((name) => placeOf(codec, given, name));
  const others = Array.from({ length: NODES }, (_, k) => {
    const context = wanted.slice();
    for (const [t, place] of places.entries())
      context[place] =
        places.length === 1
          ? normalQuantile((k + 0.5) / NODES)
          : philoxNormal({ seed: 0, row: k, stream: t });
    return context;
  });
  return { wanted, others };
}

/** log p(x | wanted) and log of the mean over the others of p(x | other), of each of the flow's rows, in nats up to the same constant. */
export async function logMarginal(
  flow: FlowModel<boolean>,
  z: Float64Array,
  { wanted, others }: Contexts,
  signal: AbortSignal | undefined,
): Promise<{ readonly conditional: Float64Array; readonly marginal: Float64Array }> {
  const { dims } = flow.spec;
  const rows = z.length / dims;
  const conditional = new Float64Array(rows);
  const marginal = new Float64Array(rows);
  const all = [wanted, ...others];
  const width = wanted.length;
  for (let first = 0; first < rows; first += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, rows - first);
    const repeated = new Float64Array(count * all.length * dims);
    const context = new Float64Array(count * all.length * width);
    for (let r = 0; r < count; r++) {
      const row = z.subarray((first + r) * dims, (first + r + 1) * dims);
      for (const [k, values] of all.entries()) {
        repeated.set(row, (r * all.length + k) * dims);
        context.set(values, (r * all.length + k) * width);
      }
    }
    const logProb = await flow.logProb(repeated, {
      context,
      ...(signal === undefined ? {} : { signal }),
    });
    for (let r = 0; r < count; r++) {
      const own = logProb.subarray(r * all.length, (r + 1) * all.length);
      conditional[first + r] = own[0]!;
      marginal[first + r] = logMean(own.subarray(1));
    }
  }
  return { conditional, marginal };
}
