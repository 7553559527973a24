// Checks the packages as they would be published: packs them, runs publint and are-the-types-wrong
// on the tarballs, compiles a program that imports them, and measures browser bundles of `couplet` against their limits.
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { browserBundle, everything, loadAndScore } from "./browser-bundle.mjs";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const scratch = mkdtempSync(path.join(tmpdir(), "couplet-pack-"));

/** Bytes, gzip, of what a page loads for each of these programs, kernels included; chunks loaded on demand do not count. */
const bundleLimits = [
  // 142.0 measured: what loads at once of all that the two entry points export; chunks on demand are listed beside it.
  { what: "everything of couplet and couplet/table", program: everything, limit: 145_000 },
  // 65.4 measured: script 42, kernel 17, worker 6. On demand: kernels of gradients and training (18), parts beyond the usual ones (9), their
  // kernel calls (2) and kernels (4), training sessions (1), the float64 device, checks.
  { what: "what loads a model and scores rows", program: loadAndScore, limit: 66_000 },
];

let problems = 0;

function check(name, run) {
  try {
    const said = run();
    console.log(`ok      ${name}${said ? `: ${said}` : ""}`);
  } catch (error) {
    problems += 1;
    console.log(`failed  ${name}`);
    console.log(String(error.stdout ?? "") + String(error.stderr ?? "") || error.message);
  }
}

function tool(name, ...parameters) {
  return execFileSync(path.join(root, "node_modules/.bin", name), parameters, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Packs one workspace and returns the tarball's path and what is in it. */
function pack(folder) {
  const [{ filename, files, unpackedSize }] = JSON.parse(
    execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", scratch], {
      cwd: path.join(root, folder),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
  return {
    tarball: path.join(scratch, filename),
    files: files.map((file) => file.path),
    unpackedSize,
  };
}

/** What has to be in a tarball, and what must not be. */
function contents(files, wanted) {
  const absent = wanted.filter((file) => !files.includes(file));
  if (absent.length > 0) throw new Error(`not in the package: ${absent.join(", ")}`);
  const unwanted = files.filter((file) =>
    /\.test\.|\.tsbuildinfo$|(^|\/)(kernel|cases|op-case|registry)\.(js|d\.ts)$|\/(suite|golden)\/|^test\//.test(
      file,
    ),
  );
  if (unwanted.length > 0) throw new Error(`should not be in the package: ${unwanted.join(", ")}`);
}

/** A published file may name no path of the machine that built it. */
function noLocalPaths(folder) {
  for (const entry of readdirSync(path.join(root, folder, "dist"), {
    recursive: true,
    withFileTypes: true,
  })) {
    if (!entry.isFile() || !/\.(js|ts|map)$/.test(entry.name)) continue;
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    if (readFileSync(file, "utf8").includes(root + path.sep))
      throw new Error(`${file} names ${root}`);
  }
}

/** Every map of the tarball leads to a file of the tarball, or brings the text itself. */
function mapsLeadSomewhere(folder, files) {
  const there = new Set(files);
  for (const file of files.filter((name) => name.endsWith(".map"))) {
    const map = JSON.parse(readFileSync(path.join(root, folder, file), "utf8"));
    for (const [i, source] of map.sources.entries()) {
      const target = path.posix.join(path.posix.dirname(file), map.sourceRoot ?? "", source);
      if (typeof map.sourcesContent?.[i] !== "string" && !there.has(target))
        throw new Error(
          `${file} leads to ${target}, which is not in the package (left from an earlier build? remove dist)`,
        );
    }
  }
}

/** What a registry shows of a package. Addresses are said once there are any that a reader can open. */
function presents(folder) {
  const manifest = JSON.parse(readFileSync(path.join(root, folder, "package.json"), "utf8"));
  for (const field of ["description", "license", "keywords", "engines"])
    if (!manifest[field]?.length && typeof manifest[field] !== "object")
      throw new Error(`package.json has no ${field}`);
  const readme = readFileSync(path.join(root, folder, "README.md"), "utf8");
  if (!/^```ts$|^ {4}couplet /m.test(readme)) throw new Error("README.md shows no code");
  const silent = ["repository", "homepage", "bugs"].filter(
    (field) => manifest[field] === undefined,
  );
  return silent.length === 0 ? "" : `no ${silent.join(", ")} before there is a public address`;
}

/** The declarations compile in a strict project of a usual target, without skipLibCheck. */
function compilesForUsers(name, tarball, entries) {
  const user = path.join(scratch, "user");
  const installed = path.join(user, "node_modules", name);
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  const valibot = path.join(user, "node_modules/valibot");
  if (!existsSync(valibot)) symlinkSync(path.join(root, "node_modules/valibot"), valibot);
  writeFileSync(path.join(user, "package.json"), '{ "type": "module" }');
  const lines = entries.map((entry, i) => `export * as entry${i} from "${entry}";`);
  writeFileSync(path.join(user, "user.ts"), lines.join("\n"));
  const options = ["--strict", "--noEmit", "--target", "es2022", "--module", "nodenext"];
  tool("tsc", "--ignoreConfig", ...options, path.join(user, "user.ts"));
  // A program for Node alone has no DOM; couplet/kit names a page's Worker.
  const inNode = lines.filter((line) => !line.includes("couplet/kit"));
  writeFileSync(path.join(user, "in-node.ts"), inNode.join("\n"));
  const nodeTypes = path.join(user, "node_modules/@types");
  if (!existsSync(nodeTypes)) symlinkSync(path.join(root, "node_modules/@types"), nodeTypes);
  const noDom = ["--lib", "es2023,esnext.disposable", "--types", "node", "--skipLibCheck"];
  tool("tsc", "--ignoreConfig", ...options, ...noDom, path.join(user, "in-node.ts"));
}

const packages = [
  {
    folder: "packages/couplet",
    // couplet/report has the types of an optional peer, which a user of it has installed.
    entries: [
      "couplet",
      "couplet/table",
      "couplet/inspect",
      "couplet/images",
      "couplet/reversible",
      "couplet/energy",
      "couplet/design",
      "couplet/diagnostics",
      "couplet/study",
      "couplet/autoregressive",
      "couplet/layerwise",
      "couplet/io",
      "couplet/onnx",
      "couplet/engine",
      "couplet/node",
      "couplet/kit",
    ],
    wanted: [
      "LICENSE",
      "README.md",
      "dist/entry/couplet.js",
      "dist/entry/couplet.d.ts",
      "dist/entry/table.js",
      "dist/entry/table.d.ts",
      "dist/node-chunks/couplet.js",
      "dist/node-chunks/table.js",
      "wasm/engine.wasm",
      "wasm/engine-relaxed.wasm",
      "wasm/engine-more.wasm",
      "wasm/engine-more-relaxed.wasm",
      "wasm/engine-gradients.wasm",
      "wasm/engine-gradients-relaxed.wasm",
    ],
  },
  {
    folder: "packages/couplet-systems",
    entries: [
      "couplet-systems",
      "couplet-systems/solvers",
      "couplet-systems/linear-algebra",
      "couplet-systems/multiphysics",
      "couplet-systems/magnets",
      "couplet-systems/topology",
      "couplet-systems/networks",
      "couplet-systems/oscillators",
      "couplet-systems/kinetics",
    ],
    wanted: [
      "LICENSE",
      "README.md",
      "dist/entry/systems.js",
      "wasm/systems.wasm",
      "wasm/systems-relaxed.wasm",
    ],
  },
  { folder: "packages/studio", wanted: ["LICENSE", "README.md", "dist/index.html"] },
  { folder: "packages/cli", wanted: ["LICENSE", "README.md", "dist/main.js"] },
];

try {
  for (const { folder, entries, wanted } of packages) {
    const name = path.basename(folder);
    let packed;
    check(`${name}: pack`, () => {
      packed = pack(folder);
      contents(packed.files, wanted);
      return `${packed.files.length} files, ${(packed.unpackedSize / 1000).toFixed(0)} kB unpacked`;
    });
    if (packed === undefined) continue;
    check(`${name}: no path of this machine`, () => noLocalPaths(folder));
    check(`${name}: maps lead to sources`, () => mapsLeadSomewhere(folder, packed.files));
    check(`${name}: keywords and code to read`, () => presents(folder));
    check(`${name}: publint`, () => void tool("publint", "run", packed.tarball, "--strict"));
    if (entries !== undefined) {
      check(`${name}: are the types wrong`, () => {
        tool("attw", packed.tarball, "--profile", "esm-only", "--no-emoji");
      });
      if (entries.length > 0)
        check(`${name}: compiles in a user's project`, () =>
          compilesForUsers(name, packed.tarball, entries),
        );
    }
  }
  for (const { what, program, limit } of bundleLimits) {
    const bundle = await browserBundle(program).catch((error) => error);
    check(`couplet: size of the browser bundle, ${what}`, () => {
      if (bundle instanceof Error) throw bundle;
      const listed = bundle.files
        .map(
          ({ name, gzip, later }) =>
            `${name} ${(gzip / 1000).toFixed(1)}${later ? " on demand" : ""}`,
        )
        .join(", ");
      const total = `${(bundle.gzip / 1000).toFixed(1)} kB gzip of ${limit / 1000} (${listed})`;
      if (bundle.gzip > limit) throw new Error(total);
      return total;
    });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = problems === 0 ? 0 : 1;
