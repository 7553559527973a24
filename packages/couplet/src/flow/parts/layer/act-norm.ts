/** ActNorm: a learned shift and scale per variable, over the whole state. */
import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import { actNormDecode, actNormEncode } from "../../../engine/ops/act-norm/op.ts";
import type { ActNormSpec } from "../../spec/types.ts";
import { merged, stateOf } from "../../state.ts";
import type { LayerKind } from "./layer.ts";

export const actNorm: LayerKind<ActNormSpec> = {
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
};

function parameters(b: GraphBuilder, dims: number): Value[] {
  return ["shift", "logScale"].map((name) =>
    b.parameter(name, 1, dims, { init: { kind: "zeros" }, decay: false }),
  );
}
