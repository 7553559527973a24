/**
 * `couplet/design`: the property is known, candidates are wanted.
 *
 * `design` draws rows with a wanted property from a model of a table that was fitted given the property, keeps those inside bounds and
 * constraints, and ranks them by what they say of the property.
 */
export { design } from "../design/design.ts";
export type { DesignOptions, Designs } from "../design/design.ts";
export type { CandidateOptions, JudgedDesigns, LeftOut } from "../design/ranking.ts";
export { rangesOfTable } from "../design/constraints.ts";
export type { Bounds, Constraint } from "../design/constraints.ts";
export { designRows } from "../design/design-rows.ts";
export type { DesignRowsOptions, RowDesigns } from "../design/design-rows.ts";
