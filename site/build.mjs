// Builds the documentation as a site: `npm run site` at the root. Needs no network once its packages are installed.
//
//   node build.mjs          the site, in `.vitepress/dist`: static files for any server
//   node build.mjs --dev    pages while they are written, with a server that follows changes of `pages/` and the theme
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fillStage, here, root } from "./stage.mjs";

function run(command, parameters, cwd) {
  const { status } = spawnSync(command, parameters, { cwd, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

for (const [what, file] of [
  ["npm run build", "packages/cli/dist/main.js"],
  ["npm ci --prefix site --ignore-scripts", "site/node_modules/vitepress"],
]) {
  if (existsSync(path.join(root, file))) continue;
  console.error(`site: expected ${file}; run ${what} first`);
  process.exit(1);
}

const api = path.join(root, "docs/api");
const isDev = process.argv.includes("--dev");
console.log(`site: ${await fillStage()} pages`);
const vitepress = path.join(here, "node_modules/vitepress/bin/vitepress.js");
if (isDev) run(process.execPath, [vitepress, "dev", "."], here);
else {
  run(process.execPath, [vitepress, "build", "."], here);
  // The API reference is typedoc's own pages, beside the others.
  if (!existsSync(api) || readdirSync(api).length === 0)
    run("npm", ["run", "--silent", "docs"], root);
  cpSync(api, path.join(here, ".vitepress/dist/api"), { recursive: true });
  console.log("site: site/.vitepress/dist is ready (npm run preview --prefix site shows it)");
}
