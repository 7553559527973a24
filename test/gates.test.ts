/** Limits that no linter counts: exceptions to the length of functions, and the size of entry points. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.join(import.meta.dirname, "..");

/** Functions that may be longer than 80 lines: each is one kernel, one table or one loop over the same state. */
const MOST_LONG_FUNCTIONS = 15;

/** Values of an entry point: what a reader of its page takes in. */
const MOST_VALUES = 60;

it("few functions are longer than the rule allows, and each says why", () => {
  const marks = sources().flatMap((file) =>
    readFileSync(path.join(root, file), "utf8")
      .split("\n")
      .filter((line) => /(ox|es)lint-disable.*max-lines/.test(line))
      .map((line) => ({ file, line: line.trim() })),
  );
  expect(marks.filter(({ line }) => !/ -- \S+ \S+/.test(line))).toEqual([]);
  expect(marks.length).toBeGreaterThan(0);
  expect(marks.map(({ file }) => file).slice(MOST_LONG_FUNCTIONS)).toEqual([]);
});

function sources(): string[] {
  return readdirSync(path.join(root, "packages")).flatMap((folder) => {
    const from = path.join("packages", folder, "src");
    return readdirSync(path.join(root, from), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => path.join(from, file));
  });
}

const entries = ["couplet", "couplet-systems"].flatMap((folder) => {
  const manifest = path.join(root, "packages", folder, "package.json");
  const { exports } = JSON.parse(readFileSync(manifest, "utf8")) as {
    exports: Record<string, string | { readonly "@couplet/source": string }>;
  };
  return Object.entries(exports).flatMap(([name, target]) =>
    typeof target === "string"
      ? []
      : [
          [
            path.posix.join(folder, name),
            path.join(path.dirname(manifest), target["@couplet/source"]),
          ] as const,
        ],
  );
});

it.each(entries)("%s has a head and few values", async (_name, file) => {
  expect(readFileSync(file, "utf8")).toMatch(/^(\/\/\/ <reference[^\n]*\n)*\/\*\*/);
  const values = Object.keys((await import(file)) as object);
  expect(values.length).toBeGreaterThan(0);
  expect(values.slice(MOST_VALUES)).toEqual([]);
});
