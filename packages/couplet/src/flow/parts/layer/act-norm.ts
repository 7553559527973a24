import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import { actNormDecode, actNormEncode } from "../../../engine/ops/act-norm/op.ts";
import { merged, range, stateOf } from "../../state.ts";
import { declarePart } from "../part.ts";
import type { LayerFactory } from "./layer-part.ts";

/** y = exp(logScale) (x + shift), set from the first data so that y has mean 0 and variance 1. */
export interface ActNormSpec {
  readonly kind: "actNorm";
}

/** A learned scale and shift per variable, set from the data at the start (Kingma & Dhariwal 2018, 3.1). */
export const actNorm: LayerFactory<ActNormSpec, []> = declarePart(
  {
    kind: "actNorm",
    fields: {},
    describe: () => "actNorm",
    title: () => "actNorm",
    keepsBox: () => false,
    sources: (_spec, dims) => range(dims).map((i) => [i]),
    encode({ b, dims }, state) {
      const x = merged(b, state, dims);
      const [y, logDet] = b.bijection(() =>
        b.emit(actNormEncode, [x, ...parameters(b, dims)], { variables: dims }),
      );
      return { state: stateOf(y!, dims), logDet };
    },
    decode({ b, dims }, state, _spec, { logDet: wanted }) {
      const y = merged(b, state, dims);
      const attrs = { variables: dims, logDet: wanted };
      const [x, logDet] = b.emit(actNormDecode, [y, ...parameters(b, dims)], attrs);
      return { state: stateOf(x!, dims), logDet };
    },
  },
  () => ({ kind: "actNorm" }),
);

function parameters(b: GraphBuilder, dims: number): Value[] {
  return ["shift", "logScale"].map((name) =>
    b.parameter(name, 1, dims, { init: { kind: "zeros" }, decay: false }),
  );
}
