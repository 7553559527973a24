/** How much oscillators agree. */
import type { CoupledOscillators } from "./coupled-oscillators.ts";

/** Order parameters, 0 for phases all around the circle, 1 for one phase. */
export interface PhaseOrder {
  /** |mean of exp(i theta)| over all oscillators. */
  readonly whole: number;
  /** The same within each layer. */
  readonly layers: readonly number[];
  /** |mean over layers of each layer's own direction|: whether the layers agree with each other, whatever their inner order. */
  readonly across: number;
}

/** The order parameters of phases (radians). @see Kuramoto 1975 */
export function phaseOrder({ layers, size }: CoupledOscillators, theta: Float64Array): PhaseOrder {
  let [cosine, sine, alongX, alongY] = [0, 0, 0, 0];
  const own = layers.map(({ offset, size: n }) => {
    let [x, y] = [0, 0];
    for (let i = offset; i < offset + n; i++) {
      x += Math.cos(theta[i]!);
      y += Math.sin(theta[i]!);
    }
    cosine += x;
    sine += y;
    const length = Math.hypot(x, y);
    if (length > 0) {
      alongX += x / length;
      alongY += y / length;
    }
    return length / n;
  });
  return {
    whole: Math.hypot(cosine, sine) / size,
    layers: own,
    across: Math.hypot(alongX, alongY) / layers.length,
  };
}
