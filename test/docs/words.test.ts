/** Words that a reader of the field's introductions looks for: each is on a page that the README reaches in two links. */
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { root } from "./workshop.ts";

/** The Markdown files that a page links to; a link to a folder counts as none. */
function linksOf(page: string): readonly string[] {
  const text = readFileSync(path.join(root, page), "utf8");
  return [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, target]) => path.join(path.dirname(page), target!))
    .filter((file) => file.endsWith(".md"));
}

const first = linksOf("README.md");
const pages = [...new Set(["README.md", ...first, ...first.flatMap(linksOf)])];
const text = pages
  .filter((page) => existsSync(path.join(root, page)))
  .map((page) => readFileSync(path.join(root, page), "utf8"))
  .join("\n");

it("starts with what a coupling layer is", () => {
  expect(first[0]).toBe(path.join("docs", "coupling-layers.md"));
  for (const page of pages) expect(statSync(path.join(root, page)).isFile(), page).toBe(true);
});

it.each([
  "mixing board",
  "frozen",
  "inverse",
  "Jacobian",
  "triangular",
  "log-determinant",
  "NICE",
  "RealNVP",
  "neural spline",
  "checkerboard",
  "Glorot",
  "clay",
  "statue",
  "reversible",
  "turbine",
  "Gauss-Seidel",
  "Aitken",
  "quasi-Newton",
  "Curie",
  "antiferromagnet",
  "spin Hall",
  "weak topological insulator",
  "supra-adjacency",
  "power and water",
  "email",
  "superdiffusive",
  "phosphorylation",
  "Kuramoto",
  "pendulum",
  "fireflies",
  "order parameter",
])("%s", (word) => {
  // A word of its own, not a part of another; names with their capitals ("nice" is in any sentence, NICE is not).
  const name = /^[A-Z]/.test(word);
  const whole = new RegExp(
    `(?<![\\p{L}])${word.replaceAll(" ", "\\s+")}s?(?![\\p{L}])`,
    name ? "u" : "iu",
  );
  expect(text).toMatch(whole);
});
