// Keeps the folders of the library in one direction: a folder imports only from folders that it is
// allowed to name below. Also refuses circles of files, names that say nothing, Node's modules where a browser would
// meet them, and relative paths from one package into another.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { importCircles } from "./import-circles.mjs";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const library = path.join(root, "packages/couplet/src");

/**
 * Folder of packages/couplet/src -> folders it may import from. Every folder may import `error.ts`.
 * `file` knows bytes and formats, nothing of models: the folders that write files are above it.
 */
const allowed = {
  engine: [],
  file: [],
  flow: ["engine", "file"],
  train: ["engine", "file", "flow"],
  table: ["engine", "file", "flow", "train"],
  "table-model": ["engine", "file", "flow", "train", "table"],
  systems: ["engine", "file"],
  report: ["engine", "file", "flow", "train", "table", "table-model", "systems"],
  node: ["engine"],
};

/** Names that say nothing about what is inside. */
const emptyNames = new Set([
  "utils",
  "util",
  "helpers",
  "helper",
  "common",
  "misc",
  "shared",
  "stuff",
]);

/** Files that may import Node's modules: `node.ts`, a thread's own `worker.ts`, all in a folder called `node`. */
function isNodeFile(file) {
  const parts = path.relative(library, file).split(path.sep);
  return ["node.ts", "worker.ts"].includes(parts.at(-1)) || parts.slice(0, -1).includes("node");
}

const problems = [];

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs|js)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !/[/\\](node_modules|dist|\.venv)[/\\]/.test(file));
}

/** `[specifier, isDynamic, isTypeOnly]` of every import and re-export in a file. */
function importsOf(text) {
  // Comments first, so that an example in a docstring is no import. A string that contains "//" keeps it.
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  const found = [];
  for (const match of code.matchAll(/^\s*(?:import|export)\b[^;"']*?["']([^"']+)["']/gm)) {
    found.push([match[1], false, /^\s*(?:import|export)\s+type\b/.test(match[0])]);
  }
  for (const match of code.matchAll(/\bimport\(\s*(?:\/\*.*?\*\/\s*)?["']([^"']+)["']/g)) {
    found.push([match[1], true, false]);
  }
  return found;
}

function layerOf(file) {
  const [first, ...rest] = path.relative(library, file).split(path.sep);
  return rest.length === 0 ? undefined : first;
}

function checkLibraryFile(file) {
  const shown = path.relative(root, file);
  // `suite` folders hold what only tests run, and are not compiled into the package.
  const isTest = /\.(test|test-d)\.ts$|\/suite\//.test(file);
  const from = layerOf(file);
  if (from !== undefined && !(from in allowed)) {
    problems.push(`${shown}: folder "${from}" is not in the table of tools/check-layers.mjs`);
    return;
  }
  for (const [specifier, isDynamic, isTypeOnly] of importsOf(readFileSync(file, "utf8"))) {
    if (specifier.startsWith(".")) {
      const target = path.resolve(path.dirname(file), specifier);
      if (!target.startsWith(library + path.sep)) {
        if (!isTest) problems.push(`${shown}: imports "${specifier}" from outside src`);
        continue;
      }
      const to = layerOf(target);
      // The entry files in src may import every folder; what lies in src itself may be imported by all, entries apart.
      if (from === undefined || to === from || isTest) continue;
      if (to === undefined) {
        if (path.basename(target) === "index.ts")
          problems.push(`${shown}: imports the entry point ${specifier}`);
        continue;
      }
      // The engine's way in for Node takes what only Node has; nothing else of the engine may.
      if (from === "engine" && to === "node" && isNodeFile(file)) continue;
      if (!allowed[from].includes(to)) {
        problems.push(`${shown}: ${from} may not import from ${to} ("${specifier}")`);
      }
    } else if (specifier.startsWith("node:") || specifier === "koffi") {
      // Types are gone when the code runs.
      if (isTest || isNodeFile(file) || isTypeOnly) continue;
      // A dynamic import runs only where its line is reached, so a browser never meets it; the engine
      // has entry points of its own for Node and needs none.
      if (isDynamic && from !== "engine") continue;
      problems.push(
        `${shown}: imports "${specifier}", which browsers do not have; move it to a node.ts`,
      );
    } else if (specifier === "couplet" || specifier.startsWith("couplet/")) {
      if (!isTest) problems.push(`${shown}: imports its own package by name ("${specifier}")`);
    }
  }
}

function checkNames(file) {
  const parts = path
    .relative(root, file)
    .replace(/(\.test|\.full\.test|\.test-d)?\.[a-z]+$/, "")
    .split(path.sep);
  const empty = parts.find((part) => emptyNames.has(part));
  if (empty !== undefined)
    problems.push(`${path.relative(root, file)}: "${empty}" is not a name; say what it is`);
}

/** The command imports the library by its name, as every user does. */
function checkCommandFile(file) {
  for (const [specifier] of importsOf(readFileSync(file, "utf8"))) {
    if (
      specifier.startsWith(".") &&
      /packages\/couplet\b/.test(path.resolve(path.dirname(file), specifier))
    ) {
      problems.push(
        `${path.relative(root, file)}: imports "${specifier}"; write "couplet" or "couplet/..."`,
      );
    }
  }
}

const libraryFiles = filesBelow(library);
const commandFiles = filesBelow(path.join(root, "packages/cli/src"));
for (const file of libraryFiles) if (!/[/\\]kernel(\.ts$|[/\\])/.test(file)) checkLibraryFile(file);
for (const file of commandFiles) checkCommandFile(file);
for (const folder of [
  "packages/couplet/src",
  "packages/couplet/test",
  "packages/cli",
  "bench",
  "tools",
  "examples",
]) {
  try {
    for (const file of filesBelow(path.join(root, folder))) checkNames(file);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}

const graph = new Map(
  [...libraryFiles, ...commandFiles, ...filesBelow(path.join(root, "bench"))].map((file) => [
    file,
    importsOf(readFileSync(file, "utf8"))
      // What is imported when its line is reached comes after all of its own file.
      .filter(([specifier, isDynamic]) => specifier.startsWith(".") && !isDynamic)
      .map(([specifier]) => path.resolve(path.dirname(file), specifier)),
  ]),
);
for (const circle of importCircles(graph)) {
  const names = circle.map((file) => path.relative(root, file));
  problems.push(
    `${names.join(" and ")} import each other; move what they share to a file of its own`,
  );
}

for (const problem of problems) console.error(problem);
console.log(
  `layers: ${libraryFiles.length + commandFiles.length} files, ${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
