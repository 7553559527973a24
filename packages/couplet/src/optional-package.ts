/** Packages that some formats need. They are loaded when the first file of that kind is read or written, and only such files need them. */
import { threadHost } from "#threads";
import { CoupletError } from "./error.ts";

/**
 * A package that the user installs beside this library.
 *
 * @param load imports it by its name, so that bundlers see it
 * @param kind the files that need it
 * @throws CoupletError DEVICE_UNAVAILABLE where it is not installed
 */
export async function optionalPackage<Module>(
  name: string,
  load: () => Promise<Module>,
  kind: string,
): Promise<Module> {
  try {
    return await load().catch(() => threadHost.besideProgram<Module>(name));
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
