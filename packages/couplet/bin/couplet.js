#!/usr/bin/env node
// The command is the package couplet-cli: it brings readers of tables and a BLAS, which programs that use the library need not
// install. Where it lies beside the library this file starts it; elsewhere it prints the line that does.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);

/** A word as a POSIX shell reads it. */
const quoted = (word) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

let manifest;
try {
  manifest = require.resolve("couplet-cli/package.json");
} catch {
  const { version } = require("../package.json");
  const words = ["npx", "--package", `couplet-cli@${version}`, "couplet", ...process.argv.slice(2)];
  process.stderr.write(
    `couplet: the command is the package couplet-cli, which is not installed here. Run:\n\n    ${words.map(quoted).join(" ")}\n`,
  );
  process.exitCode = 1;
}
if (manifest !== undefined) {
  const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
  const program = path.join(path.dirname(manifest), bin.couplet);
  // As if it had been started itself.
  process.argv[1] = program;
  await import(pathToFileURL(program).href);
}
