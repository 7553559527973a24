/** What Node loads of the built packages: the library once, from few files, whichever of its entry points a program imports. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const cwd = fileURLToPath(new URL(".", import.meta.url));
const manifest = JSON.parse(
  readFileSync(new URL("../../packages/couplet/package.json", import.meta.url), "utf8"),
) as { exports: Record<string, string | { node: string; default: string }> };
const entries = Object.entries(manifest.exports).filter(([name]) => name !== "./package.json");

async function node(...parameters: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, parameters, { cwd, timeout: 120_000 });
}

/** Prints the address of each file that the program loads, from the thread of the loader. */
const hooks = `import { writeSync } from "node:fs";
export async function load(url, context, next) { writeSync(1, url + "\\n"); return next(url, context); }`;
const listing = `import { register } from "node:module";
register("data:text/javascript,${encodeURIComponent(hooks)}");`;

/** Files of the package `couplet` that a program loads which imports these. */
async function loaded(...names: string[]): Promise<string[]> {
  const program = names.map((name) => `await import("${name}");`).join("\n");
  const hooked = `--import=data:text/javascript,${encodeURIComponent(listing)}`;
  const { stdout } = await node(hooked, "--input-type=module", "--eval", program);
  return stdout.split("\n").filter((url) => url.includes("/packages/couplet/"));
}

it("is one copy, for all entry points and the library of systems", async () => {
  const names = entries.map(([name]) => name.replace(/^\./, "couplet"));
  const files = await loaded(...names, "couplet-systems", "couplet-systems/magnets");
  expect(files.length).toBeGreaterThan(names.length);
  expect(files.filter((url) => !url.includes("/dist/node-chunks/"))).toEqual([]);
});

it("is a few files", async () => {
  expect((await loaded("couplet")).length).toBeLessThanOrEqual(5);
  expect((await loaded("couplet/table")).length).toBeLessThanOrEqual(20);
});

it("exports the names that the compiled files export", async () => {
  const program = entries.map(
    ([name, target]) => `{
    const { node, default: compiled } = ${JSON.stringify(target)};
    const names = async (file) => Object.keys(await import(new URL(file, "${new URL("../../packages/couplet/", import.meta.url).href}")));
    console.log(JSON.stringify(["${name}", await names(node), await names(compiled)]));
  }`,
  );
  const { stdout } = await node("--input-type=module", "--eval", program.join("\n"));
  const lines = stdout.trim().split("\n");
  expect(lines).toHaveLength(entries.length);
  for (const line of lines) {
    const [name, chunks, compiled] = JSON.parse(line) as [string, string[], string[]];
    expect(chunks.length, name).toBeGreaterThan(0);
    expect(chunks, name).toEqual(compiled);
  }
});

it("has maps that lead to the sources", async () => {
  const program = `import { neuralSpline } from "couplet"; neuralSpline({ variables: 4 });`;
  const failed = node("--enable-source-maps", "--input-type=module", "--eval", program);
  await expect(failed).rejects.toThrow(
    /at neuralSpline \(.*src[\\/]flow[\\/]presets[\\/]presets\.ts/,
  );
});
