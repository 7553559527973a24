/** Training in a page: the same parameters as in Node, bit for bit, and the page's thread stays free. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { chromiumPath, launchChromium, runInPage } from "./chromium.ts";
import { runInNode } from "./in-node.ts";

interface Trained {
  readonly turned: boolean;
  readonly losses: readonly (readonly [number, number])[];
  readonly parameters: readonly number[];
  readonly logProb: readonly number[];
  readonly readBackEqual: boolean;
}

describe.skipIf(chromiumPath() === undefined)("training in Chromium", { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  it.each([
    { isolated: true, threads: 2 },
    { isolated: false, threads: 1 },
  ])("equals Node (isolated $isolated, threads $threads)", async ({ isolated, threads }) => {
    const { value, complaints } = await runInPage(browser, "fit.js", { threads }, { isolated });
    expect(complaints).toEqual([]);
    const inPage = value as Trained;
    const inNode = (await runInNode("fit.js", { threads })) as Trained;
    // It learned something, so that equal is not equally untouched.
    expect(inNode.losses.at(-1)![1]).toBeLessThan(inNode.losses[0]![1]);
    expect(inPage.losses).toEqual(inNode.losses);
    expect(inPage.parameters).toEqual(inNode.parameters);
    expect(inPage.logProb).toEqual(inNode.logProb);
    expect(inPage.readBackEqual).toBe(true);
    expect(inPage.turned).toBe(true);
  });
});
