// Makes what pages load where a package's own files cannot be reached:
//
//   packages/<package>/workers/<name>.js    a worker and all that it imports, one script
//   packages/<package>/embedded/<name>.js   the same script as text, and each kernel file as text; modules that are imported when needed
//
// A file is written only when its text has changed.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const packages = path.join(path.dirname(fileURLToPath(import.meta.url)), "../packages");

/** The scripts of workers in pages. */
const workers = [
  { package: "couplet", name: "pool", entry: "engine/device/cpu/worker/browser.ts" },
  { package: "couplet-systems", name: "monte-carlo", entry: "magnets/monte-carlo/worker.ts" },
];

/** One script, of no format: a module and a classic worker alike. */
async function script(entry) {
  const bundle = await rolldown({
    input: entry,
    platform: "browser",
    resolve: { conditionNames: ["@couplet/source", "browser", "default"] },
    onLog: (_level, log) => {
      throw new Error(`${entry}: ${log.message}`);
    },
  });
  const { output } = await bundle.generate({ format: "iife", minify: true });
  await bundle.close();
  if (output.length !== 1) throw new Error(`${entry}: expected one script, got ${output.length}`);
  return output[0].code;
}

function write(folder, name, text) {
  const file = path.join(packages, folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  writeFileSync(file, text);
  console.log(`packages/${folder}/${name}  ${(text.length / 1024).toFixed(1)} kB`);
}

/** A module with a file's bytes: compressed, since base64 hides from the server's compression what could be saved. */
function bytesModule(bytes) {
  return `const data = "${gzipSync(bytes, { level: 9 }).toString("base64")}";
export async function bytes() {
  const packed = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  return new Response(
    new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")),
  ).arrayBuffer();
}
`;
}

// Kernels first: what workers are made of imports them.
for (const folder of ["couplet", "couplet-systems"]) {
  for (const file of readdirSync(path.join(packages, folder, "wasm"))) {
    // Nothing asks for a build that no page loads.
    if (file === "systems-relaxed.wasm") continue;
    const name = path.basename(file, ".wasm");
    const bytes = readFileSync(path.join(packages, folder, "wasm", file));
    write(folder, `embedded/${name}.js`, bytesModule(bytes));
    write(
      folder,
      `embedded/${name}.d.ts`,
      "export declare function bytes(): Promise<ArrayBuffer>;\n",
    );
  }
}
for (const { package: folder, name, entry } of workers) {
  const text = await script(path.join(packages, folder, "src", entry));
  write(folder, `workers/${name}.js`, text);
  write(folder, `embedded/${name}.js`, `export const script = ${JSON.stringify(text)};\n`);
  write(folder, `embedded/${name}.d.ts`, "export declare const script: string;\n");
}
