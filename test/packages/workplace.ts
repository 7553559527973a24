/** An empty project with the packed libraries installed: what `npm pack` makes, unpacked, and their one dependency. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = fileURLToPath(new URL("../../", import.meta.url));

export interface Workplace {
  /** The project; `node_modules` in it. */
  readonly folder: string;
  /** The tarball of each package by its name. */
  readonly tarballs: Readonly<Record<string, string>>;
  dispose(): void;
}

/** Packs the packages into a folder of their own, and installs the libraries into a project beside the page's files. */
export function openWorkplace(): Workplace {
  const top = realpathSync(mkdtempSync(path.join(tmpdir(), "couplet-packages-")));
  const folder = path.join(top, "project");
  const tarballs: Record<string, string> = {};
  mkdirSync(path.join(folder, "node_modules"), { recursive: true });
  const output = execFileSync(
    "npm",
    ["pack", "--workspaces", "--ignore-scripts", "--json", "--pack-destination", top],
    { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  );
  for (const { name, filename } of JSON.parse(output) as { name: string; filename: string }[])
    tarballs[name] = path.join(top, filename);
  for (const name of ["couplet", "couplet-systems"]) install(folder, name, tarballs[name]!);
  cpSync(path.join(root, "node_modules/valibot"), path.join(folder, "node_modules/valibot"), {
    recursive: true,
  });
  cpSync(path.join(root, "test/packages/page"), folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{ "type": "module", "private": true }\n');
  return { folder, tarballs, dispose: () => rmSync(top, { recursive: true, force: true }) };
}

/** Unpacks a tarball as npm would. */
export function install(folder: string, name: string, tarball: string): void {
  const target = path.join(folder, "node_modules", name);
  mkdirSync(target, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", target, "--strip-components=1"]);
}
