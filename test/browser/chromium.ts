/** Real headless Chromium for tests: the system's, never one that a package downloads. */
import { accessSync, constants } from "node:fs";
import { chromium, type Browser } from "playwright-core";
import { servePages } from "./serve.ts";

/** Path of the browser, from CHROMIUM_PATH or where Debian puts it; `undefined` when there is none. */
export function chromiumPath(): string | undefined {
  const candidates = [process.env["CHROMIUM_PATH"], "/usr/bin/chromium"];
  return candidates.find((candidate) => candidate !== undefined && isExecutable(candidate));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts the browser that {@link chromiumPath} found, without any traffic of its own. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error("no Chromium: set CHROMIUM_PATH");
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** What a page script came back with, and what the page said while it ran. */
export interface PageResult {
  readonly value: unknown;
  /** Uncaught errors, messages of `console.error`, and requests that failed or left the machine. */
  readonly complaints: readonly string[];
}

/**
 * Runs `page/<script>` (or a path from the repository's root) in a fresh page: its export `run(input)` is called there, and what it returns
 * comes back as JSON. {@link runInNode} calls the same file in Node.
 *
 * @param options.isolated whether the page is cross-origin isolated (threads) or not (one thread)
 */
export async function runInPage(
  browser: Browser,
  script: string,
  input: unknown,
  options: { readonly isolated: boolean },
): Promise<PageResult> {
  const server = await servePages(options);
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  page.on("requestfailed", (request) => {
    complaints.push(`request failed: ${request.url()} ${request.failure()?.errorText ?? ""}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) {
      complaints.push(`left the machine: ${request.url()}`);
    }
  });
  try {
    await page.goto(server.url);
    const address = script.startsWith("/") ? script : `/test/browser/page/${script}`;
    // A string, because vitest rewrites `import()` in functions that it compiles.
    const value: unknown = await page.evaluate(
      `import(${JSON.stringify(address)}).then((script) => script.run(${JSON.stringify(input)}))`,
    );
    return { value, complaints };
  } finally {
    await page.close();
    await server.close();
  }
}
