import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import type { JsonObject } from "../json.ts";
import { checkOptions } from "../../../options.ts";
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

/** Options of {@link registerConditioner}. */
export interface RegisterConditionerOptions {
  /**
   * The input is an image, whose axes are `place.grid`, and so are the features, with any number of channels. The flow's shape has
   * to be an image's. Default false: columns of the frozen variables.
   */
  readonly grid?: boolean;
  /** With `grid`: how many pixels away from a pixel its features depend on, for `receptiveField`. Default 0. */
  readonly radius?: number;
}

interface Registration {
  readonly build: ConditionerBuilder;
  readonly grid: boolean;
  readonly radius: number;
}

const registrations = new Registrations<Registration>("conditioner");

/**
 * Makes a conditioner known under a name, for specs with {@link registeredConditioner}. Registering
 * the same name again replaces it.
 */
export function registerConditioner(
  name: string,
  build: ConditionerBuilder,
  options: RegisterConditionerOptions = {},
): void {
  checkOptions("registerConditioner", options, { grid: false, radius: 0 });
  registrations.set(name, { build, grid: options.grid ?? false, radius: options.radius ?? 0 });
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
    takesGrid: ({ name }, path) => registrations.get(name, path).grid,
    radius: ({ name }) => registrations.get(name, "conditioner").radius,
    build: (b, input, { name, options }, place) =>
      registrations.get(name, b.path).build(b, input, options, place),
  },
  (name, options = {}) => ({ kind: "registered", name, options }),
);
