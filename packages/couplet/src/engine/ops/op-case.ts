/** A case of an op: what the generic suite runs it on. */
import type { Shape } from "../value.ts";
import type { AnyOpDef, Attrs, RunContext } from "../op.ts";

export interface CaseInput {
  readonly shape: Shape;
  /** One number of the input; `standardNormal` draws. Standard normal when absent. */
  readonly draw?: (standardNormal: () => number) => number;
}

export interface OpCase {
  readonly name: string;
  readonly op: AnyOpDef;
  readonly attrs: Attrs;
  readonly inputs: readonly CaseInput[];
  /** Inputs (parameters) whose gradient the op adds to: for VJP ops that accumulate. */
  readonly accumulates?: readonly number[];
  /** Outputs that have a cotangent; all when absent. The others exist for the op's own VJP only. */
  readonly differentiated?: readonly number[];
  /** Batch sizes; 5, 1 and 0 rows when absent. */
  readonly rows?: readonly number[];
  readonly run?: Partial<RunContext>;
  /** Bound of |kernel - reference| / (1 + |reference|). 2e-6 (16 units of float32 rounding) when absent. */
  readonly tolerance?: number;
  /** Why another tolerance is right. */
  readonly because?: string;
  /** Input to which the boundary values are given in turn, and values besides the usual ones. */
  readonly boundary?: { readonly input: number; readonly values?: readonly number[] };
  /** Input and outputs for which logDet is compared with the numerical Jacobian. */
  readonly jacobian?: {
    readonly input: number;
    readonly output: number;
    readonly logDet: number;
    readonly sign: 1 | -1;
  };
}

/** Widths that are one lane, a vector, and everything around. */
export const widths: readonly number[] = [1, 2, 3, 4, 5, 7, 8, 31];

export function rowsShape(cols: number): Shape {
  return { kind: "rows", cols };
}

export function paramShape(rows: number, cols: number): Shape {
  return { kind: "param", rows, cols };
}

export const perRow: Shape = { kind: "perRow" };
