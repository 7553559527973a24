/** Measures how exactly a model inverts: decode(encode(x)) against x, per layer and as a whole. */
import { lowerDecode, lowerEncode } from "../lower.ts";
import { lowerLayerDecode, lowerLayers } from "../lower-layers.ts";
import { layerPart } from "../parts/layer/layer.ts";
import type { ModelView } from "./view.ts";
import type { Floats } from "./runner.ts";

/** Errors are of standardised variables, absolute. */
export interface InverseReport {
  readonly rows: number;
  /** max, 99.9th percentile and median over all entries of |decode(encode(x)) - x|. */
  readonly error: ErrorSummary;
  readonly logDet: { readonly least: number; readonly most: number };
  readonly layers: readonly {
    readonly layer: number;
    readonly kind: string;
    readonly error: ErrorSummary;
    /** Range of the layer's own log-determinant over the rows. */
    readonly logDet: { readonly least: number; readonly most: number };
    /** Largest |value| after the layer: what makes deep stacks lose digits. */
    readonly largest: number;
  }[];
}

/**
 * Greatest, 99.9th percentile and median of absolute errors. Entries so far out that nothing comes back are left out when they are at most 1 %,
 * and infinitely wrong otherwise.
 */
export interface ErrorSummary {
  readonly most: number;
  readonly p999: number;
  readonly median: number;
}

export async function checkInverse(
  model: ModelView,
  inputs: Readonly<Record<string, Floats>>,
  rows: number,
  signal: AbortSignal | undefined,
): Promise<InverseReport> {
  const { spec, layout, runner } = model;
  const { x, ...context } = inputs as { x: Floats };
  const options = { signal };
  const encoded = await runner.run(
    "encode",
    () => lowerEncode(spec, layout),
    inputs,
    rows,
    options,
  );
  const decoded = await runner.run(
    "decode",
    () => lowerDecode(spec, layout, { logDet: true }),
    { z: encoded.get("z")!, ...context },
    rows,
    options,
  );
  const steps = await runner.run("layers", () => lowerLayers(spec, layout), inputs, rows, options);
  const layers: InverseReport["layers"][number][] = [];
  for (const [i, layer] of spec.layers.entries()) {
    const before = i === 0 ? x : steps.get(`state${i}`)!;
    const after = steps.get(`state${i + 1}`)!;
    const back = await runner.run(
      `decode layer ${i}`,
      () => lowerLayerDecode(spec, layout, i),
      { z: after, ...context },
      rows,
      options,
    );
    layers.push({
      layer: i,
      kind: layerPart(layer).title(layer),
      error: summarise(before, back.get("x")!),
      logDet: rangeOf(steps.get(`logDet${i + 1}`) ?? new Float64Array(1)),
      largest: largestOf(after),
    });
  }
  return {
    rows,
    error: summarise(x, decoded.get("x")!),
    logDet: rangeOf(encoded.get("logDet")!),
    layers,
  };
}

/** Share of the entries that may be lost: of single rows far away, whose density is 0, no model gives back a number. */
const MOST_LOST = 0.01;

function summarise(a: Floats, b: Floats): ErrorSummary {
  const errors = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) errors[i] = Math.abs(a[i]! - b[i]!);
  const lost = errors.reduce((count, error) => count + (Number.isFinite(error) ? 0 : 1), 0);
  errors.sort();
  // Infinity and NaN stand last.
  const left =
    lost <= MOST_LOST * errors.length ? errors.subarray(0, errors.length - lost) : errors;
  const at = (p: number) => {
    const error = left[Math.min(left.length - 1, Math.floor(p * left.length))] ?? 0;
    return Number.isNaN(error) ? Infinity : error;
  };
  return { most: at(1), p999: at(0.999), median: at(0.5) };
}

function rangeOf(values: Floats): { least: number; most: number } {
  if (values.length === 0) return { least: 0, most: 0 };
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { least, most };
}

function largestOf(values: Floats): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
