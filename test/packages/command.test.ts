/** What someone gets who names `couplet` alone, and where the command finds what it brings. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { install, openWorkplace, root } from "./workplace.ts";
import type { Workplace } from "./workplace.ts";

let workplace: Workplace;

beforeAll(() => {
  workplace = openWorkplace();
  const lines = Array.from({ length: 300 }, (_, i) => `${Math.sin(i)},${Math.cos(i) + (i % 3)}`);
  writeFileSync(path.join(workplace.folder, "my data.csv"), `a,b\n${lines.join("\n")}\n`);
}, 180_000);
afterAll(() => workplace?.dispose(), 60_000);

/** Runs `node_modules/.bin/couplet` as a link to a package's program, as npm makes it. */
function couplet(project: string, program: string, ...words: string[]) {
  const link = path.join(project, "node_modules/.bin", "couplet");
  mkdirSync(path.dirname(link), { recursive: true });
  if (!readdirSync(path.dirname(link)).includes("couplet")) symlinkSync(program, link);
  return spawnSync(process.execPath, [link, ...words], {
    cwd: workplace.folder,
    encoding: "utf8",
    timeout: 110_000,
  });
}

/** Installs the command; what it needs from elsewhere goes into the `node_modules` of `folder`. */
function installCommand(project: string, folder: string): void {
  install(project, "couplet-cli", workplace.tarballs["couplet-cli"]!);
  const file = path.join(project, "node_modules/couplet-cli/package.json");
  const { dependencies } = JSON.parse(readFileSync(file, "utf8")) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies).filter((key) => !key.startsWith("couplet"))) {
    const target = path.join(folder, "node_modules", name);
    mkdirSync(path.dirname(target), { recursive: true });
    // Where two packages want different versions, npm puts the command's in a folder of its own.
    const places = ["packages/cli/node_modules", "node_modules"];
    const place = places.find((each) => existsSync(path.join(root, each, name)))!;
    symlinkSync(path.join(root, place, name), target);
  }
}

it("names the line to run where only the library is installed", () => {
  const { status, stderr, stdout } = couplet(
    workplace.folder,
    "../couplet/bin/couplet.js",
    "fit",
    "my data.csv",
  );
  const { version } = JSON.parse(
    readFileSync(path.join(root, "packages/cli/package.json"), "utf8"),
  ) as { version: string };
  expect(stdout).toBe("");
  expect(stderr).toContain(
    `\n    npx --package couplet-cli@${version} couplet fit 'my data.csv'\n`,
  );
  expect(status).toBe(1);
});

it("brings a user of the library at most 10 MB", () => {
  const folder = path.join(workplace.folder, "node_modules");
  const bytes = (name: string) =>
    readdirSync(path.join(folder, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
  expect(bytes("couplet") + bytes("valibot")).toBeLessThan(10e6);
});

it.each([
  ["all in one folder", (project: string) => project],
  [
    "each of its own, as installed globally",
    (project: string) => path.join(project, "node_modules/couplet-cli"),
  ],
])("fits a table and finds what the command brings, %s", (name, own) => {
  const project = path.join(workplace.folder, "..", name.replaceAll(" ", "-"));
  for (const library of ["couplet", "couplet-systems"])
    install(project, library, workplace.tarballs[library]!);
  symlinkSync(path.join(root, "node_modules/valibot"), path.join(project, "node_modules/valibot"));
  installCommand(project, own(project));
  const output = path.join(project, "model.couplet");
  const run = (...words: string[]) => couplet(project, "../couplet/bin/couplet.js", ...words);
  const fitted = run("fit", "my data.csv", "--output", output, "--epochs", "2", "--quiet");
  expect(fitted.stderr.split("\n").filter((line) => !/^(warning: |$)/.test(line))).toEqual([]);
  expect(fitted.status).toBe(0);
  expect(statSync(output).size).toBeGreaterThan(1000);
  // The chart library and its document are the command's too.
  const report = run("report", output, "--data", "my data.csv", "--quiet");
  expect(report.stderr).toBe("");
  expect(report.status).toBe(0);
  const { stdout } = run("doctor", "--json");
  expect(stdout).not.toContain("koffi is not installed");
});
