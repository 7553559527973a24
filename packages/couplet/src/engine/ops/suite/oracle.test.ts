/**
 * References against nflows: splines, and three whole models run layer by layer. Absent numbers skip
 * by name; rqs-coupling/op.test.ts keeps a few of them for good.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { referenceOf } from "../../device/reference/ops.ts";
import type { AnyOpDef, Attrs, RunContext, Tensor } from "../../op.ts";
import { affineEncode } from "../affine/op.ts";
import { sigmoidGate } from "../elementwise/op.ts";
import { gaussianLogProb } from "../gaussian-base/op.ts";
import { gatherColumns } from "../gather-columns/op.ts";
import { linear } from "../linear/op.ts";
import { activate } from "../linear/reference.ts";
import { luEncode } from "../lu/op.ts";
import {
  rationalQuadraticDecode,
  rationalQuadraticEncode,
} from "../rational-quadratic/reference.ts";
import {
  derivativeShift,
  rationalQuadraticEncode as rationalQuadraticEncodeOp,
} from "../rational-quadratic/op.ts";
import { add } from "../add/op.ts";

type Matrix = readonly (readonly number[])[];
interface Spline {
  readonly bins: number;
  readonly bound: number;
  readonly min: number;
  readonly widthLogits: Matrix;
  readonly heightLogits: Matrix;
  readonly derivativeLogits: Matrix;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly logDet: readonly number[];
}
interface Layer {
  readonly kind: string;
  readonly permutation?: readonly number[];
  readonly weight?: Matrix;
  readonly bias?: readonly number[];
  readonly frozen?: readonly number[];
  readonly transformed?: readonly number[];
  readonly net?: Readonly<Record<string, Matrix | readonly number[]>>;
}
interface Model {
  readonly kind: "affine" | "rqs";
  readonly dims: number;
  readonly hidden: number;
  readonly blocks: number;
  readonly bins: number | null;
  readonly bound: number;
  readonly context: Matrix | null;
  readonly layers: readonly Layer[];
  readonly x: Matrix;
  readonly z: Matrix;
  readonly logDet: readonly number[];
  readonly logProb: readonly number[];
}

// Written by nflows on PyTorch in float64; `note` has the version and the parametrisation.
const file = new URL("golden/nflows.json", import.meta.url);
const oracle = JSON.parse(readFileSync(file, "utf8")) as {
  rationalQuadratic: { cases: Spline[] };
  models: { cases: Model[] };
};

const MIN = 1e-3;

describe("nflows (golden/nflows.json)", () => {
  it.each(
    oracle.rationalQuadratic.cases.map(
      (c, i) => [`${i}: ${c.bins} bins on +-${c.bound}`, c] as const,
    ),
  )("spline %s", (_name, c) => {
    const { bins, bound, min } = c;
    const options = {
      bins,
      bound,
      minBin: min,
      minDerivative: min,
      logitScale: 1,
      tails: "identity" as const,
    };
    c.x.forEach((x, i) => {
      // Their derivative is min + softplus(raw); ours shifts raw so that 0 means 1.
      const derivatives = c.derivativeLogits[i]!.map((raw) => raw - derivativeShift(min));
      const p = Float64Array.from([...c.widthLogits[i]!, ...c.heightLogits[i]!, ...derivatives]);
      const [y, logDet] = rationalQuadraticEncode(x, p, options);
      // Two float64 computations in another order; narrow bins (1e-3) magnify rounding.
      expect(Math.abs(y - c.y[i]!)).toBeLessThan(1e-10 * (1 + Math.abs(y)));
      expect(Math.abs(logDet - c.logDet[i]!)).toBeLessThan(1e-9);
      expect(Math.abs(rationalQuadraticDecode(y, p, options)[0] - x)).toBeLessThan(
        1e-9 * (1 + Math.abs(x)),
      );
    });
  });

  it.each(
    oracle.models.cases.map(
      (c) => [`${c.kind}${c.context === null ? "" : ", context"}`, c] as const,
    ),
  )("whole model: %s", (_name, model) => {
    const { z, logDet } = encodeModel(model);
    expect(largestDifference(z.data, model.z.flat())).toBeLessThan(1e-9);
    expect(largestDifference(logDet, model.logDet)).toBeLessThan(1e-9);
    const [base] = run(gaussianLogProb, [z], { variables: model.dims });
    const logProb = base!.data.map((value, r) => value + logDet[r]!);
    expect(largestDifference(logProb, model.logProb)).toBeLessThan(1e-9);
  });
});

function largestDifference(a: ArrayLike<number>, b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return b.reduce((worst, value, i) => Math.max(worst, Math.abs(value - a[i]!)), 0);
}

function run<A extends Attrs>(op: AnyOpDef<A>, inputs: readonly Tensor[], attrs: A): Tensor[] {
  const context: RunContext = {
    rows: inputs[0]!.rows,
    row0: 0,
    seed: [0, 0],
    step: 0,
    training: false,
  };
  return referenceOf(op.name).compute(inputs, attrs, context, []);
}

function tensor(m: Matrix): Tensor {
  return { rows: m.length, cols: m[0]?.length ?? 0, data: Float64Array.from(m.flat()) };
}

function vector(v: ArrayLike<number>): Tensor {
  return { rows: 1, cols: v.length, data: Float64Array.from(v) };
}

function columns(x: Tensor[], picks: readonly (readonly [number, number])[]): Tensor {
  const attrs = { sources: picks.map(([s]) => s), columns: picks.map(([, c]) => c) };
  return run(gatherColumns, x, attrs)[0]!;
}

const all = (cols: number, source = 0): (readonly [number, number])[] =>
  Array.from({ length: cols }, (_, c) => [source, c] as const);

function encodeModel(model: Model): { z: Tensor; logDet: Float64Array } {
  let x = tensor(model.x);
  const logDet = new Float64Array(x.rows);
  const addUp = (part: Tensor): void => part.data.forEach((value, r) => (logDet[r]! += value));
  const context = model.context === null ? undefined : tensor(model.context);
  for (const layer of model.layers) {
    if (layer.kind === "RandomPermutation") {
      x = columns(
        [x],
        layer.permutation!.map((c) => [0, c] as const),
      );
    } else if (layer.kind === "LULinear") {
      const [y, part] = run(luEncode, [x, ...factors(layer.weight!), vector(layer.bias!)], {
        variables: model.dims,
      });
      x = y!;
      addUp(part!);
    } else {
      const [frozen, target] = [layer.frozen!, layer.transformed!].map((list) =>
        columns(
          [x],
          list.map((c) => [0, c] as const),
        ),
      );
      const params = conditioner(layer.net!, frozen!, context, model.blocks);
      const [y, part] = transform(model, target!, params);
      addUp(part!);
      const back = all(model.dims).map(([, c]) => {
        const at = layer.transformed!.indexOf(c);
        return at < 0 ? ([0, layer.frozen!.indexOf(c)] as const) : ([1, at] as const);
      });
      x = columns([frozen!, y!], back);
    }
  }
  return { z: x, logDet };
}

/** [lower, upper, logDiagonal] of a matrix that was made as L U: elimination without pivoting gives them back. */
function factors(weight: Matrix): Tensor[] {
  const n = weight.length;
  const u = weight.map((row) => [...row]);
  const l = weight.map((row) => row.map(() => 0));
  for (let k = 0; k < n; k++) {
    for (let i = k + 1; i < n; i++) {
      l[i]![k] = u[i]![k]! / u[k]![k]!;
      for (let j = k; j < n; j++) u[i]![j]! -= l[i]![k]! * u[k]![j]!;
    }
  }
  return [tensor(l), tensor(u), vector(u.map((row, i) => Math.log(row[i]!)))];
}

/** nflows' ResidualNet: pre-activation blocks, gated by sigmoid(W context) where there is context. */
function conditioner(
  net: NonNullable<Layer["net"]>,
  x: Tensor,
  context: Tensor | undefined,
  blocks: number,
): Tensor {
  const dense = (name: string, v: Tensor): Tensor => {
    const rows = net[`${name}.weight`] as Matrix;
    // PyTorch keeps outputs x inputs.
    const weight = tensor(rows[0]!.map((_, i) => rows.map((row) => row[i]!)));
    const attrs = { inputs: v.cols, outputs: rows.length, activation: "none" as const };
    return run(linear, [v, weight, vector(net[`${name}.bias`] as readonly number[])], attrs)[0]!;
  };
  const relu = (v: Tensor): Tensor => ({
    ...v,
    data: v.data.map((value) => activate("relu", value)),
  });
  const input =
    context === undefined ? x : columns([x, context], [...all(x.cols), ...all(context.cols, 1)]);
  let h = dense("initial_layer", input);
  for (let block = 0; block < blocks; block++) {
    let branch = dense(`blocks.${block}.linear_layers.0`, relu(h));
    branch = dense(`blocks.${block}.linear_layers.1`, relu(branch));
    if (context !== undefined) {
      branch = run(sigmoidGate, [branch, dense(`blocks.${block}.context_layer`, context)], {})[0]!;
    }
    h = run(add, [h, branch], {})[0]!;
  }
  return dense("final_layer", h);
}

function transform(model: Model, x: Tensor, params: Tensor): Tensor[] {
  const variables = x.cols;
  if (model.kind === "affine") {
    // theirs: [shift | u], scale = sigmoid(u + 2) + 1e-3; ours: [raw | shift] with scale = exp(raw).
    const swapped = columns(
      [params],
      [...all(variables).map(([, c]) => [0, variables + c] as const), ...all(variables)],
    );
    const data = swapped.data.map((value, i) =>
      i % (2 * variables) < variables ? Math.log(1 / (1 + Math.exp(-value - 2)) + 1e-3) : value,
    );
    return run(affineEncode, [x, { ...swapped, data }], {
      variables,
      scale: "exp" as const,
      clamp: 1,
    });
  }
  // theirs: all parameters of a variable side by side; ours: parameter by parameter.
  const bins = model.bins!;
  const count = 3 * bins - 1;
  const picks = Array.from(
    { length: count * variables },
    (_, i) => [0, (i % variables) * count + Math.floor(i / variables)] as const,
  );
  const dealt = columns([params], picks);
  const data = dealt.data.map((value, i) =>
    i % (count * variables) >= 2 * bins * variables ? value - derivativeShift(MIN) : value,
  );
  const logitScale = 1 / Math.sqrt(model.hidden);
  return run(rationalQuadraticEncodeOp, [x, { ...dealt, data }], {
    variables,
    bins,
    bound: model.bound,
    minBin: MIN,
    minDerivative: MIN,
    logitScale,
    tails: "identity" as const,
  });
}
