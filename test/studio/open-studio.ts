/** The built studio in Chromium, served by the built command. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

export const root: string = fileURLToPath(new URL("../../", import.meta.url));
export const command: string = path.join(root, "packages/cli/dist/main.js");
export const diamonds: string = path.join(root, "examples/data/diamonds.csv");

/** A file as the page's input takes it. */
export interface DroppedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A page of the studio, and what it said and asked for. */
export interface OpenStudio {
  readonly page: Page;
  readonly address: string;
  /** When the page was asked for, on the clock of `performance.now`. */
  readonly asked: number;
  /** Uncaught errors, messages of `console.error`, requests that failed or went elsewhere. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Starts `couplet studio`; gives the address that it prints. */
export async function startCommand(
  ...parameters: readonly string[]
): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [command, "studio", "--no-open", ...parameters], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (piece: Buffer) => {
      text += piece.toString();
      if (text.includes("\n")) resolve(text.trim());
    });
    void ended.then(() => reject(new Error("couplet studio ended without an address")));
  });
  return {
    address,
    stop: async () => {
      child.kill("SIGINT");
      await ended;
    },
  };
}

/** Opens the studio of the command in a fresh context of the browser. */
export async function openStudio(
  browser: Browser,
  parameters: readonly string[] = [],
  options: BrowserContextOptions = {},
): Promise<OpenStudio> {
  return openStudioAt(browser, await startCommand(...parameters), options);
}

/** Opens the studio of any server in a fresh context of the browser; closing it stops the server. */
export async function openStudioAt(
  browser: Browser,
  server: { readonly address: string; stop(): Promise<void> },
  options: BrowserContextOptions = {},
): Promise<OpenStudio> {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  const page = await context.newPage();
  // A busy machine may take long: what bounds a wait is the test's own limit.
  page.setDefaultTimeout(250_000);
  const complaints: string[] = [];
  const { origin } = new URL(server.address);
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  page.on("requestfailed", (request) => {
    complaints.push(`request failed: ${request.url()} ${request.failure()?.errorText ?? ""}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`) && !/^(data|blob):/.test(request.url()))
      complaints.push(`went elsewhere: ${request.url()}`);
  });
  const asked = performance.now();
  await page.goto(server.address);
  return {
    page,
    asked,
    address: server.address,
    complaints,
    close: async () => {
      await context.close();
      await server.stop();
    },
  };
}

/** Gives the page a file, as choosing one does. */
export async function choose(page: Page, file: DroppedFile | string): Promise<void> {
  await page.locator("input[type=file]").first().setInputFiles(file);
}

/** Waits for the rows of a table and the reasons for its columns. */
export async function waitForTable(page: Page, name: string): Promise<void> {
  await page.locator(".file strong", { hasText: name }).waitFor();
  await page.locator("table.columns tbody tr td.why:not(:empty)").first().waitFor();
}

/** Presses a button that gives a file, and reads it. */
export async function downloaded(page: Page, button: string): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  return readFileSync(await download.path());
}

/** Goes to a step of the studio. */
export async function goTo(page: Page, step: string): Promise<void> {
  await page.locator("nav.steps button", { hasText: step }).click();
}

/** Starts a fit, and stops it once it is 0.4 nats better than the simple models, if it is not over, however fast the machine; waits for the closing report. */
export async function fitUntilAhead(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Fit a model" }).click();
  const ready = page.getByRole("heading", { name: "The model is ready" });
  const ahead = page.locator(".figures div", {
    hasText: /^Better than .*by(0\.[4-9]|[1-9]\d*\.)\d* nats/,
  });
  await ahead.or(ready).first().waitFor();
  await stopAndKeep(page);
}

/** Stops the fit that runs, if it is not over, however fast the machine; waits for the closing report. */
export async function stopAndKeep(page: Page): Promise<void> {
  const ready = page.getByRole("heading", { name: "The model is ready" });
  const stop = page.getByRole("button", { name: "Stop and keep the model" });
  await stop.or(ready).first().waitFor();
  if (!(await ready.isVisible())) await stop.click({ timeout: 1000 }).catch(() => undefined);
  await ready.waitFor();
}

/** A line for whoever reads the test's output: no test asserts a time. */
export function tell(text: string): void {
  process.stdout.write(`studio: ${text}\n`);
}
