/** An ONNX graph under way: nodes, constants, names. Opset 17, as every runtime since onnxruntime 1.12 has it. */

/** The opset that the operators below belong to. */
export const OPSET = 17;

/** Element types of tensors, by their numbers in ONNX. */
export const elementTypes: Readonly<Record<ElementType, number>> = {
  float: 1,
  int64: 7,
  string: 8,
  bool: 9,
  double: 11,
};

/** Type of a tensor's elements. */
export type ElementType = "float" | "int64" | "string" | "bool" | "double";

/** An attribute: a number is written as an integer or, where `float` says so, as a float. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string }
  | { readonly texts: readonly string[] };

/** The domain of operators for categories, and its version. */
export const CATEGORIES = { domain: "ai.onnx.ml", version: 2 } as const;

/** Operators that draw numbers. */
const RANDOM = /^(?:Random|Bernoulli$|Multinomial$)/;

/** A node. */
export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
  /** The domain of the operator; absent: ONNX's own. */
  readonly domain?: string;
}

/** A constant. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Integers as doubles. */
  readonly values: ArrayLike<number>;
}

/** An input or output of the graph; a dimension with a name is free. */
export interface OnnxPort {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
}

/**
 * Writes a graph node by node. Values are names. A batch of rows is a tensor [rows, columns]; one number per row is [rows, 1].
 */
export class OnnxGraph {
  /** Type of the numbers that the flow computes with. */
  readonly real: "float" | "double";
  readonly nodes: OnnxNode[];
  readonly constants: OnnxTensor[];
  readonly inputs: OnnxPort[];
  readonly outputs: OnnxPort[];
  /** Constants and nodes that are written already: the same again would be the same value. */
  readonly #known: Map<string, string>;
  readonly #names: { count: number; readonly taken: Set<string> };

  /** @param whole the graph that this one writes to, with another type of numbers; absent: a graph of its own */
  constructor(real: "float" | "double", whole?: OnnxGraph) {
    this.real = real;
    this.nodes = whole?.nodes ?? [];
    this.constants = whole?.constants ?? [];
    this.inputs = whole?.inputs ?? [];
    this.outputs = whole?.outputs ?? [];
    this.#known = whole === undefined ? new Map<string, string>() : whole.#known;
    this.#names = whole === undefined ? { count: 0, taken: new Set<string>() } : whole.#names;
  }

  /** Keeps names of inputs and outputs from those of the values between them. */
  reserve(names: Iterable<string>): void {
    for (const name of names) this.#names.taken.add(name);
  }

  #fresh(letter: string): string {
    for (;;) {
      const name = `${letter}${this.#names.count++}`;
      if (!this.#names.taken.has(name)) return name;
    }
  }

  /** Declares an input of the graph; its name. */
  input(name: string, type: ElementType, shape: readonly (number | string)[]): string {
    this.inputs.push({ name, type, shape });
    return name;
  }

  /** Gives a value the name of an output. */
  output(
    name: string,
    value: string,
    type: ElementType,
    shape: readonly (number | string)[],
  ): void {
    this.nodes.push({ type: "Identity", inputs: [value], outputs: [name], attributes: {} });
    this.outputs.push({ name, type, shape });
  }

  /**
   * A node with one output; its name. Operators give the same value for the same inputs, so that the same node is written once; those that
   * draw numbers give others each time.
   */
  node(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain?: string,
  ): string {
    const key = JSON.stringify([type, domain, inputs, attributes], (_, value: unknown) =>
      typeof value === "number" ? bitsOf(value) : value,
    );
    const known = RANDOM.test(type) ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const output = this.#fresh("v");
    this.#known.set(key, output);
    this.nodes.push({
      type,
      inputs,
      outputs: [output],
      attributes,
      ...(domain === undefined ? {} : { domain }),
    });
    return output;
  }

  /** Numbers of the flow's own type; the same constant is written once. */
  constant(
    values: ArrayLike<number>,
    shape: readonly number[],
    type: ElementType = this.real,
  ): string {
    const key =
      values.length <= 4096
        ? `constant ${type} ${shape.join(",")} ${Array.from(values, bitsOf).join(" ")}`
        : undefined;
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const name = this.#fresh("c");
    this.constants.push({ name, type, shape, values });
    if (key !== undefined) this.#known.set(key, name);
    return name;
  }

  /** One number of the flow's own type. */
  scalar(value: number): string {
    return this.constant([value], []);
  }

  /** A list of integers: a shape, axes, places. */
  integers(values: readonly number[]): string {
    return this.constant(values, [values.length], "int64");
  }

  /** a + b. */
  add(a: string, b: string): string {
    return this.node("Add", [a, b]);
  }

  /** a - b. */
  subtract(a: string, b: string): string {
    return this.node("Sub", [a, b]);
  }

  /** a b. */
  multiply(a: string, b: string): string {
    return this.node("Mul", [a, b]);
  }

  /** a / b. */
  divide(a: string, b: string): string {
    return this.node("Div", [a, b]);
  }

  /** The same numbers in another shape; -1 stands for what is left. */
  reshape(a: string, shape: readonly number[]): string {
    return this.node("Reshape", [a, this.integers(shape)]);
  }

  /** Elements `from` ... `to - 1` along an axis. */
  slice(a: string, axis: number, from: number, to: number): string {
    return this.node("Slice", [a, ...[[from], [to], [axis]].map((list) => this.integers(list))]);
  }

  /** Values side by side along an axis. */
  concat(values: readonly string[], axis: number): string {
    return values.length === 1 ? values[0]! : this.node("Concat", values, { axis: { int: axis } });
  }

  /** The sum along an axis, which stays with length 1 where `keep` says so. */
  sum(a: string, axis: number, keep: boolean): string {
    return this.node("ReduceSum", [a, this.integers([axis])], { keepdims: { int: keep ? 1 : 0 } });
  }

  /** The value as another type. */
  cast(a: string, to: ElementType): string {
    return this.node("Cast", [a], { to: { int: elementTypes[to] } });
  }

  /** Zero for each row: [rows, columns] of the number of rows of `like`, which has at least one column. */
  zeros(like: string, columns: number): string {
    const first = this.slice(like, 1, 0, 1);
    const rows = this.slice(this.node("Shape", [first]), 0, 0, 1);
    const shape = this.concat([rows, this.integers([columns])], 0);
    return this.node("Expand", [this.constant([0], [1, 1]), shape]);
  }
}

/** Tells 0 from -0, and infinities and NaN from each other, as JSON does not. */
function bitsOf(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
