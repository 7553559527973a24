/** Compiled kernels: read and compiled once a file. They are code, not state, so all that compute share them. */
import { threadHost } from "#threads";
import { CoupletError } from "../error.ts";

const modules = new Map<string, Promise<WebAssembly.Module>>();

/**
 * The module in a `.wasm` file that a package brings. Bundlers find the file where its address is written out:
 * `new URL("../wasm/engine.wasm", import.meta.url)`.
 *
 * @throws CoupletError DEVICE_UNAVAILABLE when it cannot be read
 */
export function kernelModule(file: URL): Promise<WebAssembly.Module> {
  let module = modules.get(file.href);
  if (module === undefined) {
    module = read(file).then((bytes) => WebAssembly.compile(bytes));
    modules.set(file.href, module);
    // Another try may find it.
    module.catch(() => modules.delete(file.href));
  }
  return module;
}

/** The same without waiting; `undefined` where the file is not there, or reading has to wait (in a page). */
export function kernelModuleNow(file: URL): WebAssembly.Module | undefined {
  const bytes = threadHost.readNow(file);
  return bytes === undefined ? undefined : new WebAssembly.Module(bytes);
}

async function read(file: URL): Promise<BufferSource> {
  try {
    return await threadHost.read(file);
  } catch (cause) {
    throw new CoupletError({
      code: "DEVICE_UNAVAILABLE",
      where: "kernels",
      expected: "the compiled kernels",
      received: `no ${file.pathname}`,
      hint: "In a checkout, run: npm run build:kernels.",
      cause,
    });
  }
}
