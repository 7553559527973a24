/** Energies built from engine ops: training keeps them in the pool, with the flow, and nobody writes a gradient. */
import { CoupletError } from "../error.ts";
import { differentiate } from "../engine/differentiate.ts";
import type { Device } from "../engine/device/device.ts";
import { openDevice } from "../engine/device/open.ts";
import { GraphBuilder } from "../engine/graph.ts";
import type { Graph } from "../engine/graph.ts";
import { spreadColumns, sumColumns } from "../engine/ops/sum-columns/op.ts";
import { sumPerRow } from "../engine/ops/sum-per-row/op.ts";
import { zeros } from "../engine/ops/zeros/op.ts";
import type { Value } from "../engine/value.ts";
import type { Energy } from "./energy.ts";

/**
 * Emits u of each row, one number per row (`rowTotal`), from the rows in the user's own units (rows x dims) and, for a conditional model, their
 * contexts. It is called once for every graph that needs the energy.
 */
export type EnergyGraph = (b: GraphBuilder, rows: Value, context: Value | undefined) => Value;

const graphs = new WeakMap<Energy, EnergyGraph>();

/**
 * An energy from engine ops (`product`, `scaled`, `sum`, `columns`, `concat`, `activate` of `couplet/engine`, and `rowTotal`): u as a graph,
 * whose gradient the rules of the ops give. `fitEnergy` trains with it inside the pool, draws, energies and gradients in one program a
 * step, in float32. Everyone else calls it as any energy, and it answers in float64.
 *
 * In the pool nothing looks at single rows: energies are not compressed (`clip`), and a row without a finite energy costs its whole step,
 * which is skipped and counted.
 *
 * @throws CoupletError (when it is first used) SHAPE_MISMATCH where the graph does not end in one number per row;
 *   NOT_SUPPORTED where it has parameters
 */
export function graphEnergy(build: EnergyGraph): Energy {
  const compiled = new Map<string, Graph>();
  let device: Promise<Device> | undefined;
  const energy: Energy = async (rows, { count, dims, context }) => {
    const contextDims = context === undefined ? 0 : context.length / count;
    const key = `${dims} ${contextDims}`;
    const graph = compiled.get(key) ?? lowerEnergy(build, dims, contextDims);
    compiled.set(key, graph);
    const reference = await (device ??= openDevice("reference"));
    const outputs = await reference.compile(graph).run({
      parameters: reference.buffer(new Float32Array(0)),
      inputs: {
        rows,
        one: new Float64Array(count).fill(1),
        ...(context === undefined ? {} : { context }),
      },
      rows: count,
    });
    return { u: outputs.get("u")!, grad: outputs.get("grad")! };
  };
  graphs.set(energy, build);
  return energy;
}

/** The graph of an energy that {@link graphEnergy} made. */
export function graphOf(energy: Energy): EnergyGraph | undefined {
  return graphs.get(energy);
}

/** The sum over the columns of a batch, one number per row; of several batches or numbers per row, of all of them. */
export function rowTotal(b: GraphBuilder, ...values: readonly Value[]): Value {
  const sums = values.map((value) =>
    value.shape.kind === "perRow" ? value : b.emitOne(sumColumns, [value], {}),
  );
  return sums.length === 1 ? sums[0]! : b.emitOne(sumPerRow, sums, {});
}

/** A number per row in each of `cols` columns. */
export function spread(b: GraphBuilder, value: Value, cols: number): Value {
  return b.emitOne(spreadColumns, [value], { cols });
}

/** What {@link energyWithGradient} emits. */
export interface GraphEnergyValues {
  /** u, one number per row. */
  readonly u: Value;
  /** The cotangent times du/dx, rows x dims. */
  readonly gradient: Value;
}

/** Emits u and its gradient times `cotangent`, one number per row. */
export function energyWithGradient(
  b: GraphBuilder,
  build: EnergyGraph,
  {
    rows,
    context,
    cotangent,
    dims,
  }: {
    readonly rows: Value;
    readonly context: Value | undefined;
    readonly cotangent: Value;
    readonly dims: number;
  },
): GraphEnergyValues {
  const u = b.within("energy", () => build(b, rows, context));
  if (u?.shape?.kind !== "perRow") {
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: "graphEnergy",
      expected: "a graph that ends in one number per row",
      received:
        u?.shape?.kind === "rows"
          ? `one of ${u.shape.cols} columns`
          : `one that ends in ${typeof u}`,
      hint: "Add its columns up: rowTotal(b, value).",
    });
  }
  const { cotangents } = differentiate(b, [{ value: u, cotangent }], {
    wrt: [rows],
    parameters: false,
  });
  return { u, gradient: cotangents[0] ?? b.emitOne(zeros, [], { cols: dims }) };
}

/** `rows`, `one` (1 in each row) and `context` to `u` and `grad`. */
function lowerEnergy(build: EnergyGraph, dims: number, contextDims: number): Graph {
  const b = new GraphBuilder();
  const rows = b.input("rows", { kind: "rows", cols: dims });
  const context =
    contextDims === 0 ? undefined : b.input("context", { kind: "rows", cols: contextDims });
  const cotangent = b.input("one", { kind: "perRow" });
  const { u, gradient } = energyWithGradient(b, build, { rows, context, cotangent, dims });
  b.output("u", u);
  b.output("grad", gradient);
  const graph = b.finish();
  const [parameter] = graph.parameters;
  if (parameter === undefined) return graph;
  throw new CoupletError({
    code: "NOT_SUPPORTED",
    where: `graphEnergy: ${parameter.name}`,
    expected: "an energy without parameters",
    received: "a graph with some",
    hint: "A trained network is a function of the batch: give its energy as one.",
  });
}
