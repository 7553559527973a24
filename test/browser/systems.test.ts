/** couplet-systems after a bundler for pages: every entry point loads in Chromium, and the numbers are those of Node. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import type { Rolldown } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { chromiumPath, launchChromium, runInPage } from "./chromium.ts";
import { runInNode } from "./in-node.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = "node_modules/.couplet-systems-bundle";

interface Calculated {
  readonly energy: { readonly value: number };
  readonly domains: readonly string[];
  readonly exports: readonly boolean[];
  readonly refusal: string | null;
}

describe.skipIf(chromiumPath() === undefined)(
  "couplet-systems in Chromium",
  { timeout: 120_000 },
  () => {
    let browser: Browser;
    const warnings: string[] = [];
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
            input: path.join(root, "test/browser/page/systems.js"),
            preserveEntrySignatures: "strict",
            output: { entryFileNames: "[name].js" },
            onLog: (_level, log: Rolldown.RollupLog) => warnings.push(log.message),
          },
        },
      });
    });
    afterAll(() => browser.close());

    it("bundles without a module of Node", () => {
      expect(warnings.filter((text) => /node:|externalized/.test(text))).toEqual([]);
    });

    it.each([0, 2])("computes as Node does, on %i workers", async (threads) => {
      const script = `/${folder}/systems.js`;
      const { value, complaints } = await runInPage(
        browser,
        script,
        { threads },
        { isolated: true },
      );
      expect(complaints).toEqual([]);
      const inPage = value as Calculated;
      const inNode = (await runInNode("systems.js", { threads })) as Calculated;
      expect({ ...inPage, refusal: null }).toEqual(inNode);
      expect(Number.isFinite(inPage.energy.value)).toBe(true);
      expect(inPage.domains.length).toBeGreaterThan(4);
      expect(inPage.exports).not.toContain(false);
      // A page's thread may not wait for others.
      expect(inPage.refusal).toBe("DEVICE_UNAVAILABLE");
    });
  },
);
