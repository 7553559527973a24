import { afterEach, expect, test } from "vitest";
import { configure } from "../threads/locations.ts";
import { kernelModule, kernelModuleNow } from "./kernel-module.ts";
import type { KernelFile } from "./kernel-module.ts";

const wasm = new URL("../../wasm/engine.wasm", import.meta.url);
const page = new URL("../../package.json", import.meta.url);
const nowhere = new URL("none.wasm", wasm);
const embedded = () => import("../../embedded/engine.js");

/** A kernel of a name of its own: modules are kept by name. */
function kernel(name: string, file: URL, copy?: KernelFile["embedded"]): KernelFile {
  return { name, file: () => file, ...(copy && { embedded: copy }) };
}

const exportsOf = (module: WebAssembly.Module) => WebAssembly.Module.exports(module);

afterEach(() => configure({ wasmUrl: undefined, workerUrl: undefined }));

test("a file is compiled once, and the same with and without waiting", async () => {
  const engine = kernel("once", wasm);
  const module = await kernelModule(engine);
  expect(await kernelModule({ ...engine })).toBe(module);
  expect(exportsOf(kernelModuleNow(engine)!)).toEqual(exportsOf(module));
});

test("the embedded copy does where the address leads nowhere, or to a page", async () => {
  const expected = exportsOf(await kernelModule(kernel("from the file", wasm)));
  for (const [name, file] of [
    ["nowhere", nowhere],
    ["page", page],
  ] as const)
    expect(exportsOf(await kernelModule(kernel(name, file, embedded))), name).toEqual(expected);
  // A bundle that is no module has no address at all.
  const without: KernelFile = { name: "without", file: () => new URL("x", ""), embedded };
  expect(exportsOf(await kernelModule(without))).toEqual(expected);
});

test("a file that is nowhere is an error that says what was tried and what to do", async () => {
  const none = kernel("none.wasm", nowhere, () => Promise.reject(new Error("no such chunk")));
  expect(kernelModuleNow(none)).toBeUndefined();
  for (const attempt of [1, 2])
    await expect(kernelModule(none), String(attempt)).rejects.toMatchObject({
      code: "DEVICE_UNAVAILABLE",
      message: expect.stringMatching(/none\.wasm.*ENOENT.*no such chunk.*configure\(/),
    });
});

test("an address that was configured is tried alone", async () => {
  configure({ wasmUrl: new URL("../../embedded", import.meta.url) });
  await expect(kernelModule(kernel("configured.wasm", wasm, embedded))).rejects.toThrow(
    "embedded/configured.wasm",
  );
  configure({ wasmUrl: () => wasm });
  const module = await kernelModule(kernel("configured.wasm", nowhere));
  expect(exportsOf(module)).toContainEqual({ name: "gemm", kind: "function" });
});

test("bytes that do not compile are an error about the policy", async () => {
  const broken: KernelFile = {
    name: "broken",
    file: () => nowhere,
    embedded: () => Promise.resolve({ bytes: async () => Uint8Array.of(0, 0x61).buffer }),
  };
  await expect(kernelModule(broken)).rejects.toThrow("wasm-unsafe-eval");
});

test("configure takes addresses alone", () => {
  expect(() => configure({ wasmUrl: 3 as unknown as string })).toThrow("wasmUrl");
  expect(() => configure({ wasmURL: "/" } as object)).toThrow('Did you mean "wasmUrl"?');
});
