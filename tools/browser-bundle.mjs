// Builds a program that imports `couplet` for a page as a user's bundler would, in memory, and measures it.
//
//   node tools/browser-bundle.mjs      prints the files of each program and their sizes
import { gzipSync } from "node:zlib";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const entry = "virtual:entry";

/** Keeps every export alive: the size of all of it, not of what a page happens to use. */
export const everything = `
  import * as flows from "couplet";
  import * as tables from "couplet/table";
  globalThis.couplet = { flows, tables };
`;

/** What a page needs that scores rows with a model that was fitted elsewhere. */
export const loadAndScore = `
  import { FlowModel } from "couplet";
  globalThis.score = async (bytes, rows) => (await FlowModel.fromBytes(bytes)).logProb(rows);
`;

/** Serves the program's text as the entry file. */
function serve(program) {
  return {
    name: "program",
    resolveId: (id) => (id === entry ? `\0${entry}` : undefined),
    load: (id) => (id === `\0${entry}` ? program : undefined),
  };
}

/**
 * The files of a program's bundle with their sizes in bytes. `gzip` is the sum over what one page loads before it
 * calls anything rare: `later` marks the chunks that a dynamic import loads on demand, and the kernels that are loaded likewise, which do not count. Of the two builds of a kernel module (`x.wasm`, `x-relaxed.wasm`) a page loads one, so the larger counts.
 */
export async function browserBundle(program = everything) {
  const result = await build({
    root,
    configFile: false,
    logLevel: "error",
    plugins: [serve(program)],
    worker: { format: "es" },
    build: {
      write: false,
      assetsInlineLimit: 0,
      modulePreload: false,
      target: "es2022",
      rollupOptions: { input: entry },
    },
  });
  if (!("output" in result)) throw new Error(`${program}: expected one bundle`);
  const atOnce = loadedAtOnce(result.output);
  const files = result.output.map((file) => {
    const bytes = Buffer.from(file.type === "chunk" ? file.code : file.source);
    return {
      name: path.basename(file.fileName),
      bytes: bytes.length,
      gzip: gzipSync(bytes, { level: 9 }).length,
      later: file.type === "chunk" ? !atOnce.has(file.fileName) : isOnDemand(file.fileName),
    };
  });
  files.sort((a, b) => b.gzip - a.gzip);
  let gzip = 0;
  for (const file of files) if (!file.later && !isOtherBuild(file, files)) gzip += file.gzip;
  return { files, gzip };
}

/** Names of the chunks that the entry imports statically, itself among them. */
function loadedAtOnce(output) {
  const chunks = new Map(output.map((file) => [file.fileName, file]));
  const names = output.filter((file) => file.isEntry).map((file) => file.fileName);
  const found = new Set(names);
  for (const name of found) for (const other of chunks.get(name).imports ?? []) found.add(other);
  return found;
}

/** Kernels that a page loads when it first trains or asks for a gradient, or runs a graph with an op that few have. */
function isOnDemand(fileName) {
  return /^engine-(gradients|more)/.test(path.basename(fileName));
}

/** Whether the page would load the larger twin of this kernel file instead. */
function isOtherBuild(file, files) {
  const stem = wasmStem(file.name);
  return (
    stem !== undefined &&
    files.some((other) => wasmStem(other.name) === stem && other.gzip > file.gzip)
  );
}

/** `engine` for engine-Ab3_x9.wasm and engine-relaxed-Zk81.wasm. */
function wasmStem(name) {
  return /^(.+?)(-relaxed)?(-[\w-]{8})?\.wasm$/.exec(name)?.[1];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [title, program] of Object.entries({ everything, loadAndScore })) {
    const { files, gzip } = await browserBundle(program);
    console.log(title);
    for (const file of files)
      print(`  ${file.name}${file.later ? " (on demand)" : ""}`, file.bytes, file.gzip);
    print("  what one page loads, gzip", "", gzip);
  }
}

function print(name, bytes, gzip) {
  console.log(`${name.padEnd(40)} ${String(bytes).padStart(9)} ${String(gzip).padStart(9)}`);
}
