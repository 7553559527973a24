// Completes package-lock.json with the platform packages that a registry mirror may not carry.
//
//   node tools/lock-platforms.mjs           adds what is missing
//   node tools/lock-platforms.mjs --check   fails when something is missing
//
// A tool with a native part (oxlint, oxfmt, DuckDB) lists one package a platform as optional
// dependencies. `npm install` leaves those that its registry cannot find out of the lockfile, and
// `npm ci` then refuses the lockfile as a whole, also on platforms that do not need them. The name of
// such a package says its platform; with it in the lockfile npm skips the package without asking for it.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const file = path.join(path.dirname(fileURLToPath(import.meta.url)), "../package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8"));

const systems = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const processors = [
  "arm64",
  "arm",
  "ia32",
  "loong64",
  "mips64el",
  "ppc64",
  "riscv64",
  "s390x",
  "wasm32",
  "x64",
];

/** `{ os, cpu, libc }` of a platform package by its name, or undefined when the name does not say it. */
function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined) return undefined;
  const libc =
    os !== "linux"
      ? undefined
      : words.some((word) => word.startsWith("musl"))
        ? "musl"
        : words.some((word) => word.startsWith("gnu"))
          ? "glibc"
          : undefined;
  return { ...(libc && { libc: [libc] }), os: [os], cpu: [cpu] };
}

/** Whether Node's resolution from the package at `from` finds an entry for `name`. */
function isLocked(from, name) {
  for (
    let folder = from;
    ;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))
  ) {
    if (lock.packages[`${folder === "" ? "" : `${folder}/`}node_modules/${name}`]) return true;
    if (folder === "" || !folder.includes("/node_modules/")) {
      return lock.packages[`node_modules/${name}`] !== undefined;
    }
  }
}

const added = [];
for (const [from, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(from, name)) continue;
    const platform = platformOf(name);
    if (platform === undefined || !/^\d+\.\d+\.\d+/.test(version)) {
      console.error(`package-lock.json: ${from} needs ${name}@${version}, which is not locked`);
      process.exitCode = 1;
      continue;
    }
    const { os, cpu, libc } = platform;
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu,
      ...(entry.dev && { dev: true }),
      ...(libc && { libc }),
      optional: true,
      os,
    };
    added.push(`${name}@${version}`);
  }
}

if (added.length > 0 && process.argv.includes("--check")) {
  console.error(`package-lock.json lacks ${added.join(", ")}.\nRun: node tools/lock-platforms.mjs`);
  process.exitCode = 1;
} else if (added.length > 0) {
  const { "": root, ...others } = lock.packages;
  const sorted = Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1));
  lock.packages = { "": root, ...Object.fromEntries(sorted) };
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  for (const name of added) console.log(`added ${name}`);
}
