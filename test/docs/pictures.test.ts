/** The pictures of the guides: light and dark, in the one font, named for people who do not see them, and with nothing cut off. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { chromiumPath, launchChromium } from "../browser/chromium.ts";
import { root } from "./workshop.ts";

const pictures = readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".svg") && !file.startsWith("api"))
  .sort();
const textOf = (file: string): string => readFileSync(path.join(root, "docs", file), "utf8");

describe("pictures of the guides", () => {
  it.each(pictures)("%s is light, named, in light and dark", (file) => {
    const text = textOf(file);
    expect(text.length).toBeLessThan(200_000);
    expect(text).toMatch(/^<svg [^>]*role="img" aria-label="[^"]{10,}"/);
    expect(text.match(/font-family=/g)).toHaveLength(1);
    expect(text).not.toMatch(/var\(--|<script|http:(?!\/\/www\.w3\.org)/);
    // The README's picture chooses between two files; every other follows the reader's system by itself.
    const chosen = /-(light|dark)\.svg$/.test(file);
    expect(text.includes("prefers-color-scheme:dark")).toBe(!chosen);
  });

  it.skipIf(chromiumPath() === undefined)("cut off no words", async () => {
    const browser = await launchChromium();
    const page = await browser.newPage();
    const cut: string[] = [];
    for (const file of pictures) {
      await page.setContent(textOf(file));
      const words = await page.evaluate(() => {
        const picture = document.querySelector("svg")!.getBoundingClientRect();
        return [...document.querySelectorAll("text")]
          .filter((text) => {
            const { left, right, top, bottom } = text.getBoundingClientRect();
            return (
              left < picture.left - 1 ||
              right > picture.right + 1 ||
              top < picture.top - 1 ||
              bottom > picture.bottom + 1
            );
          })
          .map((text) => text.textContent);
      });
      cut.push(...words.map((text) => `${file}: ${text}`));
    }
    await browser.close();
    expect(cut).toEqual([]);
  });
});
