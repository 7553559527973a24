// Runs the code of a guide on any Node: npm run guide -- coupling-layers#its-inverse
//
// Node 20 does not read TypeScript, so test/docs/show-guide.ts and the files that it shares with the tests of the guides
// are bundled first.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const source = path.join(root, "test/docs/show-guide.ts");
const folder = path.join(root, "node_modules/.couplet-workshop");
mkdirSync(folder, { recursive: true });
const script = path.join(folder, "show-guide.mjs");
await build({
  entryPoints: [source],
  outfile: script,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  // Where the repository is follows from the place of the source.
  define: { "import.meta.url": JSON.stringify(pathToFileURL(source).href) },
});
const { status } = spawnSync(process.execPath, [script, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
