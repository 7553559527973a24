// Runs an example on any Node: npm run example -- systems/turbine-blade [its options]
//
// Node 20 does not read TypeScript, so the program is bundled first (with the files in the folder of its name); it then runs in the
// repository's root, on the built packages. Without a name it lists the examples.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const examples = path.join(root, "examples");
const [name, ...options] = process.argv.slice(2);
const source =
  name === undefined ? undefined : path.join(examples, `${name.replace(/\.ts$/, "")}.ts`);

if (source === undefined || !existsSync(source)) {
  if (name !== undefined) console.error(`example: expected one of the list, got ${name}`);
  for (const file of readdirSync(examples, { recursive: true, encoding: "utf8" }).toSorted((a, b) =>
    a.localeCompare(b),
  )) {
    // Deeper files belong to the example of their folder's name.
    if (/^[^/\\]+[/\\][^/\\]+\.ts$/.test(file))
      console.log(file.replace(/\.ts$/, "").split(path.sep).join("/"));
  }
  process.exit(name === undefined ? 0 : 2);
}

// Inside node_modules, where `import "couplet"` finds the package.
const script = path.join(
  root,
  "node_modules/.couplet-workshop",
  `${path.basename(source, ".ts")}.mjs`,
);
buildSync({
  entryPoints: [source],
  outfile: script,
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "es2022",
  logLevel: "error",
});
const { status } = spawnSync(process.execPath, [script, ...options], {
  cwd: root,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
