/**
 * What all elementwise transforms of a coupling share: an elementwise monotone map y_j = f(x_j; p_j)
 * whose parameters p_j come from a conditioner becomes four ops: `encode`, `decode`, and the VJPs of
 * both.
 *
 * Shapes: x and y are rows x n; the parameters are rows x P n, parameter-major: column k n + j is
 * parameter k of variable j. logDet is one float64 per row, log |dy/dx| summed over the variables; it
 * belongs to encode in both directions, so `decode` gives the same number that `encode` gave.
 */
import type { Shape, Value } from "../value.ts";
import { expectRows } from "../value.ts";
import type { Attrs, Emitter, OpDef } from "../op.ts";
import { zeros } from "./zeros/op.ts";

/** What makes a transform's ops; the mathematics of one variable is in its `reference.ts`. */
export interface ElementwiseTransform<A> {
  /** Prefix of the names of the ops. */
  readonly name: string;
  /** Parameters per variable. */
  parameters(attrs: A): number;
}

export type TransformAttrs = Attrs & {
  /** n: transformed variables. */
  readonly variables: number;
};

export interface TransformOps<A extends TransformAttrs> {
  /** [x, params] -> [y, logDet]. */
  readonly encode: OpDef<A>;
  /** [y, params] -> [x, logDet], or [x] alone with `logDet: false`. */
  readonly decode: OpDef<A & { readonly logDet: boolean }>;
  /** [x, params, gy, gLogDet?] -> [gx, gParams]. */
  readonly encodeVjp: OpDef<A>;
  /** [y, params, gx, gLogDet?] -> [gy, gParams]. */
  readonly decodeVjp: OpDef<A>;
}

/** Makes the four ops: `<name>Encode`, `<name>Decode`, `<name>EncodeVjp`, `<name>DecodeVjp`. */
export function transformOps<A extends TransformAttrs>(
  transform: ElementwiseTransform<A>,
): TransformOps<A> {
  const { name } = transform;
  const encodeVjp = vjpOp(transform, `${name}EncodeVjp`);
  const decodeVjp = vjpOp(transform, `${name}DecodeVjp`);
  const decode: OpDef<A & { readonly logDet: boolean }> = {
    name: `${name}Decode`,
    infer: (inputs, attrs) => {
      const shapes = inferTransform(transform, `${name}Decode`, inputs, attrs);
      return attrs.logDet ? shapes : shapes.slice(0, 1);
    },
    vjp: ({ b, inputs, attrs, cotangents }) => emitVjp(b, decodeVjp, inputs, attrs, cotangents),
    inPlace: [[0, 0]],
  };
  const encode: OpDef<A> = {
    name: `${name}Encode`,
    infer: (inputs, attrs) => inferTransform(transform, `${name}Encode`, inputs, attrs),
    vjp: ({ b, inputs, attrs, cotangents }) => emitVjp(b, encodeVjp, inputs, attrs, cotangents),
    bijection: {
      input: 0,
      output: 0,
      decode: (b, [, params], y, attrs) =>
        b.emitOne(decode, [y, params!], { ...attrs, logDet: false }),
    },
    inPlace: [[0, 0]],
  };
  return { encode, decode, encodeVjp, decodeVjp };
}

function vjpOp<A extends TransformAttrs>(
  transform: ElementwiseTransform<A>,
  name: string,
): OpDef<A> {
  return {
    name,
    infer(inputs, attrs) {
      const [rows] = inferTransform(transform, name, inputs, attrs);
      expectRows(name, "cotangent", inputs[2], attrs.variables);
      return [rows!, { kind: "rows", cols: transform.parameters(attrs) * attrs.variables }];
    },
    // Every lane is read before it is written.
    inPlace: [
      [0, 2],
      [1, 1],
    ],
  };
}

function emitVjp<A extends TransformAttrs>(
  b: Emitter,
  op: OpDef<A>,
  [v, params]: readonly Value[],
  attrs: A,
  [g, gLogDet]: readonly (Value | undefined)[],
): (Value | undefined)[] {
  if (g === undefined && gLogDet === undefined) return [];
  const cotangent = g ?? b.emitOne(zeros, [], { cols: attrs.variables });
  return b.emit(
    op,
    gLogDet === undefined ? [v!, params!, cotangent] : [v!, params!, cotangent, gLogDet],
    attrs,
  );
}

function inferTransform<A extends TransformAttrs>(
  transform: ElementwiseTransform<A>,
  op: string,
  inputs: readonly (Shape | undefined)[],
  attrs: A,
): Shape[] {
  expectRows(op, "x", inputs[0], attrs.variables);
  expectRows(op, "params", inputs[1], transform.parameters(attrs) * attrs.variables);
  return [{ kind: "rows", cols: attrs.variables }, { kind: "perRow" }];
}
