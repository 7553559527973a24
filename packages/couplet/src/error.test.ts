import { describe, expect, it } from "vitest";
import { CoupletError, nearest, unknownName } from "./error.ts";

describe("nearest", () => {
  const options = ["learningRate", "epochs", "batch", "mask", "kind", "maxMinutes"];
  it.each([
    ["masks", "mask"],
    ["epoch", "epochs"],
    ["lr", "learningRate"],
    ["learning_rate", "learningRate"],
    ["bacth", "batch"],
    ["max", "maxMinutes"],
    ["learn", "learningRate"],
  ])("%s is meant as %s", (word, meant) => {
    expect(nearest(word, options)).toBe(meant);
  });

  it.each(["size", "x", "", "threshold", "be"])("%s is near to none", (word) => {
    expect(nearest(word, options)).toBeUndefined();
  });
});

describe("the message of an error", () => {
  const parts = { code: "USAGE", where: "fit", expected: "a number", received: "text" } as const;

  it("says what was expected and what came", () => {
    expect(new CoupletError(parts).message).toBe("fit: expected a number, got text.");
    expect(new CoupletError({ ...parts, hint: "Try 1." }).message).toBe(
      "fit: expected a number, got text. Try 1.",
    );
  });

  it("has a sentence of its own where that reads better", () => {
    const error = new CoupletError({
      code: "USAGE",
      where: "fit",
      ...unknownName("option", "masks", ["mask", "epochs"]),
    });
    expect(error.message).toBe('fit: unknown option "masks". Did you mean "mask"?');
    expect([error.expected, error.received]).toEqual(["one of mask, epochs", '"masks"']);
  });
});
