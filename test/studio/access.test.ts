/** The studio for everyone: by keyboard alone, by screen readers, on any width, in the dark, without motion; light, and to itself. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchChromium } from "../browser/chromium.ts";
import { serveFolder } from "../browser/serve-folder.ts";
import { choose, diamonds, goTo, openStudio, root, tell, waitForTable } from "./open-studio.ts";
import type { DroppedFile, OpenStudio } from "./open-studio.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A few of the diamonds: what is seen of a fit is the same. */
const few: DroppedFile = {
  name: "few.csv",
  mimeType: "text/csv",
  buffer: Buffer.from(readFileSync(diamonds, "utf8").split("\n").slice(0, 401).join("\n")),
};

const STEPS = ["Data", "Fit", "Explore", "Odd rows", "What if", "Inside", "Take away"] as const;
const WIDTHS = [390, 800, 1600] as const;

/** Whether the page or the worker that runs this gets an answer. */
const fetched = (url: string): Promise<string> =>
  fetch(url).then(
    () => "fetched",
    () => "refused",
  );

/** What axe finds serious or worse, each with the elements that it is about. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as {
        axe: {
          run(): Promise<{
            violations: { impact: string; id: string; nodes: { html: string }[] }[];
          }>;
        };
      }
    ).axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join("; ")}`);
  });
}

/** Waits for what a step shows in the end. */
async function settled(page: Page, step: (typeof STEPS)[number]): Promise<void> {
  const shown: Readonly<Record<string, string>> = {
    Explore: "figure.pair svg",
    "Odd rows": "table.odd tbody tr",
    "What if": ".outlook .words",
  };
  if (shown[step] !== undefined) await page.locator(shown[step]).first().waitFor();
}

/** Presses Tab until something with that name has the focus, as who sees no pointer does. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press("Tab");
    const own = await page.evaluate(() => {
      const { activeElement: it } = document;
      return `${it?.getAttribute("aria-label") ?? ""}${it?.textContent ?? ""}`.trim();
    });
    if (name.test(own)) return;
  }
  throw new Error(`no Tab leads to ${String(name)}`);
}

describe.skipIf(chromiumPath() === undefined)("the studio for everyone", () => {
  let browser: Browser;
  let studio: OpenStudio;
  beforeAll(async () => {
    browser = await launchChromium();
    studio = await openStudio(browser, [], { viewport: { width: 1600, height: 1000 } });
  });
  afterAll(async () => {
    await studio?.close();
    await browser?.close();
  });

  it("loads under 350 kB, gzip, until there are rows to see, from its own address alone", async () => {
    const own = await openStudio(browser);
    let bytes = 0;
    const sizes: Promise<void>[] = [];
    own.page.on("response", (response) => {
      if (!/\.(js|css|html|wasm|svg)$|\/$/.test(new URL(response.url()).pathname)) return;
      sizes.push(
        response
          .body()
          .then((body) => void (bytes += gzipSync(body).length))
          .catch(() => undefined),
      );
    });
    try {
      await own.page.reload();
      await choose(own.page, few);
      await waitForTable(own.page, "few.csv");
      await Promise.all(sizes);
      tell(`first load ${Math.round(bytes / 1000)} kB gzip`);
      expect(bytes).toBeGreaterThan(30_000);
      expect(bytes).toBeLessThan(350_000);
      expect(own.complaints.filter((one) => !one.includes("ERR_ABORTED"))).toEqual([]);
      // The policy forbids what the page never tries, and its workers neither: another port of this machine answers anybody.
      const elsewhere = await serveFolder(root, { "Access-Control-Allow-Origin": "*" }, "here");
      try {
        await own.page.getByRole("button", { name: "Fit a model" }).click();
        await own.page.locator(".axes svg").first().waitFor();
        const workers = own.page.workers();
        expect(workers.length).toBeGreaterThan(1);
        const answers = await Promise.all([
          own.page.evaluate(fetched, elsewhere.url),
          ...workers.map((worker) => worker.evaluate(fetched, elsewhere.url)),
        ]);
        expect(new Set(answers)).toEqual(new Set(["refused"]));
      } finally {
        await elsewhere.close();
      }
      expect(own.complaints.join()).toContain("Content Security Policy");
    } finally {
      await own.close();
    }
  });

  it("goes from a file to an odd row by keyboard alone", async () => {
    const { page } = studio;
    // Heard from before the key: the browser is asked to hand its dialog over, which takes a while.
    const asked = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Choose a file" }).waitFor();
    await tabTo(page, /^Choose a file$/);
    await page.keyboard.press("Enter");
    await (await asked).setFiles(few);
    await waitForTable(page, "few.csv");
    await tabTo(page, /^Fit a model$/);
    await page.keyboard.press("Enter");
    await page.locator(".axes svg").first().waitFor();
    // A fast machine may be done with so few rows by now.
    const ready = page.getByRole("heading", { name: "The model is ready" });
    if (!(await ready.isVisible())) {
      await tabTo(page, /^(Stop and keep the model|Explore the model)$/);
      if (!(await ready.isVisible())) await page.keyboard.press("Enter");
    }
    await ready.waitFor();
    await tabTo(page, /^Odd rows$/);
    await page.keyboard.press("Enter");
    await page.locator("table.odd tbody tr").nth(1).waitFor();
    const second = await page.locator("table.odd tbody tr").nth(1).locator("button").innerText();
    await tabTo(page, new RegExp(`^${second}$`));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: `Row ${second}` }).waitFor();
  });

  it.each(["light", "dark"] as const)(
    "has no serious finding of axe, nor a page wider than the window, %s",
    async (colorScheme) => {
      const { page } = studio;
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const step of STEPS) {
        await goTo(page, step);
        await settled(page, step);
        expect(await findings(page), `${step}, ${colorScheme}`).toEqual([]);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          // Charts follow the window's width in the next frame.
          await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 150)));
          const over = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(over, `${step}, ${width} px`).toBeLessThanOrEqual(0);
        }
        await page.setViewportSize({ width: 1600, height: 1000 });
      }
    },
  );

  it("moves nothing for who wants no motion", async () => {
    const { page } = studio;
    await page.emulateMedia({ reducedMotion: "reduce" });
    expect(
      await page.evaluate(
        () => document.getAnimations().filter((one) => one.playState === "running").length,
      ),
    ).toBe(0);
  });

  it("asks the start page no less", async () => {
    const { page } = studio;
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Choose a file" }).waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await findings(page), colorScheme).toEqual([]);
    }
    expect(studio.complaints).toEqual([]);
  });
});
