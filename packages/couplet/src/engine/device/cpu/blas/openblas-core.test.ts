import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { loadBlas } from "./blas.ts";
import { coreFor, isOutdated, mostUnpacked } from "./openblas-core.ts";

const before = process.env["OPENBLAS_CORETYPE"];
afterEach(() => {
  if (before === undefined) delete process.env["OPENBLAS_CORETYPE"];
  else process.env["OPENBLAS_CORETYPE"] = before;
});

describe("the core for what a processor can do", () => {
  const avx512 = ["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"];
  test.each([
    ["no AVX2", ["sse2", "avx"], undefined],
    ["AVX2 without FMA", ["avx2"], undefined],
    ["AVX2", ["avx2", "fma"], "Haswell"],
    ["some of AVX-512", ["avx2", "fma", "avx512f", "avx512cd"], "Haswell"],
    ["AVX-512", ["avx2", "fma", ...avx512], "SkylakeX"],
  ])("%s", (_name, flags, core) => {
    expect(coreFor(new Set(flags))).toBe(core);
  });
});

test("kernels from before AVX are outdated, unless the user asked for them", () => {
  delete process.env["OPENBLAS_CORETYPE"];
  expect(isOutdated("Prescott")).toBe(true);
  expect(isOutdated("Haswell")).toBe(false);
  expect(isOutdated("SkylakeX")).toBe(false);
  // another BLAS than OpenBLAS
  expect(isOutdated(undefined)).toBe(false);
  process.env["OPENBLAS_CORETYPE"] = "Prescott";
  expect(isOutdated("Prescott")).toBe(false);
});

test.each([
  ["SkylakeX", "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY SkylakeX MAX_THREADS=64", 1e6],
  ["SapphireRapids", "OpenBLAS 0.3.34  DYNAMIC_ARCH", 1e6],
  ["SkylakeX", "OpenBLAS 0.3.18", 1e6],
  // before the kernels came
  ["SkylakeX", "OpenBLAS 0.3.17", 0],
  // no AVX-512
  ["Haswell", "OpenBLAS 0.3.21", 0],
  // another BLAS, and one that does not say
  [undefined, undefined, 0],
  ["SkylakeX", undefined, 0],
])("most multiplications without packing: %s, %s", (core, config, most) => {
  expect(mostUnpacked(core, config)).toBe(most);
});

test("what BLAS there is takes no kernels from before AVX on a processor that has it", async (context) => {
  const found = await loadBlas();
  if (found.library === undefined) return context.skip(`no BLAS: ${found.reason}`);
  // In a process of its own: this one is a worker of the test runner, where the choice cannot be mended.
  const script = `
    import { loadBlas } from "couplet/node";
    import { Worker } from "node:worker_threads";
    const { library } = await loadBlas();
    const left = process.env.OPENBLAS_CORETYPE;
    const worker = new Worker(
      'import("couplet/node").then(async (m) => require("node:worker_threads").parentPort.postMessage((await m.loadBlas()).library))',
      { eval: true, execArgv: [] });
    worker.once("message", (inWorker) => console.log(JSON.stringify({ library, inWorker, left })));
  `;
  const { OPENBLAS_CORETYPE: _, ...env } = process.env;
  const said = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: fileURLToPath(new URL("../../../../..", import.meta.url)),
    env,
    encoding: "utf8",
  });
  const { library, inWorker, left } = JSON.parse(said) as Record<string, string>;
  expect(library).toBeDefined();
  expect(isOutdated(/\((\w+)\)$/.exec(library!)?.[1])).toBe(false);
  // The whole process multiplies with the same kernels, and its children choose for themselves.
  expect(inWorker).toBe(library);
  expect(left).toBeUndefined();
});
