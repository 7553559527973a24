/**
 * A static server for pages that load the built package. It serves the repository, so that
 * `couplet` and its dependency come from where Node would take them, through an import map.
 */
import { createReadStream, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

const mediaTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
};

/** What package.json says of a specifier to a bundler for browsers. */
type Target = string | { readonly browser?: Target; readonly default?: Target };

function forBrowsers(target: Target | undefined): string | undefined {
  if (typeof target === "string" || target === undefined) return target;
  return forBrowsers(target.browser ?? target.default);
}

/** The package's entry points and its inner `#` names, as its package.json has them for browsers. */
function importMap(): string {
  const manifest = JSON.parse(
    readFileSync(path.join(root, "packages/couplet/package.json"), "utf8"),
  ) as {
    readonly imports: Readonly<Record<string, Target>>;
    readonly exports: Readonly<Record<string, Target>>;
  };
  const imports: Record<string, string> = { valibot: "/node_modules/valibot/dist/index.mjs" };
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

export interface PageServer {
  /** Address of the page, with a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the server on a free port.
 *
 * @param options.isolated whether pages are cross-origin isolated (COOP and COEP headers), which is
 *   what gives a page SharedArrayBuffer and so the library its threads
 */
export async function servePages(options: { readonly isolated: boolean }): Promise<PageServer> {
  const isolation: Record<string, string> = options.isolated
    ? {
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
      }
    : {};
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://page");
    if (pathname === "/") {
      response.writeHead(200, { "Content-Type": mediaTypes[".html"]!, ...isolation });
      response.end(page);
      return;
    }
    const file = path.join(root, decodeURIComponent(pathname));
    stat(file)
      .then((found) => {
        if (!file.startsWith(root) || !found.isFile()) throw new Error("not a file");
        const type = mediaTypes[path.extname(file)] ?? "application/octet-stream";
        response.writeHead(200, {
          "Content-Type": type,
          "Content-Length": found.size,
          ...isolation,
        });
        createReadStream(file).pipe(response);
      })
      .catch(() => {
        response.writeHead(404, { "Content-Type": "text/plain" }).end(`no file ${pathname}`);
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
