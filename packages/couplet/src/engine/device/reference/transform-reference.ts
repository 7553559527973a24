/** The float64 computation that all elementwise transforms of a coupling share (`ops/elementwise-transform.ts`). */
import type { Tensor } from "../../op.ts";
import type { TransformAttrs, TransformOps } from "../../ops/elementwise-transform.ts";
import { onReference } from "./reference-op.ts";
import type { Compute, ReferenceOp } from "./reference-op.ts";

/** The mathematics of one variable, in float64. */
export interface TransformMathematics<A> {
  /** Parameters per variable. */
  parameters(attrs: A): number;
  /** x -> [y, log dy/dx]. */
  encode(x: number, p: Float64Array, attrs: A): readonly [number, number];
  /** y -> [x, log dy/dx]. */
  decode(y: number, p: Float64Array, attrs: A): readonly [number, number];
  /** Cotangent of x, from those of y and of log dy/dx; writes those of the parameters to gp. */
  encodeVjp(
    x: number,
    p: Float64Array,
    gy: number,
    gLogDet: number,
    attrs: A,
    gp: Float64Array,
  ): number;
  /** Cotangent of y, from those of x and of log dy/dx; writes those of the parameters to gp. */
  decodeVjp(
    y: number,
    p: Float64Array,
    gx: number,
    gLogDet: number,
    attrs: A,
    gp: Float64Array,
  ): number;
}

/** The computation of a transform's four ops, from the mathematics of one variable. */
export function transformReference<A extends TransformAttrs>(
  ops: TransformOps<A>,
  transform: TransformMathematics<A>,
): readonly ReferenceOp[] {
  return [
    onReference(ops.encode, ([x, params], attrs) =>
      mapElements(x!, params!, attrs, transform.encode, transform),
    ),
    onReference(ops.decode, ([y, params], attrs) => {
      const [x, logDet] = mapElements(y!, params!, attrs, transform.decode, transform);
      return attrs.logDet ? [x, logDet] : [x];
    }),
    onReference(ops.encodeVjp, pullBack(transform, "encodeVjp")),
    onReference(ops.decodeVjp, pullBack(transform, "decodeVjp")),
  ];
}

function pullBack<A extends TransformAttrs>(
  transform: TransformMathematics<A>,
  rule: "encodeVjp" | "decodeVjp",
): Compute<A> {
  return ([v, params, g, gLogDet], attrs) => {
    const n = attrs.variables;
    const count = transform.parameters(attrs);
    const p = new Float64Array(count);
    const gp = new Float64Array(count);
    const gv = new Float64Array(v!.data.length);
    const gParams = new Float64Array(params!.data.length);
    for (let r = 0; r < v!.rows; r++) {
      const gl = gLogDet?.data[r] ?? 0;
      for (let j = 0; j < n; j++) {
        for (let k = 0; k < count; k++) p[k] = params!.data[(r * count + k) * n + j]!;
        const i = r * n + j;
        gv[i] = transform[rule](v!.data[i]!, p, g!.data[i]!, gl, attrs, gp);
        for (let k = 0; k < count; k++) gParams[(r * count + k) * n + j] = gp[k]!;
      }
    }
    return [
      { rows: v!.rows, cols: n, data: gv },
      { rows: v!.rows, cols: count * n, data: gParams },
    ];
  };
}

function mapElements<A extends TransformAttrs>(
  v: Tensor,
  params: Tensor,
  attrs: A,
  map: (v: number, p: Float64Array, attrs: A) => readonly [number, number],
  transform: TransformMathematics<A>,
): [Tensor, Tensor] {
  const n = attrs.variables;
  const count = transform.parameters(attrs);
  const p = new Float64Array(count);
  const out = new Float64Array(v.data.length);
  const logDet = new Float64Array(v.rows);
  for (let r = 0; r < v.rows; r++) {
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < count; k++) p[k] = params.data[(r * count + k) * n + j]!;
      const [w, logSlope] = map(v.data[r * n + j]!, p, attrs);
      out[r * n + j] = w;
      logDet[r]! += logSlope;
    }
  }
  return [
    { rows: v.rows, cols: n, data: out },
    { rows: v.rows, cols: 1, data: logDet },
  ];
}
