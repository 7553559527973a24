/**
 * Where the code of guides and examples is compiled and run: a folder inside node_modules, so that
 * `import "couplet"` means the built package, as it does for a user.
 */
import { execFile } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import ts from "typescript";

/** The repository. */
export const root: string = fileURLToPath(new URL("../../", import.meta.url));

/**
 * A workshop with the `couplet` command, the data of the examples and an empty `examples/out` in it.
 * Returns its path.
 */
export function openWorkshop(name: string): string {
  const workshop = path.join(root, "node_modules/.couplet-workshop", name);
  rmSync(workshop, { recursive: true, force: true });
  mkdirSync(path.join(workshop, "bin"), { recursive: true });
  mkdirSync(path.join(workshop, "examples/out"), { recursive: true });
  symlinkSync(path.join(root, "examples/data"), path.join(workshop, "examples/data"));
  writeFileSync(path.join(workshop, "package.json"), `{ "type": "module" }\n`);
  const command = path.join(root, "packages/cli/dist/main.js");
  writeFileSync(
    path.join(workshop, "bin/couplet"),
    `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`,
    { mode: 0o755 },
  );
  return workshop;
}

/** What the compiler says of these files under `strict`, as `file:line: text`. */
export function complaintsOfTheCompiler(sources: readonly string[]): readonly string[] {
  const program = ts.createProgram(sources, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.esnext.disposable.d.ts"],
    types: ["node"],
    typeRoots: [path.join(root, "node_modules/@types")],
    strict: true,
    exactOptionalPropertyTypes: true,
    allowJs: true,
    checkJs: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
  });
  return ts.getPreEmitDiagnostics(program).map((found) => {
    const text = ts.flattenDiagnosticMessageText(found.messageText, "\n");
    if (found.file === undefined || found.start === undefined) return text;
    const { line } = found.file.getLineAndCharacterOfPosition(found.start);
    return `${path.basename(found.file.fileName)}:${line + 1}: ${text}`;
  });
}

/** Runs a program (.ts or .sh) in the workshop and returns what it printed. */
export async function runProgram(
  workshop: string,
  source: string,
  ...options: string[]
): Promise<string> {
  const [executable, parameters] = source.endsWith(".sh")
    ? ["/bin/bash", ["-euo", "pipefail", source, ...options]]
    : [process.execPath, [compiled(source), ...options]];
  const { stdout } = await promisify(execFile)(executable, parameters, {
    cwd: workshop,
    maxBuffer: 1 << 26,
    env: {
      ...process.env,
      PATH: `${path.join(workshop, "bin")}${path.delimiter}${process.env["PATH"]}`,
    },
  });
  return stdout;
}

/** The JavaScript beside a TypeScript source, with the files that it imports by path. */
function compiled(source: string): string {
  const script = source.replace(/\.ts$/, ".js");
  buildSync({
    entryPoints: [source],
    outfile: script,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  return script;
}

/** Copies an example into the workshop, with the folder of its name where it has one. Returns the path of its program. */
export function copyExample(workshop: string, name: string): string {
  const from = path.join(root, "examples", name);
  const to = path.join(workshop, "programs", name);
  mkdirSync(path.dirname(to), { recursive: true });
  copyFileSync(from, to);
  const parts = from.replace(/\.ts$/, "");
  if (existsSync(parts)) cpSync(parts, to.replace(/\.ts$/, ""), { recursive: true });
  return to;
}
