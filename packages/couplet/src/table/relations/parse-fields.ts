/** Fields that several kinds of relations have. */
import type { JsonFields } from "../../file/json-fields.ts";
import { type RelationCell, ROUNDINGS, type Rounding } from "../schema/relation.ts";

/** A list of column names, at least one. */
export function parseNames(fields: JsonFields, name: string): readonly string[] {
  const list = fields.list(name);
  if (list.length === 0 || !list.every((item) => typeof item === "string"))
    throw fields.wrong(name, "a list of column names");
  return list;
}

/** true or false, or nothing. */
export function parseFlag<Name extends string>(
  fields: JsonFields,
  name: Name,
): { readonly [K in Name]?: boolean } {
  if (!fields.has(name)) return {};
  const value = fields.value(name);
  if (typeof value !== "boolean") throw fields.wrong(name, "true or false");
  return { [name]: value } as { readonly [K in Name]?: boolean };
}

/** What halves become. */
export function parseRounding(fields: JsonFields): { readonly rounding?: Rounding } {
  if (!fields.has("rounding")) return {};
  const value = ROUNDINGS.find((rounding) => rounding === fields.value("rounding"));
  if (value === undefined)
    throw fields.wrong("rounding", `one of ${ROUNDINGS.map((r) => JSON.stringify(r)).join(", ")}`);
  return { rounding: value };
}

/** What a column is where an input is missing: one of `known`. */
export function parseWhenMissing<Known extends string>(
  fields: JsonFields,
  known: readonly Known[],
): { readonly whenMissing?: Known } {
  if (!fields.has("whenMissing")) return {};
  const value = known.find((name) => name === fields.value("whenMissing"));
  if (value === undefined)
    throw fields.wrong("whenMissing", known.map((name) => JSON.stringify(name)).join(" or "));
  return { whenMissing: value };
}

/** A cell: text, a number or null. */
export function isRelationCell(value: unknown): value is RelationCell {
  return (
    value === null ||
    typeof value === "string" ||
    (typeof value === "number" && Number.isFinite(value))
  );
}

/** A cell as people read it in a sentence. */
export function cellText(cell: RelationCell): string {
  return cell === null ? "missing" : String(cell);
}
