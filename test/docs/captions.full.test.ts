/** What captions in the guides say of their pictures, against the examples that draw them. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { copyExample, openWorkshop, root, runProgram } from "./workshop.ts";

const workshop = openWorkshop("captions");

/** Guide, what it says, the example, and what the example has to print for it to be true. */
const captions: readonly (readonly [string, string, string, readonly RegExp[]])[] = [
  [
    "networks.md",
    "six are not among the ten worst of either network alone: one bus that carries nothing else takes 73 of 230 nodes",
    "power-water.ts",
    [/power \d+ +73 +\(1\)/, /4 of the 10 are also .*; 6 are not/, /150 nodes/, /80 nodes/],
  ],
  [
    "networks.md",
    "Marriage and business together relax faster than either alone",
    "social-diffusion.ts",
    [
      /15 families, marriage: 15 families, 20 links; business: 11 families, 15 links/,
      /^Superdiffusive/m,
    ],
  ],
  [
    "multiphysics.md",
    "the hottest metal 50 K too low",
    "turbine-blade.ts",
    [/feedback adds (4[5-9]|5[0-4])\.\d K/],
  ],
  [
    "topology.md",
    "not\nmonotonically; with open top and bottom it stays",
    "weak-topological-insulator.ts",
    [
      /Z2 indices \(0;001\), parities and Wilson loops agree/,
      /sides: gap .*14 cells 0\.0000196, 16 cells 0\.000190/,
      /top and bottom: gap .*24 cells 1\.20/,
    ],
  ],
  [
    "magnets.md",
    "4 J + 2 J cos(π/8)",
    "magnetic-order.ts",
    [
      /mean-field Tc 5\.8478, 4 J \+ 2 J cos\(pi \/ 8\) = 5\.8478/,
      /off \(4 \|J\| \+ 2 \|J'\|\) \/ 3 by at most \de-1[3-9]/,
    ],
  ],
];

describe("captions", () => {
  it.each(captions)("%s: %s", async (guide, claim, example, printed) => {
    expect(readFileSync(path.join(root, "docs/systems", guide), "utf8")).toContain(claim);
    const source = copyExample(workshop, path.join("systems", example));
    const output = await runProgram(workshop, source);
    for (const line of printed) expect(output).toMatch(line);
  });
});
