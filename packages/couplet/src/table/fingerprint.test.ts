import { expect, it } from "vitest";
import { tableFingerprint } from "./fingerprint.ts";
import { selectRows, table } from "./table.ts";

it("tells tables apart by names, cells and order, not by how cells are held", () => {
  const own = table({ a: [39, 50, null], b: ["x", "y", "z"] });
  const same = table({ a: ["39", "50", null], b: ["x", "y", "z"] });
  expect(tableFingerprint(own)).toMatch(/^[0-9a-f]{16}$/);
  expect(tableFingerprint(same)).toBe(tableFingerprint(own));
  const others = [
    table({ a: [39, 50, 0], b: ["x", "y", "z"] }),
    table({ c: [39, 50, null], b: ["x", "y", "z"] }),
    table({ b: ["x", "y", "z"], a: [39, 50, null] }),
    table({ a: [39, 50, null], b: ["xy", "", "z"] }),
    selectRows(own, [1, 0, 2]),
  ];
  const prints = new Set(others.map(tableFingerprint));
  expect(prints.size).toBe(others.length);
  expect(prints).not.toContain(tableFingerprint(own));
});
