/** What training minimises, as a graph: one loss per row, made from named feeds. */
import { differentiate } from "../engine/differentiate.ts";
import { GraphBuilder } from "../engine/graph.ts";
import type { Graph, Node, ParameterLayout } from "../engine/graph.ts";
import { gather } from "../engine/ops/gather-columns/op.ts";
import { colsOf } from "../engine/value.ts";
import type { Value } from "../engine/value.ts";

/**
 * An objective: training minimises sum_r w_r loss_r / (rows x mean weight) over batches of rows. The loop
 * knows rows, weights and this loss; whatever else a loss needs is in its graph or comes through a feed.
 */
export interface Objective<Spec> {
  /** Names the objective in errors and in profiles. */
  readonly name: string;
  /** The feeds that the loss reads, by name, with the number of columns of each. */
  feeds(spec: Spec): Readonly<Record<string, number>>;
  /** Emits the loss of each row (one number per row) from the feeds. */
  loss(b: GraphBuilder, spec: Spec, feeds: Readonly<Record<string, Value>>): Value;
}

/** An objective of one spec: the graphs that a run needs of it. */
export interface LoweredObjective {
  readonly name: string;
  /** Feeds to `loss`, for validation: nothing is differentiated, dropout is off. */
  lossGraph(): Graph;
  /** Feeds and `cotangent` to `loss`, and gradients; see {@link lowerTraining}. */
  trainingGraph(options: TrainGraphOptions): Graph;
}

/** How the backward pass gets at activations. */
export interface TrainGraphOptions {
  readonly memory: "store" | "reversible";
  /** Reversible mode: bijections between kept states. */
  readonly keepStateEvery?: number;
}

/** The graphs of an objective for one spec, over one layout of parameters. */
export function lowerObjective<Spec>(
  objective: Objective<Spec>,
  spec: Spec,
  layout: ParameterLayout,
): LoweredObjective {
  return {
    name: objective.name,
    lossGraph: () => lowerLoss(objective, spec, layout),
    trainingGraph: (options) => lowerTraining(objective, spec, layout, options),
  };
}

/** Feeds to `loss`, one number per row. Without a layout it makes the layout (`layoutOf`) of the objective's parameters. */
export function lowerLoss<Spec>(
  objective: Objective<Spec>,
  spec: Spec,
  layout?: ParameterLayout,
): Graph {
  const b = new GraphBuilder(layout);
  b.output("loss", objective.loss(b, spec, feedInputs(b, objective.feeds(spec))));
  return b.finish();
}

/**
 * Feeds and `cotangent` (one number per row) to `loss`, and gradients of sum_r cotangent_r loss_r. In
 * reversible mode also `original` and `sentinel`: a feed and its reconstruction on the way back; where no feed is rebuilt (a layer before
 * the first bijection has no inverse), columns of the values that chains of bijections begin with.
 */
export function lowerTraining<Spec>(
  objective: Objective<Spec>,
  spec: Spec,
  layout: ParameterLayout,
  { memory, keepStateEvery }: TrainGraphOptions,
): Graph {
  const b = new GraphBuilder(layout);
  const feeds = feedInputs(b, objective.feeds(spec));
  const cotangent = b.input("cotangent", { kind: "perRow" });
  const loss = objective.loss(b, spec, feeds);
  b.output("loss", loss);
  const starts = memory === "reversible" ? chainStarts(b) : [];
  const feed = Object.values(feeds).find((value) => starts.includes(value));
  // Before the way back, so that nothing is kept for it but these columns.
  const original = feed ?? watched(b, starts);
  const { reconstructed } = differentiate(b, [{ value: loss, cotangent }], {
    memory,
    ...(keepStateEvery === undefined ? {} : { keepStateEvery }),
  });
  if (original === undefined) return b.finish();
  const rebuilt = (value: Value): Value => reconstructed.get(value.id) ?? value;
  b.output("original", original);
  b.output("sentinel", feed === undefined ? watched(b, starts.map(rebuilt))! : rebuilt(feed));
  return b.finish();
}

/** Columns that are watched of each start, at most. */
const MOST_WATCHED = 128;

/** Columns of all these values side by side, evenly spread over each; undefined without values. */
function watched(b: GraphBuilder, values: readonly Value[]): Value | undefined {
  if (values.length === 0) return undefined;
  const picks = values.flatMap((value, source) => {
    const cols = colsOf(value);
    const step = Math.ceil(cols / MOST_WATCHED);
    return Array.from({ length: Math.ceil(cols / step) }, (_, i): [number, number] => [
      source,
      i * step,
    ]);
  });
  return gather(b, values, picks);
}

/** The values that bijections transform and that no bijection made: on the way back they are rebuilt last. */
function chainStarts(b: GraphBuilder): Value[] {
  const makers = new Map<number, Node>();
  for (const node of b.nodes) for (const { id } of node.outputs) makers.set(id, node);
  const starts = new Set<Value>();
  const seen = new Set<number>();
  const trace = (value: Value | undefined): void => {
    if (value === undefined || seen.has(value.id)) return;
    seen.add(value.id);
    const maker = makers.get(value.id);
    if (maker?.op.invert !== undefined) maker.inputs.forEach(trace);
    else if (maker === undefined || maker.block < 0) starts.add(value);
  };
  for (const { block, inputs, op } of b.nodes) {
    if (block < 0) continue;
    trace(op.bijection === undefined ? undefined : inputs[op.bijection.input]);
    trace(b.inverseOf(block)?.input);
  }
  return [...starts];
}

function feedInputs(
  b: GraphBuilder,
  feeds: Readonly<Record<string, number>>,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, cols]) => [name, b.input(name, { kind: "rows", cols })]),
  );
}
