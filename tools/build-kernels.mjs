// Compiles the AssemblyScript kernels to WebAssembly, each module in two builds: plain SIMD, and
// relaxed SIMD (fused multiply-add). A module is the set of files that its pattern finds; adding a
// kernel is adding a file.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync, existsSync } from "node:fs";
import { createHash } from "node:crypto";
import path from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const packages = path.join(root, "packages");

/** A module has every `kernel.as.ts` below its package's src; what lies in folders called `kernel` is imported by them. */
const modules = [
  { name: "engine", package: "couplet" },
  { name: "systems", package: "couplet-systems" },
];

function kernelFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name === "kernel.as.ts")
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function newestInput(source) {
  let newest = statSync(fileURLToPath(import.meta.url)).mtimeMs;
  for (const entry of readdirSync(source, { withFileTypes: true, recursive: true })) {
    const folder = entry.parentPath ?? entry.path;
    const isKernel = entry.name === "kernel.as.ts" || folder.split(path.sep).includes("kernel");
    if (entry.isFile() && isKernel) {
      newest = Math.max(newest, statSync(path.join(folder, entry.name)).mtimeMs);
    }
  }
  return newest;
}

async function compile(name, files, source, target, relaxed) {
  // The entry only re-exports; it lives in memory so that the source tree stays clean.
  const entry = files
    .map(
      (file) =>
        `export * from "./${path.relative(source, file).replace(/\.ts$/, "").split(path.sep).join("/")}";`,
    )
    .join("\n");
  const features = ["simd", "threads", "bulk-memory", ...(relaxed ? ["relaxed-simd"] : [])];
  const options = [
    `${name}.entry.ts`,
    "--outFile",
    "out.wasm",
    "--runtime",
    "stub",
    "--importMemory",
    "--sharedMemory",
    "--initialMemory",
    "1",
    "--maximumMemory",
    "65536",
    "-O3",
    "--converge",
    "--noAssert",
    "--baseDir",
    source,
    ...features.flatMap((feature) => ["--enable", feature]),
  ];
  let binary;
  const { error, stderr } = await asc.main(options, {
    readFile(name_, baseDir) {
      if (name_ === `${name}.entry.ts`) return entry;
      try {
        return readFileSync(path.join(baseDir, name_), "utf8");
      } catch {
        return null;
      }
    },
    writeFile(name_, contents) {
      if (name_.endsWith(".wasm")) binary = contents;
    },
    listFiles: () => [],
  });
  if (error || binary === undefined) {
    console.error(stderr.toString());
    throw error ?? new Error(`${name}: asc wrote no file`);
  }
  writeFileSync(target, binary);
  const digest = createHash("sha256").update(binary).digest("hex").slice(0, 12);
  console.log(`${path.relative(root, target)}  ${(binary.length / 1024).toFixed(1)} kB  ${digest}`);
}

const force = process.argv.includes("--force");
for (const { name, package: folder } of modules) {
  const source = path.join(packages, folder, "src");
  const output = path.join(packages, folder, "wasm");
  mkdirSync(output, { recursive: true });
  const newest = newestInput(source);
  const files = kernelFiles(source);
  for (const relaxed of [false, true]) {
    const target = path.join(output, relaxed ? `${name}-relaxed.wasm` : `${name}.wasm`);
    if (!force && existsSync(target) && statSync(target).mtimeMs > newest) continue;
    await compile(name, files, source, target, relaxed);
  }
}
