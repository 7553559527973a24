/** No op escapes the suite: each one that a folder exports runs in the graph of some case, forwards or backwards. */
import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import type { AnyOpDef } from "../../op.ts";
import { registry } from "../registry.ts";
import { caseGraph } from "./case-graph.ts";

const folder = new URL("../", import.meta.url);

function isOp(value: unknown): value is AnyOpDef {
  return typeof value === "object" && value !== null && "reference" in value && "calls" in value;
}

it("every exported op is in the graph of a case", async () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /^[^/\\]+[/\\]op\.ts$/.test(file),
  );
  const exported = new Set<string>();
  for (const file of files) {
    const module = (await import(new URL(file, folder).href)) as Record<string, unknown>;
    for (const value of Object.values(module)) if (isOp(value)) exported.add(value.name);
  }
  const run = new Set(
    registry.flatMap((test) =>
      caseGraph(test, test.op.vjp !== undefined).graph.nodes.map((node) => node.op.name),
    ),
  );
  // At least encode, decode and both VJPs of the three couplings.
  expect(exported.size).toBeGreaterThan(12);
  expect([...exported].filter((name) => !run.has(name))).toEqual([]);
});
