/**
 * The guides run: the code of every Markdown file under docs/ and of the READMEs is checked by the
 * compiler under `strict` and executed on the built package, as a reader would who copies it.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { programsIn } from "./code-blocks.ts";
import { complaintsOfTheCompiler, openWorkshop, root, runProgram } from "./workshop.ts";

const workshop = openWorkshop("guides");

const guides = [
  "README.md",
  "packages/couplet/README.md",
  "packages/couplet-systems/README.md",
  ...readdirSync(path.join(root, "docs"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith(path.join("docs", "api")))
    .sort(),
].filter((guide) => existsSync(path.join(root, guide)));

interface Written {
  readonly name: string;
  readonly source: string;
  readonly expectedOutput: readonly string[];
}

function writePrograms(guide: string): readonly Written[] {
  const stem = guide.replaceAll(/[/\\]/g, "-").replace(/\.md$/, "");
  return programsIn(readFileSync(path.join(root, guide), "utf8")).map((program) => {
    const source = path.join(workshop, `${stem}-${program.line}.${program.language}`);
    const code = program.language === "ts" ? `${program.code}export {};\n` : program.code;
    writeFileSync(source, code);
    return { name: `${guide}:${program.line}`, source, expectedOutput: program.expectedOutput };
  });
}

const programs = guides.flatMap(writePrograms);

describe.skipIf(programs.length === 0)("code in the guides", { timeout: 300_000 }, () => {
  it("passes the compiler under strict", () => {
    const sources = programs.map((program) => program.source);
    expect(complaintsOfTheCompiler(sources.filter((source) => source.endsWith(".ts")))).toEqual([]);
  });

  it.each(programs)("$name runs", async ({ source, expectedOutput }) => {
    const stdout = await runProgram(workshop, source);
    const printed = new Set(stdout.split("\n").map((line) => line.trimEnd()));
    expect(expectedOutput.filter((line) => !printed.has(line.trimEnd()))).toEqual([]);
  });
});
