/** No op escapes the suite: each one that a folder exports runs in the graph of some case, forwards or backwards. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import type { AnyOpDef } from "../../op.ts";
import { registry } from "../registry.ts";
import { caseGraph } from "./case-graph.ts";
import { moreCpuOps } from "../../device/cpu/more-ops.ts";
import { callsOf, cpuOps, loadAllOps } from "../../device/cpu/ops.ts";
import { EngineKernels } from "../../device/cpu/kernels.ts";
import { referenceOps } from "../../device/reference/ops.ts";

const folder = new URL("../", import.meta.url);

function isOp(value: unknown): value is AnyOpDef {
  return typeof value === "object" && value !== null && "name" in value && "infer" in value;
}

/** Names of the ops that each folder exports. */
async function exportedOps(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /^[^/\\]+[/\\]op\.ts$/.test(file),
  );
  const names = new Map<string, ReadonlySet<string>>();
  for (const file of files) {
    const module = (await import(new URL(file, folder).href)) as Record<string, unknown>;
    const ops = Object.values(module).filter(isOp);
    names.set(path.dirname(file), new Set(ops.map(({ name }) => name)));
  }
  return names;
}

it("every exported op is in the graph of a case", async () => {
  const exported = new Set([...(await exportedOps()).values()].flatMap((names) => [...names]));
  const run = new Set(
    registry.flatMap((test) =>
      caseGraph(test, test.op.vjp !== undefined).graph.nodes.map((node) => node.op.name),
    ),
  );
  // At least encode, decode and both VJPs of the three couplings.
  expect(exported.size).toBeGreaterThan(12);
  expect([...exported].filter((name) => !run.has(name))).toEqual([]);
});

it.each([
  ["kernel calls in the cpu.ts", "cpu.ts", [...cpuOps, ...moreCpuOps]],
  ["its mathematics in the reference.ts", "reference.ts", referenceOps],
] as const)("every op has %s of its own folder, and each is listed once", async (_, file, list) => {
  const listed = list.map(({ name }) => name);
  expect(new Set(listed).size).toBe(listed.length);
  const exported = await exportedOps();
  for (const [op, names] of exported) {
    const url = new URL(`${op}/${file}`, folder).href;
    const module = (await import(url)) as Record<string, unknown>;
    const own = Object.values(module)
      .filter((value): value is typeof list => Array.isArray(value))
      .flat()
      .filter((entry) => typeof entry === "object");
    expect([op, own.map(({ name }) => name).toSorted()]).toEqual([op, [...names].toSorted()]);
    expect(own.filter((entry) => !(list as readonly unknown[]).includes(entry))).toEqual([]);
  }
  expect(listed.toSorted()).toEqual(
    [...exported.values()].flatMap((names) => [...names]).toSorted(),
  );
});

it("every kernel that the ops call lies in one file, and ops of most flows need the first alone to score", async () => {
  await loadAllOps();
  const opened = await EngineKernels.open(false);
  const first = new Set(exportsOf(opened.modules[0]!));
  const ofMostFlows = new Set(cpuOps.map(({ name }) => name));
  const calls = registry
    .flatMap((test) => caseGraph(test, test.op.vjp !== undefined).graph.nodes)
    .flatMap((node) => callsOf(node).map(({ kernel }) => ({ kernel, op: node.op.name })));
  const needless = calls.filter(
    ({ kernel, op }) => ofMostFlows.has(op) && !kernel.endsWith("Vjp") && !first.has(kernel),
  );
  expect(needless).toEqual([]);
  await opened.have([{ kernel: "dropout" }]);
  expect(opened.modules).toHaveLength(2);
  await opened.have(calls);
  await opened.haveOptimiser();
  expect(opened.modules).toHaveLength(3);
  const all = opened.modules.flatMap(exportsOf);
  expect(new Set(all).size).toBe(all.length);
  expect(calls.filter(({ kernel }) => !all.includes(kernel))).toEqual([]);
});

function exportsOf(module: WebAssembly.Module): string[] {
  return WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === "function")
    .map(({ name }) => name);
}
