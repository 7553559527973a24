/** The common parts of the solvers of all kinds of multiphysics problems. */
import type { CouplingOptions, CouplingResult } from "../couple.ts";
import type { Pace } from "../../problem/running.ts";
import type { AccelerationChoice } from "./problem.ts";
import type { FieldRecord, NamedQuantity } from "./records.ts";

/** A solved problem with its fields and named numbers. */
export interface Described {
  readonly fields: readonly FieldRecord[];
  /** In order. */
  readonly quantities: readonly NamedQuantity[];
}

/** Callbacks and the abort signal of a coupling. */
export type Hooks = Pick<CouplingOptions, "signal" | "onWindow">;

/** A problem that was solved once; fields and quantities are made when asked for. */
export interface Solved {
  readonly result: CouplingResult;
  describe(pace: Pace): Promise<Described>;
}

/** Solves a problem with an acceleration. */
export type Solver = (choice: AccelerationChoice | undefined, hooks: Hooks) => Promise<Solved>;
