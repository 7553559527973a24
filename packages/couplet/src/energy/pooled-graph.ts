/** A step of reverse KL as one program: draws, energies, the path gradient. */
import { differentiate } from "../engine/differentiate.ts";
import { GraphBuilder } from "../engine/graph.ts";
import type { Graph, ParameterLayout } from "../engine/graph.ts";
import { add } from "../engine/ops/add/op.ts";
import { multiply, scale } from "../engine/ops/elementwise/op.ts";
import { scalePerRow, sumPerRow } from "../engine/ops/sum-per-row/op.ts";
import type { Value } from "../engine/value.ts";
import { decodeWithGradient } from "../flow/gradient.ts";
import { logDensity } from "../flow/lower.ts";
import type { Standardiser } from "../flow/model/preprocess.ts";
import { baseNoise } from "../flow/parts/base/base.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import { energyWithGradient, rowTotal, spread } from "./graph-energy.ts";
import type { EnergyGraph } from "./graph-energy.ts";

/** What the program is made for. */
export interface PooledTask {
  readonly energy: EnergyGraph;
  readonly units: Standardiser;
  /** From 0 to 1, exclusive of 1. */
  readonly dataShare: number;
}

/**
 * The feeds of {@link lowerPooledReverseKl}, with their columns: `one` (1 in each row), `beta` (1 / T), contexts of draws in the model's units
 * and in the user's, rows of data and their contexts; where the columns have units of their own, also `unitScale` and `unitShift`.
 */
export function pooledFeeds(
  { dims, context }: { readonly dims: number; readonly context: number },
  { units, dataShare }: Pick<PooledTask, "units" | "dataShare">,
): Readonly<Record<string, number>> {
  return {
    one: 1,
    beta: 1,
    ...(isPlain(units) ? {} : { unitScale: dims, unitShift: dims }),
    ...(context === 0 ? {} : { latentContext: context, ownContext: context }),
    ...(dataShare === 0 ? {} : { rows: dims }),
    ...(dataShare === 0 || context === 0 ? {} : { context }),
  };
}

/** Whether one factor turns standardised rows into the user's. */
export function isPlain({ shift, scale: factors }: Standardiser): boolean {
  return shift.every((s) => s === 0) && factors.every((s) => s === factors[0]);
}

/**
 * The feeds and `cotangent` (one number per row) to `loss`, log q + u / T of each draw in standardised units, and the gradients of
 *
 *     (1 - dataShare) KL(q || p) - dataShare log q(rows)
 *
 * by the path gradient: x = decode(z) is pulled along d (log q + u / T) / dx, which is held fixed (Vaitl et al. 2022).
 */
export function lowerPooledReverseKl(
  spec: FlowSpec,
  layout: ParameterLayout,
  task: PooledTask,
): Graph {
  const b = new GraphBuilder(layout);
  const { dims } = spec;
  const feeds: Readonly<Record<string, Value>> = Object.fromEntries(
    Object.entries(pooledFeeds({ dims, context: spec.context as number }, task)).map(
      ([name, cols]) => [name, b.input(name, { kind: "rows", cols })],
    ),
  );
  const cotangent = b.input("cotangent", { kind: "perRow" });
  const one = rowTotal(b, feeds["one"]!);
  const z = b.within("base", () => baseNoise(b, spec.base, dims, one));
  const drawn = decodeWithGradient(b, spec, z, feeds["latentContext"], one);
  const energy = energyWithGradient(b, task.energy, {
    rows: inUnits(b, drawn.x, task.units, feeds),
    context: feeds["ownContext"],
    cotangent: rowTotal(b, feeds["beta"]!),
    dims,
  });
  const pull = b.emitOne(add, [drawn.gradient, perUnit(b, energy.gradient, task.units, feeds)], {});
  const weighted = b.emitOne(scalePerRow, [cotangent], { factor: 1 - task.dataShare });
  const outputs = [
    {
      value: drawn.x,
      cotangent: b.emitOne(multiply, [pull, spread(b, weighted, dims)], {}),
    },
  ];
  if (task.dataShare > 0)
    outputs.push({
      value: logDensity(b, spec, feeds["rows"]!, feeds["context"]),
      cotangent: b.emitOne(scalePerRow, [cotangent], { factor: -task.dataShare }),
    });
  const cooled = b.emitOne(multiply, [spread(b, energy.u, 1), feeds["beta"]!], {});
  b.output("loss", b.emitOne(sumPerRow, [drawn.logProb, rowTotal(b, cooled)], {}));
  differentiate(b, outputs, { memory: "store" });
  return b.finish();
}

/** Standardised rows in the user's units. */
function inUnits(
  b: GraphBuilder,
  x: Value,
  units: Standardiser,
  { unitScale, unitShift }: Readonly<Record<string, Value>>,
): Value {
  const rows = perUnit(b, x, units, unitScale === undefined ? {} : { unitScale });
  return unitShift === undefined ? rows : b.emitOne(add, [rows, unitShift], {});
}

/** Each column times its unit. */
function perUnit(
  b: GraphBuilder,
  value: Value,
  { scale: factors }: Standardiser,
  { unitScale }: Readonly<Record<string, Value>>,
): Value {
  if (unitScale !== undefined) return b.emitOne(multiply, [value, unitScale], {});
  return factors[0] === 1 ? value : b.emitOne(scale, [value], { factor: factors[0]! });
}
