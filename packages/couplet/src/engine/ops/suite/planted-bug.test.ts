/** The suite can fail: each law is run on an op that is broken on purpose in just the way it guards against. */
import { describe, expect, it } from "vitest";
import type { Call } from "../../device/cpu/call.ts";
import { callsOf } from "../../device/cpu/ops.ts";
import { referenceOf } from "../../device/reference/ops.ts";
import type { Compute } from "../../device/reference/reference-op.ts";
import type { Node } from "../../graph.ts";
import type { OpDef, Tensor } from "../../op.ts";
import { affineCases } from "../affine/cases.ts";
import { affineDecode, affineEncodeVjp } from "../affine/op.ts";
import type { AffineAttrs } from "../affine/op.ts";
import { gatherColumnsCases } from "../gather-columns/cases.ts";
import type { OpCase } from "../op-case.ts";
import { rationalQuadraticCases } from "../rational-quadratic/cases.ts";
import { rationalQuadraticEncodeVjp } from "../rational-quadratic/op.ts";
import {
  adjointLaw,
  agreementLaw,
  boundaryLaw,
  jacobianLaw,
  roundTripLaw,
  rowIndependenceLaw,
  taylorLaw,
} from "./laws.ts";
import type { LawCase } from "./laws.ts";

const find = (cases: readonly OpCase[], name: string): OpCase =>
  cases.find((c) => c.name.startsWith(name))!;
const affine = find(affineCases, "affineEncode softClamp, 5");
const rqs = find(rationalQuadraticCases, "rationalQuadraticEncode 8 bins, 5");

/** The case with parts of its op replaced. */
function broken(test: OpCase, change: Partial<OpDef>): OpCase {
  return { ...test, op: { ...test.op, ...change } };
}

/** The case with other kernel calls for its op. */
function withCalls(test: OpCase, calls: (node: Node) => Call[]): LawCase {
  return {
    ...test,
    callsOf: (node) => (node.op.name === test.op.name ? calls(node) : callsOf(node)),
  };
}

function times(t: Tensor, factor: number): Tensor {
  return { ...t, data: t.data.map((v) => v * factor) };
}

/** The case with another mathematics for the op of this name. */
function withReference(test: OpCase, name: string, reference: Compute): LawCase {
  return { ...test, references: { [name]: reference } };
}

describe("planted bugs are caught", () => {
  it("a reference that is 0.1 % off", () => {
    const reference: Compute = (...args) => {
      const [y, ...rest] = referenceOf(affine.op.name).compute(...args);
      return [times(y!, 1.001), ...rest];
    };
    expect(() => agreementLaw(withReference(affine, affine.op.name, reference))).toThrow("out0");
  });

  it("a kernel called with the wrong attribute", () => {
    const wrong = withCalls(affine, (node) =>
      callsOf({ ...node, attrs: { ...node.attrs, clamp: 2.01 } }),
    );
    expect(() => agreementLaw(wrong)).toThrow("kernel");
  });

  it("a kernel told of one row too many", () => {
    const wrong = withCalls(affine, (node) =>
      callsOf(node).map(
        (call) =>
          ({
            ...call,
            args: "args" in call ? call.args.map((a, i) => (i === 4 ? 6 : a)) : [],
          }) as never,
      ),
    );
    expect(() => agreementLaw({ ...wrong, rows: [5] })).toThrow("wrote outside");
  });

  it("an op whose output may not share its input's place", () => {
    // A reversal read from the place it is written to.
    const reversal = find(gatherColumnsCases, "gatherColumns, reversal");
    const test = broken(reversal, { inPlace: [[0, 0]] });
    expect(() => agreementLaw(test)).toThrow("out0");
  });

  it("a result that depends on the row's number in its batch", () => {
    const wrong = withCalls(affine, ({ inputs, outputs }) => [
      { kernel: "copyRows", args: [{ at: inputs[0]! }, { at: outputs[0]! }, { run: "rows" }, 5] },
      {
        kernel: "scaleRows",
        args: [{ at: outputs[0]! }, { at: outputs[0]! }, 1, { run: "rows" }, 3],
      },
      {
        kernel: "scalePerRow",
        args: [{ at: outputs[1]! }, { at: outputs[1]! }, { run: "rows" }, 0],
      },
    ]);
    expect(() => rowIndependenceLaw(wrong)).toThrow("alone differs");
  });

  it("a spline that is not the identity at its bound", () => {
    const reference: Compute = (inputs, ...rest) => {
      const [y, logDet] = referenceOf(rqs.op.name).compute(inputs, ...rest);
      return [
        { ...y!, data: y!.data.map((v, i) => (Math.abs(inputs[0]!.data[i]!) >= 3 ? v * 1.01 : v)) },
        logDet!,
      ];
    };
    expect(() => boundaryLaw(withReference(rqs, rqs.op.name, reference))).toThrow("out0");
  });

  for (const [name, test, rule] of [
    ["affine", affine, affineEncodeVjp],
    ["spline", rqs, rationalQuadraticEncodeVjp],
  ] as const) {
    it(`a VJP of the ${name} coupling whose first parameter's cotangent is 1 % off`, () => {
      const reference: Compute = (...args) => {
        const [gx, gp] = referenceOf(rule.name).compute(...args);
        return [gx!, { ...gp!, data: gp!.data.map((v, i) => (i % gp!.cols === 0 ? 1.01 * v : v)) }];
      };
      const bug = withReference(test, rule.name, reference);
      expect(() => taylorLaw(bug)).toThrow("not 2");
      expect(() => adjointLaw(bug)).toThrow("differences say");
    });
  }

  it("a gradient that is zero", () => {
    expect(() => taylorLaw(broken(affine, { vjp: () => [] }))).toThrow("not 2");
    expect(() => adjointLaw(broken(affine, { vjp: () => [] }))).toThrow("differences say");
  });

  it("an inverse that forgets the shift's last digits", () => {
    const bijection = {
      ...affine.op.bijection!,
      decode: ((b, [, params], y, attrs) =>
        b.emitOne(affineDecode, [y, params!], {
          ...(attrs as AffineAttrs),
          clamp: 2.0000001,
          logDet: false,
        })) as NonNullable<OpDef["bijection"]>["decode"],
    };
    expect(() => roundTripLaw(broken(affine, { bijection }))).toThrow("back");
  });

  it("a logDet with a wrong constant", () => {
    const reference: Compute = (...args) => {
      const [y, logDet] = referenceOf(affine.op.name).compute(...args);
      return [y!, { ...logDet!, data: logDet!.data.map((v) => v + 1e-5) }];
    };
    expect(() => jacobianLaw(withReference(affine, affine.op.name, reference))).toThrow(
      "numerical Jacobian",
    );
  });
});
