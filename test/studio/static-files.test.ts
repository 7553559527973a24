/** The studio as static files in a folder of a plain web server: no headers, so no threads. */
import path from "node:path";
import { readFileSync } from "node:fs";
import { TableModel } from "couplet/table";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchChromium } from "../browser/chromium.ts";
import { serveFolder } from "../browser/serve-folder.ts";
import {
  choose,
  diamonds,
  downloaded,
  goTo,
  openStudioAt,
  root,
  stopAndKeep,
  waitForTable,
} from "./open-studio.ts";

describe.skipIf(chromiumPath() === undefined)("the studio on a plain web server", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  it("fits on one thread where the page is not isolated, from any folder", async () => {
    const server = await serveFolder(path.join(root, "packages/studio"), {}, "");
    const studio = await openStudioAt(browser, {
      address: `${server.url}dist/index.html`,
      stop: () => server.close(),
    });
    const { page } = studio;
    try {
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
      const csv = readFileSync(diamonds, "utf8").split("\n").slice(0, 301).join("\n");
      await choose(page, { name: "few.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
      await waitForTable(page, "few.csv");
      await page.getByRole("button", { name: "Fit a model" }).click();
      await page.locator(".axes svg").first().waitFor();
      await stopAndKeep(page);
      await goTo(page, "Take away");
      const model = await TableModel.fromBytes(await downloaded(page, "Save few.couplet"));
      expect(model.schema.columns).toHaveLength(10);
      model.dispose();
      expect(studio.complaints.filter((one) => !one.includes("ERR_ABORTED"))).toEqual([]);
    } finally {
      await studio.close();
    }
  });
});
