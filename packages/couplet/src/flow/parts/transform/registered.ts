import type { JsonObject } from "../json.ts";
import { declarePart } from "../part.ts";
import { Registrations, registeredFields } from "../registered.ts";
import type { RegisteredSpec } from "../registered.ts";
import type { Transform, TransformFactory, TransformPlace } from "./transform-part.ts";

/** Makes a transform for a place in a flow, from the spec's options. */
export type TransformBuilder = (place: TransformPlace, options: JsonObject) => Transform;

const registrations = new Registrations<TransformBuilder>("transform");

/**
 * Makes a transform known under a name, for specs with {@link registeredTransform}: from the variables and their
 * parameters to the transformed variables and the log-slope. Zero parameters must give the identity. Registering the
 * same name again replaces it.
 */
export function registerTransform(name: string, build: TransformBuilder): void {
  registrations.set(name, build);
}

/** A transform of the user's, registered under `name` with {@link registerTransform}; `options` are plain JSON. */
export const registeredTransform: TransformFactory<
  RegisteredSpec,
  [name: string, options?: JsonObject]
> = declarePart(
  {
    kind: "registered",
    fields: registeredFields,
    describe: ({ name }) => `transform "${name}"`,
    // What a user's own transform does is for the user to know.
    keepsBox: () => true,
    mixes: true,
    build: ({ name, options }, place) =>
      registrations.get(name, `${place.path}.transform`)(place, options),
  },
  (name, options = {}) => ({ kind: "registered", name, options }),
);
