/** The packed libraries in a real browser, behind each bundler and without one: they load, train, score and start their workers. */
import { execFile } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { chromiumPath, launchChromium } from "../browser/chromium.ts";
import {
  binaryOf,
  esbuildBuild,
  importMap,
  rollupBuild,
  viteBuild,
  viteServer,
  webpackBuild,
} from "./bundles.ts";
import type { Bundle } from "./bundles.ts";
import { isolation, pageWith, serveFolder } from "../browser/serve-folder.ts";
import { openWorkplace } from "./workplace.ts";
import type { Workplace } from "./workplace.ts";

interface Outcome {
  readonly value?: {
    readonly logProb: number[];
    readonly energy: number;
    readonly isolated: boolean;
  };
  readonly error?: string;
}

const vite8 = viteBuild(8);
const esbuild = esbuildBuild("esm");

let workplace: Workplace;
let browser: Browser;
let expected: Required<Outcome>["value"];
/** What has been bundled, by bundler and entry: cases that differ in headers alone share it. */
const bundles = new Map<string, Awaited<ReturnType<Bundle>>>();
const names = new Map<Bundle, number>();

/** The program in a process of its own. */
async function inProcess(program: string, ...parameters: string[]): Promise<Outcome> {
  const { stdout } = await promisify(execFile)(
    program,
    [...parameters, path.join(workplace.folder, "in-process.js")],
    { cwd: workplace.folder, timeout: 110_000 },
  );
  return JSON.parse(stdout) as Outcome;
}

beforeAll(async () => {
  workplace = openWorkplace();
  if (chromiumPath() !== undefined) browser = await launchChromium();
  expected = (await inProcess(process.execPath)).value!;
}, 180_000);
afterAll(async () => {
  await browser?.close();
  workplace?.dispose();
});

/** Opens a page and waits for what its script came to. */
async function visit(url: string, input: unknown = {}): Promise<Outcome> {
  const page = await browser.newPage();
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  try {
    await page.goto(`${url}?${encodeURIComponent(JSON.stringify(input))}`);
    // Not waitForFunction: it evaluates text in the page, which a policy forbids.
    for (let tries = 0; tries < 450; tries++) {
      const outcome = (await page.evaluate("globalThis.outcome")) as Outcome | undefined;
      if (outcome !== undefined) return outcome;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the page came to nothing, and said: ${said.join("; ")}`);
  } finally {
    await page.close();
  }
}

interface Case {
  readonly entry?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly input?: unknown;
  /** What the page's folder needs beside the bundle. */
  readonly add?: (output: string) => void;
}

/** Bundles the page, serves the bundle and opens it. */
async function bundled(bundle: Bundle, options: Case = {}): Promise<Outcome> {
  const { entry = "main.js", headers = {}, input, add } = options;
  const key = `${names.get(bundle) ?? names.set(bundle, names.size).size - 1}-${entry}`;
  const output = path.join(workplace.folder, "..", `bundle-${key}`);
  let made = bundles.get(key);
  if (made === undefined) bundles.set(key, (made = await bundle(workplace.folder, entry, output)));
  const { script, classic } = made;
  add?.(output);
  const page = pageWith(script, "", classic === true ? " defer" : undefined);
  const server = await serveFolder(output, headers, page);
  try {
    return await visit(server.url, input);
  } finally {
    await server.close();
  }
}

/** The same numbers as in Node: training's last digits may differ between machines' functions, simulations may not. */
function expectSame({ value, error }: Outcome, isolated: boolean): void {
  expect(error).toBeUndefined();
  expect(value!.isolated).toBe(isolated);
  expect(value!.energy).toBe(expected.energy);
  expected.logProb.forEach((wanted, i) => expect(value!.logProb[i]).toBeCloseTo(wanted, 10));
}

const skip = chromiumPath() === undefined;

describe.skipIf(skip)("in Chromium", { timeout: 120_000 }, () => {
  it.each([5, 6, 7, 8])("Vite %i, dev server", async (major) => {
    const server = await viteServer(major, workplace.folder, pageWith("/main.js"));
    try {
      expectSame(await visit(server.url), false);
    } finally {
      await server.close();
    }
  });

  it.each<[string, Bundle]>([
    ["Vite 5", viteBuild(5)],
    ["Vite 6", viteBuild(6)],
    ["Vite 7", viteBuild(7)],
    ["Vite 8", vite8],
    ["webpack", webpackBuild],
    ["esbuild", esbuild],
    ["esbuild with splitting", esbuildBuild("esm", true)],
    ["esbuild without modules", esbuildBuild("iife")],
    ["rollup", rollupBuild],
  ])("%s, build", async (_name, bundle) => {
    expectSame(await bundled(bundle, { headers: isolation }), true);
  });

  it.each<[string, Bundle]>([
    ["Vite 8", vite8],
    ["esbuild", esbuild],
  ])("%s, a page that is not isolated", async (_name, bundle) => {
    expectSame(await bundled(bundle), false);
  });

  it.each([
    ["isolated", isolation],
    ["not isolated", {}],
  ])("an import map without a bundler, %s", async (_name, headers) => {
    const page = pageWith("main.js", importMap(workplace.folder, "/"));
    const server = await serveFolder(workplace.folder, headers, page);
    try {
      expectSame(await visit(server.url), headers === isolation);
    } finally {
      await server.close();
    }
  });

  it.each([
    ["isolated", isolation],
    ["not isolated", {}],
  ])("the library on another origin, %s", async (_name, headers) => {
    const open = { ...headers, "Access-Control-Allow-Origin": "*" };
    const there = await serveFolder(workplace.folder, open, "");
    const page = pageWith("main.js", importMap(workplace.folder, there.url));
    const here = await serveFolder(workplace.folder, headers, page);
    try {
      expectSame(await visit(here.url), headers === isolation);
      // Kernels and workers of a third place, a folder and a function.
      const locations = {
        wasmUrl: `${there.url}node_modules/files`,
        workerUrl: `${there.url}node_modules/files/`,
      };
      copyFiles(path.join(workplace.folder, "node_modules/files"));
      expectSame(await visit(here.url, { locations }), headers === isolation);
    } finally {
      await here.close();
      await there.close();
    }
  });

  it.each<[string, Bundle, string]>([
    ["Vite 8", vite8, "main-own-worker.js"],
    ["webpack", webpackBuild, "main-own-worker.js"],
    ["esbuild", ownWorkerWith(esbuild), "main-own-worker.js"],
  ])("%s, in a worker of the user's own", async (_name, bundle, entry) => {
    expectSame(await bundled(bundle, { entry, headers: isolation }), true);
    expectSame(await bundled(bundle, { entry }), false);
  });
});

/** A plain bundler does not follow the address of a worker: the user bundles it as an entry of its own. */
function ownWorkerWith(bundle: Bundle): Bundle {
  return async (project, entry, output) => {
    await bundle(project, "own-worker.js", output);
    return bundle(project, entry, output);
  };
}

/** Copies what `configure` points to, as docs/bundlers.md says. */
function copyFiles(target: string): void {
  for (const name of ["couplet", "couplet-systems"])
    for (const folder of ["wasm", "workers"])
      cpSync(path.join(workplace.folder, "node_modules", name, folder), target, {
        recursive: true,
      });
}

describe.skipIf(skip)("under a content security policy", { timeout: 120_000 }, () => {
  const policy = (script: string, worker: string) => ({
    "Content-Security-Policy": `default-src 'none'; connect-src 'self'; img-src data:; script-src 'self' ${script}; worker-src ${worker}`,
  });
  const strict = policy("'wasm-unsafe-eval'", "'self'");

  it("a bundler that copies files needs 'wasm-unsafe-eval' alone", async () => {
    expectSame(await bundled(vite8, { headers: strict }), false);
    expectSame(await bundled(vite8, { headers: { ...strict, ...isolation } }), true);
  });

  it("a plain bundler needs blob: for workers, or the addresses of copies", async () => {
    const blob = policy("'wasm-unsafe-eval'", "'self' blob:");
    expectSame(await bundled(esbuild, { headers: blob }), false);
    const add = (output: string) => copyFiles(path.join(output, "couplet"));
    const locations = { wasmUrl: "/couplet", workerUrl: "/couplet" };
    const input = { locations };
    const headers = { ...strict, ...isolation };
    expectSame(await bundled(esbuild, { headers, add, input }), true);
  });

  it("tells which workers were tried, and what to do", async () => {
    const { error } = await bundled(esbuild, { headers: strict });
    expect(error).toMatch(/^DEVICE_UNAVAILABLE worker pool\.js: .*beside the library.*blob/);
    expect(error).toContain("configure({ workerUrl })");
    const input = { locations: { workerUrl: "/nowhere" } };
    const named = await bundled(esbuild, { input });
    expect(named.error).toMatch(/tried http:\S+\/nowhere\/pool\.js \(it did not load\)/);
  });

  it("tells that kernels may not be compiled", async () => {
    const { error } = await bundled(vite8, { headers: policy("", "'self'") });
    expect(error).toMatch(/^DEVICE_UNAVAILABLE kernels engine.*wasm-unsafe-eval/);
  });
});

describe("in a process", { timeout: 120_000 }, () => {
  it("Node, without a package beside it", () => {
    expect(expected.logProb.every(Number.isFinite)).toBe(true);
  });

  const processes = [
    ["Bun", binaryOf("@oven/bun-linux-x64", "bin/bun"), ["run"]],
    ["Deno", binaryOf("@deno/linux-x64-glibc", "deno"), ["run", "-A", "--no-remote"]],
  ] as const;
  for (const [name, binary, parameters] of processes)
    it.skipIf(binary === undefined || !existsSync(binary))(name, async () => {
      expectSame(await inProcess(binary!, ...parameters), false);
    });
});
