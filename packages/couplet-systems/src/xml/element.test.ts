import { describe, expect, it } from "vitest";
import { readGraphml } from "../networks/read/graphml.ts";
import { readSbml } from "../kinetics/sbml/read-sbml.ts";
import { deepestElement, parseXml } from "./element.ts";

const nested = (depth: number): string =>
  `${Array.from({ length: depth }, () => "<a>\n").join("")}${"</a>".repeat(depth)}`;

describe("parseXml", () => {
  it("reads elements down to the deepest level", async () => {
    let element = await parseXml(nested(deepestElement), "deep.xml");
    let depth = 1;
    while (element.children.length > 0) {
      element = element.children[0]!;
      depth++;
    }
    expect(depth).toBe(deepestElement);
  });

  it.each<[string, (text: string, where: string) => Promise<unknown>]>([
    ["parseXml", parseXml],
    ["readSbml", readSbml],
    ["readGraphml", (text, file) => readGraphml(text, { where: file })],
  ])("%s refuses the first element below it, by line", async (_name, read) => {
    await expect(read(nested(40_000), "deep.xml")).rejects.toMatchObject({
      code: "FILE_INVALID",
      message: `deep.xml:${deepestElement + 1}: expected elements at most ${deepestElement} levels deep, got <a> on level ${deepestElement + 1}.`,
    });
  });
});
