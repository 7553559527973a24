/** A conditioner's network as a list of stages, which both passes of an autoregressive layer run. */
import type { Activation } from "../../../../engine/ops/linear/op.ts";
import type { MlpConditioner } from "../../conditioner/mlp.ts";
import type { ResidualMlpConditioner } from "../../conditioner/residual-mlp.ts";

/** The conditioners whose units can be dealt out among the variables. */
export type StagedConditioner = MlpConditioner | ResidualMlpConditioner;

/** One step of a network; `from` is the number of an earlier stage, or -1 for the network's input. */
export type Stage = { readonly from: number; readonly width: number } & (
  | { readonly kind: "dense"; readonly name: string; readonly activation: Activation }
  | { readonly kind: "activate"; readonly activation: Activation }
  | { readonly kind: "dropout"; readonly rate: number }
  | { readonly kind: "add"; readonly other: number }
);

/** Stages of a network; the last gives its features. A linear conditioner has none. */
export function stagesOf(spec: StagedConditioner): readonly Stage[] {
  return spec.kind === "mlp" ? mlpStages(spec) : residualStages(spec);
}

function mlpStages({ widths, activation, dropout }: MlpConditioner): Stage[] {
  const stages: Stage[] = [];
  for (const [i, width] of widths.entries()) {
    const from = stages.length - 1;
    stages.push({ kind: "dense", from, width, name: `hidden${i}`, activation });
    if (dropout > 0) stages.push({ kind: "dropout", from: from + 1, width, rate: dropout });
  }
  return stages;
}

/** h + W2 drop(act(W1 act(h))), as `residualMlp` has it. */
function residualStages({ width, blocks, activation, dropout }: ResidualMlpConditioner): Stage[] {
  const stages: Stage[] = [{ kind: "dense", from: -1, width, name: "input", activation: "none" }];
  const push = (stage: Stage): number => stages.push(stage) - 1;
  let h = 0;
  for (let i = 0; i < blocks; i++) {
    const start = push({ kind: "activate", from: h, width, activation });
    let inner = push({ kind: "dense", from: start, width, name: `block${i}.first`, activation });
    if (dropout > 0) inner = push({ kind: "dropout", from: inner, width, rate: dropout });
    const branch = push({
      kind: "dense",
      from: inner,
      width,
      name: `block${i}.second`,
      activation: "none",
    });
    h = push({ kind: "add", from: branch, width, other: h });
  }
  return stages;
}
