import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { chromiumPath, launchChromium, runInPage } from "./chromium.ts";

describe.skipIf(chromiumPath() === undefined)("a page in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  it("has shared memory when it is cross-origin isolated", async () => {
    const result = await runInPage(browser, "isolation.js", null, { isolated: true });
    expect(result.value).toEqual({ crossOriginIsolated: true, sharedMemory: true });
    expect(result.complaints).toEqual([]);
  });

  it("has none when it is not, so that one thread has to do", async () => {
    const result = await runInPage(browser, "isolation.js", null, { isolated: false });
    expect(result.value).toEqual({ crossOriginIsolated: false, sharedMemory: false });
    expect(result.complaints).toEqual([]);
  });
});
