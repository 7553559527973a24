/** Static servers on free ports, with the headers that a case asks for. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

const mediaTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** A page is cross-origin isolated under these, and then has threads. */
export const isolation: Readonly<Record<string, string>> = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "cross-origin",
};

export interface FolderServer {
  /** Address of the folder, with a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a folder; `page` answers the address `/`. */
export async function serveFolder(
  folder: string,
  headers: Readonly<Record<string, string>>,
  page: string,
): Promise<FolderServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://page");
    if (pathname === "/") {
      response.writeHead(200, { "Content-Type": mediaTypes[".html"]!, ...headers }).end(page);
      return;
    }
    const file = path.join(folder, decodeURIComponent(pathname));
    stat(file)
      .then((found) => {
        if (!file.startsWith(folder) || !found.isFile()) throw new Error("not a file");
        const type = mediaTypes[path.extname(file)] ?? "application/octet-stream";
        response.writeHead(200, { "Content-Type": type, ...headers });
        createReadStream(file).pipe(response);
      })
      .catch(() => response.writeHead(404, headers).end());
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

/** A page with one script. */
export function pageWith(script: string, before = "", type = ' type="module"'): string {
  return `<!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">${before}<script${type} src="${script}"></script>`;
}
