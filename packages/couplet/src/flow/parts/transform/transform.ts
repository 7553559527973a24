/** Any transform: the union of their specs, and the transform that a spec names at a place in a flow. */
import { familyOf } from "../family.ts";
import type { Family } from "../family.ts";
import type { SpecOf } from "../part.ts";
import * as core from "./core.ts";
import type * as registry from "./index.ts";
import type { Transform, TransformPart, TransformPlace } from "./transform-part.ts";

/** The elementwise monotone map inside a coupling. */
export type TransformSpec = SpecOf<typeof registry>;

export const transforms: Family<TransformSpec, TransformPart<TransformSpec>> = familyOf<
  TransformSpec,
  TransformPart<TransformSpec>
>(core);

/**
 * The transform of a spec at a place: what a coupling uses, and what a transform of your own may be
 * composed of.
 *
 * @throws CoupletError SPEC_INVALID on a name that nobody registered
 */
export function transformOf(spec: TransformSpec, place: TransformPlace): Transform {
  return transforms.of(spec).build(spec, place);
}
