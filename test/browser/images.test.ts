/** A 28 x 28 image flow in a page: trains a few steps, scores and samples as Node does. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { chromiumPath, launchChromium, runInPage } from "./chromium.ts";
import { runInNode } from "./in-node.ts";

interface Result {
  readonly losses: readonly number[];
  readonly bits: number;
  readonly constant: number;
  readonly drawn: number;
  readonly inRange: boolean;
  readonly parameters: readonly number[];
}

describe.skipIf(chromiumPath() === undefined)("images in Chromium", { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  it.each([
    { isolated: true, threads: 2 },
    { isolated: false, threads: 1 },
  ])("equals Node (isolated $isolated, threads $threads)", async ({ isolated, threads }) => {
    const { value, complaints } = await runInPage(browser, "images.js", { threads }, { isolated });
    expect(complaints).toEqual([]);
    const inPage = value as Result;
    const inNode = (await runInNode("images.js", { threads })) as Result;
    expect(inNode.losses.at(-1)!).toBeLessThan(inNode.losses[0]!);
    expect(inPage.parameters).toEqual(inNode.parameters);
    // The logarithms that a score is summed from differ between engines in the last digits.
    expect(inPage.bits).toBeCloseTo(inNode.bits, 9);
    expect(inPage).toMatchObject({ constant: 8, drawn: 4, inRange: true });
  });
});
