import { expect, it } from "vitest";
import { foldedLayers } from "./fold-layers.ts";

const layers = (...texts: string[]) =>
  texts.map((text, layer) => ({ layer, text, parameters: text.length }));

it("writes a block that repeats once, and the layers around it", () => {
  const block = ["lu", "coupling a", "lu", "coupling b"];
  expect(foldedLayers(layers("norm", ...block, ...block, ...block, "scale"))).toEqual([
    "  0      norm  (4)",
    "  1-12   3 times:",
    "           lu  (2)",
    "           coupling a  (10)",
    "           lu  (2)",
    "           coupling b  (10)",
    "  13     scale  (5)",
  ]);
});

it("folds layers that differ in their seeds, and lists these", () => {
  const pairs = Array.from({ length: 6 }, (_, k) => [`random (seed ${k})`, "lu"]).flat();
  expect(foldedLayers(layers(...pairs.slice(0, 4)))).toEqual([
    "  0-3    2 times:",
    "           random (seeds 0, 1)  (15)",
    "           lu  (2)",
  ]);
  expect(foldedLayers(layers(...pairs))[1]).toContain("random (seeds 0, 1, 2, ..., 5)");
});

it("leaves layers alone that do not repeat, or only in name", () => {
  expect(foldedLayers(layers("a", "b", "c"))).toEqual([
    "  0      a  (1)",
    "  1      b  (1)",
    "  2      c  (1)",
  ]);
  const other = [...layers("a", "a"), { layer: 2, text: "a", parameters: 7 }];
  expect(foldedLayers(other)).toEqual([
    "  0-1    2 times:",
    "           a  (1)",
    "  2      a  (7)",
  ]);
});
