/**
 * Which of its kernels OpenBLAS should use.
 *
 * A build for many processors picks by the processor's model number. One that is newer than the build is taken for a Prescott
 * (2004), whose kernels are a fifth as fast on a processor with AVX-512: Debian 12's OpenBLAS 0.3.21 does so on Intel's
 * processors from 2023 on. OPENBLAS_CORETYPE overrules the choice; what the processor can do says what it should be.
 */
import { readFileSync } from "node:fs";

/** OpenBLAS's names (driver/others/dynamic.c) for x86 kernels without AVX. */
const BEFORE_AVX =
  /^(prescott|core2|penryn|dunnington|nehalem|atom|nano|katmai|coppermine|northwood|banias|athlon|opteron|opteron_sse3|barcelona|bobcat)$/i;

/** Whether these are kernels without AVX, chosen by OpenBLAS and not by the user. */
export function isOutdated(core: string | undefined): boolean {
  return core !== undefined && BEFORE_AVX.test(core) && !process.env["OPENBLAS_CORETYPE"];
}

/** OpenBLAS's names for x86 kernels with AVX-512 (the later ones take SkylakeX's for float32). */
const WITH_AVX512 = /^(skylakex|cooperlake|sapphirerapids)$/i;

/**
 * Up to how many multiplications OpenBLAS makes a product straight from where the numbers are; 0 where it packs all products.
 *
 * Such kernels came with 0.3.18, for AVX-512 (pull request 3335; kernel/x86_64/sgemm_small_kernel_permit_skylakex.c has the
 * limit of 100^3 and leaves out products whose second factor, row by row, is transposed).
 *
 * @param config what `openblas_get_config` says: `OpenBLAS 0.3.21 ...`
 */
export function mostUnpacked(core: string | undefined, config: string | undefined): number {
  const version = /OpenBLAS (\d+)\.(\d+)\.(\d+)/.exec(config ?? "");
  if (version === null || core === undefined || !WITH_AVX512.test(core)) return 0;
  const [major, minor, patch] = version.slice(1).map(Number) as [number, number, number];
  const number = (major * 1000 + minor) * 1000 + patch;
  return number >= 3018 ? 1e6 : 0;
}

let known: { readonly core: string | undefined } | undefined;

/** OpenBLAS's name for what this processor can do; undefined where it has no AVX2 or does not say (other systems than Linux). */
export function betterCore(): string | undefined {
  known ??= { core: coreFor(cpuFlags()) };
  return known.core;
}

/** The newest kernels for a processor with these flags (as in /proc/cpuinfo). */
export function coreFor(flags: ReadonlySet<string>): string | undefined {
  const all = (...names: string[]) => names.every((name) => flags.has(name));
  if (!all("avx2", "fma")) return undefined;
  return all("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl") ? "SkylakeX" : "Haswell";
}

function cpuFlags(): ReadonlySet<string> {
  if (process.platform !== "linux" || process.arch !== "x64") return new Set();
  try {
    const line = /^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"));
    return new Set(line?.[1]?.trim().split(/\s+/));
  } catch {
    return new Set();
  }
}
