import { CoupletError } from "couplet/kit";
import { childOf, type XmlElement } from "../../xml/element.ts";
import type { Expression } from "../../formula/expression.ts";
import { readMath } from "./mathml.ts";

/** An empty record of things by their ids, without a prototype: an id may be `__proto__` or `constructor`. */
export const byId = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;

/** Reads attributes and formulas of SBML elements, and reports faults by file and line. */
export interface SbmlDocument {
  readonly where: string;
  /** Level and version, e.g. 3.1. */
  readonly edition: number;
  /** Parts of the file that the model leaves out, each with its line. */
  readonly warnings: string[];
  at(e: XmlElement): string;
  /** @throws CoupletError NOT_SUPPORTED */
  refuse(e: XmlElement, what: string, hint?: string): never;
  /** @throws CoupletError FILE_INVALID */
  invalid(e: XmlElement, expected: string, received: string): never;
  /** Notes the id of an element. @throws CoupletError FILE_INVALID for one that another element has */
  nameOnce(e: XmlElement, id: string): void;
  /** An attribute that must be there. */
  need(e: XmlElement, attribute: string): string;
  /** A number; undefined if the attribute is missing or `NaN`, which says that the value is not known. */
  numeric(e: XmlElement, attribute: string): number | undefined;
  flag(e: XmlElement, attribute: string, fallback?: boolean): boolean;
  /** The formula of an element; undefined, with a warning, if it has none, as level 3 version 2 allows. */
  formula(e: XmlElement): Expression | undefined;
}

/** @throws CoupletError FILE_INVALID for anything but an SBML document, NOT_SUPPORTED for level 1 */
export function sbmlDocument(root: XmlElement, where: string): SbmlDocument {
  const at = (e: XmlElement): string => `${where}:${e.line}`;
  const invalid: SbmlDocument["invalid"] = (e, expected, received) => {
    throw new CoupletError({ code: "FILE_INVALID", where: at(e), expected, received });
  };
  const refuse: SbmlDocument["refuse"] = (e, what, hint) => {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: at(e),
      expected: "SBML core of level 3 or 2 without the delay function",
      received: what,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  const lines = new Map<string, number>();
  const nameOnce: SbmlDocument["nameOnce"] = (e, id) => {
    const line = lines.get(id);
    if (line !== undefined) invalid(e, `an id of its own`, `"${id}", which line ${line} has too`);
    lines.set(id, e.line);
  };
  const need: SbmlDocument["need"] = (e, attribute) =>
    e.attributes.get(attribute) ?? invalid(e, `an attribute ${attribute} of <${e.name}>`, "none");
  const numeric: SbmlDocument["numeric"] = (e, attribute) => {
    const text = e.attributes.get(attribute)?.trim();
    if (text === undefined || text === "NaN") return undefined;
    const x = text === "INF" ? Infinity : text === "-INF" ? -Infinity : Number(text);
    // Number() also reads hexadecimal and an empty text
    if (Number.isNaN(x) || !/^[-+]?(?:INF|[\d.]+(?:[eE][-+]?\d+)?)$/.test(text))
      invalid(e, `a number for ${attribute} of <${e.name}>`, `"${text}"`);
    return x;
  };
  const flag: SbmlDocument["flag"] = (e, attribute, fallback = false) => {
    const text = e.attributes.get(attribute)?.trim();
    if (text === undefined) return fallback;
    if (text === "true" || text === "1") return true;
    if (text === "false" || text === "0") return false;
    return invalid(e, `true or false for ${attribute} of <${e.name}>`, `"${text}"`);
  };
  const warnings: string[] = [];
  const formula: SbmlDocument["formula"] = (e) => {
    const math = childOf(e, "math");
    if (math !== undefined && math.children.length > 0) return readMath(math, where);
    const of = ["variable", "symbol", "id"].map((key) => e.attributes.get(key)).find(Boolean);
    warnings.push(
      `${at(e)}: a <${e.name}>${of === undefined ? "" : ` of "${of}"`} without a formula is skipped`,
    );
    return undefined;
  };
  if (root.name !== "sbml") invalid(root, "an <sbml> document", `<${root.name}>`);
  const level = need(root, "level");
  if (level !== "3" && level !== "2") {
    refuse(
      root,
      `level ${level}`,
      "Convert the model to level 3, e.g. with the SBML online converter.",
    );
  }
  const edition = Number(`${level}.${root.attributes.get("version") ?? "1"}`);
  return { where, edition, warnings, at, refuse, invalid, nameOnce, need, numeric, flag, formula };
}
