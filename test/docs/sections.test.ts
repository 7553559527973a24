import { expect, it } from "vitest";
import { headingsIn } from "./code-blocks.ts";
import { sectionOf } from "./sections.ts";

const page = [
  "# A page", // 1
  "```ts",
  "const a = 1;",
  "# const no = heading;",
  "```",
  "## First, of two", // 6
  "```ts",
  "console.log(a);",
  "```",
  "### Below it", // 10
  "```sh run",
  "couplet --version",
  "```",
  "## Second's words", // 14
  "```ts",
  "console.log(a + 1);",
  "```",
  "## Without code", // 18
  "words",
].join("\n");

it("has the anchors that GitHub gives headings", () => {
  expect(headingsIn(page).map(({ anchor, line }) => [anchor, line])).toEqual([
    ["a-page", 1],
    ["first-of-two", 6],
    ["below-it", 10],
    ["seconds-words", 14],
    ["without-code", 18],
  ]);
  expect(headingsIn("## 1. One singularity: any coupling\n## c² = a b")[0]!.anchor).toBe(
    "1-one-singularity-any-coupling",
  );
});

const statements = (anchor?: string) => {
  const found = sectionOf(page, anchor);
  if (typeof found === "string") return found;
  return found.programs.map(({ code }) => code.split("\n").filter((line) => line !== ""));
};

it("runs a section with the code before it, its title first", () => {
  expect(statements("seconds-words")).toEqual([
    [
      'console.log("# A page");',
      "const a = 1;",
      "# const no = heading;",
      'console.log("## First, of two");',
      "console.log(a);",
      'console.log("### Below it");',
      'console.log("## Second\'s words");',
      "console.log(a + 1);",
      'console.log("## Without code");',
    ].slice(0, 8),
  ]);
  expect(sectionOf(page, "seconds-words")).toMatchObject({ from: "## Second's words" });
});

it("ends with the section, sections below it included", () => {
  const [program, shell] = statements("first-of-two");
  expect(program).not.toContain("console.log(a + 1);");
  expect(program).toContain('console.log("## First, of two");');
  expect(shell).toEqual(["couplet --version"]);
  expect(statements("below-it")).toEqual([["couplet --version"]]);
});

it("runs all of a page without an anchor, and says why where it cannot", () => {
  expect(statements()).toHaveLength(2);
  expect(statements("third")).toMatch(
    /expected one of the page's sections \(a-page, .*\), got third/,
  );
  expect(statements("without-code")).toBe("expected a section with code, got without-code");
});
