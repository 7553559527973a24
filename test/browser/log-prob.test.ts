/** The same kernel build gives the same numbers in a page as in Node, bit for bit. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { chromiumPath, launchChromium, runInPage } from "./chromium.ts";
import { runInNode } from "./in-node.ts";

interface Numbers {
  readonly threads: number;
  readonly threadsReason: string | null;
  readonly simd: string;
  readonly gemm: string;
  readonly syncEqual: boolean;
  readonly logProb: readonly number[];
  readonly z: readonly number[];
  readonly sample: readonly number[];
}

/** Above what runs inline on the caller's thread, and no multiple of a tile. */
const rows = 3001;

describe.skipIf(chromiumPath() === undefined)("a flow in Chromium", { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  const both = async (isolated: boolean, threads: number, relaxedSimd: boolean) => {
    const input = { rows, threads, relaxedSimd };
    const { value, complaints } = await runInPage(browser, "log-prob.js", input, { isolated });
    expect(complaints).toEqual([]);
    const inNode = (await runInNode("log-prob.js", { ...input, threads: 1 })) as Numbers;
    return { inPage: value as Numbers, inNode };
  };

  it.each([
    { threads: 1, relaxedSimd: false },
    { threads: 2, relaxedSimd: false },
    { threads: 2, relaxedSimd: true },
  ])(
    "equals Node, isolated, $threads threads, relaxed SIMD $relaxedSimd",
    async ({ threads, relaxedSimd }) => {
      const { inPage, inNode } = await both(true, threads, relaxedSimd);
      expect(inPage.threads).toBe(threads);
      expect(inPage.simd).toBe(relaxedSimd ? "relaxed" : "simd128");
      expect(inPage.simd).toBe(inNode.simd);
      expectSameNumbers(inPage, inNode);
    },
  );

  it("equals Node on one thread, and says why it is one, when the page is not isolated", async () => {
    const { inPage, inNode } = await both(false, 2, false);
    expect(inPage.threads).toBe(1);
    expect(inPage.threadsReason).toContain("cross-origin isolated");
    expectSameNumbers(inPage, inNode);
  });
});

function expectSameNumbers(inPage: Numbers, inNode: Numbers): void {
  expect(inPage.syncEqual).toBe(true);
  expect(inNode.logProb).toHaveLength(rows);
  expect(inNode.logProb.every(Number.isFinite)).toBe(true);
  // Moved away from the identity: rows do not all have the base's density.
  expect(new Set(inNode.logProb).size).toBeGreaterThan(rows / 2);
  for (const name of ["logProb", "z", "sample"] as const) {
    const different = inPage[name].filter((value, i) => !Object.is(value, inNode[name][i])).length;
    expect(`${different} of ${inPage[name].length} ${name} differ`).toBe(
      `0 of ${inNode[name].length} ${name} differ`,
    );
  }
}
