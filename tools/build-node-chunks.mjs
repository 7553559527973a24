// Makes what Node loads of `couplet`: all entry points in a few files. Opening and linking the hundreds of files that tsc writes takes
// several times as long as running them.
//
//   packages/couplet/dist/node-chunks/<entry>.js   an entry point: what several of them need lies in chunks beside it
//
// It reads what tsc has compiled. A file is written only when its text has changed, and removed when nothing makes it any more.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { slimProgram } from "./slim-programs.mjs";
import { thinMap } from "./thin-maps.mjs";

const library = path.join(path.dirname(fileURLToPath(import.meta.url)), "../packages/couplet");
const chunks = path.join(library, "dist/node-chunks");
const { exports } = JSON.parse(readFileSync(path.join(library, "package.json"), "utf8"));

/** The compiled file of each entry point, by the name of its chunk: package.json says both. */
const entries = {};
for (const { node, default: compiled } of Object.values(exports)) {
  if (node !== undefined) entries[path.basename(node, ".js")] = path.join(library, compiled);
}

/** A file's address as seen from a chunk. */
function seenFromChunk(file) {
  return JSON.stringify(path.relative(chunks, file).split(path.sep).join("/"));
}

/** What a compiled file finds by its own address, as its chunk finds it: addresses that are written out stay so, for bundlers. */
function readdressed(code, file) {
  return code.replaceAll(
    /new URL\("(\.[^"]*)", import\.meta\.url\)|import\.meta\.url/g,
    (_, beside) =>
      beside === undefined
        ? `new URL(${seenFromChunk(file)}, import.meta.url).href`
        : `new URL(${seenFromChunk(path.resolve(path.dirname(file), beside))}, import.meta.url)`,
  );
}

/** Compiled files with the maps that lead on to the sources. */
const compiledFiles = {
  name: "compiled-files",
  load: (file) => ({
    code: readdressed(readFileSync(file, "utf8"), file),
    map: JSON.parse(readFileSync(`${file}.map`, "utf8")),
  }),
};

/** The files that an entry point imports at once, itself among them. */
function loadedAtOnce(entry, context) {
  const files = new Set([entry]);
  for (const file of files)
    for (const imported of context.getModuleInfo(file)?.importedIds ?? []) files.add(imported);
  return files;
}

let first;
/**
 * The chunk of a file of `couplet` itself: what `couplet/kit` needs too (which is what couplet-systems starts with), or the rest. Neither
 * imports what lies outside it but the former, so that chunks form no circle. Other files go where rolldown sees fit.
 */
function chunkOf(file, context) {
  first ??= {
    couplet: loadedAtOnce(entries.couplet, context),
    kit: loadedAtOnce(entries.kit, context),
    table: loadedAtOnce(entries.table, context),
  };
  // A file for each mean and variance would be opened for its own sake.
  if (!first.couplet.has(file))
    return first.table.has(file) && file.includes("/dist/statistics/") ? "statistics" : null;
  return first.kit.has(file) ? "base" : "couplet";
}

const bundle = await rolldown({
  input: entries,
  platform: "node",
  external: [/\/embedded\//, /^[^./#]/],
  resolve: { conditionNames: ["node", "default"] },
  plugins: [compiledFiles],
  onLog: (_level, log) => {
    // An entry point may import at once what another imports when needed; and a busy machine is no fault of the build.
    if (log.code !== "INEFFECTIVE_DYNAMIC_IMPORT" && log.code !== "PLUGIN_TIMINGS")
      throw new Error(log.message);
  },
});
const { output } = await bundle.generate({
  dir: chunks,
  format: "esm",
  // The sources have them, where the maps lead.
  comments: { legal: true, annotation: true, jsdoc: false },
  sourcemap: true,
  sourcemapExcludeSources: true,
  minify: { compress: false, mangle: { toplevel: false }, codegen: { removeWhitespace: false } },
  chunkFileNames: "chunk-[name].js",
  codeSplitting: { groups: [{ debugName: "couplet", name: chunkOf }] },
});
await bundle.close();

mkdirSync(chunks, { recursive: true });
const written = new Set(output.map(({ fileName }) => fileName));
for (const name of readdirSync(chunks)) if (!written.has(name)) rmSync(path.join(chunks, name));
for (const made of output) {
  const file = path.join(chunks, made.fileName);
  const text = made.type === "chunk" ? slimProgram(made.code) : thinMap(made.source);
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}
