/** Location and log-scale of each variable, zero at the start: parameters of several bases. */
import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";

export function locationAndScale(b: GraphBuilder, variables: number): Value[] {
  return ["location", "logScale"].map((name) =>
    b.parameter(name, 1, variables, { init: { kind: "zeros" }, decay: false }),
  );
}
