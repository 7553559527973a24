/**
 * A masked network as its nonzero blocks: for each degree the weights from all that its units may see. It runs in one pass over all
 * variables, or degree by degree, where each unit is computed once, as soon as the variables it sees are known: both passes make the
 * same products.
 */
import { activate, concat, dropout, sum, usualInit } from "../../../../engine/build.ts";
import type { GraphBuilder } from "../../../../engine/graph.ts";
import type { Activation } from "../../../../engine/ops/linear/op.ts";
import { prefixLinear } from "../../../../engine/ops/prefix-linear/op.ts";
import { colsOf } from "../../../../engine/value.ts";
import type { Init, Parameter, Value } from "../../../../engine/value.ts";
import { range } from "../../../state.ts";
import { unitsOf, unitsUpTo } from "./degrees.ts";
import type { Degrees } from "./degrees.ts";
import { stagesOf } from "./stages.ts";
import type { Stage, StagedConditioner } from "./stages.ts";

/** Weights of units that see the same columns. */
interface Block {
  readonly weight: Parameter;
  readonly bias: Parameter;
}

/** A network with the places of its parameters, made while the builder stands at its layer. */
export interface MaskedNetwork {
  readonly degrees: Degrees;
  readonly stages: readonly Stage[];
  /** For each dense stage, the block of each degree that has units. */
  readonly blocks: readonly (ReadonlyMap<number, Block> | undefined)[];
  /** The last layer: from features to the parameters of each variable. Zeros, so that the layer is the identity at birth. */
  readonly head: readonly Block[];
  /** Width of the features. */
  readonly features: number;
}

/** Makes a network's parameters. @param perVariable how many the transform takes of a variable */
export function maskedNetwork(
  b: GraphBuilder,
  conditioner: StagedConditioner,
  degrees: Degrees,
  perVariable: number,
): MaskedNetwork {
  const stages = stagesOf(conditioner);
  const { dims, context } = degrees;
  /** Columns of a stage's input that a degree sees. */
  const seen = (from: number, degree: number): number =>
    from < 0 ? context + degree : unitsUpTo(degree, stages[from]!.width, degrees);
  const blocks = stages.map((stage) => {
    if (stage.kind !== "dense") return undefined;
    const { from, width, activation } = stage;
    const own = range(dims).filter((degree) => unitsOf(degree, width, degrees) > 0);
    return new Map(
      own.map((degree) => [
        degree,
        within(b, `conditioner.${stage.name}.degree${degree}`, () =>
          block(b, seen(from, degree), unitsOf(degree, width, degrees), usualInit(activation)),
        ),
      ]),
    );
  });
  const last = stages.length - 1;
  const head = range(dims).map((i) =>
    within(b, `head.variable${i}`, () => block(b, seen(last, i), perVariable, { kind: "zeros" })),
  );
  return { degrees, stages, blocks, head, features: stages.at(-1)?.width ?? context + dims - 1 };
}

function within<T>(b: GraphBuilder, path: string, body: () => T): T {
  return path.split(".").reduceRight<() => T>((inner, name) => () => b.within(name, inner), body)();
}

function block(b: GraphBuilder, inputs: number, outputs: number, init: Init): Block {
  return {
    weight: b.parameter("weight", inputs, outputs, { init, decay: true }),
    bias: b.parameter("bias", 1, outputs, { init: { kind: "zeros" }, decay: false }),
  };
}

/** The parameters of every variable, from the context and all variables side by side: a batch for each variable. */
export function wholePass(b: GraphBuilder, network: MaskedNetwork, input: Value): Value[] {
  const values: (Value | undefined)[] = [];
  const at = (from: number): Value => (from < 0 ? input : (values[from] ?? input));
  for (const [k, stage] of network.stages.entries()) {
    const x = at(stage.from);
    if (stage.kind === "dense") {
      const groups = [...network.blocks[k]!.values()].map((own) =>
        product(b, x, own, stage.activation),
      );
      // One variable without context has no units.
      values.push(groups.length === 0 ? undefined : concat(b, groups));
    } else {
      values.push(values[stage.from] && alone(b, stage, x, (other) => at(other)));
    }
  }
  const features = at(network.stages.length - 1);
  return network.head.map((own) => product(b, features, own, "none"));
}

/** A network that is computed degree by degree. */
export interface StepPass {
  /** The parameters of the next variable. @param known the variables before it, a column each */
  next(known: readonly Value[]): Value;
}

/** Begins a pass of one variable after the other. @param rows any value of the batch: units that see nothing take their rows from it */
export function stepPass(
  b: GraphBuilder,
  network: MaskedNetwork,
  context: Value | undefined,
  rows: Value,
): StepPass {
  /** Units of each stage so far, a batch for each degree. */
  const groups: Value[][] = network.stages.map(() => []);
  const seen = (from: number, known: readonly Value[]): Value => {
    const parts =
      from >= 0 ? groups[from]! : [...(context === undefined ? [] : [context]), ...known];
    return parts.length === 0 ? rows : concat(b, parts);
  };
  return {
    next(known) {
      const degree = known.length;
      const before = groups.map((list) => list.length);
      for (const [k, stage] of network.stages.entries()) {
        if (stage.kind === "dense") {
          const own = network.blocks[k]!.get(degree);
          if (own !== undefined)
            groups[k]!.push(product(b, seen(stage.from, known), own, stage.activation));
        } else if (groups[stage.from]!.length > before[stage.from]!) {
          const newest = (from: number): Value => groups[from]!.at(-1)!;
          groups[k]!.push(alone(b, stage, newest(stage.from), newest));
        }
      }
      const features = seen(network.stages.length - 1, known);
      return product(b, features, network.head[degree]!, "none");
    },
  };
}

/** A stage that mixes no units. */
function alone(
  b: GraphBuilder,
  stage: Exclude<Stage, { kind: "dense" }>,
  x: Value,
  other: (from: number) => Value,
): Value {
  switch (stage.kind) {
    case "activate":
      return activate(b, x, stage.activation);
    case "dropout":
      return dropout(b, x, stage.rate);
    case "add":
      return sum(b, x, other(stage.other));
  }
}

function product(
  b: GraphBuilder,
  x: Value,
  { weight, bias }: Block,
  activation: Activation,
): Value {
  const { rows: inputs, cols: outputs } = weight.shape;
  const attrs = { columns: colsOf(x), inputs, outputs, activation };
  return b.emit(prefixLinear, [x, weight, bias], attrs)[0]!;
}
