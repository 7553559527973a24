/** Any base: the union of their specs, and the answers of the one that a spec names. */
import type { GraphBuilder } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import type { Domain } from "../domain.ts";
import { familyOf } from "../family.ts";
import type { Family } from "../family.ts";
import type { SpecOf } from "../part.ts";
import type { BasePart } from "./base-part.ts";
import * as core from "./core.ts";
import type * as registry from "./index.ts";

/** The distribution in latent space. */
export type BaseSpec = SpecOf<typeof registry>;

export const bases: Family<BaseSpec, BasePart<BaseSpec>> = familyOf<BaseSpec, BasePart<BaseSpec>>(
  core,
);

/** Emits log p_base(z), one number per row. */
export function baseLogProb(b: GraphBuilder, spec: BaseSpec, z: Value): Value {
  return bases.of(spec).logProb(b, spec, z);
}

/** Emits rows drawn from the base; `temperature` (one per row) scales their spread. */
export function baseNoise(
  b: GraphBuilder,
  spec: BaseSpec,
  variables: number,
  temperature: Value,
): Value {
  return bases.of(spec).sample(b, spec, variables, temperature);
}

/** B when the base's density is 0 outside [-B, B] in each variable; undefined when it is positive everywhere. */
export function boundOf(spec: BaseSpec): number | undefined {
  return bases.of(spec).bound(spec);
}

/** The domain of each variable; undefined when all are real. */
export function domainsOf(spec: BaseSpec): readonly Domain[] | undefined {
  return bases.of(spec).domains?.(spec);
}

/** Whether the base is the standard normal: whatever its parameters, or only before training. */
export function standardNormality(spec: BaseSpec): "always" | "untrained" | "never" {
  return bases.of(spec).standardNormal(spec);
}

/** Whether the base's tails fall like a Gaussian's or faster. */
export function hasLightTails(spec: BaseSpec): boolean {
  return bases.of(spec).lightTails(spec);
}
