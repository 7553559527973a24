/** The examples run: each program in examples/ passes the compiler and ends without an error. */
import { copyFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { complaintsOfTheCompiler, openWorkshop, root, runProgram } from "./workshop.ts";

const workshop = openWorkshop("examples");

const examples = readdirSync(path.join(root, "examples"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .sort()
  .map((name) => {
    const source = path.join(workshop, name.replaceAll(/[/\\]/g, "-"));
    copyFileSync(path.join(root, "examples", name), source);
    return { name, source };
  });

describe.skipIf(examples.length === 0)("examples", { timeout: 300_000 }, () => {
  it("pass the compiler under strict", () => {
    expect(complaintsOfTheCompiler(examples.map((example) => example.source))).toEqual([]);
  });

  // Every example takes --quick: the same steps on less.
  it.each(examples)("$name --quick runs", async ({ source }) => {
    expect(await runProgram(workshop, source, "--quick")).not.toBe("");
  });
});
