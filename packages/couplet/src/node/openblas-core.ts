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
