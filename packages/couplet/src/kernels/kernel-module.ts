/** Compiled kernels: read and compiled once a file. They are code, not state, so all that compute share them. */
import { threadHost } from "#threads";
import { CoupletError } from "../error.ts";
import { configuredLocation } from "../threads/locations.ts";

/** A `.wasm` file that a package brings. */
export interface KernelFile {
  /** Its name in the package's `wasm` folder, unique among all packages: `configure({ wasmUrl })` looks for it there. */
  readonly name: string;
  /** `() => new URL("../wasm/name.wasm", import.meta.url)`, written out, so that bundlers see the file. */
  readonly file: () => URL;
  /** The same bytes in a module, `() => import("../embedded/name.js")`, for where the address leads nowhere. */
  readonly embedded?: () => Promise<EmbeddedBytes>;
}

/** A module of `embedded/` with a file's bytes. */
export interface EmbeddedBytes {
  bytes(): Promise<ArrayBuffer>;
}

const modules = new Map<string, Promise<WebAssembly.Module>>();

/**
 * The module in a `.wasm` file. Its address is tried first, then the embedded copy; an address that `configure` gave is tried alone.
 *
 * @throws CoupletError DEVICE_UNAVAILABLE when it cannot be read or compiled
 */
export function kernelModule(kernel: KernelFile): Promise<WebAssembly.Module> {
  let module = modules.get(kernel.name);
  if (module === undefined) {
    module = load(kernel);
    modules.set(kernel.name, module);
    // Another try may find it.
    module.catch(() => modules.delete(kernel.name));
  }
  return module;
}

/** The same without waiting; `undefined` where the file is not there, or reading has to wait (in a page). */
export function kernelModuleNow({ file }: KernelFile): WebAssembly.Module | undefined {
  const bytes = threadHost.readNow(file());
  return bytes === undefined ? undefined : new WebAssembly.Module(bytes);
}

async function load(kernel: KernelFile): Promise<WebAssembly.Module> {
  const bytes = await read(kernel);
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw unavailable(
      kernel,
      String(cause),
      "A content security policy has to allow 'wasm-unsafe-eval' in script-src (docs/bundlers.md).",
      cause,
    );
  }
}

async function read(kernel: KernelFile): Promise<BufferSource> {
  const { name, file, embedded } = kernel;
  const configured = configuredLocation("wasmUrl", name);
  let address: URL | undefined;
  let reason: unknown;
  try {
    // A bundle of another format than ES modules has no address of its own.
    address = configured ?? file();
    return wasm(await threadHost.read(address));
  } catch (cause) {
    reason = cause;
  }
  let tried = `${address?.href ?? "no address"} (${String(reason)})`;
  if (configured === undefined && embedded !== undefined) {
    try {
      return await (await embedded()).bytes();
    } catch (cause) {
      tried += `, and the embedded copy (${String(cause)})`;
    }
  }
  const hint =
    "Serve the package's wasm folder and name it, configure({ wasmUrl }) (docs/bundlers.md); in a checkout, run: npm run build:kernels.";
  throw unavailable(kernel, `none; tried ${tried}`, hint, reason);
}

/** Development servers answer an address that leads nowhere with their page. */
function wasm(source: BufferSource): BufferSource {
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
  if (bytes[0] !== 0 || bytes[1] !== 0x61) throw new Error("not WebAssembly");
  return source;
}

function unavailable(
  { name }: KernelFile,
  received: string,
  hint: string,
  cause: unknown,
): CoupletError {
  return new CoupletError({
    code: "DEVICE_UNAVAILABLE",
    where: `kernels ${name}`,
    expected: "the compiled kernels",
    received,
    hint,
    cause,
  });
}
