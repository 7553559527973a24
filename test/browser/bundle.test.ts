/** The package after a bundler: kernels and worker are found, and the numbers are those of Node. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { chromiumPath, launchChromium, runInPage } from "./chromium.ts";
import { runInNode } from "./in-node.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = "node_modules/.couplet-bundle";

describe.skipIf(chromiumPath() === undefined)("a bundle in Chromium", { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
    await build({
      root,
      base: `/${folder}/`,
      configFile: false,
      logLevel: "error",
      worker: { format: "es" },
      build: {
        outDir: path.join(root, folder),
        emptyOutDir: true,
        modulePreload: false,
        target: "es2022",
        rollupOptions: {
          input: path.join(root, "test/browser/page/log-prob.js"),
          preserveEntrySignatures: "strict",
          output: { entryFileNames: "[name].js" },
        },
      },
    });
  });
  afterAll(() => browser.close());

  it("scores on two threads as Node does", async () => {
    const input = { rows: 3001, threads: 2, relaxedSimd: false };
    const script = `/${folder}/log-prob.js`;
    const { value, complaints } = await runInPage(browser, script, input, { isolated: true });
    expect(complaints).toEqual([]);
    expect(value).toEqual(await runInNode("log-prob.js", input));
  });
});
