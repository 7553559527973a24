/**
 * A static server for pages that load the built package. It serves the repository, so that
 * `couplet` and its dependency come from where Node would take them, through an import map.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { isolation, serveFolder } from "./serve-folder.ts";
import type { FolderServer } from "./serve-folder.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What package.json says of a specifier to a bundler for browsers. */
type Target = string | { readonly browser?: Target; readonly default?: Target };

function forBrowsers(target: Target | undefined): string | undefined {
  if (typeof target === "string" || target === undefined) return target;
  return forBrowsers(target.browser ?? target.default);
}

/** Packages that the library imports, where their modules lie. */
const PACKAGES: Readonly<Record<string, string>> = {
  valibot: "/node_modules/valibot/dist/index.mjs",
  pako: "/node_modules/pako/dist/pako.mjs",
  hyparquet: "/node_modules/hyparquet/src/index.js",
  "hyparquet-compressors": "/node_modules/hyparquet-compressors/src/index.js",
  fzstd: "/node_modules/fzstd/esm/index.mjs",
  hysnappy: "/node_modules/hysnappy/js/index.js",
  "@uwdata/flechette": "/node_modules/@uwdata/flechette/src/index.js",
};

/** The package's entry points and its inner `#` names, as its package.json has them for browsers. */
function importMap(): string {
  const manifest = JSON.parse(
    readFileSync(path.join(root, "packages/couplet/package.json"), "utf8"),
  ) as {
    readonly imports: Readonly<Record<string, Target>>;
    readonly exports: Readonly<Record<string, Target>>;
  };
  const imports: Record<string, string> = { ...PACKAGES };
  const names = Object.entries(manifest.exports).map(
    ([name, target]) => [name.replace(/^\./, "couplet"), target] as const,
  );
  for (const [name, target] of [...names, ...Object.entries(manifest.imports)]) {
    const file = forBrowsers(target);
    if (file !== undefined) imports[name] = path.posix.join("/packages/couplet", file);
  }
  return JSON.stringify({ imports });
}

const page = `<!doctype html><meta charset="utf-8"><title>couplet</title><link rel="icon" href="data:,">
<script type="importmap">${importMap()}</script>`;

/**
 * Starts the server on a free port.
 *
 * @param options.isolated whether pages are cross-origin isolated (COOP and COEP headers), which is
 *   what gives a page SharedArrayBuffer and so the library its threads
 */
export function servePages(options: { readonly isolated: boolean }): Promise<FolderServer> {
  return serveFolder(root, options.isolated ? isolation : {}, page);
}
