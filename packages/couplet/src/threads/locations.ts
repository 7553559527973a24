/** Where a page finds the kernels and the worker scripts, when the program says so. */
import { CoupletError } from "../error.ts";
import { checkOptions } from "../options.ts";

/** The address of a folder, or a function from a file's name to its address. */
export type Location = string | URL | ((name: string) => string | URL);

/** Where the files are that the packages bring. */
export interface ConfigureOptions {
  /** A copy of the packages' `wasm` folders (`engine.wasm`, `engine-relaxed.wasm`, `systems.wasm`). Default: beside the scripts, else embedded. */
  readonly wasmUrl?: Location | undefined;
  /** A copy of the packages' `workers` folders (`pool.js`, `monte-carlo.js`). Default: beside the scripts, else embedded. */
  readonly workerUrl?: Location | undefined;
}

let configured: ConfigureOptions = {};

/**
 * Says where the kernels and the worker scripts are, for pages where neither the package's own files nor the embedded copies will do
 * (a content security policy without `blob:` behind a bundler that copies no files). What is named is then the only place that is
 * tried. Call it before the first model; it holds for `couplet` and `couplet-systems`, and names that are left out keep what they had.
 *
 * @throws CoupletError USAGE on an unknown option or a value of another type
 * @example
 * import { configure } from "couplet";
 * configure({ wasmUrl: "/couplet", workerUrl: "/couplet" });
 */
export function configure(options: ConfigureOptions): void {
  checkOptions("configure", options, { wasmUrl: true, workerUrl: true });
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || typeof value === "string" || typeof value === "function") continue;
    if (value instanceof URL) continue;
    throw new CoupletError({
      code: "USAGE",
      where: `configure: ${name}`,
      expected: "an address (string or URL) or a function from a name to an address",
      received: typeof value,
    });
  }
  configured = { ...configured, ...options };
}

/** The address that {@link configure} gave a file, absolute; `undefined` where it gave none. */
export function configuredLocation(kind: keyof ConfigureOptions, name: string): URL | undefined {
  const location = configured[kind];
  if (location === undefined) return undefined;
  const page = globalThis.location?.href;
  if (typeof location === "function") return new URL(location(name), page);
  // A folder with or without a slash at its end.
  return new URL(name, new URL(String(location).replace(/\/?$/, "/"), page));
}
