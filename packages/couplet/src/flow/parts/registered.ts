/** Parts of a user's own, registered under a name: a spec (and a file) refers to the name. */
import { CoupletError, nearest } from "../../error.ts";
import { jsonObject } from "./fields.ts";
import type { JsonObject } from "./json.ts";
import * as v from "valibot";

/** The spec of a registered part. */
export interface RegisteredSpec {
  readonly kind: "registered";
  readonly name: string;
  readonly options: JsonObject;
}

/** Schemas of a registered part's fields. */
export const registeredFields: {
  readonly name: v.GenericSchema<unknown, string>;
  readonly options: v.GenericSchema<unknown, JsonObject>;
} = { name: v.string(), options: jsonObject };

/** Builders by name. */
export class Registrations<B> {
  readonly #builders = new Map<string, B>();
  readonly #family: "transform" | "conditioner";

  constructor(family: "transform" | "conditioner") {
    this.#family = family;
  }

  /** Registering the same name again replaces its builder. */
  set(name: string, builder: B): void {
    this.#builders.set(name, builder);
  }

  /**
   * The builder of this name.
   *
   * @param path of the part in the spec, for the message
   * @throws CoupletError SPEC_INVALID on a name that nobody registered
   */
  get(name: string, path: string): B {
    const builder = this.#builders.get(name);
    if (builder !== undefined) return builder;
    const known = [...this.#builders.keys()];
    const suggestion = nearest(name, known);
    const register = this.#family === "transform" ? "registerTransform" : "registerConditioner";
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: `spec.${path}.name`,
      expected:
        known.length === 0
          ? `a registered ${this.#family} (none is registered)`
          : `one of ${known.join(", ")}`,
      received: `"${name}"`,
      hint:
        suggestion === undefined
          ? `Call ${register} before using the spec.`
          : `Did you mean "${suggestion}"?`,
    });
  }
}
