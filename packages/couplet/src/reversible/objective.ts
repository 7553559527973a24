/** Cross-entropy as what training minimises. */
import { GraphBuilder } from "../engine/graph.ts";
import type { Graph, ParameterLayout } from "../engine/graph.ts";
import { crossEntropy } from "../engine/ops/cross-entropy/op.ts";
import type { Value } from "../engine/value.ts";
import { lowerTraining } from "../train/objective.ts";
import type { LoweredObjective, Objective } from "../train/objective.ts";
import { imageSize, logitsOf } from "./lower.ts";
import type { NetworkSpec } from "./spec.ts";

function lossOf(
  b: GraphBuilder,
  { classes }: NetworkSpec,
  logits: Value,
  labels: Value,
  smoothing: number,
): Value {
  return b.emit(crossEntropy, [logits, labels], { classes, smoothing })[0]!;
}

/** The loss of a batch in training; labels are smoothed there alone. */
export function crossEntropyObjective(smoothing: number): Objective<NetworkSpec> {
  return {
    name: "crossEntropy",
    feeds: (spec) => ({ images: imageSize(spec), labels: 1 }),
    loss: (b, spec, { images, labels }) =>
      lossOf(b, spec, logitsOf(b, spec, images!), labels!, smoothing),
  };
}

/** images, labels -> loss without smoothing (the negative log-likelihood of the label), and logits. */
export function lowerValidation(spec: NetworkSpec, layout: ParameterLayout): Graph {
  const b = new GraphBuilder(layout);
  const images = b.input("images", { kind: "rows", cols: imageSize(spec) });
  const labels = b.input("labels", { kind: "rows", cols: 1 });
  const logits = logitsOf(b, spec, images);
  b.output("loss", lossOf(b, spec, logits, labels, 0));
  b.output("logits", logits);
  return b.finish();
}

/** The graphs that a run needs. */
export function loweredCrossEntropy(
  spec: NetworkSpec,
  layout: ParameterLayout,
  smoothing: number,
): LoweredObjective {
  return {
    name: "crossEntropy",
    lossGraph: () => lowerValidation(spec, layout),
    trainingGraph: (options) =>
      lowerTraining(crossEntropyObjective(smoothing), spec, layout, options),
  };
}
