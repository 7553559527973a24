// Runs an example on any Node: npm run example -- systems/turbine-blade [its options]
//
// Node 20 does not read TypeScript, so the types are taken away first; the program then runs in the
// repository's root, on the built package. Without a name it lists the examples.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const examples = path.join(root, "examples");
const [name, ...options] = process.argv.slice(2);
const source =
  name === undefined ? undefined : path.join(examples, `${name.replace(/\.ts$/, "")}.ts`);

if (source === undefined || !existsSync(source)) {
  if (name !== undefined) console.error(`example: expected one of the list, got ${name}`);
  for (const file of readdirSync(examples, { recursive: true, encoding: "utf8" }).toSorted((a, b) =>
    a.localeCompare(b),
  )) {
    if (file.endsWith(".ts")) console.log(file.replace(/\.ts$/, "").split(path.sep).join("/"));
  }
  process.exit(name === undefined ? 0 : 2);
}

const { outputText } = ts.transpileModule(readFileSync(source, "utf8"), {
  compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
});
// Inside node_modules, where `import "couplet"` finds the package.
const folder = path.join(root, "node_modules/.couplet-workshop");
mkdirSync(folder, { recursive: true });
const script = path.join(folder, `${path.basename(source, ".ts")}.mjs`);
writeFileSync(script, outputText);
const { status } = spawnSync(process.execPath, [script, ...options], {
  cwd: root,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
