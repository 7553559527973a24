/** Formulas as nodes: encoders of tables compute in float64, whatever the flow computes in. */
import type { ElementType } from "../../engine/onnx/onnx-graph.ts";
import { OnnxGraph } from "../../engine/onnx/onnx-graph.ts";

/** The name of a value, or a number. */
export type Term = string | number;

/** A ratio of two polynomials of x, coefficients from the constant on. */
export interface Fraction {
  readonly x: string;
  readonly top: readonly number[];
  readonly bottom: readonly number[];
}

/** Emits float64 arithmetic, with numbers where a value may stand. Values are [rows, n]; numbers and [rows, 1] broadcast. */
export class Arithmetic {
  readonly g: OnnxGraph;

  constructor(whole: OnnxGraph) {
    this.g = new OnnxGraph("double", whole);
  }

  /** The name of a term. */
  value(term: Term): string {
    return typeof term === "string" ? term : this.g.scalar(term);
  }

  #node(type: string, ...terms: readonly Term[]): string {
    return this.g.node(
      type,
      terms.map((term) => this.value(term)),
    );
  }

  #all(type: string, [first, ...others]: readonly Term[]): string {
    return others.reduce<string>((sum, term) => this.#node(type, sum, term), this.value(first!));
  }

  /** a + b + ... */
  add(...terms: readonly Term[]): string {
    return this.#all(terms.some(isLost) ? "Sum" : "Add", terms);
  }

  /** a b ... */
  multiply(...terms: readonly Term[]): string {
    return this.#all("Mul", terms);
  }

  /** a - b. */
  subtract(a: Term, b: Term): string {
    if (isLost(b)) return this.#node("Sum", a, -Number(b));
    if (isLost(a)) return this.#node("Sum", a, this.of("Neg", b));
    return this.#node("Sub", a, b);
  }

  /** a / b. */
  divide(a: Term, b: Term): string {
    return this.#node("Div", a, b);
  }

  /** A function of one value: Neg, Abs, Exp, Log, Sqrt, Floor, Not, IsNaN. */
  of(type: "Neg" | "Abs" | "Exp" | "Log" | "Sqrt" | "Floor" | "Not" | "IsNaN", a: Term): string {
    return this.#node(type, a);
  }

  /** The smaller or the larger of two. */
  limit(type: "Min" | "Max", a: Term, b: Term): string {
    return this.#node(type, a, b);
  }

  /** Whether a is less than b, and so on. */
  compare(
    type: "Less" | "LessOrEqual" | "Greater" | "GreaterOrEqual" | "Equal",
    a: Term,
    b: Term,
  ): string {
    return this.#node(type, a, b);
  }

  /** Whether all of the conditions hold; undefined stands for one that always does. */
  all(...conditions: readonly string[]): string {
    return this.#all("And", conditions);
  }

  /** Whether any of the conditions holds. */
  any(...conditions: readonly string[]): string {
    return this.#all("Or", conditions);
  }

  /** `yes` where the condition holds, else `no`. */
  where(condition: string, yes: Term, no: Term): string {
    return this.#node("Where", condition, yes, no);
  }

  /**
   * Ratios of polynomials `(p0 + p1 x + ...) / (q0 + q1 x + ...)`, each of its own x, by one Horner scheme for all: runtimes take long to load
   * a graph of many nodes.
   */
  ratios(fractions: readonly Fraction[]): string[] {
    const last = { axis: { int: -1 } } as const;
    const wide = (value: string): string =>
      this.g.node("Unsqueeze", [value, this.g.integers([-1])]);
    const all = this.g.node(
      "Concat",
      fractions.map(({ x }) => wide(x)),
      last,
    );
    const x = wide(all);
    const most = Math.max(
      ...fractions.map(({ top, bottom }) => Math.max(top.length, bottom.length)),
    );
    const step = (power: number): string =>
      this.g.constant(
        fractions.flatMap(({ top, bottom }) => [top[power] ?? 0, bottom[power] ?? 0]),
        [fractions.length, 2],
      );
    let sum = step(most - 1);
    for (let power = most - 2; power >= 0; power--)
      sum = this.add(this.multiply(sum, x), step(power));
    const pick = (value: string, i: number): string =>
      this.g.node("Gather", [value, this.g.constant([i], [], "int64")], last);
    const values = this.divide(pick(sum, 0), pick(sum, 1));
    return fractions.map((_, i) => pick(values, i));
  }

  /** A row of constants, [1, n]. */
  row(values: readonly number[], type?: ElementType): string {
    return this.g.constant(values, [1, values.length], type);
  }

  /** The conditions as 1 and 0, summed over the columns: how many hold, [rows, 1]. */
  count(conditions: string): string {
    return this.g.sum(this.g.cast(conditions, "double"), 1, true);
  }

  /** The entries of a table at whole numbers from 0 on; beyond its end the run fails, as ONNX says. */
  lookUp(table: readonly number[], at: string): string {
    return this.g.node("Gather", [
      this.g.constant(table, [table.length]),
      this.g.cast(at, "int64"),
    ]);
  }

  /** Values side by side, [rows, n]. */
  beside(values: readonly string[]): string {
    return this.g.concat(values, 1);
  }

  /** Column i of a value, [rows, 1]. */
  columnOf(value: string, i: number): string {
    return this.g.slice(value, 1, i, i + 1);
  }
}

/**
 * Whether a number is 0 in float32 and not in float64: onnxruntime leaves out additions (Add, Sub) of such a constant, as if it were 0. It
 * keeps those by Sum.
 */
function isLost(term: Term): boolean {
  return typeof term === "number" && term !== 0 && Math.fround(term) === 0;
}
