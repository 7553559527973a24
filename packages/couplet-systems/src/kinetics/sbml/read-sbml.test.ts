import { describe, expect, it } from "vitest";
import { integrate } from "../integrate.ts";
import { readSbml } from "./read-sbml.ts";

const math = (inner: string): string =>
  `<math xmlns="http://www.w3.org/1998/Math/MathML">${inner}</math>`;
const apply = (op: string, ...args: string[]): string => `<apply><${op}/>${args.join("")}</apply>`;
const ci = (name: string): string => `<ci> ${name} </ci>`;
const cn = (value: number | string): string => `<cn>${value}</cn>`;

/** A document with parts of the model, one per line. */
const sbml = (...parts: string[]): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">',
    '<model id="m">',
    ...parts,
    "</model>",
    "</sbml>",
  ].join("\n");

const cell =
  '<listOfCompartments><compartment id="c" size="2" constant="true"/></listOfCompartments>';
const species = (...rows: string[]): string => `<listOfSpecies>${rows.join("")}</listOfSpecies>`;
const reference = (name: string, count = 1): string =>
  `<speciesReference species="${name}" stoichiometry="${count}" constant="true"/>`;
const reaction = (id: string, from: string, to: string, law: string, local = ""): string =>
  `<reaction id="${id}" reversible="false"><listOfReactants>${from}</listOfReactants><listOfProducts>${to}</listOfProducts><kineticLaw>${math(law)}${local}</kineticLaw></reaction>`;

const decay = reaction("r", reference("A"), "", apply("times", ci("k"), ci("A")));
const oneSpecies = species(
  '<species id="A" compartment="c" initialConcentration="3" hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/>',
);
const k = '<listOfParameters><parameter id="k" value="0.5" constant="true"/></listOfParameters>';

describe("readSbml", () => {
  it("reads compartments, species in both units, parameters, functions, rules, assignments and laws", async () => {
    const text = sbml(
      "<listOfFunctionDefinitions>",
      `<functionDefinition id="mm">${math(`<lambda><bvar>${ci("v")}</bvar><bvar>${ci("s")}</bvar><bvar>${ci("h")}</bvar>${apply("divide", apply("times", ci("v"), ci("s")), apply("plus", ci("h"), ci("s")))}</lambda>`)}</functionDefinition>`,
      "</listOfFunctionDefinitions>",
      cell,
      species(
        '<species id="S" compartment="c" initialConcentration="3" hasOnlySubstanceUnits="false" boundaryCondition="false" constant="false"/>',
        '<species id="P" compartment="c" initialAmount="1" hasOnlySubstanceUnits="true" boundaryCondition="false" constant="false"/>',
        '<species id="E" compartment="c" initialAmount="8" hasOnlySubstanceUnits="false" boundaryCondition="true" constant="false"/>',
      ),
      '<listOfParameters><parameter id="Vmax" constant="true"/><parameter id="Km" value="1e0" constant="true"/><parameter id="total" constant="false"/></listOfParameters>',
      `<listOfInitialAssignments><initialAssignment symbol="Vmax">${math(apply("times", cn(0.5), ci("E")))}</initialAssignment></listOfInitialAssignments>`,
      `<listOfRules><assignmentRule variable="total">${math(apply("plus", apply("times", ci("S"), ci("c")), ci("P")))}</assignmentRule></listOfRules>`,
      "<listOfReactions>",
      reaction(
        "convert",
        reference("S"),
        reference("P"),
        apply("times", ci("c"), `<apply><ci>mm</ci>${ci("Vmax")}${ci("S")}${ci("Km")}</apply>`),
      ),
      "</listOfReactions>",
    );
    const { model, spec } = await readSbml(text);
    expect(model.states).toEqual(["S", "P"]);
    // S: concentration 3 in volume 2; P: amount 1; E: amount 8 in volume 2 is concentration 4, so Vmax = 2
    expect(Array.from(model.initial)).toEqual([6, 1]);
    expect(model.parameters["Vmax"]).toBe(2);
    expect(model.observe("S", 0, model.initial)).toBe(3);
    expect(model.observe("total", 0, model.initial)).toBe(7);
    const f = new Float64Array(2);
    model.rhs(0, model.initial, f);
    expect(Array.from(f)).toEqual([-3, 3]);
    expect(model.moieties.map((m) => m.label)).toEqual(["S + P"]);
    expect(Object.keys(spec.functions!)).toEqual(["mm"]);
  });

  it("reads every number form, piecewise, logs, roots, relations and local parameters", async () => {
    const law = apply(
      "plus",
      '<cn type="e-notation">5<sep/>-1</cn>',
      '<cn type="rational">1<sep/>4</cn>',
      '<cn type="integer"> 2 </cn>',
      `<piecewise><piece>${cn(10)}${apply("lt", cn(1), cn(2), cn(3))}</piece><otherwise>${cn(1)}</otherwise></piecewise>`,
      `<apply><log/><logbase>${cn(2)}</logbase>${cn(8)}</apply>`,
      apply("log", cn(100)),
      `<apply><root/><degree>${cn(3)}</degree>${cn(27)}</apply>`,
      apply("root", cn(16)),
      apply("max", cn(1), cn(7), cn(3)),
      "<pi/>",
      apply("minus", "<pi/>"),
      ci("k"),
      apply("times"),
      apply("arctan", cn(0)),
    );
    const text = sbml(
      cell,
      oneSpecies,
      k,
      `<listOfReactions>${reaction("r", "", reference("A"), law, '<listOfLocalParameters><localParameter id="k" value="100"/></listOfLocalParameters>')}</listOfReactions>`,
    );
    const { model } = await readSbml(text);
    const f = new Float64Array(1);
    model.rhs(0, model.initial, f);
    expect(f[0]).toBeCloseTo(0.5 + 0.25 + 2 + 10 + 3 + 2 + 3 + 4 + 7 + 100 + 1, 12);
  });

  it("uses time, rate rules and the fast mark of level 3 version 1", async () => {
    const clock =
      '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol>';
    const text = sbml(
      cell,
      oneSpecies,
      '<listOfParameters><parameter id="q" value="1" constant="false"/></listOfParameters>',
      `<listOfRules><rateRule variable="q">${math(apply("times", cn(2), clock))}</rateRule></listOfRules>`,
      `<listOfReactions>${reaction("r", reference("A"), "", cn(0)).replace("<reaction ", '<reaction fast="true" ')}</listOfReactions>`,
    );
    const { model } = await readSbml(text);
    expect(integrate(model, { until: 3 }).series("q", [3])[0]).toBeCloseTo(10, 9);
    expect(model.processes.find((p) => p.name === "r")!.fast).toBe(true);
  });

  it("keeps a prefixed document and its annotations", async () => {
    const text = sbml(cell, oneSpecies, k, `<listOfReactions>${decay}</listOfReactions>`)
      .replaceAll(
        /<(\/?)(sbml|model|listOf\w+|compartment|species|parameter|reaction|kineticLaw|speciesReference)\b/g,
        "<$1s:$2",
      )
      .replace("xmlns=", "xmlns:s=")
      .replace(
        '<s:model id="m">',
        '<s:model id="m"><s:annotation><x xmlns="urn:x">ignored</x></s:annotation>',
      );
    const { model } = await readSbml(text);
    expect(model.states).toEqual(["A"]);
  });

  const events = `<listOfEvents>\n<event id="dose" useValuesFromTriggerTime="true"/></listOfEvents>`;
  const body = [cell, oneSpecies, k];
  it.each<[string, string, string]>([
    [
      "events",
      sbml(...body, `<listOfReactions>${decay}</listOfReactions>`, events),
      'model.xml:9: expected SBML level 3 core without events, algebraic rules and delays, got an event "dose"',
    ],
    [
      "algebraic rules",
      sbml(...body, `<listOfRules><algebraicRule>${math(ci("k"))}</algebraicRule></listOfRules>`),
      "model.xml:7: expected SBML level 3 core without events, algebraic rules and delays, got an algebraic rule",
    ],
    [
      "delays",
      sbml(
        ...body,
        `<listOfReactions>${reaction("r", reference("A"), "", '<apply><csymbol definitionURL="http://www.sbml.org/sbml/symbols/delay">delay</csymbol><ci>A</ci><cn>1</cn></apply>')}</listOfReactions>`,
      ),
      "model.xml:7: expected MathML of SBML level 3 core without delay, rateOf and distributions, got <csymbol> delay",
    ],
    [
      "unknown MathML",
      sbml(
        ...body,
        `<listOfReactions>\n${reaction("r", reference("A"), "", apply("factorial", cn(3)))}</listOfReactions>`,
      ),
      "model.xml:8: expected MathML of SBML level 3 core without delay, rateOf and distributions, got <factorial>",
    ],
    [
      "a missing law",
      sbml(...body, '<listOfReactions><reaction id="r" reversible="false"/></listOfReactions>'),
      'model.xml:7: expected a kinetic law of reaction "r", got none. A model without rates',
    ],
    [
      "a missing attribute",
      sbml(cell, '<listOfSpecies><species id="A"/></listOfSpecies>'),
      "model.xml:5: expected an attribute compartment of <species>, got none",
    ],
    [
      "no number",
      sbml('<listOfCompartments><compartment id="c" size="big"/></listOfCompartments>'),
      'model.xml:4: expected a number for size of <compartment>, got "big"',
    ],
    [
      "two definitions",
      sbml(
        cell,
        `<listOfSpecies>\n<species id="A" compartment="c"/>\n<species id="A" compartment="c"/></listOfSpecies>`,
      ),
      'model.xml:7: expected one definition of "A", got a second one',
    ],
    [
      "unknown symbols in a law",
      sbml(...body, `<listOfReactions>\n${decay.replaceAll(" k ", " kk ")}</listOfReactions>`),
      'model.xml:8: expected names of species, parameters or compartments, got "kk". Did you mean "k"?',
    ],
    [
      "variable stoichiometry",
      sbml(
        ...body,
        `<listOfRules><assignmentRule variable="n">${math(cn(2))}</assignmentRule></listOfRules>`,
        `<listOfReactions>${reaction("r", '<speciesReference id="n" species="A" constant="false"/>', "", cn(1))}</listOfReactions>`,
      ),
      'model.xml:8: expected SBML level 3 core without events, algebraic rules and delays, got variable stoichiometry "n"',
    ],
    [
      "a required package",
      sbml(...body).replace("<sbml ", '<sbml xmlns:comp="urn:comp" comp:required="true" '),
      'got the required package "comp"',
    ],
    [
      "a parameter without a value",
      sbml(
        cell,
        oneSpecies,
        '<listOfParameters><parameter id="k" constant="true"/></listOfParameters>',
        `<listOfReactions>${decay}</listOfReactions>`,
      ),
      'model.xml:6: expected a value of the parameter "k", got none',
    ],
    ["another document", "<html/>", "model.xml:1: expected an <sbml> document, got <html>"],
    ["level 1", sbml().replace('level="3"', 'level="1"'), "got level 1"],
    [
      "broken XML",
      sbml(cell).replace("</model>", ""),
      "model.xml:6: expected well-formed XML, got unexpected close tag",
    ],
    [
      "an empty file",
      "",
      "model.xml:1: expected well-formed XML, got document must contain a root element",
    ],
    [
      "wrong argument count",
      sbml(
        ...body,
        `<listOfReactions>${reaction("r", "", reference("A"), apply("divide", cn(1)))}</listOfReactions>`,
      ),
      "model.xml:7: expected <divide> of 2 arguments, got 1",
    ],
    [
      "two amounts",
      sbml(
        cell,
        species('<species id="A" compartment="c" initialAmount="1" initialConcentration="1"/>'),
      ),
      'expected an initial amount or concentration of "A", got both',
    ],
  ])("refuses with the line: %s", async (_name, text, message) => {
    await expect(readSbml(text)).rejects.toThrow(message);
  });
});
