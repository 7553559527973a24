/** Samples look like the file: missing cells as it spelled them, its formats, and on request its keys. */
import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Workplace } from "./spawn-couplet.ts";
import { openWorkplace } from "./spawn-couplet.ts";

let place: Workplace;
const rows = Array.from({ length: 120 }, (_, i) =>
  [
    `C-${String(i + 1).padStart(4, "0")}`,
    ["none", "guarantor", "NA"][(i * 7) % 3],
    i % 4 === 0 ? "?" : ["clerk", "smith"][i % 2],
    `${i % 9}h ${String((i * 37) % 60)}m`,
    ["1", "2", "4"][(i * 5) % 3],
  ].join(","),
);

beforeAll(async () => {
  place = await openWorkplace();
  const header = "id,debtor,job,took,dose";
  await writeFile(place.path("jobs.csv"), `Report of jobs\n\n${[header, ...rows].join("\n")}\n`);
  const args = ["fit", "jobs.csv", "--skip-lines", "2", "--epochs", "1", "-q"];
  const { code, err } = await place.couplet(...args);
  if (code !== 0) throw new Error(err);
});
afterAll(() => place.remove());

it("with keys that go on after the last, and cells spelled as they were", async () => {
  const { out } = await place.couplet(
    "sample",
    "jobs.couplet",
    "-n",
    "200",
    "--seed",
    "3",
    "--keys",
  );
  const [header, ...lines] = out.trim().split("\n");
  expect(header).toBe("id,debtor,job,took,dose");
  expect(lines[0]).toMatch(/^C-0121,/);
  expect(lines[199]).toMatch(/^C-0320,/);
  for (const line of lines)
    expect(line).toMatch(/^C-\d{4},(none|guarantor|NA),(clerk|smith|\?),\d+h [1-5]?\dm,[124]$/);
  expect(lines.some((line) => line.includes("?"))).toBe(true);
});

it("has no keys, and null for a missing cell, where nobody asks for more", async () => {
  const { out } = await place.couplet("sample", "jobs.couplet", "-n", "50", "--format", "jsonl");
  const objects = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(Object.keys(objects[0]!)).toEqual(["debtor", "job", "took", "dose"]);
  expect(new Set(objects.map(({ job }) => job)).has("?")).toBe(false);
});
