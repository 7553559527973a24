/** The command on a terminal of 80 columns, by the program `script`. */
import { execFile, execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Workplace } from "./spawn-couplet.ts";
import { csv, openWorkplace, smallRows } from "./spawn-couplet.ts";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const BOLD = "\u001B[1m";

/** Whether the machine has util-linux's script, whose options those of other systems are not. */
function hasScript(): boolean {
  try {
    return (
      process.platform === "linux" && /util-linux/.test(String(execFileSync("script", ["-V"])))
    );
  } catch {
    return false;
  }
}

let place: Workplace;
let fitted = "";

/** What a terminal of so many columns gets. */
function terminal(
  columns: number,
  args: string,
  env: Record<string, string> = {},
): Promise<string> {
  const command = `stty cols ${columns}; '${process.execPath}' '${main}' ${args}`;
  // Both switch colours off, CI by Node's own rule.
  const { NO_COLOR: _, CI: __, ...inherited } = process.env;
  return new Promise((resolve, reject) => {
    const child = execFile(
      "script",
      ["-qec", command, "/dev/null"],
      { cwd: place.folder, env: { ...inherited, TERM: "xterm", COUPLET_THREADS: "1", ...env } },
      (error, out) => (error === null ? resolve(out) : reject(error)),
    );
    child.stdin?.end();
  });
}

/** The lines as they stand in the end: without colours, and without live lines that others replaced. */
const linesOf = (text: string) =>
  text.split(/\r?\n/).map((line) => stripVTControlCharacters(line.split("\r\u001B[K").at(-1)!));

const widest = (text: string) => Math.max(...linesOf(text).map(({ length }) => length));

describe.runIf(hasScript())("on a terminal", () => {
  beforeAll(async () => {
    place = await openWorkplace();
    await writeFile(place.path("good.csv"), csv(smallRows(120), "amount,number,colour,price"));
    fitted = await terminal(80, "fit good.csv --epochs 2");
  }, 120_000);
  afterAll(() => place.remove());

  it("fit wraps at words, shows a bar with the time left, and the model's score in bold", () => {
    expect(widest(fitted)).toBeLessThanOrEqual(80);
    const live = fitted.split("\r\u001B[K").filter((line) => /^\[[#-]{20}\]/.test(line));
    expect(live.length).toBeGreaterThan(0);
    for (const line of live) expect(line.split("\u001B")[0]).toMatch(/ left\r?\n?$/);
    expect(fitted).toContain("reading good.csv ...");
    expect(fitted).toContain("scoring the held-out rows ...");
    expect(fitted).toContain(`${BOLD}  this model`);
  });

  it.each([
    ["score good.couplet good.csv --lowest 3 --explain 3 --with-data", "column_3"],
    ["sample good.couplet -n 2 --seed 1", "colour"],
    ["inspect good.couplet", "this model"],
    ["schema good.csv", "amount"],
    [
      "score good.couplet nothing-of-this-name-is-anywhere-in-the-folder-as-far-as-we-know.csv || true",
      "error:",
    ],
  ])(
    "%s fits 80 columns",
    async (args, words) => {
      const out = await terminal(80, args);
      expect(out).toContain(words);
      expect(widest(out)).toBeLessThanOrEqual(80);
    },
    60_000,
  );

  it("has no colours with NO_COLOR, and none in a pipe", async () => {
    const plain = await terminal(80, "inspect good.couplet", { NO_COLOR: "1" });
    expect(plain).not.toContain(BOLD);
    expect((await place.couplet("inspect", "good.couplet")).out).not.toContain("\u001B");
  });
});
