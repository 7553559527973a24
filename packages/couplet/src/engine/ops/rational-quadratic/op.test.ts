import { describe, expect, it } from "vitest";
import { caseGraph, normals, runOf } from "../suite/case-graph.ts";
import { execute } from "../suite/execute.ts";
import { builds, kernelInstance } from "../suite/wasm.ts";
import { rowsShape } from "../op-case.ts";
import type { OpCase } from "../op-case.ts";
import {
  rationalQuadraticDecode as rationalQuadraticDecodeOp,
  rationalQuadraticEncode as rationalQuadraticEncodeOp,
} from "./op.ts";
import { derivativeShift } from "./op.ts";
import { rationalQuadraticDecode, rationalQuadraticEncode } from "./reference.ts";
import type { RationalQuadraticOptions } from "./knots.ts";

const options: RationalQuadraticOptions = {
  tails: "identity",
  bins: 8,
  bound: 3,
  minBin: 1e-3,
  minDerivative: 1e-3,
  logitScale: 1,
};

// Written by nflows (float64). Its derivative is min + softplus(raw), so raw is shifted below.
const golden = [
  {
    x: 1.620994942318346,
    y: 1.0332189449203963,
    logDet: -0.09340422745526056,
    widths: [
      -0.013720701456433322, -0.19960822763281003, -1.6564246944540333, 0.9138982512742285,
      1.154696227582466, -0.0860751366873787, -1.96124168414333, 0.22092437177232177,
    ],
    heights: [
      -0.24446905743781994, -0.5063112592555934, 0.2779864205431902, -0.351975403798036,
      0.0014588877847667115, -0.9687498215004491, 0.4180373828982978, -1.3024296162819176,
    ],
    derivatives: [
      0.2009567147596658, -0.48505169327694886, 1.271487294670711, 0.10637067751754564,
      0.3795335097654402, -3.0719471963726854, 1.16078218696339,
    ],
  },
  {
    x: -0.31681304360588325,
    y: -1.6295488440228199,
    logDet: -1.2887868621796184,
    widths: [
      -1.04188285970033, 0.9736130210479111, -0.0744194473309335, 0.8653897078648778,
      0.9945529251118752, 0.11494420795897257, 0.1446690147604332, 1.0741717182580683,
    ],
    heights: [
      -0.9646740575140812, -0.21839593451333308, -0.5155217963320569, -0.45611137646106437,
      0.3979564357284877, 1.3553344430914567, -0.30822193953729937, 0.7894184550902348,
    ],
    derivatives: [
      0.7494317898201184, 0.3086301466815108, -0.2582304140091828, -1.2383364009187916,
      0.31770752779984107, 0.3770687941395388, -0.5674872909926546,
    ],
  },
];

function spline(
  test: OpCase,
  x: readonly number[],
  params: readonly number[],
  build: (typeof builds)[number],
) {
  const rows = x.length;
  const inputs = {
    in0: { rows, cols: 1, data: Float64Array.from(x, Math.fround) },
    in1: { rows, cols: 23, data: Float64Array.from(params, Math.fround) },
  };
  return execute(
    kernelInstance(build),
    caseGraph(test, false).graph,
    new Float64Array(0),
    inputs,
    runOf(test, rows),
  );
}

function caseOf(op: OpCase["op"], extra: OpCase["attrs"] = {}): OpCase {
  return {
    name: op.name,
    op,
    attrs: { variables: 1, ...options, ...extra },
    inputs: [{ shape: rowsShape(1) }, { shape: rowsShape(23) }],
  };
}
const encodeCase = caseOf(rationalQuadraticEncodeOp);
const decodeCase = caseOf(rationalQuadraticDecodeOp, { logDet: true });

describe("rational-quadratic coupling", () => {
  it.each(golden)("agrees with nflows at $x", ({ x, y, logDet, widths, heights, derivatives }) => {
    const p = [...widths, ...heights, ...derivatives.map((raw) => raw - derivativeShift(1e-3))];
    const [gotY, gotLogDet] = rationalQuadraticEncode(x, Float64Array.from(p), options);
    expect(gotY).toBeCloseTo(y, 12);
    expect(gotLogDet).toBeCloseTo(logDet, 12);
    for (const build of builds) {
      const { outputs } = spline(encodeCase, [x], p, build);
      // Knots are rounded to 2e-7; the slope here is below 1.
      expect(Math.abs(outputs.get("out0")!.data[0]! - y)).toBeLessThan(2e-6);
      expect(Math.abs(outputs.get("out1")!.data[0]! - logDet)).toBeLessThan(1e-5);
    }
  });

  it.each(builds)("%s: zero parameters are exactly the identity, both ways", (build) => {
    const x = Array.from({ length: 4001 }, (_, i) => Math.fround(-4 + i / 500));
    for (const test of [encodeCase, decodeCase]) {
      const { outputs } = spline(test, x, new Array<number>(23 * x.length).fill(0), build);
      expect([...outputs.get("out0")!.data]).toEqual(x);
      expect(outputs.get("out1")!.data.every((value) => value === 0)).toBe(true);
    }
  });

  it.each(builds)(
    "%s: wild parameters give finite numbers inside the box, and decode is backward stable",
    (build) => {
      const normal = normals(3);
      const rows = 4_000;
      const x = Array.from({ length: rows }, () =>
        Math.fround(Math.max(-3, Math.min(3, 1.5 * normal()))),
      );
      // Five times a standard normal: the parameters for which un-normalised inverses give NaN.
      const params = Array.from({ length: 23 * rows }, () => 5 * normal());
      const { outputs } = spline(encodeCase, x, params, build);
      const y = outputs.get("out0")!.data;
      const back = spline(decodeCase, [...y], params, build).outputs.get("out0")!.data;
      const again = spline(encodeCase, [...back], params, build).outputs.get("out0")!.data;
      let worst = 0;
      for (let r = 0; r < rows; r++) {
        expect(Number.isFinite(y[r]) && Number.isFinite(back[r])).toBe(true);
        expect(Math.abs(y[r]!)).toBeLessThanOrEqual(3 + 1e-6);
        const p = Float64Array.from(params.slice(23 * r, 23 * r + 23), Math.fround);
        const slope = Math.exp(rationalQuadraticDecode(y[r]!, p, options)[1]);
        // One rounding of x moves y by its slope: the residual in y is measured against that.
        worst = Math.max(worst, Math.abs(again[r]! - y[r]!) / (1 + slope));
      }
      // FLOWS.md 4.1.1 reports 1.2e-5 for the normalised inverse.
      expect(worst).toBeLessThan(2e-5);
    },
  );

  it("has gradients of zero, not NaN, for the parameters outside the box", () => {
    const test: OpCase = { ...encodeCase, rows: [4] };
    const made = caseGraph(test, true);
    const inputs = {
      in0: { rows: 4, cols: 1, data: Float64Array.of(3.0000002, -50, 1e30, -Infinity) },
      in1: { rows: 4, cols: 23, data: new Float64Array(92).fill(1) },
      cotangent0: { rows: 4, cols: 1, data: Float64Array.of(1, 2, 3, 4) },
      cotangent1: { rows: 4, cols: 1, data: Float64Array.of(1, 1, 1, 1) },
    };
    for (const build of builds) {
      const { outputs } = execute(
        kernelInstance(build),
        made.graph,
        new Float64Array(0),
        inputs,
        runOf(test, 4),
      );
      expect([...outputs.get("grad0")!.data]).toEqual([1, 2, 3, 4]);
      expect(outputs.get("grad1")!.data.every((g) => g === 0)).toBe(true);
    }
  });
});
