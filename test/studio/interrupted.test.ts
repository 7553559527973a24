/** A page that is left in the middle of a fit finds it again, and ends with the same model. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { TableModel } from "couplet/table";
import { chromiumPath, launchChromium } from "../browser/chromium.ts";
import { choose, diamonds, downloaded, goTo, openStudio, waitForTable } from "./open-studio.ts";
import type { DroppedFile, OpenStudio } from "./open-studio.ts";

/** Rows enough for a fit that takes longer than the first checkpoint. */
const csv: DroppedFile = {
  name: "some.csv",
  mimeType: "text/csv",
  buffer: Buffer.from(readFileSync(diamonds, "utf8").split("\n").slice(0, 2401).join("\n")),
};

/** What the browser keeps for the page: its keys, or one value with `change` applied to it. */
async function kept(page: Page): Promise<readonly string[]> {
  const keys = await page.evaluate(
    () =>
      new Promise<string[]>((resolve, reject) => {
        const opening = indexedDB.open("keyval-store");
        opening.addEventListener("error", () => reject(opening.error as Error));
        opening.addEventListener("success", () => {
          const asked = opening.result.transaction("keyval").objectStore("keyval").getAllKeys();
          asked.addEventListener("success", () => resolve(asked.result.map(String)));
        });
      }),
  );
  return keys.map((key) => key.replace("couplet-studio: ", "")).toSorted();
}

/** Alters what is kept: the version of a fit, or a byte of its checkpoint. */
async function alter(page: Page, what: "version" | "checkpoint"): Promise<void> {
  await page.evaluate(
    (part) =>
      new Promise<void>((resolve) => {
        const opening = indexedDB.open("keyval-store");
        opening.addEventListener("success", () => {
          const key = `couplet-studio: ${part === "version" ? "fit" : "checkpoint"}`;
          const transaction = opening.result.transaction("keyval", "readwrite");
          transaction.addEventListener("complete", () => resolve());
          const store = transaction.objectStore("keyval");
          const asked = store.get(key);
          asked.addEventListener("success", () => {
            const value = asked.result as { version: string; bytes: Uint8Array };
            if (part === "version") value.version = "0.0.1";
            else value.bytes[value.bytes.length - 1]! ^= 1;
            store.put(value, key);
          });
        });
      }),
    what,
  );
}

async function waitForCheckpoint(page: Page): Promise<void> {
  while (!(await kept(page)).includes("checkpoint")) await page.waitForTimeout(50);
}

async function fitUntilCheckpoint(page: Page): Promise<void> {
  await choose(page, csv);
  await waitForTable(page, csv.name);
  await page.getByLabel("Training").selectOption("40");
  await page.getByRole("button", { name: "Fit a model" }).click();
  await waitForCheckpoint(page);
}

/** The page's own tab is closed; another one opens the same address. */
async function visitLater({ page, address }: OpenStudio): Promise<Page> {
  const context = page.context();
  await page.close();
  const next = await context.newPage();
  next.setDefaultTimeout(250_000);
  await next.goto(address);
  return next;
}

const isReady = (page: Page) => page.getByRole("heading", { name: "The model is ready" }).waitFor();

describe.skipIf(chromiumPath() === undefined)("a fit that a reload interrupts", () => {
  let browser: Browser;
  let studio: OpenStudio;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    studio = await openStudio(browser);
  });
  afterEach(async () => {
    await studio?.close();
  });

  it("goes on by itself, to the same model", async () => {
    const { page } = studio;
    await fitUntilCheckpoint(page);
    await page.reload();
    await page.getByText(/The training was interrupted after .* It goes on from there/).waitFor();
    await isReady(page);
    await goTo(page, "Take away");
    expect(await page.locator(".lines-block pre").first().innerText()).toContain("--epochs 40");
    const resumed = await TableModel.fromBytes(await downloaded(page, "Save some.couplet"));
    expect(await kept(page)).toEqual(["table", "work"]);
    // Not downloaded it is there, too; and how it was fitted.
    await page.reload();
    await page.getByRole("heading", { name: "What the model has learnt" }).waitFor();
    await goTo(page, "Take away");
    expect(await page.locator(".lines-block pre").first().innerText()).toContain("--epochs 40");
    // The same without an interruption.
    await goTo(page, "Data");
    await page.getByRole("button", { name: "Fit a model" }).click();
    await isReady(page);
    await goTo(page, "Take away");
    const whole = await TableModel.fromBytes(await downloaded(page, "Save some.couplet"));
    try {
      expect(resumed.heldOut).toEqual(whole.heldOut);
      expect(resumed.flow.parameters).toEqual(whole.flow.parameters);
    } finally {
      resumed.dispose();
      whole.dispose();
    }
    expect(studio.complaints.filter((one) => !one.includes("ERR_ABORTED"))).toEqual([]);
  });

  it("is offered to who comes back later, and can be discarded", async () => {
    await fitUntilCheckpoint(studio.page);
    const page = await visitLater(studio);
    await page.getByText(/A training was interrupted \d+(\.\d+)? % through/).waitFor();
    expect(await page.locator(".file").innerText()).toContain("2,400 rows");
    // Nothing trains that nobody asked for.
    expect(await page.locator("nav.steps .running").count()).toBe(0);
    await page.getByRole("button", { name: "Discard it" }).click();
    while ((await kept(page)).includes("checkpoint")) await page.waitForTimeout(20);
    expect(await kept(page)).toEqual(["table", "work"]);
    await page.close();
  });

  it("that was being stopped keeps the model of that moment", async () => {
    const { page } = studio;
    await fitUntilCheckpoint(page);
    await page.getByRole("button", { name: "Stop and keep the model" }).click();
    await page.reload();
    // Whether or not the closing report was there before the reload.
    await page
      .getByRole("heading", { name: "The model is ready" })
      .or(page.getByRole("heading", { name: "What the model has learnt" }))
      .waitFor();
    await goTo(page, "Take away");
    expect(await page.locator(".lines-block pre").first().innerText()).toContain(
      "The fit here was stopped",
    );
  });

  it.each([
    ["checkpoint", /The training that was interrupted cannot go on: resume.*fit a model anew/],
    ["version", /A training was interrupted, but version 0\.0\.1 of the studio began it/],
  ] as const)("says that it cannot go on with another %s", async (what, words) => {
    const { page } = studio;
    await fitUntilCheckpoint(page);
    // The page itself would go on writing: it is elsewhere meanwhile.
    await page.goto(new URL("icon.svg", studio.address).href);
    await alter(page, what);
    await page.goBack();
    if (what === "checkpoint") await page.getByRole("button", { name: "Go on" }).click();
    await page.getByText(words).waitFor();
    expect(await page.locator(".file").innerText()).toContain("2,400 rows");
    while ((await kept(page)).includes("fit")) await page.waitForTimeout(20);
    expect(await page.getByRole("button", { name: "Fit a model" }).isEnabled()).toBe(true);
  });

  it("says when the browser keeps no more", async () => {
    const { page } = studio;
    const client = await page.context().newCDPSession(page);
    await client.send("Storage.overrideQuotaForOrigin", {
      origin: new URL(studio.address).origin,
      quotaSize: 1000,
    });
    await choose(page, csv);
    await waitForTable(page, csv.name);
    await page.getByText(/This browser does not keep the work for a reload/).waitFor();
    await page.getByLabel("Training").selectOption("15");
    await page.getByRole("button", { name: "Fit a model" }).click();
    await isReady(page);
  });
});
