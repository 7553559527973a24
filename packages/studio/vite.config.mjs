// The studio as static files that load from any folder of any server: relative addresses, nothing inlined.
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const folder = path.dirname(fileURLToPath(import.meta.url));

/** @type {{ version: string }} */
const { version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));

/** The table that the studio shows as an example lies with the repository's examples. */
const diamonds = {
  name: "diamonds",
  generateBundle() {
    const source = readFileSync(path.join(folder, "../../examples/data/diamonds.csv"));
    this.emitFile({ type: "asset", fileName: "diamonds.csv", source });
  },
};

export default defineConfig({
  define: { STUDIO_VERSION: JSON.stringify(version) },
  plugins: [diamonds],
  root: folder,
  base: "./",
  publicDir: path.join(folder, "public"),
  worker: { format: "es" },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: path.join(folder, "dist"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
