import { describe, expect, it } from "vitest";
import { integrate } from "../integrate.ts";
import { readSbml } from "./read-sbml.ts";

const math = (inner: string): string =>
  `<math xmlns="http://www.w3.org/1998/Math/MathML">${inner}</math>`;
const sbml = (...parts: string[]): string =>
  `<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="m">\n${parts.join("\n")}\n</model></sbml>`;
const list = (name: string, ...parts: string[]): string =>
  `<listOf${name}>${parts.join("")}</listOf${name}>`;
const cell = list("Compartments", '<compartment id="c" size="1" constant="true"/>');
const species = (id: string, more = 'constant="false" boundaryCondition="false"'): string =>
  `<species id="${id}" compartment="c" initialAmount="1" hasOnlySubstanceUnits="false" ${more}/>`;
const parameter = (id: string, constant = true): string =>
  `<parameter id="${id}" value="0.5" constant="${constant}"/>`;
const makes = (id: string, product: string, law: string): string =>
  `<reaction id="${id}" reversible="false" fast="false">${list("Products", `<speciesReference species="${product}" stoichiometry="1" constant="true"/>`)}<kineticLaw>${math(law)}</kineticLaw></reaction>`;
const rate = (name: string): string =>
  `<rateRule variable="${name}">${math("<cn>1</cn>")}</rateRule>`;

const grown = [
  cell,
  list("Species", species("S")),
  list("Parameters", parameter("k")),
  list("Reactions", makes("r", "S", "<ci>k</ci>")),
];
const text = sbml(...grown);

describe("the structure of SBML documents", () => {
  it.each([
    ["a second list of reactions", text.replace("</model>", `${grown[3]}</model>`)],
    ["a second kinetic law", text.replace("</kineticLaw>", `</kineticLaw><kineticLaw/>`)],
    ["a second formula", text.replace("</math>", `</math>${math("<cn>9</cn>")}`)],
    ["a second model", text.replace("</model>", '</model><model id="n"/>')],
    ["a list that SBML does not have", text.replaceAll("listOfReactions", "listOfReaction")],
    ["an id of two elements", text.replace('reaction id="r"', 'reaction id="S"')],
    ["numbers to another base", text.replace("<ci>k</ci>", '<cn base="16">10</cn>')],
    ["hexadecimal numbers", text.replace("<ci>k</ci>", '<cn type="integer">0x10</cn>')],
    [
      "a number of three parts",
      text.replace("<ci>k</ci>", '<cn type="e-notation">1<sep/>2<sep/>3</cn>'),
    ],
    [
      "a degree of a sine",
      text.replace("<ci>k</ci>", "<apply><sin/><degree><cn>3</cn></degree><ci>k</ci></apply>"),
    ],
    [
      "two otherwise",
      text.replace(
        "<ci>k</ci>",
        "<piecewise><otherwise><cn>1</cn></otherwise><otherwise><cn>2</cn></otherwise></piecewise>",
      ),
    ],
  ])("refuses %s, by line", async (_, broken) => {
    expect(broken).not.toBe(text);
    await expect(readSbml(broken)).rejects.toMatchObject({
      code: "FILE_INVALID",
      where: expect.stringMatching(/^model\.xml:\d+$/),
    });
  });

  it.each([
    ["a rule", sbml(list("Parameters", parameter("k")), list("Rules", rate("k")))],
    ["a reaction", text.replace('constant="false" boundary', 'constant="true" boundary')],
    [
      "an event",
      sbml(
        list("Parameters", parameter("k"), parameter("x", false)),
        list("Rules", rate("x")),
        `<listOfEvents><event id="e" useValuesFromTriggerTime="true"><trigger initialValue="true" persistent="true">${math("<apply><geq/><ci>x</ci><cn>1</cn></apply>")}</trigger>${list("EventAssignments", `<eventAssignment variable="k">${math("<cn>2</cn>")}</eventAssignment>`)}</event></listOfEvents>`,
      ),
    ],
  ])("refuses %s that changes what the file calls constant", async (_, contradiction) => {
    await expect(readSbml(contradiction)).rejects.toMatchObject({ code: "DATA_INVALID" });
  });

  it("refuses a required package whichever way the file spells it", async () => {
    const comp = text.replace("<sbml ", '<sbml xmlns:comp="http://c" comp:required="1" ');
    await expect(readSbml(comp)).rejects.toMatchObject({ code: "NOT_SUPPORTED" });
  });

  it("warns of attributes that it leaves out", async () => {
    const { warnings } = await readSbml(
      text.replace('boundaryCondition="false"', 'boundryCondition="true"'),
    );
    expect(warnings).toEqual([
      'model.xml:3: SBML has no attribute "boundryCondition" of <species>; the model leaves it out',
    ]);
    expect((await readSbml(text)).warnings).toEqual([]);
  });

  it.each(["__proto__", "constructor", "toString", "pi"])("takes %s as an id", async (name) => {
    const { model, spec } = await readSbml(
      sbml(
        `<listOfFunctionDefinitions><functionDefinition id="f">${math(`<lambda><bvar><ci>${name}</ci></bvar><apply><times/><cn>2</cn><ci>${name}</ci></apply></lambda>`)}</functionDefinition></listOfFunctionDefinitions>`,
        cell,
        list("Species", species(name), species("B")),
        list("Parameters", parameter("k")),
        list(
          "Reactions",
          makes("r", name, "<ci>k</ci>"),
          makes("s", "B", `<apply><ci>f</ci><ci>${name}</ci></apply>`),
        ),
      ),
    );
    expect(Object.keys(spec.species)).toEqual([name, "B"]);
    const run = integrate(model, { until: 2 });
    // n = 1 + t / 2 and B = 1 + 2 (t + t^2 / 4)
    expect(model.observe(name, 2, run.end)).toBeCloseTo(2, 8);
    expect(model.observe("B", 2, run.end)).toBeCloseTo(7, 8);
  });
});
