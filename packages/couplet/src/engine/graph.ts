/** The static graph: nodes that make values from values, in the order they run. */
import { CoupletError, internalError } from "../error.ts";
import type { AnyOpDef, Attrs, Emitter } from "./op.ts";
import type { Init, Parameter, Shape, Value } from "./value.ts";

/** One use of an op. */
export interface Node {
  readonly id: number;
  readonly op: AnyOpDef;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Parameters into whose gradient this node adds. */
  readonly accumulates: readonly Parameter[];
  /** What it adds to gradients is thrown away: nobody wants the gradient of a parameter. */
  readonly discards: boolean;
  readonly attrs: Attrs;
  readonly path: string;
  /** Number of the bijection this node belongs to, or -1. */
  readonly block: number;
}

/** Nodes in the order they run, inputs and outputs by name, parameters in one layout. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly inputs: ReadonlyMap<string, Value>;
  readonly outputs: ReadonlyMap<string, Value>;
  readonly parameters: readonly Parameter[];
  /** Length of the flat parameter buffer, in elements. Offsets are multiples of 16 elements. */
  readonly parameterCount: number;
}

/** Parameters begin on 64-byte boundaries of the flat buffer, so kernels load aligned vectors. */
const PARAMETER_ALIGNMENT = 16;

/** Where parameters stand in the flat buffer: graphs that share parameters share a layout. */
export interface ParameterLayout {
  readonly offsets: ReadonlyMap<string, number>;
  readonly count: number;
}

export function layoutOf(graph: Graph): ParameterLayout {
  return {
    offsets: new Map(graph.parameters.map(({ name, offset }) => [name, offset])),
    count: graph.parameterCount,
  };
}

/** How a bijection that is made of several ops is undone; one op alone says it itself (`bijection` of its `OpDef`). */
export interface Inverse {
  /** What the bijection transforms, and what it becomes. */
  readonly input: Value;
  readonly output: Value;
  /** What `decode` needs besides: values of the bijection that do not depend on `input`. */
  readonly given: readonly Value[];
  /** Emits the input from the output. */
  decode(b: GraphBuilder, output: Value, given: readonly Value[]): Value;
}

/** Writes a graph, node by node. */
export class GraphBuilder implements Emitter {
  readonly #layout: ParameterLayout | undefined;
  readonly #nodes: Node[] = [];
  readonly #inputs = new Map<string, Value>();
  readonly #outputs = new Map<string, Value>();
  readonly #parameters = new Map<string, Parameter>();
  readonly #inverses = new Map<number, Inverse>();
  #parameterCount = 0;
  #nextValue = 0;
  #block = -1;
  #discards = false;
  /** Nodes by what they compute, while {@link sharing}. */
  #known: Map<string, readonly Value[]> | undefined;
  #nextBlock = 0;
  #path: readonly string[] = [];

  /** @param layout places of the parameters, when another graph has fixed them */
  constructor(layout?: ParameterLayout) {
    this.#layout = layout;
    this.#parameterCount = layout?.count ?? 0;
  }

  /** Runs `body` with `segment` appended to the path that names nodes and parameters. */
  within<T>(segment: string, body: () => T): T {
    const outer = this.#path;
    this.#path = [...outer, segment];
    try {
      return body();
    } finally {
      this.#path = outer;
    }
  }

  /**
   * Marks the nodes that `body` emits as one bijection: the unit of reversible back-propagation.
   *
   * @param inverse how to undo it, from what `body` returned; needed when it is more than one op, or when its parameters depend on
   *   what it transforms; where given it is used
   */
  bijection<T>(body: () => T, inverse?: (result: T) => Inverse): T {
    if (this.#block !== -1) throw internalError("a bijection inside a bijection");
    this.#block = this.#nextBlock++;
    try {
      const result = body();
      if (inverse !== undefined) this.#inverses.set(this.#block, inverse(result));
      return result;
    } finally {
      this.#block = -1;
    }
  }

  /** Marks the nodes that `body` emits: what they would add to gradients of parameters is thrown away. */
  discarding<T>(body: () => T): T {
    const outer = this.#discards;
    this.#discards = true;
    try {
      return body();
    } finally {
      this.#discards = outer;
    }
  }

  /** What `body` emits a second time, same op on same values, is the node that was emitted first. */
  sharing<T>(body: () => T): T {
    const outer = this.#known;
    if (outer === undefined) {
      this.#known = new Map();
      for (const node of this.#nodes) this.#learn(node);
    }
    try {
      return body();
    } finally {
      this.#known = outer;
    }
  }

  /** What {@link bijection} was told about the inverse of a block. */
  inverseOf(block: number): Inverse | undefined {
    return this.#inverses.get(block);
  }

  /** Where the builder stands, as {@link within} nested it. */
  get path(): string {
    return this.#path.join(".");
  }

  /** A named input. */
  input(name: string, shape: Shape): Value {
    if (this.#inputs.has(name)) throw internalError(`two inputs named ${name}`);
    const value = this.#value(shape);
    this.#inputs.set(name, value);
    return value;
  }

  /**
   * A parameter named by the current path. Asking again for the same name gives the same one.
   *
   * @throws CoupletError SPEC_INVALID when it is asked for with another shape, or the layout does not have it
   */
  parameter(
    name: string,
    rows: number,
    cols: number,
    options: { readonly init: Init; readonly decay: boolean },
  ): Parameter {
    const fullName = [...this.#path, name].join(".");
    const existing = this.#parameters.get(fullName);
    if (existing !== undefined) {
      if (existing.shape.rows !== rows || existing.shape.cols !== cols) {
        throw new CoupletError({
          code: "SPEC_INVALID",
          where: fullName,
          expected: `${existing.shape.rows} x ${existing.shape.cols}, as the parameter of that name is`,
          received: `${rows} x ${cols}`,
          hint: 'Two layers need two names: b.within("name", () => ...).',
        });
      }
      return existing;
    }
    const offset =
      this.#layout === undefined ? this.#parameterCount : this.#layout.offsets.get(fullName);
    if (offset === undefined) {
      throw new CoupletError({
        code: "SPEC_INVALID",
        where: fullName,
        expected: "a parameter that the log-density has",
        received: "a new one",
        hint: "A conditioner or transform of your own has to make the same parameters whenever it is called.",
      });
    }
    const parameter: Parameter = {
      id: this.#nextValue++,
      shape: { kind: "param", rows, cols },
      path: this.path,
      name: fullName,
      init: options.init,
      decay: options.decay,
      offset,
      size: rows * cols,
    };
    if (this.#layout === undefined) {
      this.#parameterCount += Math.ceil((rows * cols) / PARAMETER_ALIGNMENT) * PARAMETER_ALIGNMENT;
    }
    this.#parameters.set(fullName, parameter);
    return parameter;
  }

  /** Appends a node; returns its outputs. */
  emit<A extends Attrs>(
    op: AnyOpDef<A>,
    inputs: readonly Value[],
    attrs: NoInfer<A>,
    accumulates: readonly Parameter[] = [],
  ): Value[] {
    const known = this.#known?.get(computation(op, inputs, attrs));
    if (known !== undefined && accumulates.length === 0) return [...known];
    const shapes = op.infer(
      inputs.map((input) => input.shape),
      attrs,
    );
    const outputs = shapes.map((shape) => this.#value(shape));
    const node: Node = {
      id: this.#nodes.length,
      op: op as AnyOpDef,
      inputs,
      outputs,
      accumulates,
      discards: this.#discards,
      attrs,
      path: this.path,
      block: this.#block,
    };
    this.#nodes.push(node);
    this.#learn(node);
    return outputs;
  }

  /** {@link emit} for ops with one output. */
  emitOne<A extends Attrs>(
    op: AnyOpDef<A>,
    inputs: readonly Value[],
    attrs: NoInfer<A>,
    accumulates: readonly Parameter[] = [],
  ): Value {
    const outputs = this.emit(op, inputs, attrs, accumulates);
    if (outputs.length !== 1) throw internalError(`${op.name} has ${outputs.length} outputs`);
    return outputs[0]!;
  }

  /** Names a value as an output. */
  output(name: string, value: Value): void {
    this.#outputs.set(name, value);
  }

  /** Nodes emitted so far: differentiation reads them while it appends. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** The graph as written so far. */
  finish(): Graph {
    return {
      nodes: [...this.#nodes],
      inputs: new Map(this.#inputs),
      outputs: new Map(this.#outputs),
      parameters: [...this.#parameters.values()],
      parameterCount: this.#parameterCount,
    };
  }

  #learn({ op, inputs, attrs, accumulates, outputs }: Node): void {
    if (this.#known === undefined || accumulates.length > 0) return;
    const key = computation(op, inputs, attrs);
    if (!this.#known.has(key)) this.#known.set(key, outputs);
  }

  #value(shape: Shape): Value {
    return { id: this.#nextValue++, shape, path: this.path };
  }
}

/** What a node computes: the same text, the same numbers. */
function computation(op: AnyOpDef, inputs: readonly Value[], attrs: Attrs): string {
  return `${op.name} ${inputs.map(({ id }) => id).join(" ")} ${JSON.stringify(attrs)}`;
}
