// Runs the fast tests on Node 24 (the floor, Node 20, is what `npm test` runs on). The binary comes
// from npm, so nothing has to be on the machine; COUPLET_NODE24 names another one.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, "../..");

function node24() {
  const given = process.env.COUPLET_NODE24;
  if (given) return given;
  if (process.versions.node.startsWith("24.")) return process.execPath;
  const binary = path.join(here, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  if (!existsSync(binary)) {
    execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd: here,
      stdio: "inherit",
    });
  }
  if (!existsSync(binary)) {
    throw new Error(
      `no Node 24 for ${process.platform}-${process.arch} on npm; name one in COUPLET_NODE24`,
    );
  }
  return binary;
}

const binary = node24();
const version = execFileSync(binary, ["--version"], { encoding: "utf8" }).trim();
if (!version.startsWith("v24.")) throw new Error(`expected Node 24, got ${version} (${binary})`);
console.log(`tests on Node ${version.slice(1)}`);
const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
const { status } = spawnSync(
  binary,
  [vitest, "run", "--project", "fast", ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: "inherit",
    // Tests that start a process of their own (`node`) start this one.
    env: { ...process.env, PATH: `${path.dirname(binary)}${path.delimiter}${process.env.PATH}` },
  },
);
process.exitCode = status ?? 1;
