/** `couplet systems` on files of the fields' own formats: SBML, edge lists, Wannier90. */
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { openSystemsWorkplace } from "../../../test/systems-workplace.ts";

const place = await openSystemsWorkplace();
const { systems, problem } = place;
afterAll(() => place.remove());

const model = fileURLToPath(
  new URL("../../../../../examples/data/switch-with-gene.xml", import.meta.url),
);

describe("files of the fields' own formats", { timeout: 300_000 }, () => {
  it("SBML, with what is fast", async () => {
    const { code, out, err } = await systems(
      "kinetics",
      model,
      "--until",
      "5",
      "--fast",
      "kinase,phosphatase",
      "--observe",
      "g",
      "--set",
      'parameters={"eps":0.02}',
      "-q",
    );
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out).toMatch(/2 slow variables/);
  });

  it("edge lists, one a layer, joined by a rule", async () => {
    await problem("grid.edges", "a b\nb c\nc d\nd a\nc e\n");
    await problem("pipes.csv", "from,to\np,q\nq,r\n");
    const { code, out } = await systems(
      "networks",
      "power=grid.edges",
      "water=pipes.csv",
      "--depends",
      "water:power",
      "power:water:3",
      "--json",
      "-q",
    );
    expect(code).toBe(0);
    const result = JSON.parse(out) as {
      layers: { name: string; nodes: number }[];
      cascades: { harm: unknown[] };
    };
    expect(result.layers.map(({ name, nodes }) => [name, nodes])).toEqual([
      ["power", 5],
      ["water", 3],
    ]);
    expect(result.cascades.harm).toHaveLength(8);
  });

  it("edge lists on the same nodes, coupled when asked to be", async () => {
    await problem("mail.csv", "from,to\na,b\nb,c\n");
    await problem("chat.csv", "from,to\na,c\nc,b\n");
    const apart = await systems("networks", "mail.csv", "chat.csv", "--json", "-q");
    expect(JSON.parse(apart.out)).toMatchObject({ linksBetween: 0, spectra: null });
    const joined = await systems(
      "networks",
      "mail.csv",
      "chat.csv",
      "--couple",
      "2",
      "--json",
      "-q",
    );
    expect(JSON.parse(joined.out)).toMatchObject({
      linksBetween: 3,
      layers: [{ name: "mail" }, { name: "chat" }],
      spectra: { slope: 4, transition: expect.any(Number) },
    });
  });

  it("a multiplex with the layer first, by its shape", async () => {
    await problem("two.edges", "1 1 2 1\n1 2 3 1\n2 1 3 1\n2 3 2 1\n");
    const { out } = await systems("networks", "two.edges", "--json", "-q");
    expect(JSON.parse(out)).toMatchObject({
      size: 6,
      linksBetween: 3,
      spectra: { superdiffusive: expect.any(Boolean) },
    });
  });

  it("a Wannier90 file: flat bands have no topology", async () => {
    const lines = ["made by hand", "4", "1", "1"];
    for (let n = 1; n <= 4; n++)
      for (let m = 1; m <= 4; m++)
        lines.push(`0 0 0 ${m} ${n} ${m === n ? (m <= 2 ? -1 : 1) : 0} 0`);
    await problem("flat_hr.dat", `${lines.join("\n")}\n`);
    const missing = await systems("topology", "flat_hr.dat");
    expect(missing.code).toBe(2);
    expect(missing.err).toMatch(/expected --occupied with the number of occupied bands/);
    const { code, out } = await systems(
      "topology",
      "flat_hr.dat",
      "--occupied",
      "2",
      "--slab",
      "z:2",
      "--set",
      "points=4",
      "surface=false",
      "--json",
      "-q",
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      z2: { label: "(0;000)" },
      gap: { value: 2 },
      slabs: [{ axis: "z", cells: 2 }],
    });
  });
});
