/** A flow with more than 100 parameters a training row is named before it trains. */
import { fit, neuralSpline } from "couplet";
import { fitTable, tableFromObjects } from "couplet/table";
import { expect, it } from "vitest";
import { normals } from "./random.ts";

it.each([
  ["of a size for many rows", undefined, true, 1],
  ["of a size for many rows, of columns standardised elsewhere", undefined, false, 1],
  ["of a size for its rows", 120, true, 0],
])("a flow %s", async (_name, rows, standardise, expected) => {
  const warnings: string[] = [];
  const spec =
    rows === undefined
      ? neuralSpline({ dims: 2 })
      : neuralSpline({ dims: 2, rows, couplings: 2, width: 8 });
  using model = await fit(spec, normals(2 * 120, 3), {
    epochs: 1,
    standardise,
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

it.each([
  ["its user's flow once", true, 1],
  ["not the flow that the rule for its rows gives", false, 0],
])("a table names %s", async (_name, own, expected) => {
  const values = normals(2 * 60, 4);
  const rows = tableFromObjects(
    Array.from({ length: 60 }, (_, i) => ({ a: values[2 * i]!, b: values[2 * i + 1]! })),
  );
  const warnings: string[] = [];
  using model = await fitTable(rows, {
    ...(own ? { flow: ({ dims }) => neuralSpline({ dims }) } : {}),
    epochs: 1,
    threads: 1,
    blas: false,
    onEvent: (event) => {
      if (event.type === "warning") warnings.push(event.message);
    },
  });
  expect(model.flow.parameterCount / 60).toBeGreaterThan(100);
  expect(
    warnings.filter((message) => /parameters for \d+ training rows/.test(message)),
  ).toHaveLength(expected);
});
