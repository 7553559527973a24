/**
 * The guides run: the code of every Markdown file under docs/ and of the README is checked by the
 * compiler under `strict` and executed on the built package, as a reader would who copies it.
 */
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { programsIn } from "./code-blocks.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
// Inside node_modules, so that `import "couplet"` resolves as it does for a user; the programs see
// the repository's examples/data as their own.
const workshop = path.join(root, "node_modules/.couplet-guides");
const run = promisify(execFile);

const guides = [
  "README.md",
  ...readdirSync(path.join(root, "docs"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith(path.join("docs", "api")))
    .sort(),
];

interface Written {
  readonly name: string;
  readonly language: "ts" | "sh";
  readonly source: string;
  readonly expectedOutput: readonly string[];
}

function writePrograms(): readonly Written[] {
  rmSync(workshop, { recursive: true, force: true });
  mkdirSync(workshop, { recursive: true });
  symlinkSync(path.join(root, "examples"), path.join(workshop, "examples"));
  writeFileSync(path.join(workshop, "package.json"), `{ "type": "module" }\n`);
  const command = path.join(root, "packages/cli/dist/main.js");
  mkdirSync(path.join(workshop, "bin"));
  writeFileSync(
    path.join(workshop, "bin/couplet"),
    `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`,
    { mode: 0o755 },
  );
  const written: Written[] = [];
  for (const guide of guides) {
    let markdown: string;
    try {
      markdown = readFileSync(path.join(root, guide), "utf8");
    } catch {
      continue;
    }
    for (const program of programsIn(markdown)) {
      const stem = guide.replaceAll(/[/\\]/g, "-").replace(/\.md$/, "");
      const source = path.join(workshop, `${stem}-${program.line}.${program.language}`);
      writeFileSync(
        source,
        program.language === "ts" ? `${program.code}export {};\n` : program.code,
      );
      written.push({
        name: `${guide}:${program.line}`,
        language: program.language,
        source,
        expectedOutput: program.expectedOutput,
      });
    }
  }
  return written;
}

function complaintsOfTheCompiler(sources: readonly string[]): readonly string[] {
  const program = ts.createProgram(sources, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.esnext.disposable.d.ts"],
    types: ["node"],
    typeRoots: [path.join(root, "node_modules/@types")],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
  });
  return ts.getPreEmitDiagnostics(program).map((found) => {
    const text = ts.flattenDiagnosticMessageText(found.messageText, "\n");
    if (found.file === undefined || found.start === undefined) return text;
    const { line } = found.file.getLineAndCharacterOfPosition(found.start);
    return `${path.basename(found.file.fileName)}:${line + 1}: ${text}`;
  });
}

/** The JavaScript beside a TypeScript source: types only taken away. */
function compiled(source: string): string {
  const { outputText } = ts.transpileModule(readFileSync(source, "utf8"), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const script = source.replace(/\.ts$/, ".js");
  writeFileSync(script, outputText);
  return script;
}

const programs = writePrograms();

describe.skipIf(programs.length === 0)("code in the guides", () => {
  it("passes the compiler under strict", { timeout: 120_000 }, () => {
    const sources = programs.filter((program) => program.language === "ts");
    expect(complaintsOfTheCompiler(sources.map((program) => program.source))).toEqual([]);
  });

  it.each(programs)(
    "$name runs",
    { timeout: 300_000 },
    async ({ language, source, expectedOutput }) => {
      const [executable, script] =
        language === "ts" ? [process.execPath, compiled(source)] : ["/bin/bash", source];
      const parameters = language === "ts" ? [script] : ["-euo", "pipefail", script];
      const { stdout } = await run(executable, parameters, {
        cwd: workshop,
        maxBuffer: 1 << 26,
        env: {
          ...process.env,
          PATH: `${path.join(workshop, "bin")}${path.delimiter}${process.env["PATH"]}`,
        },
      });
      const printed = new Set(stdout.split("\n").map((line) => line.trimEnd()));
      expect(expectedOutput.filter((line) => !printed.has(line.trimEnd()))).toEqual([]);
    },
  );
});
