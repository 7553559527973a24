// Bundles the studio into packages/studio/dist: static files, loaded from any folder of any server.
// Does nothing where no input is newer than what was built.
//
//   node tools/build-studio.mjs
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const studio = path.join(root, "packages/studio");

/** What the bundle is made of; dependencies change with the lockfile. */
const inputs = [
  "packages/studio/src",
  "packages/studio/public",
  "packages/studio/index.html",
  "packages/studio/vite.config.mjs",
  "packages/couplet/dist",
  "packages/couplet/wasm",
  "packages/couplet/workers",
  "packages/couplet/embedded",
  "package-lock.json",
];

/** When a file, or the newest file of a folder, was last written. */
function lastWritten(place) {
  const found = statSync(place);
  if (!found.isDirectory()) return /\.(map|tsbuildinfo|d\.ts)$/.test(place) ? 0 : found.mtimeMs;
  return Math.max(0, ...readdirSync(place).map((name) => lastWritten(path.join(place, name))));
}

const built = path.join(studio, "dist/index.html");
const newest = Math.max(...inputs.map((input) => lastWritten(path.join(root, input))));
if (!existsSync(built) || statSync(built).mtimeMs < newest)
  await build({ configFile: path.join(studio, "vite.config.mjs"), logLevel: "error" });
