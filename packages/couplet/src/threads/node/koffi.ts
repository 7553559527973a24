/** koffi, the optional peer through which libraries of the system are called: the BLAS, MPI. */
import { createRequire } from "node:module";
import { requireBesideProgram, threadHost } from "../node.ts";

/** The package's functions. */
export type Koffi = (typeof import("koffi"))["default"];

/** No library, since the package is not there. */
export const noKoffi = {
  library: undefined,
  reason: "the package koffi is not installed (npm install koffi)",
} as const;

/** The package, from beside this library or beside the program; undefined where neither has it. */
export async function loadKoffi(): Promise<Koffi | undefined> {
  type Module = typeof import("koffi");
  const beside = () => threadHost.besideProgram<Module>("koffi");
  try {
    return (await import("koffi").catch(beside)).default;
  } catch {
    return undefined;
  }
}

/** {@link loadKoffi} on the caller's stack. */
export function loadKoffiNow(): Koffi | undefined {
  const here = () => createRequire(import.meta.url)("koffi") as Koffi;
  for (const load of [here, () => requireBesideProgram<Koffi>("koffi")]) {
    try {
      return load();
    } catch {
      // Perhaps in the other place.
    }
  }
  return undefined;
}

/** Whether a variable of the environment that may name a library (COUPLET_BLAS, COUPLET_MPI) asks for none. */
export function isSwitchedOff(wish: string | undefined): boolean {
  return wish !== undefined && /^(0|off|no|false)$/i.test(wish);
}
