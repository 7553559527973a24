/** Compares what kernels made with what the references made. */
import type { Tensor } from "../../op.ts";

/** 16 units of float32 rounding. */
const TOLERANCE = 2e-6;

export interface Results {
  readonly outputs: ReadonlyMap<string, Tensor>;
  readonly gradients: Float32Array | Float64Array;
}

/** Throws, naming the first number with |got - expected| > tolerance (1 + |expected|). */
export function agreement(got: Results, expected: Results, tolerance: number = TOLERANCE): void {
  for (const [name, { data, cols }] of expected.outputs) {
    compare(name, got.outputs.get(name)!.data, data, cols, tolerance);
  }
  compare("gradients", got.gradients, expected.gradients, 1, tolerance);
}

function compare(
  name: string,
  got: Float32Array | Float64Array,
  expected: Float32Array | Float64Array,
  cols: number,
  tolerance: number,
): void {
  if (got.length !== expected.length)
    throw new Error(`${name}: ${got.length} numbers instead of ${expected.length}`);
  for (let i = 0; i < got.length; i++) {
    const [g, e] = [got[i]!, expected[i]!];
    // What float32 cannot hold is infinite there.
    const wanted = Math.abs(e) > 3.4028235677973366e38 ? Math.sign(e) * Infinity : e;
    if (Object.is(g, wanted) || g === wanted) continue;
    if (!(Math.abs(g - wanted) <= tolerance * (1 + Math.abs(wanted)))) {
      throw new Error(`${name}[${Math.floor(i / cols)}, ${i % cols}]: kernel ${g}, reference ${e}`);
    }
  }
}
