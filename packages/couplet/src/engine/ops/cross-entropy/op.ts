/**
 * Cross-entropy of a softmax against labels, in nats, one number per row: log sum_k exp(o_k) - sum_k t_k o_k, where the target t is
 * (1 - e) at the label plus e / K everywhere (label smoothing, Szegedy et al. 2016, section 7). Its gradient is softmax(o) - t.
 *
 * Labels are a column of integers from 0 to K - 1; of others the nearest class counts.
 */
import { expectRows } from "../../value.ts";
import type { OpDef } from "../../op.ts";
import { gaussianLogProbVjp } from "../gaussian-base/op.ts";

export type CrossEntropyAttrs = { readonly classes: number; readonly smoothing: number };

/** [logits, labels] -> [loss, residual]: the residual t - softmax(o) is there for the gradient. */
export const crossEntropy: OpDef<CrossEntropyAttrs> = {
  name: "crossEntropy",
  infer([logits, labels], { classes }) {
    expectRows("crossEntropy", "logits", logits, classes);
    expectRows("crossEntropy", "labels", labels, 1);
    return [{ kind: "perRow" }, { kind: "rows", cols: classes }];
  },
  // -g residual: as of a normal log-density at the residual.
  vjp: ({ b, outputs: [, residual], attrs: { classes }, cotangents: [g] }) =>
    g === undefined ? [] : b.emit(gaussianLogProbVjp, [residual!, g], { variables: classes }),
};
