/** Draws from a base in float64; the words are those of the kernel. */
import { columnWord } from "../../../random/column-words.ts";
import type { Tensor } from "../../op.ts";
import { onReference } from "../../device/reference/reference-op.ts";
import type { ReferenceOp } from "../../device/reference/reference-op.ts";
import { noise } from "./op.ts";

/** Every column has two words: the third counter word tells them apart. */
const STREAMS = [0, 1] as const;

export const noiseReference: readonly ReferenceOp[] = [
  onReference(
    noise,
    (
      [temperature, ...parameters],
      { variables, kind, bound, df, learnedDf },
      { rows, row0, seed, step },
    ) => {
      const logDf = learnedDf ? parameters.pop() : undefined;
      const [loc, logScale] = parameters;
      const data = new Float64Array(rows * variables);
      for (let i = 0; i < data.length; i++) {
        const j = i % variables;
        const r = Math.floor(i / variables);
        const words = STREAMS.map((stream) => columnWord(row0 + r, j, stream, step, seed));
        if (kind === "bins") {
          data[i] = Math.max(bound, Math.min(1 - bound, ((words[0]! >>> 17) + 0.5) / 2 ** 15));
          continue;
        }
        const [u, v] = words.map((word) => (word + 0.5) / 2 ** 32) as [number, number];
        if (kind === "uniform") {
          data[i] = bound * (2 * u - 1);
          continue;
        }
        const nu = logDf === undefined ? df : 2 + Math.exp(logDf.data[j]!);
        const square =
          kind === "gaussian" ? -2 * Math.log(u) : nu * Math.expm1((-2 / nu) * Math.log(u));
        const scale = (temperature?.data[r] ?? 1) * Math.exp(logScale?.data[j] ?? 0);
        data[i] = (loc?.data[j] ?? 0) + scale * Math.sqrt(square) * Math.cos(2 * Math.PI * v);
      }
      return [{ rows, cols: variables, data } satisfies Tensor];
    },
  ),
];
