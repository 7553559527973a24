/**
 * What flows through a graph: values and parameters, and their shapes.
 *
 * Three kinds of value exist. `rows` is a batch x cols matrix (float32 on `cpu`, float64 on
 * `reference`), `perRow` is one float64 per row (log-determinants, log-densities), `param` is a
 * parameter that all rows share and that lives in one flat buffer.
 */
import { CoupletError, internalError } from "../error.ts";

/** What a value is: a batch, one number per row, or a parameter. */
export type Shape =
  | { readonly kind: "rows"; readonly cols: number }
  | { readonly kind: "perRow" }
  | { readonly kind: "param"; readonly rows: number; readonly cols: number };

/** A value of the graph. */
export interface Value {
  readonly id: number;
  readonly shape: Shape;
  /** For messages and profiles: which layer made it. */
  readonly path: string;
}

/** How a parameter starts its life. */
export type Init =
  | { readonly kind: "zeros" }
  | { readonly kind: "constant"; readonly value: number }
  /** Uniform with limit sqrt(6 / (fanIn + fanOut)) (Glorot & Bengio 2010, eq. 16): tanh-like layers. */
  | { readonly kind: "glorot" }
  /** Normal with standard deviation sqrt(2 / fanIn) (He et al. 2015, eq. 10): ReLU-like layers. */
  | { readonly kind: "he" };

/** A parameter: shared by all rows, at a fixed place of the flat buffer. */
export interface Parameter extends Value {
  readonly shape: { readonly kind: "param"; readonly rows: number; readonly cols: number };
  readonly name: string;
  readonly init: Init;
  /** Weight decay applies to matrices of weights, not to biases, scales or shifts. */
  readonly decay: boolean;
  /** First element in the flat parameter buffer. */
  readonly offset: number;
  readonly size: number;
}

/** Columns of a `rows` value. */
export function colsOf(value: Value): number {
  if (value.shape.kind !== "rows") throw internalError(`${value.shape.kind} where rows are needed`);
  return value.shape.cols;
}

/** Checks, inside an op's `infer`, that a shape is `rows` (of `cols` columns, if given). */
export function expectRows(
  op: string,
  name: string,
  shape: Shape | undefined,
  cols?: number,
): number {
  if (shape?.kind !== "rows" || (cols !== undefined && shape.cols !== cols)) {
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: `${op}.${name}`,
      expected: cols === undefined ? "rows x columns" : `rows x ${cols}`,
      received: describeShape(shape),
    });
  }
  return shape.cols;
}

/** Checks, inside an op's `infer`, that a shape is a parameter of rows x cols. */
export function expectParam(
  op: string,
  name: string,
  shape: Shape | undefined,
  rows: number,
  cols: number,
): void {
  if (shape?.kind !== "param" || shape.rows !== rows || shape.cols !== cols) {
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: `${op}.${name}`,
      expected: `a parameter of ${rows} x ${cols}`,
      received: describeShape(shape),
    });
  }
}

export function describeShape(shape: Shape | undefined): string {
  if (shape === undefined) return "nothing";
  if (shape.kind === "rows") return `rows x ${shape.cols}`;
  if (shape.kind === "perRow") return "one number per row";
  return `a parameter of ${shape.rows} x ${shape.cols}`;
}
