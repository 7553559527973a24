/** The registry of relations: a line for each kind. */
import { JsonFields } from "../../../file/json-fields.ts";
import { CoupletError } from "../../../error.ts";
import type { Relation } from "../../schema/relation.ts";
import type { RelationKind } from "../relation-kind.ts";
import { parseFlag } from "../parse-fields.ts";
import { exclusion } from "./exclusion.ts";
import { order } from "./order.ts";
import { parent } from "./parent.ts";
import { product } from "./product.ts";
import { shares } from "./shares.ts";
import { sum } from "./sum.ts";

const KINDS = { order, sum, product, parent, exclusion, shares } as const;

/** The kind of a relation. */
export function kindOf(relation: Relation): RelationKind<Relation> {
  return KINDS[relation.kind] as unknown as RelationKind<Relation>;
}

/** For people: "pickup <= dropoff". */
export function describeRelation(relation: Relation): string {
  return kindOf(relation).describe(relation);
}

/**
 * Checks a relation that was written or edited by hand (a parsed JSON value).
 *
 * @throws CoupletError SPEC_INVALID naming the field
 */
export function parseRelation(value: unknown, where: string): Relation {
  try {
    const fields = new JsonFields(value, where);
    const name = fields.value("kind");
    if (typeof name !== "string" || !Object.hasOwn(KINDS, name))
      throw fields.wrong(
        "kind",
        `one of ${Object.keys(KINDS)
          .map((kind) => JSON.stringify(kind))
          .join(", ")}`,
      );
    const kind = KINDS[name as Relation["kind"]];
    const known = ["kind", ...kind.fields, "keep", "reason"];
    for (const field of fields.names())
      if (!known.includes(field)) throw fields.wrong(field, `only ${known.join(", ")}`);
    const relation = {
      ...kind.parse(fields),
      ...parseFlag(fields, "keep"),
      ...(fields.has("reason") ? { reason: fields.text("reason") } : {}),
    } as Relation;
    checkColumnsDiffer(relation, where);
    return relation;
  } catch (error) {
    if (!(error instanceof CoupletError) || error.code !== "FILE_INVALID") throw error;
    const { expected, received } = error;
    throw new CoupletError({ code: "SPEC_INVALID", where: error.where, expected, received });
  }
}

function checkColumnsDiffer(relation: Relation, where: string): void {
  const names = kindOf(relation).columns(relation);
  const target = relation.kind === "order" ? relation.high : names[0]!;
  const uses = names.filter((name) => name === target).length;
  if (uses > 1)
    throw new CoupletError({
      code: "SPEC_INVALID",
      where,
      expected: "a relation between different columns",
      received: `${describeRelation(relation)}, which names ${JSON.stringify(target)} ${uses} times`,
    });
}
