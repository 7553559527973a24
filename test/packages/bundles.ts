/** The bundlers, each as its documentation has it: nothing is configured for couplet. */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** Bundles `entry` of the project into a new folder; returns the folder and the script's name. */
export type Bundle = (
  project: string,
  entry: string,
  output: string,
) => Promise<{ readonly script: string; readonly classic?: boolean }>;

/** Optional peers of the libraries. */
const peers: readonly unknown[] = [
  "@observablehq/plot",
  "@uwdata/flechette",
  "fast-png",
  "hyparquet",
  "hyparquet-compressors",
  "linkedom",
  "pako",
  "saxes",
];

const require = createRequire(import.meta.url);

// By name in a variable: their types differ between the versions, and are not what is tested.
// oxlint-disable-next-line typescript/no-explicit-any -- the bundlers' own interfaces
const load = (name: string): Promise<any> => import(name);

/** Vite of a major version; 8 is the project's own. */
export const viteName = (major: number): string => (major === 8 ? "vite" : `vite${major}`);

export function viteBuild(major: number): Bundle {
  return async (project, entry, output) => {
    const { build } = await load(viteName(major));
    await build({
      root: project,
      configFile: false,
      logLevel: "error",
      build: {
        outDir: output,
        emptyOutDir: true,
        rollupOptions: {
          input: path.join(project, entry),
          output: { entryFileNames: "main.js" },
        },
      },
    });
    return { script: "main.js" };
  };
}

export const webpackBuild: Bundle = async (project, entry, output) => {
  const { default: webpack } = await load("webpack");
  await new Promise<void>((resolve, reject) => {
    webpack(
      {
        mode: "production",
        context: project,
        entry: `./${entry}`,
        output: { path: output, filename: "main.js" },
        // Names stay, which saves most of the time.
        optimization: { minimize: false },
      },
      // oxlint-disable-next-line typescript/no-explicit-any -- webpack's own interface
      (error: Error | null, stats: any) => {
        if (error !== null) reject(error);
        else if (stats.hasErrors()) reject(new Error(stats.toString({ colors: false })));
        else resolve();
      },
    );
  });
  return { script: "main.js", classic: true };
};

export function esbuildBuild(format: "esm" | "iife", splitting = false): Bundle {
  return async (project, entry, output) => {
    const { build } = await load("esbuild");
    await build({
      absWorkingDir: project,
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format,
      splitting,
      outdir: output,
      logLevel: "error",
      // A bundle without modules has no import.meta; esbuild warns of each.
      logOverride: { "empty-import-meta": "silent" },
    });
    return { script: entry, classic: format === "iife" };
  };
}

export const rollupBuild: Bundle = async (project, entry, output) => {
  const { rollup } = await load("rollup");
  const { nodeResolve } = await load("@rollup/plugin-node-resolve");
  const bundle = await rollup({
    input: path.join(project, entry),
    plugins: [nodeResolve({ browser: true })],
    // oxlint-disable-next-line typescript/no-explicit-any -- rollup's own interface
    onwarn: (warning: any) => {
      // Optional peers that are not installed: the page would say so when it needs one.
      if (warning.code === "UNRESOLVED_IMPORT" && peers.includes(warning.exporter)) return;
      throw new Error(warning.message);
    },
  });
  await bundle.write({ dir: output, format: "es", entryFileNames: "main.js" });
  await bundle.close();
  return { script: "main.js" };
};

/** The dev server of a Vite, as `npx vite` starts it. */
export async function viteServer(
  major: number,
  project: string,
  page: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const { createServer } = await load(viteName(major));
  writeFileSync(path.join(project, "index.html"), page);
  const server = await createServer({
    root: project,
    configFile: false,
    logLevel: "silent",
    cacheDir: path.join(project, `node_modules/.vite-${major}`),
    server: { host: "127.0.0.1", port: 0, hmr: false },
  });
  await server.listen();
  const { port } = server.httpServer.address();
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

/** Where a package that brings a program has it. */
export function binaryOf(packageName: string, file: string): string | undefined {
  try {
    return path.join(path.dirname(require.resolve(`${packageName}/package.json`)), file);
  } catch {
    return undefined;
  }
}

/** An import map for a page without a bundler: the libraries' entry points and inner names for browsers, below the address `base`. */
export function importMap(project: string, base: string): string {
  const imports: Record<string, string> = {};
  for (const name of ["couplet", "couplet-systems", "valibot"]) {
    const manifest = require(path.join(project, "node_modules", name, "package.json")) as {
      readonly imports?: Readonly<Record<string, Target>>;
      readonly exports: Readonly<Record<string, Target>>;
    };
    const all = Object.entries({ ...manifest.exports, ...manifest.imports });
    for (const [key, target] of all) {
      const file = forBrowsers(target);
      if (file === undefined) continue;
      imports[key.replace(/^\./, name)] = `${base}${path.posix.join("node_modules", name, file)}`;
    }
  }
  return `<script type="importmap">${JSON.stringify({ imports })}</script>`;
}

/** What package.json says of a specifier to a page. */
type Target =
  | string
  | { readonly browser?: Target; readonly import?: Target; readonly default?: Target };

function forBrowsers(target: Target | undefined): string | undefined {
  if (typeof target === "string" || target === undefined) return target;
  return forBrowsers(target.browser ?? target.import ?? target.default);
}
