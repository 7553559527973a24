/** The keys of JSON output beside those that docs/command.md lists. */
import { readFile } from "node:fs/promises";
import { expect } from "vitest";

/** The keys of an object and of those in it, as docs/command.md lists them: `heldOut.rows`. */
function keysOf(value: unknown, prefix = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.length === 0 ? [] : keysOf(value[0], `${prefix}[]`);
  return Object.entries(value).flatMap(([key, inner]) => {
    const name = prefix === "" ? key : `${prefix}.${key}`;
    return [name, ...keysOf(inner, name)];
  });
}

/** The keys that the page lists under a heading: `- key: what it is`. */
async function documentedKeys(heading: string): Promise<string[]> {
  const page = await readFile(new URL("../../../docs/command.md", import.meta.url), "utf8");
  const section = page.split(`\n### ${heading}\n`)[1]?.split(/\n##/)[0] ?? "";
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, key]) => key!);
}

/** Holds the keys of real output to those of the page, `free` ones and what is in them apart. */
export async function expectDocumented(
  heading: string,
  json: string,
  free: readonly string[] = [],
): Promise<void> {
  const listed = await documentedKeys(heading);
  expect(listed.length).toBeGreaterThan(0);
  const isFree = (key: string) =>
    free.some((open) => key.startsWith(`${open}.`) || key.startsWith(`${open}[]`));
  const real = [...new Set(keysOf(JSON.parse(json)))].filter((key) => !isFree(key));
  expect(real.toSorted()).toEqual(listed.toSorted());
}
