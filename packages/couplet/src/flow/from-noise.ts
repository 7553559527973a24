/** Programs that draw noise of a base and keep it. */
import { GraphBuilder } from "../engine/graph.ts";
import type { Graph, ParameterLayout } from "../engine/graph.ts";
import { zeros } from "../engine/ops/zeros/op.ts";
import { decodeFlow } from "./lower.ts";
import { baseNoise } from "./parts/base/base.ts";
import { gaussian } from "./parts/base/index.ts";
import type { FlowSpec } from "./spec/types.ts";

/** temperature, one per row -> `z`, draws of the base, addressed by row. */
export function lowerNoise(spec: FlowSpec, layout: ParameterLayout): Graph {
  const b = new GraphBuilder(layout);
  const temperature = b.input("temperature", { kind: "perRow" });
  b.output(
    "z",
    b.within("base", () => baseNoise(b, spec.base, spec.dims, temperature)),
  );
  return b.finish();
}

/** temperature, one per row -> `context`, standard normal noise, and `x`, what the flow makes of 0 given it. */
export function lowerFromContextNoise(spec: FlowSpec, layout: ParameterLayout): Graph {
  const b = new GraphBuilder(layout);
  const temperature = b.input("temperature", { kind: "perRow" });
  const context = b.within("base", () =>
    baseNoise(b, gaussian(), spec.context as number, temperature),
  );
  const origin = b.emitOne(zeros, [], { cols: spec.dims });
  b.output("context", context);
  b.output("x", decodeFlow(b, spec, origin, context, { logDet: false }).x);
  return b.finish();
}
