/** Long calculations let the event loop run between their pieces, in a page and in Node. What is counted does not depend on the machine. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { chromiumPath, launchChromium, runInPage } from "./chromium.ts";
import { runInNode } from "./in-node.ts";

/**
 * Turns that a part takes at least, of 20,000 rows and 4 columns (2,000 rows in the fit, 200 in the report): about half of what it takes. A loop over rows or
 * columns that nobody cuts takes none.
 */
const LEAST: Readonly<Record<string, number>> = {
  inferSchema: 40,
  fitTable: 200,
  score: 50,
  sample: 40,
  "rows that are looked at": 6,
  samples: 60,
  pairs: 8,
  calibration: 4,
  "latent space": 2,
  classifier: 5000,
  rows: 150,
  copying: 500,
};

function expectTurns(counted: unknown): void {
  const turns = counted as Readonly<Record<string, number>>;
  expect(turns["made"]).toBe(0);
  const few = Object.keys(LEAST).filter((part) => !((turns[part] ?? 0) >= LEAST[part]!));
  expect(Object.fromEntries(few.map((part) => [part, turns[part]]))).toEqual({});
}

it("lets the event loop run in Node", async () => {
  expectTurns(await runInNode("turns.js", {}));
});

describe.skipIf(chromiumPath() === undefined)("in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  it("lets the event loop run in a page", async () => {
    const { value, complaints } = await runInPage(
      browser,
      "turns.js",
      {},
      {
        isolated: false,
      },
    );
    expect(complaints).toEqual([]);
    expectTurns(value);
  });
});
