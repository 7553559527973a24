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

  it("have examples whose work is bounded: they run in seconds", () => {
    const count = (values: unknown): number =>
      Array.isArray(values) ? values.length : ((values as { points?: number })?.points ?? 0);
    for (const problem of domains.flatMap(({ examples }) => Object.values(examples))) {
      const { monteCarlo, simulate, sweep, map } = problem as {
        monteCarlo?: {
          sizes: number[];
          measurements: number;
          tolerance: number;
          couplings?: number[];
        };
        simulate?: { size: number; temperatures: unknown; measurements: number };
        sweep?: { values?: unknown; scales?: unknown } | false;
        map?: { x: { values: unknown }; y: { values: unknown } };
      };
      // Spin updates of one measurement on the largest lattice, times measurements and transitions.
      if (monteCarlo !== undefined) {
        const { sizes, measurements, tolerance, couplings = [1] } = monteCarlo;
        expect(Math.max(...sizes) ** 2 * measurements * couplings.length).toBeLessThan(2.5e6);
        expect(tolerance).toBeGreaterThanOrEqual(0.01);
      }
      if (simulate !== undefined)
        expect(
          simulate.size ** 2 * simulate.measurements * count(simulate.temperatures),
        ).toBeLessThan(1.5e6);
      if (sweep !== undefined && sweep !== false)
        expect(count(sweep.values ?? sweep.scales)).toBeLessThan(100);
      if (map !== undefined) expect(count(map.x.values) * count(map.y.values)).toBeLessThan(500);
    }
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
