import { expect, test } from "vitest";
import { kernelModule, kernelModuleNow } from "./kernel-module.ts";

const file = new URL("../../wasm/engine.wasm", import.meta.url);

test("a file is compiled once, and the same with and without waiting", async () => {
  const module = await kernelModule(file);
  expect(await kernelModule(new URL(file))).toBe(module);
  const now = kernelModuleNow(file)!;
  expect(WebAssembly.Module.exports(now)).toEqual(WebAssembly.Module.exports(module));
});

test("a file that is not there is an error that says how it is made", async () => {
  const none = new URL("none.wasm", file);
  expect(kernelModuleNow(none)).toBeUndefined();
  for (const attempt of [1, 2])
    await expect(kernelModule(none), String(attempt)).rejects.toMatchObject({
      code: "DEVICE_UNAVAILABLE",
      hint: "In a checkout, run: npm run build:kernels.",
    });
});
