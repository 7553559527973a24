/** Packages that some formats need. They are loaded when the first file of that kind is read or written, and only such files need them. */
import { threadHost } from "#threads";
import { CoupletError } from "./error.ts";

/**
 * A package that the user installs beside this library.
 *
 * @param load imports it by its name and looks elsewhere where that fails: `(elsewhere) => import("pako").catch(elsewhere)`. Both are written
 * out at the call, because bundlers let a package be absent only where they see that a failed import is handled
 * @param kind the files that need it
 * @throws CoupletError DEVICE_UNAVAILABLE where it is not installed
 */
export async function optionalPackage<Module>(
  name: string,
  load: (elsewhere: () => Promise<never>) => Promise<Module>,
  kind: string,
): Promise<Module> {
  try {
    return await load(() => threadHost.besideProgram<never>(name));
  } catch (cause) {
    throw new CoupletError({
      code: "DEVICE_UNAVAILABLE",
      where: name,
      expected: `the package "${name}" to be installed`,
      received: (cause as Error).message,
      hint: `${kind} need it: npm install ${name}.`,
      cause,
    });
  }
}
