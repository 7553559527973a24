import { describe, it } from "vitest";
import { runReference } from "../device/reference/run.ts";
import { registry } from "./registry.ts";
import { agreement } from "./suite/agreement.ts";
import { caseGraph, drawCase, runOf } from "./suite/case-graph.ts";
import { execute } from "./suite/execute.ts";
import { builds, kernelInstance } from "./suite/wasm.ts";

describe.each(registry)("$name", (test) => {
  it("kernels agree with the reference, apart and in place", () => {
    const made = caseGraph(test, test.op.vjp !== undefined);
    for (const rows of test.rows ?? [5, 1, 0]) {
      const run = runOf(test, rows);
      const { parameters, inputs } = drawCase(made, test, rows, 1 + rows);
      const expected = runReference(made.graph, parameters, inputs, run);
      for (const build of builds) {
        const got = execute(kernelInstance(build), made.graph, parameters, inputs, run);
        agreement(got, expected, test.tolerance);
      }
    }
  });
});

