/** What builds and publishes the packages is named by its content: actions by commit, dependencies by checksum. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), "utf8");
const workflows = readdirSync(new URL(".github/workflows/", root)).map((name) => ({
  name,
  text: read(`.github/workflows/${name}`),
}));

describe("workflows", () => {
  it("pin every action by its commit", () => {
    const used = workflows.flatMap(({ text }) =>
      [...text.matchAll(/uses:\s*(\S+)/g)].map((m) => m[1]!),
    );
    expect(used.length).toBeGreaterThan(5);
    for (const action of used) expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40}$/);
  });

  it("run no code of the repository or its dependencies where they may publish", () => {
    // A job begins with its name, two spaces in.
    const jobs = workflows.flatMap(({ text }) =>
      text
        .slice(text.indexOf("\njobs:"))
        .split(/\n(?=  [\w-]+:\n)/)
        .slice(1),
    );
    const publishing = jobs.filter((job) => job.includes("id-token: write"));
    expect(publishing).toHaveLength(1);
    for (const job of publishing) {
      expect(job).not.toMatch(
        /actions\/checkout|npm (ci|install|test|run|pack)|\.ci\/run|\.\/setup|npx/,
      );
      expect(job).toMatch(/npm publish .*--ignore-scripts/);
    }
    // Nor does a whole workflow have the right.
    for (const { text } of workflows)
      expect(text.slice(0, text.indexOf("\njobs:"))).not.toContain("id-token");
  });
});

describe("the lockfile", () => {
  it("has a checksum for every package, those of other platforms too", () => {
    const { packages } = JSON.parse(read("package-lock.json")) as {
      packages: Record<string, { readonly link?: boolean; readonly integrity?: string }>;
    };
    const installed = Object.entries(packages).filter(
      ([place, entry]) => place.includes("node_modules/") && entry.link !== true,
    );
    expect(installed.length).toBeGreaterThan(100);
    for (const [place, { integrity }] of installed) expect(integrity, place).toMatch(/^sha512-/);
  });
});
