/**
 * What holds for every op. Each law throws when it does not; the laws of derivatives, inverses and
 * determinants run in float64 on the references, and `agreementLaw` ties the kernels to those.
 */
import { luFactor } from "../../../numerics/lu.ts";
import { runReference } from "../../device/reference/run.ts";
import { referenceOf } from "../../device/reference/ops.ts";
import type { Compute, ReferenceOp } from "../../device/reference/reference-op.ts";
import type { Call } from "../../device/cpu/call.ts";
import { GraphBuilder } from "../../graph.ts";
import type { Node } from "../../graph.ts";
import type { Tensor } from "../../op.ts";
import type { OpCase } from "../op-case.ts";
import { agreement } from "./agreement.ts";
import { caseGraph, drawCase, normals, runOf } from "./case-graph.ts";
import type { CaseData, CaseGraph } from "./case-graph.ts";
import { execute } from "./execute.ts";
import { builds, kernelInstance } from "./wasm.ts";

/** A case, with other kernel calls or another mathematics than the devices' where a test plants a bug in them. */
export interface LawCase extends OpCase {
  readonly callsOf?: (node: Node) => Call[];
  /** By the op's name. */
  readonly references?: Readonly<Record<string, Compute>>;
}

/** The mathematics that a case runs on. */
function computeOf({ references = {} }: LawCase): (name: string) => ReferenceOp {
  return (name) =>
    references[name] === undefined ? referenceOf(name) : { name, compute: references[name] };
}

/** Kernels agree with references, forwards and through the VJP rule; in place they give the same bits. */
export function agreementLaw(test: LawCase): void {
  const forward = caseGraph(test, false);
  const backward = caseGraph(test, test.op.vjp !== undefined);
  const kernels = { callsOf: test.callsOf };
  for (const rows of test.rows ?? [5, 1, 0]) {
    const run = runOf(test, rows);
    const { parameters, inputs } = drawCase(backward, test, rows, 1 + rows);
    const expected = runReference(backward.graph, parameters, inputs, run, computeOf(test));
    for (const build of builds) {
      const wasm = kernelInstance(build);
      agreement(
        execute(wasm, backward.graph, parameters, inputs, run, kernels),
        expected,
        test.tolerance,
      );
      const apart = execute(wasm, forward.graph, parameters, inputs, run, kernels);
      agreement(
        execute(wasm, forward.graph, parameters, inputs, run, { ...kernels, inPlace: true }),
        apart,
        0,
      );
    }
  }
}

/** A row's result does not depend on the rows beside it: batches give what single rows give, bit for bit. */
export function rowIndependenceLaw(test: LawCase): void {
  if (test.accumulates !== undefined) return;
  const made = caseGraph(test, false);
  const rows = 7;
  const { parameters, inputs } = drawCase(made, test, rows, 11);
  const kernels = { callsOf: test.callsOf };
  for (const build of builds) {
    const wasm = kernelInstance(build);
    const whole = execute(wasm, made.graph, parameters, inputs, runOf(test, rows), kernels);
    for (let r = 0; r < rows; r++) {
      const one = Object.fromEntries(
        Object.entries(inputs).map(([name, { cols, data }]) => [
          name,
          { rows: 1, cols, data: data.subarray(r * cols, (r + 1) * cols) },
        ]),
      );
      const run = runOf(test, 1);
      const alone = execute(
        wasm,
        made.graph,
        parameters,
        one,
        { ...run, row0: run.row0 + r },
        kernels,
      );
      for (const [name, { cols, data }] of alone.outputs) {
        const part = whole.outputs.get(name)!.data.subarray(r * cols, (r + 1) * cols);
        if (data.some((value, j) => !Object.is(value, part[j])))
          throw new Error(`${name}: row ${r} alone differs`);
      }
    }
  }
}

const usual = [0, -0, Infinity, -Infinity, NaN, 1e-40, -1e-40, 1e-30, 1e4, -1e4];

/** At infinities, NaN, denormals and the case's own edges (and one unit beside them) kernels do as references do. */
export function boundaryLaw(test: LawCase): void {
  if (test.boundary === undefined) return;
  const { input, values = [] } = test.boundary;
  const beside = values.flatMap((value) => [value, neighbour(value, 1), neighbour(value, -1)]);
  const given = [...usual, ...beside];
  const made = caseGraph(test, false);
  const { parameters, inputs } = drawCase(made, test, given.length, 5);
  const { cols, data } = inputs[`in${input}`]!;
  given.forEach((value, r) => (data[r * cols + (r % cols)] = Math.fround(value)));
  const run = runOf(test, given.length);
  const expected = runReference(made.graph, parameters, inputs, run, computeOf(test));
  for (const build of builds) {
    agreement(
      execute(kernelInstance(build), made.graph, parameters, inputs, run, {
        callsOf: test.callsOf,
      }),
      expected,
      test.tolerance ?? 1e-5,
    );
  }
}

function neighbour(value: number, units: number): number {
  const f = Float32Array.of(value);
  new Int32Array(f.buffer)[0]! += units;
  return f[0]!;
}

/** A point and a direction in the space of all inputs and parameters. */
interface Differentiable {
  readonly made: CaseGraph;
  readonly at: CaseData;
  readonly direction: CaseData;
  /** sum of cotangents times outputs at at + h direction. */
  readonly loss: (h: number) => number;
  /** Gradient along the direction, from the VJP rule. */
  readonly slope: number;
}

function differentiable(test: LawCase): Differentiable {
  const made = caseGraph(test, true);
  const rows = 3;
  const run = runOf(test, rows);
  const at = drawCase(made, test, rows, 21);
  const random = normals(22);
  const direction: CaseData = {
    parameters: at.parameters.map(() => random()),
    inputs: Object.fromEntries(
      Object.entries(at.inputs)
        .filter(([name]) => name.startsWith("in"))
        .map(([name, t]) => [name, { ...t, data: t.data.map(() => random()) }]),
    ),
  };
  const loss = (h: number): number => {
    const moved = { ...at.inputs };
    for (const [name, t] of Object.entries(direction.inputs)) {
      moved[name] = { ...t, data: t.data.map((v, i) => at.inputs[name]!.data[i]! + h * v) };
    }
    const { outputs } = runReference(
      made.graph,
      at.parameters.map((p, i) => p + h * direction.parameters[i]!),
      moved,
      run,
    );
    let sum = 0;
    for (const [name, { data }] of outputs) {
      const cotangent = at.inputs[name.replace("out", "cotangent")];
      if (name.startsWith("out") && cotangent !== undefined)
        data.forEach((value, i) => (sum += value * cotangent.data[i]!));
    }
    return sum;
  };
  const { outputs, gradients } = runReference(
    made.graph,
    at.parameters,
    at.inputs,
    run,
    computeOf(test),
  );
  let slope = dot(gradients, direction.parameters);
  for (const [name, t] of Object.entries(direction.inputs)) {
    const g = outputs.get(name.replace("in", "grad"));
    if (g !== undefined) slope += dot(g.data, t.data);
  }
  return { made, at, direction, loss, slope };
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** What a first-order expansion leaves is of second order: halving h quarters it (Taylor's test). */
export function taylorLaw(test: LawCase): void {
  if (test.op.vjp === undefined) return;
  const { loss, slope } = differentiable(test);
  const l0 = loss(0);
  const steps = [1e-4, 5e-5, 2.5e-5];
  const rest = steps.map((h) => Math.abs(loss(h) - l0 - h * slope));
  // Rounding of the loss, with room for its conditioning; below it the remainder says nothing.
  const noise = 1e-12 * (1 + Math.abs(l0) + Math.abs(slope));
  if (rest[0]! <= noise) return;
  const orders = [Math.log2(rest[0]! / rest[1]!), Math.log2(rest[1]! / rest[2]!)];
  const measurable = rest[2]! > 10 * noise;
  if (
    measurable ? orders.some((order) => order < 1.9) : rest[0]! > 100 * noise && orders[0]! < 1.8
  ) {
    throw new Error(`remainders ${rest.join(", ")} are of order ${orders.join(", ")}, not 2`);
  }
}

/** <J v, w> = <v, J^T w>, J v by central differences. */
export function adjointLaw(test: LawCase): void {
  if (test.op.vjp === undefined) return;
  const { loss, slope } = differentiable(test);
  // Truncation is h^2 times a third derivative, rounding 1e-16 / h: both near 1e-10.
  const h = 1e-5;
  const difference = (loss(h) - loss(-h)) / (2 * h);
  if (!(Math.abs(difference - slope) <= 1e-6 * (1 + Math.abs(slope)))) {
    throw new Error(`J^T w along v is ${slope}, differences say ${difference}`);
  }
}

/** decode gives encode's input back: to 1e-10 in float64, to float32's rounding in kernels. */
export function roundTripLaw(test: LawCase): void {
  const { bijection } = test.op;
  if (bijection === undefined) return;
  const b = new GraphBuilder();
  const values = test.inputs.map(({ shape }, i) =>
    shape.kind === "param"
      ? b.parameter(`in${i}`, shape.rows, shape.cols, { init: { kind: "zeros" }, decay: false })
      : b.input(`in${i}`, shape),
  );
  const outputs = b.emit(test.op, values, test.attrs);
  const given = values.map((value, i) => (i === bijection.input ? undefined : value));
  b.output("back", bijection.decode(b, given, outputs[bijection.output]!, test.attrs));
  const made = { graph: b.finish(), inputs: values };
  const rows = 5;
  const { parameters, inputs } = drawCase(made, test, rows, 31);
  const run = runOf(test, rows);
  const expected = {
    outputs: new Map([["back", inputs[`in${bijection.input}`]!]]),
    gradients: new Float64Array(0),
  };
  const reference = runReference(made.graph, parameters, inputs, run, computeOf(test));
  agreement({ outputs: reference.outputs, gradients: expected.gradients }, expected, 1e-10);
  for (const build of builds) {
    const { outputs: back } = execute(kernelInstance(build), made.graph, parameters, inputs, run, {
      callsOf: test.callsOf,
    });
    // DESIGN.md asks for 1e-4 at the 99.9th percentile; these parameters are tame.
    agreement({ outputs: back, gradients: expected.gradients }, expected, 1e-4);
  }
}

/** logDet is the log of the determinant of the numerical Jacobian (minus it, for decode). */
export function jacobianLaw(test: LawCase): void {
  if (test.jacobian === undefined) return;
  const { input, output, logDet, sign } = test.jacobian;
  const made = caseGraph(test, false);
  const run = runOf(test, 1);
  const { parameters, inputs } = drawCase(made, test, 1, 41);
  const x = inputs[`in${input}`]!;
  const map = (data: Float64Array): ReadonlyMap<string, Tensor> =>
    runReference(
      made.graph,
      parameters,
      { ...inputs, [`in${input}`]: { ...x, data } },
      run,
      computeOf(test),
    ).outputs;
  const h = 1e-6;
  const n = x.cols;
  const jacobian = Array.from({ length: n }, () => new Float64Array(n));
  for (let j = 0; j < n; j++) {
    const ends = [h, -h].map(
      (step) => map(x.data.map((v, k) => v + (k === j ? step : 0))).get(`out${output}`)!.data,
    );
    for (let i = 0; i < n; i++) jacobian[i]![j] = (ends[0]![i]! - ends[1]![i]!) / (2 * h);
  }
  const re = Float64Array.from(jacobian.flatMap((row) => [...row]));
  const expected = sign * luFactor({ size: n, re }, "Jacobian").logAbsDeterminant;
  const got = map(x.data).get(`out${logDet}`)!.data[0]!;
  // Central differences with h = 1e-6 carry 1e-10 per entry.
  if (!(Math.abs(got - expected) <= 1e-7 * (n + Math.abs(expected)))) {
    throw new Error(`logDet is ${got}, the numerical Jacobian gives ${expected}`);
  }
}

export const laws: readonly (readonly [
  name: string,
  law: (test: LawCase) => void,
  applies: (test: LawCase) => boolean,
])[] = [
  ["kernels agree with the reference, apart and in place", agreementLaw, () => true],
  [
    "rows do not depend on their neighbours",
    rowIndependenceLaw,
    (test) => test.accumulates === undefined,
  ],
  ["boundaries", boundaryLaw, (test) => test.boundary !== undefined],
  ["Taylor remainders are of second order", taylorLaw, (test) => test.op.vjp !== undefined],
  ["the VJP is the adjoint", adjointLaw, (test) => test.op.vjp !== undefined],
  ["decode gives encode's input back", roundTripLaw, (test) => test.op.bijection !== undefined],
  ["logDet is that of the numerical Jacobian", jacobianLaw, (test) => test.jacobian !== undefined],
];
