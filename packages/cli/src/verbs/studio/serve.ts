/** The studio's files and one file of the user's, for programs on this machine that know the address. */
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { CoupletError } from "couplet";

/** This machine, and nobody else. */
const HOST = "127.0.0.1";

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** The policy of the page, which has it in index.html too; a test holds them equal. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'";

/**
 * The page and its workers may fetch from here alone, nobody frames it, other pages read none of it, and it is cross-origin isolated, which
 * gives it threads. Every file has the whole policy: a worker, where the data are, obeys that of its own script, not that of the page.
 */
const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": `${PAGE_POLICY}; frame-ancestors 'none'`,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};

/** Options of {@link serveStudio}. */
export interface ServeOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** The one file that the page may read. */
  readonly file?: string;
  /** The folder of the studio's files. Default: that of the package `couplet-studio`. */
  readonly folder?: string;
}

/** A server that runs. */
export interface StudioServer {
  /** The page's address, with the way to the given file in it. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves the studio at 127.0.0.1. Requests under another host name are refused: a page elsewhere could point its own name here. The
 * given file lies under a name that nobody can guess.
 *
 * @throws CoupletError NOT_SUPPORTED where the package `couplet-studio` is not installed; USAGE for a port that is taken
 */
export async function serveStudio(options: ServeOptions): Promise<StudioServer> {
  const folder = options.folder ?? studioFolder();
  const files = await filesOf(folder);
  const { file } = options;
  const token = randomBytes(16).toString("hex");
  if (file !== undefined) files.set(`/given/${token}`, file);
  const server = createServer((request, response) => answer(request, response, files));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(portError(options.port, cause)));
    server.listen(options.port, HOST, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const given =
    file === undefined ? "" : `#given=${token}&name=${encodeURIComponent(path.basename(file))}`;
  return {
    address: `http://${HOST}:${port}/${given}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The paths that are answered, each with its file: no other can be asked for. */
async function filesOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map<string, string>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.set(`/${path.relative(folder, file).split(path.sep).join("/")}`, file);
  }
  files.set("/", path.join(folder, "index.html"));
  return files;
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: ReadonlyMap<string, string>,
): void {
  const { port } = request.socket.address() as AddressInfo;
  if (![`${HOST}:${port}`, `localhost:${port}`].includes(request.headers.host ?? "")) {
    refuse(response, 421, "wrong host name");
    return;
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    refuse(response, 405, "reading only");
    return;
  }
  const file = files.get((request.url ?? "/").replace(/[?#].*$/, ""));
  if (file === undefined) {
    refuse(response, 404, "no such file");
    return;
  }
  const type =
    request.url?.startsWith("/given/") === true ? undefined : MEDIA_TYPES[path.extname(file)];
  response.writeHead(200, { ...HEADERS, "Content-Type": type ?? "application/octet-stream" });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const source = createReadStream(file);
  // A file that has gone meanwhile: the page sees a broken answer.
  source.on("error", () => response.destroy());
  source.pipe(response);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...HEADERS, "Content-Type": "text/plain" }).end(`${text}\n`);
}

function studioFolder(): string {
  try {
    return path.dirname(createRequire(import.meta.url).resolve("couplet-studio/index.html"));
  } catch (cause) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "studio",
      expected: "the package couplet-studio",
      received: "an installation without it",
      hint: "npm install couplet-studio adds it.",
      cause,
    });
  }
}

function portError(port: number, cause: Error): CoupletError {
  return new CoupletError({
    code: "USAGE",
    where: `--port ${port}`,
    expected: "a port that is free",
    received: cause.message,
    hint: "Without --port a free one is taken.",
    cause,
  });
}
