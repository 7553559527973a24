import { applyOperator, arity, type Expression, type Operator } from "./expression.ts";
import { CoupletError } from "couplet/kit";

/**
 * A list of formulas compiled to a flat program over registers. Equal subexpressions are computed
 * once, over all formulas together (a kinetic law and its derivatives share most of their work).
 * No code is generated, so it runs under any content-security policy.
 */
export interface Tape {
  /** Number of instructions that one run executes. */
  readonly length: number;
  /** Evaluates all formulas: `inputs` in the order given at compilation, one output per formula. */
  run(time: number, inputs: Float64Array, outputs: Float64Array): void;
}

// order matters: the switch in `run` dispatches on the position
const opcodes = Object.keys(arity) as Operator[];

/**
 * Compiles formulas of the named inputs (and the time).
 * @throws CoupletError DATA_INVALID for a name that is not an input
 */
export function compileTape(formulas: readonly Expression[], inputs: readonly string[]): Tape {
  const inputAt = new Map(inputs.map((name, i) => [name, i + 1]));
  const registers: number[] = [0, ...inputs.map(() => 0)];
  const program: number[] = [];
  const known = new Map<string, number>();

  const emit = (e: Expression): number => {
    if (e.kind === "time") return 0;
    if (e.kind === "symbol") {
      const at = inputAt.get(e.name);
      if (at === undefined) {
        throw new CoupletError({
          code: "DATA_INVALID",
          where: "formula",
          expected: `one of ${inputs.join(", ")}`,
          received: `"${e.name}"`,
        });
      }
      return at;
    }
    if (e.kind === "call") throw new Error(`compileTape: a call of ${e.name} was not inlined`);
    let key: string;
    if (e.kind === "number") {
      key = `#${Object.is(e.value, -0) ? "-0" : e.value}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      registers.push(e.value);
    } else {
      const at = e.args.map(emit);
      key = `${e.op}:${at.join(",")}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      program.push(opcodes.indexOf(e.op), registers.length, at[0]!, at[1] ?? 0, at[2] ?? 0);
      registers.push(0);
    }
    known.set(key, registers.length - 1);
    return registers.length - 1;
  };

  const results = Int32Array.from(formulas, emit);
  const code = Int32Array.from(program);
  const r = Float64Array.from(registers);
  const [add, sub, mul, div, pow] = (["add", "sub", "mul", "div", "pow"] as const).map((op) =>
    opcodes.indexOf(op),
  );

  return {
    length: code.length / 5,
    run(time, values, outputs): void {
      r[0] = time;
      for (let i = 0; i < inputs.length; i++) r[i + 1] = values[i]!;
      for (let p = 0; p < code.length; p += 5) {
        const o = code[p]!;
        const a = r[code[p + 2]!]!;
        const b = r[code[p + 3]!]!;
        let v: number;
        if (o === mul) v = a * b;
        else if (o === add) v = a + b;
        else if (o === sub) v = a - b;
        else if (o === div) v = a / b;
        else if (o === pow) v = a ** b;
        else v = applyOperator(opcodes[o]!, a, b, r[code[p + 4]!]);
        r[code[p + 1]!] = v;
      }
      for (let i = 0; i < results.length; i++) outputs[i] = r[results[i]!]!;
    },
  };
}
