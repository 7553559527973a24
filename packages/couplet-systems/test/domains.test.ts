/** What the documentation lists of the domains is what the code says. */
import { readFileSync } from "node:fs";
import { domains } from "couplet-systems";
import { describe, expect, it } from "vitest";

const guide = readFileSync(new URL("../../../docs/systems/command.md", import.meta.url), "utf8");

describe("domains", () => {
  it("the guide's table is made of them", () => {
    const table = domains.map(
      ({ name, files, pictures }) => `| \`${name}\` | ${files} | ${pictures} |`,
    );
    expect(guide).toContain(
      ["| domain | files | pictures |", "|---|---|---|", ...table].join("\n"),
    );
  });

  it("have examples with names of their own and sentences as titles", () => {
    const names = domains.flatMap(({ examples }) => Object.keys(examples));
    expect(new Set(names).size).toBe(names.length);
    for (const { examples } of domains)
      for (const problem of Object.values(examples))
        expect((problem as { title: string }).title.split(" ").length).toBeGreaterThan(6);
  });

  it.each(domains.map((domain) => [domain.name, domain] as const))(
    "%s: results name the domain, and problems are refused with its path",
    async (name, { solve, example }) => {
      expect(JSON.parse(JSON.stringify(example))).toEqual(example);
      await expect(solve({ ...(example as object), nonsense: 1 }, "p.json")).rejects.toMatchObject({
        code: "SPEC_INVALID",
        message: expect.stringContaining("nonsense") as string,
      });
      expect(name).toMatch(/^[a-z]+$/);
    },
  );
});
