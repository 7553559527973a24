/** Loads the engine's kernels for tests: the plain build, and the relaxed one where the runtime has it. */
import { readFileSync } from "node:fs";
import v8 from "node:v8";

export type Build = "engine" | "engine-relaxed";

export interface KernelInstance {
  readonly memory: WebAssembly.Memory;
  readonly kernels: Readonly<Record<string, (...args: number[]) => void>>;
}

/** (module (func (result v128) relaxed f32x4 madd of three zeros)). */
const relaxedProbe = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0, 65, 0, 253, 15,
  65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11,
]);

function hasRelaxedSimd(): boolean {
  if (WebAssembly.validate(relaxedProbe)) return true;
  // Node 20 has it behind a flag that it must be told before compiling; newer V8s do not know the flag.
  if (Number(process.versions.node.split(".")[0]) < 22)
    v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
  return WebAssembly.validate(relaxedProbe);
}

export const builds: readonly Build[] = hasRelaxedSimd()
  ? ["engine", "engine-relaxed"]
  : ["engine"];

const files: Readonly<Record<Build, readonly string[]>> = {
  engine: ["engine", "engine-more", "engine-gradients"],
  "engine-relaxed": ["engine-relaxed", "engine-more-relaxed", "engine-gradients-relaxed"],
};

/** 64 MiB: more than any case needs. */
const PAGES = 1024;

const instances = new Map<Build, KernelInstance>();

export function kernelInstance(build: Build): KernelInstance {
  const existing = instances.get(build);
  if (existing !== undefined) return existing;
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: 65536, shared: true });
  const abort = (): never => {
    throw new Error("a kernel aborted");
  };
  const kernels = files[build].map((file) => {
    const bytes = readFileSync(new URL(`../../../../wasm/${file}.wasm`, import.meta.url));
    return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, abort } })
      .exports as unknown as KernelInstance["kernels"];
  });
  const instance = { memory, kernels: Object.assign({}, ...kernels) };
  instances.set(build, instance);
  return instance;
}
