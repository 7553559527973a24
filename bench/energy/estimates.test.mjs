/** Which results of trained seeds one row of the table is about. */
import { expect, it } from "vitest";
import { ofEqualSteps } from "./estimates.mjs";

it("keeps seeds of other numbers of steps in rows of their own", () => {
  const results = [
    { seed: 1, steps: 500 },
    { seed: 1, steps: 2000 },
    { seed: 2, steps: 500 },
  ];
  expect(ofEqualSteps(results)).toEqual([[results[0], results[2]], [results[1]]]);
});
