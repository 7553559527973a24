/**
 * The engine's kernels, each file in two builds: those that most flows score and sample with, those of ops that few graphs have
 * (`more-ops.ts`), and those that only gradients and training need.
 */
import { platform } from "#platform";
import { kernelModule } from "../../../kernels/kernel-module.ts";
import type { KernelFile } from "../../../kernels/kernel-module.ts";
import type { CpuOptions } from "../options.ts";

/** The files beyond the first. */
type Further = "more" | "gradients";

/** Plain, and with fused multiply-add (relaxed SIMD). */
type Builds = readonly [plain: KernelFile, fused: KernelFile];

const first: Builds = [
  {
    name: "engine.wasm",
    file: () => new URL("../../../../wasm/engine.wasm", import.meta.url),
    embedded: () => import("../../../../embedded/engine.js"),
  },
  {
    name: "engine-relaxed.wasm",
    file: () => new URL("../../../../wasm/engine-relaxed.wasm", import.meta.url),
    embedded: () => import("../../../../embedded/engine-relaxed.js"),
  },
];

const further: Readonly<Record<Further, Builds>> = {
  more: [
    {
      name: "engine-more.wasm",
      file: () => new URL("../../../../wasm/engine-more.wasm", import.meta.url),
      embedded: () => import("../../../../embedded/engine-more.js"),
    },
    {
      name: "engine-more-relaxed.wasm",
      file: () => new URL("../../../../wasm/engine-more-relaxed.wasm", import.meta.url),
      embedded: () => import("../../../../embedded/engine-more-relaxed.js"),
    },
  ],
  gradients: [
    {
      name: "engine-gradients.wasm",
      file: () => new URL("../../../../wasm/engine-gradients.wasm", import.meta.url),
      embedded: () => import("../../../../embedded/engine-gradients.js"),
    },
    {
      name: "engine-gradients-relaxed.wasm",
      file: () => new URL("../../../../wasm/engine-gradients-relaxed.wasm", import.meta.url),
      embedded: () => import("../../../../embedded/engine-gradients-relaxed.js"),
    },
  ],
};

const load = (builds: Builds, relaxed: boolean): Promise<WebAssembly.Module> =>
  kernelModule(builds[relaxed ? 1 : 0]);

/** Which build of the kernels options ask for: the one with relaxed SIMD, where the runtime has it. */
export function takesRelaxed({ relaxedSimd }: CpuOptions): boolean {
  return relaxedSimd !== false && platform.enableRelaxedSimd();
}

/** The compiled kernels of a device: the first file from its start, the others once a program calls for them. */
export class EngineKernels {
  /** The files that are there, the first one first: others are added behind, none is taken away. */
  readonly modules: WebAssembly.Module[];
  readonly relaxed: boolean;
  readonly #names: ReadonlySet<string>;
  readonly #coming = new Map<Further, Promise<void>>();

  private constructor(module: WebAssembly.Module, relaxed: boolean) {
    this.modules = [module];
    this.relaxed = relaxed;
    this.#names = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  }

  /** Begins to load the first file; what goes wrong is {@link open}'s to tell. */
  static begin(relaxed: boolean): void {
    load(first, relaxed).catch(() => undefined);
  }

  /** Those of the first file. Throws DEVICE_UNAVAILABLE. */
  static async open(relaxed: boolean): Promise<EngineKernels> {
    return new EngineKernels(await load(first, relaxed), relaxed);
  }

  /** Loads the files of the kernels that these calls name. Throws DEVICE_UNAVAILABLE. */
  async have(calls: readonly { readonly kernel: string }[]): Promise<void> {
    const absent = calls.filter(({ kernel }) => !this.#names.has(kernel));
    if (absent.length === 0) return;
    const files = new Set<Further>(
      absent.map(({ kernel }) => (kernel.endsWith("Vjp") ? "gradients" : "more")),
    );
    await Promise.all([...files].map((file) => this.#have(file)));
  }

  /** Loads what training takes beside the kernels of its program: the optimiser. Throws DEVICE_UNAVAILABLE. */
  haveOptimiser(): Promise<void> {
    return this.#have("gradients");
  }

  #have(file: Further): Promise<void> {
    let coming = this.#coming.get(file);
    if (coming === undefined) {
      coming = load(further[file], this.relaxed).then((module) => void this.modules.push(module));
      this.#coming.set(file, coming);
      // Another try may find the file.
      coming.catch(() => this.#coming.delete(file));
    }
    return coming;
  }
}
