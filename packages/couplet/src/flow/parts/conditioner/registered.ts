import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import type { JsonObject } from "../json.ts";
import { declarePart } from "../part.ts";
import { Registrations, registeredFields } from "../registered.ts";
import type { RegisteredSpec } from "../registered.ts";
import type { ConditionerFactory, ConditionerPlace } from "./conditioner-part.ts";

/**
 * A user's own conditioner: from the input batch (frozen variables, then context, as columns) to a
 * batch of features of any width. `place` has the positions of the frozen variables and the shape of a row. It must be a function of its arguments alone.
 */
export type ConditionerBuilder = (
  b: GraphBuilder,
  input: Value,
  options: JsonObject,
  place: ConditionerPlace,
) => Value;

const registrations = new Registrations<ConditionerBuilder>("conditioner");

/**
 * Makes a conditioner known under a name, for specs with {@link registeredConditioner}. Registering
 * the same name again replaces it.
 */
export function registerConditioner(name: string, build: ConditionerBuilder): void {
  registrations.set(name, build);
}

/** A conditioner of the user's, registered under `name` with {@link registerConditioner}; `options` are plain JSON. */
export const registeredConditioner: ConditionerFactory<
  RegisteredSpec,
  [name: string, options?: JsonObject]
> = declarePart(
  {
    kind: "registered",
    fields: registeredFields,
    describe: ({ name }) => `conditioner "${name}"`,
    build: (b, input, { name, options }, place) =>
      registrations.get(name, b.path)(b, input, options, place),
  },
  (name, options = {}) => ({ kind: "registered", name, options }),
);
