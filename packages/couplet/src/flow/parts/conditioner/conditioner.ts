/**
 * Conditioners: networks from the frozen part (and the context) to features. The coupling adds the
 * last linear layer itself, with weights and bias zero, so that every conditioner starts as the
 * identity coupling.
 */
import { CoupletError, nearest } from "../../../error.ts";
import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import type { ConditionerSpec, JsonObject } from "../../spec/types.ts";
import { buildMlp, buildResidualMlp } from "./networks.ts";

/**
 * A user's own conditioner: from the input batch (frozen variables, then context, as columns) to a
 * batch of features of any width. It must be a function of its arguments alone.
 */
export type ConditionerBuilder = (b: GraphBuilder, input: Value, options: JsonObject) => Value;

const registered = new Map<string, ConditionerBuilder>();

/**
 * Makes a conditioner known under a name, so that specs (and files) can refer to it. Registering
 * the same name again replaces it.
 */
export function registerConditioner(name: string, build: ConditionerBuilder): void {
  registered.set(name, build);
}

/** Emits the conditioner's nodes. */
export function buildConditioner(b: GraphBuilder, input: Value, spec: ConditionerSpec): Value {
  switch (spec.kind) {
    case "mlp":
      return buildMlp(b, input, spec);
    case "residualMlp":
      return buildResidualMlp(b, input, spec);
    case "registered": {
      const build = registered.get(spec.name);
      if (build !== undefined) return build(b, input, spec.options);
      const known = [...registered.keys()];
      const suggestion = nearest(spec.name, known);
      throw new CoupletError({
        code: "SPEC_INVALID",
        where: `spec.${b.path}.name`,
        expected:
          known.length === 0
            ? "a registered conditioner (there is none)"
            : `one of ${known.join(", ")}`,
        received: `"${spec.name}"`,
        hint:
          suggestion === undefined
            ? "Call registerConditioner before using the spec."
            : `Did you mean "${suggestion}"?`,
      });
    }
  }
}
