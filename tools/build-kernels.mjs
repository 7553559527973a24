// Compiles the AssemblyScript kernels to WebAssembly, each module in two builds: plain SIMD, and
// relaxed SIMD (fused multiply-add). A module is the set of files that its pattern finds; adding a
// kernel is adding a file.
import { mkdirSync, readdirSync, readFileSync, writeFileSync, existsSync } from "node:fs";
import { createHash } from "node:crypto";
import path from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const packages = path.join(root, "packages");

/**
 * A module has the kernels that every `kernel.as.ts` below its package's src exports; what lies in folders called `kernel` is imported by
 * them, also from the packages that are named in `uses`. Two modules of the engine are loaded once a program calls for them
 * (`engine/device/cpu/kernels.ts`): kernels of backward passes (their names end in Vjp) and of the optimiser, which who only scores does
 * not need, and those of the ops that few graphs have, which `more-ops.ts` lists. All modules have the same memory, and static data from
 * `base` on, below the device's first region (`engine/device/cpu/memory.ts`).
 */
const isOfGradients = (kernel, file) =>
  kernel.endsWith("Vjp") || file.includes(`${path.sep}optimiser${path.sep}`);

const moreOps = readFileSync(
  path.join(packages, "couplet/src/engine/device/cpu/more-ops.ts"),
  "utf8",
);
const opsOfFewGraphs = new Set(
  [...moreOps.matchAll(/ops\/([\w-]+)\/cpu\.ts/g)].map(([, folder]) => folder),
);

const isOfFewGraphs = (kernel, file) =>
  !isOfGradients(kernel, file) && opsOfFewGraphs.has(path.basename(path.dirname(file)));

const modules = [
  {
    name: "engine",
    package: "couplet",
    uses: [],
    has: (kernel, file) => !isOfGradients(kernel, file) && !isOfFewGraphs(kernel, file),
  },
  { name: "engine-more", package: "couplet", uses: [], has: isOfFewGraphs, base: 196_608 },
  {
    name: "engine-gradients",
    package: "couplet",
    uses: [],
    has: isOfGradients,
    base: 131_072,
  },
  { name: "systems", package: "couplet-systems", uses: ["couplet"] },
];

const isKernel = (name) => name === "kernel.as.ts";

function kernelFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && isKernel(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/**
 * A digest of all that the modules are made of: this file, the compiler, which ops few graphs have, and the names and texts of the kernels. Times
 * would not do: a kernel that was deleted or renamed leaves none.
 */
function inputsDigest(source, used) {
  const hash = createHash("sha256").update(readFileSync(fileURLToPath(import.meta.url)));
  hash.update(readFileSync(path.join(root, "node_modules/assemblyscript/package.json")));
  hash.update([...opsOfFewGraphs].join());
  const inputs = [source, ...used]
    .flatMap((folder) => readdirSync(folder, { withFileTypes: true, recursive: true }))
    .map((entry) => ({ entry, folder: entry.parentPath ?? entry.path }))
    .filter(({ entry, folder }) => {
      const isImported = folder.split(path.sep).includes("kernel");
      return entry.isFile() && (isImported || (isKernel(entry.name) && folder.startsWith(source)));
    })
    .map(({ entry, folder }) => path.join(folder, entry.name))
    .sort();
  for (const file of inputs)
    hash.update(`\0${path.relative(packages, file)}\0`).update(readFileSync(file));
  return hash.digest("hex").slice(0, 32);
}

/**
 * The custom section that a module ends with: the digest of its inputs. All lengths are below 128: one byte each.
 * (Node 20 cannot read the sections of the relaxed build, which it cannot compile.)
 */
function inputsSection(digest) {
  const name = Buffer.from("inputs");
  const content = Buffer.concat([Buffer.from([name.length]), name, Buffer.from(digest)]);
  return Buffer.concat([Buffer.from([0, content.length]), content]);
}

const isUpToDate = (target, section) =>
  existsSync(target) && readFileSync(target).subarray(-section.length).equals(section);

/** The names of the functions that a file exports. */
function kernelsOf(file) {
  return [...readFileSync(file, "utf8").matchAll(/^export function (\w+)/gm)].map(
    ([, kernel]) => kernel,
  );
}

async function compile(
  { name, has = (_kernel, _file) => true, base = 0 },
  files,
  target,
  relaxed,
  section,
) {
  // The entry only re-exports; it lives in memory so that the source tree stays clean.
  const entry = files
    .flatMap((file) => {
      const kernels = kernelsOf(file).filter((kernel) => has(kernel, file));
      const from = path.relative(packages, file).replace(/\.ts$/, "").split(path.sep).join("/");
      return kernels.length === 0 ? [] : [`export { ${kernels.join(", ")} } from "./${from}";`];
    })
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
    // A memory must have the pages of the static data: one, or those below and above `base`.
    "--initialMemory",
    base === 0 ? "1" : "4",
    "--maximumMemory",
    "65536",
    "-O3",
    "--converge",
    "--noAssert",
    "--baseDir",
    packages,
    ...(base === 0 ? [] : ["--memoryBase", String(base)]),
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
  writeFileSync(target, Buffer.concat([binary, section]));
  const digest = createHash("sha256").update(binary).digest("hex").slice(0, 12);
  console.log(`${path.relative(root, target)}  ${(binary.length / 1024).toFixed(1)} kB  ${digest}`);
}

const force = process.argv.includes("--force");
for (const module of modules) {
  const { name, package: folder, uses } = module;
  const source = path.join(packages, folder, "src");
  const output = path.join(packages, folder, "wasm");
  mkdirSync(output, { recursive: true });
  const section = inputsSection(
    inputsDigest(
      source,
      uses.map((other) => path.join(packages, other, "src")),
    ),
  );
  const files = kernelFiles(source);
  for (const relaxed of [false, true]) {
    const target = path.join(output, relaxed ? `${name}-relaxed.wasm` : `${name}.wasm`);
    if (!force && isUpToDate(target, section)) continue;
    await compile(module, files, target, relaxed, section);
  }
}
