// The entry points by the job that they do: the head of each, from its own file, and the way to its reference.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const packagesOf = ["couplet", "couplet-systems"];

/** The words of a file's head comment, without its tags. */
function headOf(file) {
  const comment = /\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, "utf8"))?.[1] ?? "";
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\* ?/, ""));
  const end = lines.findIndex((line) => /^@(module|packageDocumentation|example)/.test(line));
  return (end < 0 ? lines : lines.slice(0, end))
    .join("\n")
    .trim()
    .replaceAll(/\{@link\s+([^}|]+)(?:\|[^}]*)?\}/g, (_, name) => `\`${name.trim()}\``);
}

export function entriesPage(root) {
  const parts = packagesOf.map((name) => {
    const folder = path.join(root, "packages", name);
    const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    const entries = Object.entries(manifest.exports)
      .filter(([, target]) => typeof target === "object" && target["@couplet/source"])
      .map(([subpath, target]) => {
        const source = target["@couplet/source"];
        const file = path.join(folder, typeof source === "string" ? source : source.default);
        const specifier = path.posix.join(name, subpath);
        return { specifier, file, module: path.basename(file, ".ts") };
      })
      .filter(({ file }) => existsSync(file));
    if (entries.length === 0)
      throw new Error(`expected entry points in the exports of ${name}, got none`);
    return [
      `## ${name}\n`,
      `[Every name of \`${name}\`](/api/${name}/index.html){target="_self"}, with types, equations, units and errors.\n`,
      ...entries.map(({ specifier, file }) => `### \`${specifier}\`\n\n${headOf(file)}\n`),
    ].join("\n");
  });
  return [
    "# Reference\n",
    "What to import for which job. [Help of the command](./help.md) and [errors](../errors.md) have pages of their own; a model's file is",
    "described in [design](../design.md).\n",
    ...parts,
  ].join("\n");
}
