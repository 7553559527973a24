/** What the studio's last step gives away: rows, a report, and lines that repeat the fit in a terminal and in a program. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readTable } from "couplet/io";
import { TableModel } from "couplet/table";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchChromium } from "../browser/chromium.ts";
import {
  choose,
  command,
  downloaded,
  goTo,
  openStudio,
  stopAndKeep,
  root,
  waitForTable,
} from "./open-studio.ts";
import type { OpenStudio } from "./open-studio.ts";

/** Names that the command's lists would cut in two, or a shell. */
const KIND = "kind, of wood";
const AGE = "it's age";
const lines = Array.from({ length: 240 }, (_, i) => {
  const kind = ["oak", "ash", "elm"][i % 3]!;
  return `${kind},${(i * 37) % 11},${(Math.sin(i) + (i % 3)).toFixed(3)}`;
});
const csv = [`"${KIND}",${AGE},height`, ...lines].join("\n");
const SEED_ROWS = { name: "trees.csv", mimeType: "text/csv", buffer: Buffer.from(csv) };

/** Inside node_modules, where a program finds the packages. */
const workshop = path.join(root, "node_modules/.couplet-workshop");

describe.skipIf(chromiumPath() === undefined)("taking away", () => {
  let browser: Browser;
  let studio: OpenStudio;
  let folder: string;
  beforeAll(async () => {
    mkdirSync(workshop, { recursive: true });
    folder = mkdtempSync(path.join(workshop, "take-away-"));
    browser = await launchChromium();
    studio = await openStudio(browser);
    const { page } = studio;
    await choose(page, SEED_ROWS);
    await waitForTable(page, "trees.csv");
    await page.getByLabel(`Type of ${AGE}`).selectOption("category");
    await page.getByText("declared here").waitFor();
    await page.getByLabel(`${KIND} is given`).check();
    await page.getByLabel("Training").selectOption("15");
    writeFileSync(path.join(folder, "trees.csv"), csv);
    writeFileSync(path.join(folder, "schema.json"), await downloaded(page, "Save the schema"));
    await page.getByRole("button", { name: "Fit a model" }).click();
    await page.getByRole("heading", { name: "The model is ready" }).waitFor();
    await goTo(page, "Take away");
  });
  afterAll(async () => {
    await studio?.close();
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const scoresOf = async (model: TableModel): Promise<Float64Array> =>
    (await model.score(await readTable(new Blob([csv]), { name: "trees.csv" }))).nats;

  it("gives rows of the table's own columns and values", async () => {
    const { page } = studio;
    await page.getByLabel("Rows", { exact: true }).fill("57");
    const text = String(await downloaded(page, "Save samples"));
    const drawn = await readTable(new Blob([text]), { name: "samples.csv" });
    expect(drawn.rows).toBe(57);
    expect(drawn.columns.map(({ name }) => name).toSorted()).toEqual(
      [AGE, KIND, "height"].toSorted(),
    );
    const kinds = drawn.columns.find(({ name }) => name === KIND)!.values as readonly string[];
    expect(kinds.every((kind) => ["oak", "ash", "elm"].includes(kind))).toBe(true);
    expect(new Set(kinds).size).toBeGreaterThan(1);
  });

  it("gives a report that is a page by itself", async () => {
    const page = String(await downloaded(studio.page, "Save the report"));
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).toContain("trees.csv");
    expect(page).toContain("<svg");
    expect(page).not.toMatch(/<(script|link|img)[^>]+(src|href)="https?:/);
  });

  it("gives lines for a terminal and a program that come to the same model", async () => {
    const { page } = studio;
    const saved = await TableModel.fromBytes(await downloaded(page, "Save trees.couplet"), {
      blas: false,
    });
    const [shell, program] = await page.locator(".lines-block pre").allInnerTexts();
    expect(shell).toContain("--schema schema.json");
    expect(shell).not.toContain("stopped");
    const env = { ...process.env, COUPLET_BLAS: "0" };
    const words = `couplet() { '${process.execPath}' '${command}' "$@"; }\nset -e\n${shell!}`;
    const out = execFileSync("bash", ["-c", words], { cwd: folder, env, encoding: "utf8" });
    expect(out.split("\n")[0]).toContain("nats");
    expect(readFileSync(path.join(folder, "samples.csv"), "utf8").split("\n").length).toBe(242);
    const script = path.join(folder, "again.mjs");
    writeFileSync(script, program!);
    execFileSync(process.execPath, [script], { cwd: folder, env });
    const own = await scoresOf(saved);
    for (const file of ["trees.couplet", "model.couplet"]) {
      const again = await TableModel.load(path.join(folder, file), { blas: false });
      expect(
        again.schema.columns.map(({ name, type, role }) => ({ name, type, role })),
        file,
      ).toEqual(saved.schema.columns.map(({ name, type, role }) => ({ name, type, role })));
      // Training carries the last digits of exp and log from step to step, and engines differ in them.
      const nats = await scoresOf(again);
      const most = Math.max(...own.map((value, i) => Math.abs(value - nats[i]!)));
      expect(most, file).toBeLessThan(0.05);
      again.dispose();
    }
    saved.dispose();
  });

  it("says that lines cannot repeat a fit that was stopped", async () => {
    const { page } = studio;
    await goTo(page, "Data");
    await page.getByLabel("Training").selectOption("");
    await page.getByRole("button", { name: "Fit a model" }).click();
    await page.locator(".axes svg").first().waitFor();
    await stopAndKeep(page);
    await goTo(page, "Take away");
    for (const text of await page.locator(".lines-block pre").allInnerTexts())
      expect(text).toContain("The fit here was stopped");
    expect(studio.complaints).toEqual([]);
  });
});
