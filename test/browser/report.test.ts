/** Reports in a real browser: both themes, no complaint, no network, every figure drawn, light enough. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { fitTable, table, type Table } from "couplet/table";
import { renderTableReport, tableReport } from "couplet/report";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generator } from "../random.ts";
import { chromiumPath, launchChromium } from "./chromium.ts";

/** A table with everything that makes a page ugly or heavy: many columns, long names, markup in cells. */
function hostile(rows: number, columns: number): Table {
  const { uniform: random } = generator(8);
  const shared = Array.from({ length: rows }, () => random() + random() - 1);
  return table(
    Object.fromEntries(
      Array.from({ length: columns }, (_, j) => [
        j % 3 === 0 ? `"quoted" & <b>number</b> ${"very ".repeat(8)}long ${j}` : `column_${j}`,
        shared.map((v) => {
          const value = v + (0.3 + 0.1 * j) * (random() - 0.5);
          if (j % 3 === 0) return value * 10 ** (j % 7);
          if (j % 3 === 1) return Math.round(5 * value);
          return `</script><i>${"category ".repeat(6)}${Math.floor(8 * Math.abs(value))}`;
        }),
      ]),
    ),
  );
}

async function pageOf(rows: number, columns: number): Promise<string> {
  const data = hostile(rows, columns);
  const model = await fitTable(data, { epochs: 2, name: "hostile" });
  try {
    return await renderTableReport(await tableReport(model, data, { name: "hostile <table>" }));
  } finally {
    model.dispose();
  }
}

describe.skipIf(chromiumPath() === undefined)("a report in Chromium", { timeout: 120_000 }, () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    browser = await launchChromium();
    folder = await mkdtemp(path.join(tmpdir(), "couplet-report-"));
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ["of a few columns", 700, 6],
    ["of many columns", 700, 60],
  ])("%s opens in both themes, draws everything and asks for nothing", async (_, rows, columns) => {
    const text = await pageOf(rows, columns);
    expect(Buffer.byteLength(text)).toBeLessThan(2e6);
    const file = path.join(folder, `${columns}.html`);
    await writeFile(file, text);
    const papers = new Set<string>();
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1200, height: 900 } });
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(`console: ${message.text()}`));
      page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
      page.on("request", (request) => {
        if (!/^(data:|file:.*\d+\.html$)/.test(request.url()))
          complaints.push(`request: ${request.url()}`);
      });
      await page.goto(pathToFileURL(file).href);
      papers.add(await page.evaluate("getComputedStyle(document.documentElement).backgroundColor"));
      const ids = await page
        .locator("figure")
        .evaluateAll((figures) => figures.map(({ id }) => id));
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of [
        "losses",
        "shapes",
        "association",
        "association-difference",
        "pit",
        "coverage",
        "pit-columns",
        "latent-quantiles",
        "latent-moments",
        "two-sample",
        "copying",
        "round-trip",
      ])
        expect(ids).toContain(id);
      expect(ids.filter((id) => id.startsWith("column-"))).toHaveLength(Math.min(columns, 24));
      // Every figure has a picture of some size with a text alternative, a sentence and its data.
      const faults = await page.locator("figure").evaluateAll((figures) =>
        figures.flatMap((figure) => {
          const pictures = [...figure.querySelectorAll<SVGElement>("svg[role=img]")];
          const drawn =
            pictures.length > 0 &&
            pictures.every((svg) => {
              const { width, height } = svg.getBoundingClientRect();
              return (
                width > 100 &&
                height > 50 &&
                !svg.outerHTML.includes("NaN") &&
                svg.getAttribute("aria-label") !== ""
              );
            });
          return drawn &&
            figure.querySelector("a.download") !== null &&
            (figure.querySelector("figcaption")?.textContent ?? "").length > 30
            ? []
            : [figure.id];
        }),
      );
      expect(faults).toEqual([]);
      // Nothing from the data became markup, and nothing makes the page scroll sideways.
      expect(await page.locator("figure i, figure b, figure script").count()).toBe(0);
      expect(await page.locator("script").count()).toBe(1);
      const fits = "document.documentElement.scrollWidth <= innerWidth";
      expect(await page.evaluate(fits)).toBe(true);
      // A mark says what it stands for beside the pointer.
      await page.locator("#shapes svg[role=img] circle").first().hover();
      expect(await page.locator(".tip").textContent()).toMatch(/two real samples: [01]\.\d{3}/);
      await page.keyboard.press("Escape");
      expect(await page.locator(".tip").isVisible()).toBe(false);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await page.evaluate(fits)).toBe(true);
      expect(complaints).toEqual([]);
      await page.close();
    }
    expect(papers.size).toBe(2);
  });

  it("lets the reader choose the theme, and take the data away", async () => {
    const file = path.join(folder, "small.html");
    await writeFile(file, await pageOf(200, 3));
    const page = await browser.newPage({ colorScheme: "light" });
    await page.goto(pathToFileURL(file).href);
    const paper = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    const light = await paper();
    await page.getByText("dark", { exact: true }).click();
    expect(await paper()).not.toBe(light);
    await page.emulateMedia({ media: "print" });
    expect(await paper()).toBe(light);
    await page.emulateMedia({ media: "screen" });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("#shapes a.download").click(),
    ]);
    expect(download.suggestedFilename()).toBe("shapes.csv");
    await page.close();
  });
});
