import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (file: string): string =>
  readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

it("docs/errors.md documents every error code, and no other", () => {
  const declared = /export type CoupletErrorCode =([^;]+);/.exec(
    read("packages/couplet/src/error.ts"),
  )![1]!;
  const codes = [...declared.matchAll(/"([A-Z_]+)"/g)].map((match) => match[1]!);
  const documented = [...read("docs/errors.md").matchAll(/^\| `([A-Z_]+)` \|/gm)].map(
    (match) => match[1]!,
  );
  expect(codes.length).toBeGreaterThan(10);
  expect(documented).toEqual(codes);
});
