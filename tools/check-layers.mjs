// Keeps the folders of the libraries in one direction: a folder imports only from folders that it is
// allowed to name below. Also refuses circles of files, names that say nothing, Node's modules where a browser would
// meet them, and relative paths from one package into another.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { importCircles } from "./import-circles.mjs";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");

/** The folders of couplet-systems that hold a domain. */
function domainFolders() {
  const source = path.join(root, "packages/couplet-systems/src");
  return readdirSync(source, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .filter((name) => existsSync(path.join(source, name, "domain.ts")));
}

/**
 * For each package: folder of its src -> folders it may import from. Files in src itself may be imported by every
 * folder. `entry` (couplet) and `index.ts` (couplet-systems) are what the package exports: they import everything,
 * and nothing imports them.
 */
const packages = {
  couplet: {
    random: [],
    threads: [],
    kernels: ["threads"],
    statistics: ["numerics", "random", "threads"],
    numerics: [],
    file: [],
    engine: ["random", "threads", "kernels"],
    flow: ["engine", "random", "statistics", "numerics", "file"],
    train: ["engine", "random", "threads", "statistics", "numerics", "file", "flow"],
    node: ["engine", "threads", "train"],
    inspect: ["engine", "flow"],
    diagnostics: ["engine", "random", "threads", "statistics", "flow", "train"],
    onnx: ["engine", "statistics", "flow", "table"],
    study: ["random", "threads", "statistics", "file", "flow", "train"],
    images: ["engine", "random", "threads", "statistics", "file", "flow", "train"],
    reversible: ["engine", "random", "statistics", "file", "flow", "train"],
    io: ["threads", "numerics", "file", "table"],
    table: ["random", "threads", "statistics", "file"],
    "table-model": ["engine", "random", "threads", "statistics", "file", "flow", "train", "table"],
    design: ["random", "statistics", "flow", "table", "table-model"],
    energy: ["engine", "random", "statistics", "file", "flow", "train"],
    report: [
      "diagnostics",
      "engine",
      "random",
      "threads",
      "statistics",
      "file",
      "flow",
      "inspect",
      "train",
      "table",
      "table-model",
      "study",
      "images",
      "energy",
    ],
  },
  // The page: what computes knows nothing of what shows it.
  studio: {
    worker: [],
    state: ["worker"],
    parts: ["state", "worker"],
    views: ["parts", "state", "worker"],
  },
  "couplet-systems": {
    xml: [],
    formula: [],
    problem: [],
    report: ["problem"],
    supra: ["linear-algebra"],
    "linear-algebra": ["supra"],
    // and each domain: what lies below all of them
    ...Object.fromEntries(
      domainFolders().map((name) => [
        name,
        ["linear-algebra", "supra", "formula", "problem", "report", "xml"],
      ]),
    ),
  },
};

/**
 * Inner floors: rooms of a folder -> rooms of the same folder they may import from. Files in the folder itself may be imported by every room.
 * A folder that is not listed has no floors yet.
 */
const floors = {
  "couplet/table": {
    // A schema's relations are checked by those who know their kinds.
    schema: ["relations"],
    cell: ["schema"],
    relations: ["schema", "cell"],
    keys: ["schema", "cell"],
    infer: ["schema", "cell", "relations", "keys"],
    encode: ["schema", "cell", "relations"],
    baseline: ["schema", "cell", "encode"],
    quality: ["schema", "cell"],
  },
  "couplet/table-model": {
    score: [],
    condition: ["score"],
    explain: ["score"],
    partitioned: [],
    fit: ["score", "partitioned", "condition"],
  },
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

/** Files that may import Node's modules: `node.ts`, a thread's own `worker.ts`, all in folders called `node` or `blas`. */
function isNodeFile(file) {
  const parts = path.relative(root, file).split(path.sep);
  const folders = parts.slice(0, -1);
  return (
    ["node.ts", "worker.ts"].includes(parts.at(-1)) ||
    folders.includes("node") ||
    folders.includes("blas")
  );
}

const problems = [];

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|mjs|js)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !/[/\\](node_modules|dist|\.venv)[/\\]/.test(file));
}

/** `[specifier, isDynamic, isTypeOnly]` of every import and re-export in a file. */
function importsOf(text) {
  // Comments first, so that an example in a docstring is no import. A string that contains "//" keeps it.
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  const found = [];
  for (const match of code.matchAll(/^\s*(?:import|export)\b[^;"'()]*?["']([^"']+)["']/gm)) {
    found.push([match[1], false, /^\s*(?:import|export)\s+type\b/.test(match[0])]);
  }
  for (const match of code.matchAll(/\bimport\(\s*(?:\/\*.*?\*\/\s*)?["']([^"']+)["']/g)) {
    found.push([match[1], true, false]);
  }
  return found;
}

function layerOf(file, library) {
  const [first, ...rest] = path.relative(library, file).split(path.sep);
  return rest.length === 0 ? undefined : first;
}

/** Whether a file outside `engine/device` imports one device's folder. An op's parts of the two devices are its `cpu.ts` and its `reference.ts`. */
function namesDevice(file, target, library) {
  const devices = path.join(library, "engine", "device") + path.sep;
  if (!target.startsWith(devices) || path.dirname(target) + path.sep === devices) return false;
  const part = /[/\\]engine[/\\]ops[/\\][^/\\]+[/\\](cpu|reference)\.ts$/.exec(file)?.[1];
  return (
    !file.startsWith(devices) && !(part && target.startsWith(path.join(devices, part) + path.sep))
  );
}

/** A room imports only from rooms that `floors` names for it. */
function checkFloor(file, target, folder, key, specifier) {
  const rooms = floors[key];
  const [from, to] = [layerOf(file, folder), layerOf(target, folder)];
  if (rooms === undefined || from === undefined || to === undefined || from === to) return;
  if (rooms[from]?.includes(to) === true) return;
  const problem =
    from in rooms
      ? `${key}/${from} may not import from ${to} ("${specifier}")`
      : `room "${from}" of ${key} is not in the floors of tools/check-layers.mjs`;
  problems.push(`${path.relative(root, file)}: ${problem}`);
}

function checkLibraryFile(file, library, name) {
  const allowed = packages[name];
  const shown = path.relative(root, file);
  // `suite` folders hold what only tests run, and are not compiled into the package.
  const isTest = /\.(test|test-d)\.ts$|\/suite\//.test(file);
  const from = layerOf(file, library);
  if (from === "entry" || (from === undefined && path.basename(file) === "domains.ts")) return;
  if (from !== undefined && !(from in allowed)) {
    problems.push(`${shown}: folder "${from}" is not in the table of tools/check-layers.mjs`);
    return;
  }
  for (const [specifier, isDynamic, isTypeOnly] of importsOf(readFileSync(file, "utf8"))) {
    if (specifier.startsWith(".")) {
      const target = path.resolve(path.dirname(file), specifier);
      if (!target.startsWith(library + path.sep)) {
        // Copies of kernels and workers, which the build makes: only ever imported when they are needed.
        const isEmbedded = isDynamic && path.dirname(target) === path.join(library, "../embedded");
        if (!isTest && !isEmbedded)
          problems.push(`${shown}: imports "${specifier}" from outside src`);
        continue;
      }
      const to = layerOf(target, library);
      if (!isTest && namesDevice(file, target, library))
        problems.push(
          `${shown}: names a device ("${specifier}"); engine/device/device.ts is what all devices are`,
        );
      // The entry files in src may import every folder; what lies in src itself may be imported by all, entries apart.
      if (!isTest && from !== undefined && to === from)
        checkFloor(file, target, path.join(library, from), `${name}/${from}`, specifier);
      if (from === undefined || to === from || isTest) continue;
      if (to === undefined) {
        if (path.basename(target) === "index.ts")
          problems.push(`${shown}: imports the entry point ${specifier}`);
        continue;
      }
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
    } else if (specifier === name || specifier.startsWith(`${name}/`)) {
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

/** A domain is one room: outside its folder only `domains.ts` and the entry points name it. */
const domainNames = domainFolders();

function checkDomainNames(file) {
  const parts = path
    .relative(path.join(root, "packages/couplet-systems/src"), file)
    .split(path.sep);
  if (file.endsWith(".test.ts") || parts[0] === "entry" || parts.join("/") === "domains.ts") return;
  const code = readFileSync(file, "utf8")
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/^\s*\/\/.*$/gm, "");
  for (const name of domainNames) {
    if (parts[0] !== name && new RegExp(`["'/ ]${name}["'/]|\\b${name}Domain\\b`).test(code))
      problems.push(
        `${path.relative(root, file)}: names the domain "${name}"; derive it from domains.ts`,
      );
  }
}

/** The command imports the libraries by their names, as every user does. */
function checkCommandFile(file) {
  for (const [specifier] of importsOf(readFileSync(file, "utf8"))) {
    if (
      specifier.startsWith(".") &&
      /packages\/couplet(-systems)?\//.test(path.resolve(path.dirname(file), specifier))
    ) {
      problems.push(
        `${path.relative(root, file)}: imports "${specifier}"; write "couplet" or "couplet/..."`,
      );
    }
  }
}

const libraryFiles = Object.keys(packages).flatMap((name) => {
  const library = path.join(root, "packages", name, "src");
  const files = filesBelow(library);
  for (const file of files)
    if (!/[/\\]kernel(\.as\.ts$|[/\\])/.test(file)) checkLibraryFile(file, library, name);
  return files;
});
const commandFiles = filesBelow(path.join(root, "packages/cli/src"));
for (const file of commandFiles) checkCommandFile(file);
for (const file of [
  ...filesBelow(path.join(root, "packages/couplet-systems/src")),
  ...commandFiles,
])
  checkDomainNames(file);
for (const folder of [
  "packages/couplet/src",
  "packages/couplet-systems/src",
  "packages/studio/src",
  "test",
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
