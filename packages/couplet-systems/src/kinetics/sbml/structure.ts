import type { XmlElement } from "../../xml/element.ts";
import type { SbmlDocument } from "./document.ts";

/** Elements of which another one holds at most one; so it is with every `listOf...`. */
const single: ReadonlySet<string> = new Set([
  "model",
  "math",
  "kineticLaw",
  "trigger",
  "delay",
  "priority",
  "stoichiometryMath",
]);

const common = ["id", "name", "metaid", "sboTerm"];

/** The attributes of elements that give quantities their values, at levels 2 and 3. */
const attributes: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    model:
      "substanceUnits timeUnits volumeUnits areaUnits lengthUnits extentUnits conversionFactor",
    compartment: "spatialDimensions size units constant outside compartmentType",
    species:
      "compartment initialAmount initialConcentration substanceUnits spatialSizeUnits hasOnlySubstanceUnits boundaryCondition constant conversionFactor charge speciesType",
    parameter: "value units constant",
    localParameter: "value units constant",
    reaction: "reversible fast compartment",
    speciesReference: "species stoichiometry constant",
    kineticLaw: "timeUnits substanceUnits",
    initialAssignment: "symbol",
    rateRule: "variable",
    assignmentRule: "variable",
    event: "useValuesFromTriggerTime timeUnits",
    trigger: "initialValue persistent",
    eventAssignment: "variable",
  }).map(([name, list]) => [name, new Set([...common, ...list.split(" ")])]),
);

/** The parts of a model. */
const lists: ReadonlySet<string> = new Set(
  "FunctionDefinitions UnitDefinitions CompartmentTypes SpeciesTypes Compartments Species Parameters InitialAssignments Rules Constraints Reactions Events"
    .split(" ")
    .map((name) => `listOf${name}`),
);

/**
 * Checks that the reader overlooks no part of a document: an element that may stand once stands once, a model holds the lists of
 * SBML core, and attributes with names that SBML core does not have are warned of. Notes, annotations and packages are left alone.
 *
 * @throws CoupletError FILE_INVALID with the line
 */
export function checkStructure(root: XmlElement, document: SbmlDocument): void {
  const { at, invalid, warnings } = document;
  const strange = new Set<string>();
  const visit = (e: XmlElement): void => {
    const known = attributes.get(e.name);
    if (known !== undefined)
      for (const name of e.attributes.keys()) {
        const key = `${e.name} ${name}`;
        if (name.includes(":") || known.has(name) || strange.has(key)) continue;
        strange.add(key);
        warnings.push(
          `${at(e)}: SBML has no attribute "${name}" of <${e.name}>; the model leaves it out`,
        );
      }
    const seen = new Set<string>();
    for (const child of e.children) {
      if (child.namespace !== root.namespace && child.name !== "math") continue;
      if (child.name === "notes" || child.name === "annotation") continue;
      if (single.has(child.name) || child.name.startsWith("listOf")) {
        if (seen.has(child.name))
          invalid(child, `one <${child.name}> in a <${e.name}>`, "a second one");
        seen.add(child.name);
      }
      if (e.name === "model" && !lists.has(child.name))
        invalid(
          child,
          `a list of SBML core, such as <listOfReactions>, in the <model>`,
          `<${child.name}>`,
        );
      if (child.name !== "math") visit(child);
    }
  };
  visit(root);
}
