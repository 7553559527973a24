/** Any conditioner: the union of their specs. */
import { familyOf } from "../family.ts";
import type { Family } from "../family.ts";
import type { SpecOf } from "../part.ts";
import type { ConditionerPart } from "./conditioner-part.ts";
import * as core from "./core.ts";
import type * as registry from "./index.ts";

/** The network from the frozen part (and the context) to the transform's parameters. */
export type ConditionerSpec = SpecOf<typeof registry>;

export const conditioners: Family<ConditionerSpec, ConditionerPart<ConditionerSpec>> = familyOf<
  ConditionerSpec,
  ConditionerPart<ConditionerSpec>
>(core);
