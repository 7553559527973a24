import { describe, expect, it } from "vitest";
import { programsIn } from "./code-blocks.ts";

const guide = [
  "# Title",
  "```ts",
  "const a = 1;",
  "```",
  "```sh",
  "couplet fit",
  "```",
  "```ts no-run",
  "const never = 2;",
  "```",
  "```ts",
  "console.log(a);",
  "```",
  "```text output",
  "1",
  "```",
  "```sh run",
  "couplet --version",
  "```",
  "```text output",
  "0.1.0",
  "```",
  "```ts fresh",
  "const b = 3;",
  "```",
].join("\n");

describe("programs in a guide", () => {
  it("joins the blocks of a guide, leaves out what is not to run, and starts again at `fresh`", () => {
    const programs = programsIn(guide);
    expect(programs.map((program) => program.code.split("\n").filter(Boolean))).toEqual([
      ["const a = 1;", "console.log(a);"],
      ["couplet --version"],
      ["const b = 3;"],
    ]);
    expect(programs.map((program) => program.language)).toEqual(["ts", "sh", "ts"]);
    expect(programs.map((program) => program.expectedOutput)).toEqual([["1"], ["0.1.0"], []]);
  });

  it("keeps the line numbers of the guide, so that an error names the line to mend", () => {
    const [first] = programsIn(guide);
    const line = guide.split("\n").indexOf("console.log(a);");
    expect(first!.code.split("\n")[line]).toBe("console.log(a);");
  });

  it("refuses a block that never ends and output that nothing printed", () => {
    expect(() => programsIn("```ts\nlet x")).toThrow("line 1: code block without an end");
    expect(() => programsIn("```text output\n1\n```")).toThrow("line 1: output before any code");
  });
});
