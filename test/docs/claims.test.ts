/** The table of claims in docs/coupling-layers.md: every place that it names is there, and every command that it names can be run. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { domains } from "couplet-systems";
import { describe, expect, it } from "vitest";
import { headingsIn } from "./code-blocks.ts";
import { sectionOf } from "./sections.ts";
import { root } from "./workshop.ts";

const page = "docs/coupling-layers.md";
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
const [, table = ""] = read(page).split("## Claim by claim");
const claims = table
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| ---"))
  .slice(1)
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
  .map(([, claim, places, run]) => ({ claim: claim!, places: places!, run: run! }));

/** What is wrong with a command of the table; `undefined` if it can be run. */
function problemOf(command: string): string | undefined {
  const [, example] = /^npm run example -- ([\w/-]+)$/.exec(command) ?? [];
  if (example !== undefined)
    return existsSync(path.join(root, `examples/${example}.ts`)) ? undefined : `no ${example}`;
  const [, guide, anchor] = /^npm run guide -- ([\w/-]+)(?:#([\w-]+))?$/.exec(command) ?? [];
  if (guide !== undefined) {
    const found = existsSync(path.join(root, `docs/${guide}.md`))
      ? sectionOf(read(`docs/${guide}.md`), anchor)
      : `no docs/${guide}.md`;
    return typeof found === "string" ? found : undefined;
  }
  const couple =
    /^npx couplet systems (\w+) --example ([\w-]+) \| npx couplet systems (\w+) -( --fast email:100)?$/;
  const [, domain, name, again] = couple.exec(command) ?? [];
  if (domain !== undefined) {
    const found = domains.find((one) => one.name === domain);
    if (found === undefined || again !== domain) return `no domain ${domain}, or another behind it`;
    return name! in found.examples ? undefined : `${domain} has no example ${name}`;
  }
  const [, script] = /^npm run (\w+)$/.exec(command) ?? [];
  const scripts = (JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts;
  return script !== undefined && script in scripts ? undefined : "a command of no known form";
}

it("finds the table, and what is wrong with a command", () => {
  expect(claims.length).toBeGreaterThan(25);
  expect(problemOf("npm run example -- flows/statue")).toBe("no flows/statue");
  expect(problemOf("npm run guide -- coupling-layers#clay")).toContain("got clay");
  expect(problemOf("npx couplet systems curie --example three | npx couplet systems curie -")).toBe(
    "curie has no example three",
  );
  expect(problemOf("couplet systems curie")).toBe("a command of no known form");
});

describe.each(claims)("$claim", ({ places, run }) => {
  it("is shown where it says", () => {
    const links = [...places.matchAll(/\]\(([^)#]*)(?:#([^)]+))?\)/g)];
    expect(links).not.toHaveLength(0);
    for (const [, file, anchor] of links) {
      const target = file === "" ? page : path.join("docs", file!);
      const anchors = headingsIn(read(target)).map((heading) => heading.anchor);
      if (anchor !== undefined) expect(anchors, target).toContain(anchor);
    }
  });

  it("can be run as it says", () => {
    const [, command] = /^`([^`]+)`$/.exec(run) ?? [];
    expect(problemOf(command!.replaceAll("\\|", "|"))).toBeUndefined();
  });
});
