import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import { luDecode, luEncode } from "../../../engine/ops/lu/op.ts";
import { merged, range, stateOf } from "../../state.ts";
import { declarePart } from "../part.ts";
import type { LayerFactory } from "./layer-part.ts";

/** y = W x + b with W = L U, unit-lower L, and an upper U with a positive diagonal. Identity at birth. */
export interface LuSpec {
  readonly kind: "lu";
}

/** A learned linear map W = L U with bias (Kingma & Dhariwal 2018, eq. 10, without the permutation). */
export const lu: LayerFactory<LuSpec, []> = declarePart(
  {
    kind: "lu",
    fields: {},
    describe: () => "linear (LU)",
    title: () => "lu",
    keepsBox: () => false,
    sources: (_spec, dims) => range(dims).map(() => range(dims)),
    encode({ b, dims }, state) {
      const x = merged(b, state, dims);
      const [y, logDet] = b.bijection(() =>
        b.emit(luEncode, [x, ...parameters(b, dims)], { variables: dims }),
      );
      return { state: stateOf(y!, dims), logDet };
    },
    decode({ b, dims }, state, _spec, { logDet: wanted }) {
      const y = merged(b, state, dims);
      const attrs = { variables: dims, logDet: wanted };
      const [x, logDet] = b.emit(luDecode, [y, ...parameters(b, dims)], attrs);
      return { state: stateOf(x!, dims), logDet };
    },
  },
  () => ({ kind: "lu" }),
);

function parameters(b: GraphBuilder, dims: number): Value[] {
  const zeros = { kind: "zeros" } as const;
  return [
    b.parameter("lower", dims, dims, { init: zeros, decay: false }),
    b.parameter("upper", dims, dims, { init: zeros, decay: false }),
    b.parameter("logDiagonal", 1, dims, { init: zeros, decay: false }),
    b.parameter("bias", 1, dims, { init: zeros, decay: false }),
  ];
}
