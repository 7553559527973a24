/**
 * The site as `npm run site` built it, in a real browser: every page loads whole and fits a phone, the live example trains a flow
 * whose density sums to 1, and nothing asks another origin for anything.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchChromium } from "../browser/chromium.ts";
import { isolation, serveFolder, type FolderServer } from "../browser/serve-folder.ts";

const built = fileURLToPath(new URL("../../site/.vitepress/dist", import.meta.url));
const home = path.join(built, "index.html");
const missing = chromiumPath() === undefined || !existsSync(home);

describe.skipIf(missing)("the site in Chromium", () => {
  let browser: Browser;
  let server: FolderServer;
  beforeAll(async () => {
    browser = await launchChromium();
    server = await serveFolder(built, isolation, readFileSync(home, "utf8"));
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  /** A page and what it complained of. */
  async function open(width: number): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
    page.on("response", (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
      if (!response.url().startsWith(server.url) && !/^(data|blob):/.test(response.url()))
        complaints.push(`another origin: ${response.url()}`);
    });
    return { page, complaints };
  }

  it("trains a flow in the page, whose density sums to 1", async () => {
    const { page, complaints } = await open(1200);
    await page.goto(server.url);
    await page.getByRole("combobox", { name: "Points" }).selectOption("eight Gaussians");
    await page.getByRole("button", { name: "Train a flow" }).click();
    const status = page.locator("[role=status]");
    await expect
      .poll(async () => /sums to ([\d.]+)/.exec((await status.textContent()) ?? "")?.[1], {
        timeout: 100_000,
      })
      .toBeDefined();
    const text = (await status.textContent())!;
    const mass = Number(/sums to ([\d.]+)/.exec(text)![1]);
    const [flow, gaussian] = [/: (-?[\d.]+) nats/, /Gaussian: (-?[\d.]+)/].map((pattern) =>
      Number(pattern.exec(text)![1]),
    );
    // The square leaves out a little of the tails.
    expect(mass).toBeGreaterThan(0.95);
    expect(mass).toBeLessThan(1.02);
    expect(flow).toBeLessThan(gaussian! - 0.3);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("stops a training when asked, and draws what it has", async () => {
    const { page } = await open(1200);
    await page.goto(server.url);
    await page.getByRole("button", { name: "Train a flow" }).click();
    await page.getByText(/Epoch \d+ of/).waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("button", { name: "Train again" }).waitFor();
    await page.close();
  });

  const pages = missing
    ? []
    : readdirSync(built, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".html") && !file.startsWith("api"))
        .sort();

  it("loads every page whole, none wider than a phone", async () => {
    const { page, complaints } = await open(390);
    const wide: string[] = [];
    for (const file of pages) {
      await page.goto(new URL(file, server.url).href, { waitUntil: "load" });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      if (width > 390) wide.push(`${file}: ${width} px`);
    }
    expect(pages.length).toBeGreaterThan(40);
    expect(wide).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("finds a page by a word", async () => {
    const { page } = await open(1200);
    await page.goto(server.url);
    await page.getByRole("button", { name: /Search/ }).click();
    await page.locator("#localsearch-input").fill("receptive field");
    await page.locator("#localsearch-list li a").first().waitFor();
    expect(await page.locator("#localsearch-list li a").first().textContent()).toMatch(/recept/i);
    await page.close();
  });
});
