/** The command on terminals of 80 and of 120 columns, by the program `script`. */
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

const WIDTHS = [80, 120] as const;
/** No word of the command has it. */
const TYPED = "zqxjzqxj";

let place: Workplace;
const fitted = new Map<number, string>();

/** What a terminal shows of a command while somebody types. */
function echoOf(command: string, typed: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile("script", ["-qec", command, "/dev/null"], (error, out) =>
      error === null ? resolve(out) : reject(error),
    );
    child.stdin?.end(`${typed}\n`);
  });
}

/** What a terminal of so many columns gets; `typed` is typed into it once it shows progress. */
function terminal(
  columns: number,
  args: string,
  { env = {}, typed }: { readonly env?: Record<string, string>; readonly typed?: string } = {},
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
    if (typed === undefined) {
      child.stdin?.end();
      return;
    }
    // Typed while the fit runs, from its first live line on.
    child.stdout?.on("data", (text: string) => {
      if (text.includes("\r\u001B[K") && child.stdin?.writableEnded === false)
        child.stdin.end(`${typed}\n`);
    });
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
    for (const columns of WIDTHS)
      fitted.set(
        columns,
        await terminal(columns, `fit good.csv --epochs 2 -o good.couplet --force`, {
          typed: TYPED,
        }),
      );
  }, 120_000);
  afterAll(() => place.remove());

  it.each(WIDTHS)(
    "fit on %d columns wraps at words, shows a bar with the time left, and the model's score in bold",
    (columns) => {
      const text = fitted.get(columns)!;
      expect(widest(text)).toBeLessThanOrEqual(columns);
      // A terminal that is wider is made use of.
      expect(widest(text)).toBeGreaterThan(columns - 40);
      const live = text.split("\r\u001B[K").filter((line) => /^\[[#-]{20}\]/.test(line));
      expect(live.length).toBeGreaterThan(0);
      for (const line of live) expect(line.split("\u001B")[0]).toMatch(/ left\r?\n?$/);
      expect(text).toContain("reading good.csv ...");
      expect(text).toContain("scoring the held-out rows ...");
      expect(text).toContain(`${BOLD}  this model`);
    },
  );

  it.each(WIDTHS)("fit on %d columns keeps what is typed meanwhile out of its lines", (columns) => {
    expect(fitted.get(columns)).not.toContain(TYPED);
  });

  it("echoes what is typed into a command without live lines, so that its absence says something", async () => {
    expect(await echoOf("sleep 2", TYPED)).toContain(TYPED);
  });

  describe.each(WIDTHS)("of %d columns", (columns) => {
    it.each([
      ["score good.couplet good.csv --lowest 3 --explain 3 --with-data", "column_3"],
      ["sample good.couplet -n 2 --seed 1", "colour"],
      ["inspect good.couplet", "this model"],
      ["schema good.csv", "amount"],
      [
        "score good.couplet nothing-of-this-name-is-anywhere-in-the-folder-as-far-as-we-know.csv || true",
        "error:",
      ],
    ])("%s fits", async (args, words) => {
      const out = await terminal(columns, args);
      expect(out).toContain(words);
      expect(widest(out)).toBeLessThanOrEqual(columns);
    });
  });

  it("has no colours with NO_COLOR, and none in a pipe", async () => {
    const plain = await terminal(80, "inspect good.couplet", { env: { NO_COLOR: "1" } });
    expect(plain).not.toContain(BOLD);
    expect((await place.couplet("inspect", "good.couplet")).out).not.toContain("\u001B");
  });
});
