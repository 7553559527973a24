/** Which nodes a graph writes once. */
import { expect, it } from "vitest";
import { OnnxGraph } from "./onnx-graph.ts";

it("writes the same node once", () => {
  const g = new OnnxGraph("float");
  const attributes = { axis: { int: 1 } };
  expect(g.node("Concat", ["a", "b"], attributes)).toBe(g.node("Concat", ["a", "b"], attributes));
  expect(g.nodes).toHaveLength(1);
});

it.each(["RandomNormal", "RandomUniformLike", "Bernoulli", "Multinomial"])(
  "writes each %s: it draws other numbers",
  (type) => {
    const g = new OnnxGraph("float");
    expect(g.node(type, ["a"])).not.toBe(g.node(type, ["a"]));
    expect(g.nodes).toHaveLength(2);
  },
);

it("tells numbers apart that JSON writes alike", () => {
  const g = new OnnxGraph("float");
  const values = [NaN, Infinity, -Infinity, 0, -0];
  const nodes = values.map((float) => g.node("Elu", ["a"], { alpha: { float } }));
  expect(new Set(nodes).size).toBe(values.length);
  expect(g.node("Elu", ["a"], { alpha: { float: -0 } })).toBe(nodes.at(-1));
});

it("tells inputs apart whose names have spaces", () => {
  const g = new OnnxGraph("float");
  expect(g.add("a b", "c")).not.toBe(g.add("a", "b c"));
});
