/** A flow with more than 100 parameters a training row is named before it trains. */
import { fit, neuralSpline } from "couplet";
import { expect, it } from "vitest";
import { normals } from "./random.ts";

it.each([
  ["of a size for many rows", undefined, 1],
  ["of a size for its rows", 120, 0],
])("a flow %s: %s", async (_name, rows, expected) => {
  const warnings: string[] = [];
  const spec =
    rows === undefined
      ? neuralSpline({ dims: 2 })
      : neuralSpline({ dims: 2, rows, couplings: 2, width: 8 });
  using model = await fit(spec, normals(2 * 120, 3), {
    epochs: 1,
    threads: 1,
    blas: false,
    onEvent: (event) => {
      if (event.type === "warning") warnings.push(event.message);
    },
  });
  const named = warnings.filter((message) => /parameters for \d+ training rows/.test(message));
  expect(named, warnings.join("\n")).toHaveLength(expected);
  if (expected === 1) expect(named[0]).toContain(model.parameterCount.toLocaleString("en"));
});
