/** The base distributions as graph nodes: the log-density of a latent batch, and noise to decode. */
import { colsOf } from "../../../engine/value.ts";
import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import { gaussianLogProb } from "../../../engine/ops/gaussian-base/op.ts";
import { learnedGaussianLogProb } from "../../../engine/ops/learned-gaussian-base/op.ts";
import { noise } from "../../../engine/ops/noise/op.ts";
import { studentTLogProb } from "../../../engine/ops/student-t-base/op.ts";
import { uniformLogProb } from "../../../engine/ops/uniform-base/op.ts";
import type { BaseSpec } from "../../spec/types.ts";

/** log p_base(z), one number per row. */
export function baseLogProb(b: GraphBuilder, spec: BaseSpec, z: Value): Value {
  const variables = colsOf(z);
  switch (spec.kind) {
    case "gaussian":
      return spec.learned
        ? b.emit1(learnedGaussianLogProb, [z, ...parameters(b, spec, variables)], { variables })
        : b.emit1(gaussianLogProb, [z], { variables });
    case "studentT":
      return b.emit1(studentTLogProb, [z, ...parameters(b, spec, variables)], {
        variables,
        df: spec.degrees,
        learnedDf: spec.learned,
      });
    case "uniform":
      return b.emit1(uniformLogProb, [z], { variables, bound: spec.bound });
  }
}

/** Rows drawn from the base; `temperature` (one per row) scales their spread. */
export function baseNoise(
  b: GraphBuilder,
  spec: BaseSpec,
  variables: number,
  temperature: Value,
): Value {
  return b.emit1(noise, [temperature, ...parameters(b, spec, variables)], {
    variables,
    kind: spec.kind,
    bound: spec.kind === "uniform" ? spec.bound : 0,
    df: spec.kind === "studentT" ? spec.degrees : 0,
    learnedDf: spec.kind === "studentT" && spec.learned,
  });
}

/** Location, log-scale, and for Student-t log(degrees - 2), where they are learned. */
function parameters(b: GraphBuilder, spec: BaseSpec, variables: number): Value[] {
  if (spec.kind === "uniform" || !spec.learned) return [];
  const zeros = { kind: "zeros" } as const;
  const place = [
    b.parameter("location", 1, variables, { init: zeros, decay: false }),
    b.parameter("logScale", 1, variables, { init: zeros, decay: false }),
  ];
  if (spec.kind === "gaussian") return place;
  const init = { kind: "constant", value: Math.log(spec.degrees - 2) } as const;
  return [...place, b.parameter("logDegrees", 1, variables, { init, decay: false })];
}
