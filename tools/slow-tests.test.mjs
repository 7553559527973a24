import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

import { keepPass, lastPass, longestWaiting } from "./slow-tests.mjs";

it("takes tests that never passed first, then the oldest pass", () => {
  const passes = { a: 30, c: 10, e: 20 };
  const order = longestWaiting(["e", "d", "c", "b", "a"], (file) => passes[file], 0);
  expect(order).toEqual(["b", "d", "c", "e", "a"]);
});

it("begins at another test with every commit when nothing is kept", () => {
  const first = [0, 1, 2, 3].map((n) => longestWaiting(["a", "b", "c"], () => undefined, n)[0]);
  expect(first).toEqual(["a", "b", "c", "a"]);
});

it("two runs that each have time for half of the tests cover all of them", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "couplet-record-"));
  try {
    const files = ["packages/a/one.full.test.ts", "packages/a/two.full.test.ts", "three", "four"];
    const seen = new Set();
    // Each run is a commit of its own, and its second begins where the record says.
    for (let run = 0; run < 2; run++) {
      const order = longestWaiting(files, (file) => lastPass(file, folder), run);
      for (const [i, file] of order.slice(0, 2).entries()) {
        seen.add(file);
        keepPass(file, folder, new Date(1e12 + 1000 * (2 * run + i)));
      }
    }
    expect(seen).toEqual(new Set(files));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it("lists every slow test of the packages once, and puts one that passed at the end", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "couplet-record-"));
  const script = fileURLToPath(new URL("slow-tests.mjs", import.meta.url));
  const run = (...args) =>
    execFileSync(process.execPath, [script, ...args], {
      encoding: "utf8",
      env: { ...process.env, COUPLET_CI_RECORD: folder },
    })
      .trim()
      .split("\n");
  try {
    const before = run();
    expect(new Set(before).size).toBe(before.length);
    expect(before.length).toBeGreaterThan(5);
    run("--passed", before[0]);
    const after = run();
    expect(after.at(-1)).toBe(before[0]);
    expect(new Set(after)).toEqual(new Set(before));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
