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

  const body = [cell, oneSpecies, k];
  const clock = '<csymbol definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol>';

  it("keeps the amount of a species that nothing changes, whether or not the file calls it constant", async () => {
    for (const constant of ["true", "false"]) {
      const { model } = await readSbml(
        sbml(
          '<listOfCompartments><compartment id="c" size="1" constant="false"/></listOfCompartments>',
          oneSpecies.replace('constant="false"', `constant="${constant}"`),
          `<listOfRules><rateRule variable="c">${math(apply("times", cn(0.5), ci("c")))}</rateRule></listOfRules>`,
        ),
      );
      const run = integrate(model, { until: 1 });
      // the size grows as exp(t / 2)
      expect(model.observe("A", 0.06, run.at(0.06))).toBeCloseTo(3 * Math.exp(-0.03), 8);
      expect(run.series("A", [1])[0]).toBe(3);
    }
  });

  it("carries out events, with priority, delay and values of either time", async () => {
    const assign = (name: string, value: string): string =>
      `<eventAssignment variable="${name}">${math(value)}</eventAssignment>`;
    const event = (id: string, rest: string, ...assignments: string[]): string =>
      `<event id="${id}" useValuesFromTriggerTime="${id === "late" ? "false" : "true"}">${rest}<listOfEventAssignments>${assignments.join("")}</listOfEventAssignments></event>`;
    const trigger = (condition: string, more = ""): string =>
      `<trigger initialValue="true" persistent="true"${more}>${math(condition)}</trigger>`;
    const delay = `<delay>${math(cn(1))}</delay>`;
    const { model } = await readSbml(
      sbml(
        cell,
        oneSpecies,
        '<listOfParameters><parameter id="p" value="1" constant="false"/><parameter id="early" value="0" constant="false"/><parameter id="lately" value="0" constant="false"/></listOfParameters>',
        "<listOfEvents>",
        event(
          "dose",
          trigger(apply("geq", clock, cn(2))),
          assign("A", apply("plus", ci("A"), cn(1))),
        ),
        event("soon", `${trigger(apply("geq", clock, cn(3)))}${delay}`, assign("early", ci("p"))),
        event("late", `${trigger(apply("geq", clock, cn(3)))}${delay}`, assign("lately", ci("p"))),
        event("between", trigger(apply("gt", clock, cn(3.5))), assign("p", cn(7))),
        "</listOfEvents>",
      ),
    );
    const run = integrate(model, { until: 5 });
    const value = (name: string, t: number): number => model.observe(name, t, run.at(t));
    // a concentration in a size of 2
    expect([value("A", 1.999), value("A", 2), value("A", 5)]).toEqual([3, 4, 4]);
    expect(run.series("A", [5])[0]).toBe(8);
    expect([value("early", 3.99), value("early", 4)]).toEqual([0, 1]);
    expect([value("lately", 3.99), value("lately", 4)]).toEqual([0, 7]);
  });

  it("solves algebraic rules that are linear in what nothing else determines", async () => {
    const { model } = await readSbml(
      sbml(
        cell,
        oneSpecies,
        '<listOfParameters><parameter id="k" value="0.5" constant="true"/><parameter id="x" value="9" constant="false"/><parameter id="y" value="9" constant="false"/></listOfParameters>',
        `<listOfRules><algebraicRule>${math(apply("minus", apply("plus", ci("x"), ci("y")), cn(10)))}</algebraicRule>`,
        `<algebraicRule>${math(apply("minus", ci("A"), apply("times", cn(2), ci("x"))))}</algebraicRule></listOfRules>`,
        `<listOfReactions>${decay}</listOfReactions>`,
      ),
    );
    const run = integrate(model, { until: 1 });
    const a = model.observe("A", 1, run.end);
    expect(model.observe("x", 0, run.at(0))).toBe(1.5);
    expect(model.observe("x", 1, run.end)).toBeCloseTo(a / 2, 12);
    expect(model.observe("y", 1, run.end)).toBeCloseTo(10 - a / 2, 12);
  });

  it("reads stoichiometries that rules, assignments and level 2 formulas give", async () => {
    const withCount = (attributes: string): string =>
      reaction("r", "", `<speciesReference species="A" ${attributes}/>`, cn(2));
    const varying = await readSbml(
      sbml(
        ...body,
        `<listOfRules><assignmentRule variable="n">${math(clock)}</assignmentRule></listOfRules>`,
        `<listOfReactions>${withCount('id="n" constant="false"')}</listOfReactions>`,
      ),
    );
    // dA/dt = 2 t, an amount; the start is 3 x 2
    expect(integrate(varying.model, { until: 3 }).end[0]).toBeCloseTo(6 + 9, 8);
    const constant = await readSbml(
      sbml(
        ...body,
        `<listOfInitialAssignments><initialAssignment symbol="n">${math(apply("times", cn(3), ci("k")))}</initialAssignment></listOfInitialAssignments>`,
        `<listOfReactions>${withCount('id="n" constant="true"')}</listOfReactions>`,
      ),
    );
    expect(Array.from(constant.model.stoichiometry)).toEqual([1.5]);
    expect(constant.model.observe("n", 0, constant.model.initial)).toBe(1.5);
    const level2 = await readSbml(
      sbml(
        ...body,
        `<listOfReactions>${reaction("r", "", `<speciesReference species="A"><stoichiometryMath>${math(apply("plus", cn(1), cn(1)))}</stoichiometryMath></speciesReference>`, cn(2))}</listOfReactions>`,
      ).replace('level="3" version="2"', 'level="2" version="4"'),
    );
    expect(Array.from(level2.model.stoichiometry)).toEqual([2]);
  });

  it("multiplies extents by conversion factors", async () => {
    const { model } = await readSbml(
      sbml(
        cell,
        species(
          '<species id="A" compartment="c" initialAmount="5" hasOnlySubstanceUnits="true" boundaryCondition="false" constant="false" conversionFactor="own"/>',
          '<species id="B" compartment="c" initialAmount="0" hasOnlySubstanceUnits="true" boundaryCondition="false" constant="false"/>',
        ),
        '<listOfParameters><parameter id="own" value="3" constant="true"/><parameter id="all" value="0.5" constant="true"/></listOfParameters>',
        `<listOfReactions>${reaction("r", reference("A"), reference("B"), cn(1))}</listOfReactions>`,
      ).replace('<model id="m">', '<model id="m" conversionFactor="all">'),
    );
    expect(Array.from(integrate(model, { until: 1 }).end, (x) => Number(x.toFixed(9)))).toEqual([
      2, 0.5,
    ]);
    expect(model.moieties.map((m) => m.label)).toEqual(["A + 6 B"]);
  });

  it("gives reactions' rates and rates of change by name", async () => {
    const rateOf = (name: string): string =>
      `<apply><csymbol definitionURL="http://www.sbml.org/sbml/symbols/rateOf">rateOf</csymbol>${ci(name)}</apply>`;
    const { model } = await readSbml(
      sbml(
        cell,
        oneSpecies,
        '<listOfParameters><parameter id="k" value="0.5" constant="true"/><parameter id="v" constant="false"/><parameter id="dA" constant="false"/><parameter id="dsq" constant="false"/><parameter id="sq" constant="false"/></listOfParameters>',
        `<listOfRules><assignmentRule variable="v">${math(apply("times", cn(2), ci("r")))}</assignmentRule>`,
        `<assignmentRule variable="dA">${math(rateOf("A"))}</assignmentRule>`,
        `<assignmentRule variable="sq">${math(apply("times", ci("A"), ci("A"), clock))}</assignmentRule>`,
        `<assignmentRule variable="dsq">${math(rateOf("sq"))}</assignmentRule></listOfRules>`,
        `<listOfReactions>${decay}</listOfReactions>`,
      ),
    );
    // r = k [A] = 1.5 changes an amount; the concentration in a size of 2 changes by -0.75
    const at = (name: string, t = 0): number => model.observe(name, t, model.initial);
    expect([at("r"), at("v"), at("dA")]).toEqual([1.5, 3, -0.75]);
    // d([A]^2 t)/dt = [A]^2 + 2 t [A] d[A]/dt
    expect(at("dsq", 4)).toBeCloseTo(9 + 2 * 4 * 3 * -0.75, 12);
  });

  it("leaves out elements without a formula, and says so", async () => {
    const { model, warnings } = await readSbml(
      sbml(
        ...body,
        '<listOfInitialAssignments><initialAssignment symbol="A"/></listOfInitialAssignments>',
        '<listOfRules><rateRule variable="k"/></listOfRules>',
        `<listOfReactions>${decay}</listOfReactions>`,
        '<listOfEvents><event id="e"><listOfEventAssignments/></event></listOfEvents>',
      ),
    );
    expect(model.states).toEqual(["A"]);
    expect(model.initial[0]).toBe(6);
    expect(warnings).toEqual([
      'model.xml:8: a <rateRule> of "k" without a formula is skipped',
      'model.xml:7: a <initialAssignment> of "A" without a formula is skipped',
      'model.xml:10: the event "e" has no trigger and is skipped',
    ]);
  });

  it("holds fast reactions in balance, as their mark means, or at their own rates", async () => {
    const text = sbml(
      cell,
      species(
        ...["A", "B", "C"].map(
          (name) =>
            `<species id="${name}" compartment="c" initialAmount="${name === "A" ? 3 : 0}" hasOnlySubstanceUnits="true" boundaryCondition="false" constant="false"/>`,
        ),
      ),
      "<listOfReactions>",
      reaction(
        "swap",
        reference("A"),
        reference("B"),
        apply("minus", ci("A"), apply("times", cn(2), ci("B"))),
      ).replace("<reaction ", '<reaction fast="true" '),
      reaction("drain", reference("B"), reference("C"), ci("B")),
      "</listOfReactions>",
    ).replace('version="2"', 'version="1"');
    const { model } = await readSbml(text);
    const run = integrate(model, { until: 2 });
    // A = 2 B at all times: B = (A + B) / 3, and the sum decays at a third of the rate
    run.at(0).forEach((x, i) => expect(x).toBeCloseTo([2, 1, 0][i]!, 12));
    const sum = 3 * Math.exp(-2 / 3);
    expect(run.end[0]).toBeCloseTo((2 / 3) * sum, 7);
    expect(run.end[2]).toBeCloseTo(3 - sum, 7);
    const ordinary = await readSbml(text, "model.xml", { fast: "rates" });
    expect(Array.from(integrate(ordinary.model, { until: 2 }).at(0))).toEqual([3, 0, 0]);
    await expect(readSbml(text, "m.xml", { fast: "no" as "rates" })).rejects.toThrow(
      'readSbml: fast: expected "balance" or "rates", got "no"',
    );
  });

  it("reads the rarer functions of MathML", async () => {
    const values: readonly (readonly [string, number])[] = [
      [apply("factorial", cn(5)), 120],
      [apply("arcsinh", cn(0.3)), Math.asinh(0.3)],
      [apply("arccosh", cn(1.7)), Math.acosh(1.7)],
      [apply("arctanh", cn(0.2)), Math.atanh(0.2)],
      [apply("arcsec", cn(2)), Math.acos(0.5)],
      [apply("arccot", cn(4)), Math.atan(0.25)],
      [apply("quotient", cn(-7), cn(2)), -3],
      [apply("rem", cn(-7), cn(2)), -1],
      [apply("implies", "<true/>", "<false/>"), 0],
      [apply("xor", "<true/>", "<true/>", "<true/>"), 1],
      [apply("and", cn(5)), 1],
      [apply("plus", ...Array.from({ length: 3000 }, () => ci("k"))), 1500],
    ];
    const { model } = await readSbml(
      sbml(
        cell,
        oneSpecies,
        `<listOfParameters><parameter id="k" value="0.5" constant="true"/>${values.map((_, i) => `<parameter id="v${i}" constant="false"/>`).join("")}</listOfParameters>`,
        `<listOfRules>${values.map(([formula], i) => `<assignmentRule variable="v${i}">${math(formula)}</assignmentRule>`).join("")}</listOfRules>`,
        `<listOfReactions>${decay}</listOfReactions>`,
      ),
    );
    values.forEach(([, value], i) => {
      expect(model.observe(`v${i}`, 0, model.initial)).toBeCloseTo(value, 12);
    });
  });

  it.each<[string, string, string]>([
    [
      "an algebraic rule that determines nothing",
      sbml(...body, `<listOfRules><algebraicRule>${math(ci("k"))}</algebraicRule></listOfRules>`),
      "model.xml:7: expected SBML core of level 3 or 2 without the delay function, got an algebraic rule whose quantities are all determined otherwise",
    ],
    [
      "an algebraic rule that is not linear",
      sbml(
        cell,
        oneSpecies,
        k.replace('constant="true"', 'constant="false"'),
        `<listOfRules><algebraicRule>${math(apply("minus", apply("times", ci("k"), ci("k")), cn(2)))}</algebraicRule></listOfRules>`,
        `<listOfReactions>${decay}</listOfReactions>`,
      ),
      'got an algebraic rule that is not linear in "k"',
    ],
    [
      "a compartment without a size that a rate needs",
      sbml(
        '<listOfCompartments><compartment id="c" constant="true"/></listOfCompartments>',
        oneSpecies,
        k,
        `<listOfReactions>${decay}</listOfReactions>`,
      ),
      'model.xml:4: expected a size of the compartment "c", got none',
    ],
    [
      "a species without a start value",
      sbml(
        cell,
        oneSpecies.replace('initialConcentration="3"', ""),
        k,
        `<listOfReactions>${decay}</listOfReactions>`,
      ),
      'model.xml:5: expected an initial amount or concentration of "A", got none',
    ],
    [
      "a stoichiometry without a value",
      sbml(
        ...body,
        `<listOfReactions>${reaction("r", '<speciesReference species="A" constant="true"/>', "", cn(1))}</listOfReactions>`,
      ),
      'model.xml:7: expected a stoichiometry of "A", got none',
    ],
    [
      "a flag that is neither true nor false",
      sbml(cell, oneSpecies.replace('boundaryCondition="false"', 'boundaryCondition="no"')),
      'model.xml:5: expected true or false for boundaryCondition of <species>, got "no"',
    ],
    [
      "delays",
      sbml(
        ...body,
        `<listOfReactions>${reaction("r", reference("A"), "", '<apply><csymbol definitionURL="http://www.sbml.org/sbml/symbols/delay">delay</csymbol><ci>A</ci><cn>1</cn></apply>')}</listOfReactions>`,
      ),
      "model.xml:7: expected MathML of SBML level 3 core without delay and distributions, got <csymbol> delay",
    ],
    [
      "unknown MathML",
      sbml(
        ...body,
        `<listOfReactions>\n${reaction("r", reference("A"), "", apply("partialdiff", cn(3)))}</listOfReactions>`,
      ),
      "model.xml:8: expected MathML of SBML level 3 core without delay and distributions, got <partialdiff>",
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
