import { describe, expect, it } from "vitest";
import { withNumbers } from "./vary.ts";

const stack = { layers: [{ exchange: 1 }, { exchange: 2 }], name: "s" };
const values = [0];

describe("withNumbers", () => {
  it("sets one number, or several to one value", () => {
    const path = ["layers[0].exchange", "layers[1].exchange"];
    expect(withNumbers(stack, [[{ path, values }, 5]], "the stack")).toEqual({
      layers: [{ exchange: 5 }, { exchange: 5 }],
      name: "s",
    });
    expect(stack.layers[0]!.exchange).toBe(1);
  });

  it.each([
    ["a place that is not there", ["layers[2].exchange"]],
    ["a text", ["name"]],
    // a map whose axes vary one number would show the second alone
    ["the same number twice", ["layers[0].exchange", "layers.[0].exchange"]],
  ])("refuses %s", (_, paths) => {
    expect(() =>
      withNumbers(
        stack,
        paths.map((path) => [{ path, values }, 5] as const),
        "the stack",
      ),
    ).toThrow(expect.objectContaining({ code: "SPEC_INVALID" }));
  });
});
