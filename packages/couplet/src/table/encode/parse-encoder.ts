/** Checks what a file says of a column's encoder: a map that is not monotone would give wrong densities without a word. */
import { JsonFields } from "../../file/json-fields.ts";
import type { HeapState } from "../cell/heaped-steps.ts";
import {
  type ModelledColumnSchema,
  type SentinelLists,
  isCategorical,
  onGrid,
} from "../schema/schema.ts";
import type { ColumnEncoderState } from "./encoder.ts";
import type { MonotoneMapState, Tail } from "./monotone-map.ts";

/** Shares are divided by their sum when they are written; what is left is rounding. */
const SHARES_SUM = 1e-6;

/**
 * The encoder of a column from a file.
 *
 * @throws CoupletError FILE_INVALID for a field that is missing or of another kind, knots or edges that do not ascend, slopes, scales or
 *   shares that are not positive, and for an encoder of another kind of column
 */
export function parseEncoder(
  value: unknown,
  schema: ModelledColumnSchema,
  where: string,
): ColumnEncoderState {
  const fields = new JsonFields(value, where);
  const kind = fields.text("kind");
  if (isCategorical(schema)) {
    if (kind !== "category") throw fields.wrong("kind", '"category"');
    return categoryState(fields, schema.values.length, schema.missing === true);
  }
  const inSteps = onGrid(schema);
  if (kind !== (inSteps ? "grid" : "number"))
    throw fields.wrong("kind", inSteps ? '"grid"' : '"number"');
  const map = parseMap(fields.object("map"));
  const missingShare = fields.number("missingShare");
  const allowed = schema.missing === true;
  if (allowed ? !(missingShare > 0 && missingShare < 1) : missingShare !== 0)
    throw fields.wrong("missingShare", allowed ? "a share between 0 and 1" : "0");
  const sentinels = parseSentinelShares(fields, schema.sentinels);
  if (inSteps)
    return {
      kind: "grid",
      map,
      ...(fields.has("heaps") ? { heaps: parseHeaps(fields.object("heaps")) } : {}),
      ...sentinels,
      missingShare,
    };
  const pointsOfMass = schema.type === "number" ? (schema.pointMasses ?? []).length : 0;
  // Files of version 0.1 call them atoms.
  const [width, steps] = fields.has("atomWidth")
    ? (["atomWidth", "atomSteps"] as const)
    : (["pointMassWidth", "pointMassSteps"] as const);
  const pointMassWidth = fields.positive(width);
  if (!fields.has(steps))
    return { kind: "number", map, pointMassWidth, ...sentinels, missingShare };
  const pointMassSteps = fields.positives(steps);
  if (pointMassSteps.length !== pointsOfMass)
    throw fields.wrong(steps, `${pointsOfMass} numbers, one for each point of mass`);
  return { kind: "number", map, pointMassWidth, pointMassSteps, ...sentinels, missingShare };
}

/** Shares for all sentinels of the schema, with something left for the other values. */
function parseSentinelShares(
  fields: JsonFields,
  { below = [], above = [] }: SentinelLists = {},
): { readonly sentinelShares?: readonly number[] } {
  const count = below.length + above.length;
  if (count === 0 && !fields.has("sentinelShares")) return {};
  const shares = fields.positives("sentinelShares");
  if (shares.length !== count || !(shares.reduce((sum, share) => sum + share, 0) < 1))
    throw fields.wrong("sentinelShares", `${count} shares that sum to less than 1`);
  return { sentinelShares: shares };
}

function parseHeaps(fields: JsonFields): HeapState {
  const levels = fields.counts("levels");
  if (levels[0] !== 1 || levels.some((level, i) => i > 0 && !isMultiple(level, levels[i - 1]!)))
    throw fields.wrong("levels", "integers from 1 on, each a multiple of the one before");
  const bands = fields.objects("bands").map((band) => {
    const from = band.number("from");
    const widths = band.positives("widths");
    if (widths.length !== levels.length)
      throw band.wrong("widths", `${levels.length} numbers, one for each level`);
    return { from, widths };
  });
  if (bands[0]?.from !== 1 || bands.some(({ from }, i) => i > 0 && !(from > bands[i - 1]!.from)))
    throw fields.wrong("bands", "bands that ascend, the first from 1 on");
  return { levels, bands };
}

function isMultiple(level: number, of: number): boolean {
  return level > of && level % of === 0;
}

function categoryState(
  fields: JsonFields,
  values: number,
  missing: boolean,
): ColumnEncoderState & { kind: "category" } {
  const order = fields.counts("order");
  const shares = fields.positives("shares");
  const count = values + (missing ? 1 : 0);
  const known = new Set(order.filter((index) => index < count));
  if (order.length !== count || known.size !== count)
    throw fields.wrong("order", `the numbers from 0 to ${count - 1}, each once`);
  const sum = shares.reduce((total, share) => total + share, 0);
  if (shares.length !== count || Math.abs(sum - 1) > SHARES_SUM)
    throw fields.wrong("shares", `${count} shares that sum to 1`);
  return { kind: "category", order, shares };
}

function parseMap(fields: JsonFields): MonotoneMapState {
  const kind = fields.text("kind");
  if (kind === "affine")
    return { kind, centre: fields.number("centre"), scale: fields.positive("scale") };
  if (kind !== "spline") throw fields.wrong("kind", '"affine" or "spline"');
  const x = ascending(fields, "x");
  const z = ascending(fields, "z");
  const [left, right] = [fields.positives("left"), fields.positives("right")];
  for (const [name, list] of Object.entries({ z, left, right }))
    if (list.length !== x.length)
      throw fields.wrong(name, `${x.length} numbers, one for each knot`);
  const lower = parseTail(fields.object("lower"), (bound) => bound < x[0]!);
  const upper = parseTail(fields.object("upper"), (bound) => bound > x[x.length - 1]!);
  return { kind, x, z, left, right, lower, upper };
}

function ascending(fields: JsonFields, name: string): readonly number[] {
  const list = fields.numbers(name);
  if (list.length === 0) throw fields.wrong(name, "at least one knot");
  if (list.some((value, i) => i > 0 && !(value > list[i - 1]!)))
    throw fields.wrong(name, "knots that ascend");
  return list;
}

function parseTail(fields: JsonFields, isOutside: (bound: number) => boolean): Tail {
  const kind = fields.text("kind");
  if (kind === "pareto") {
    const shape = fields.number("shape");
    if (shape < 0) throw fields.wrong("shape", "0 or a positive number");
    return { kind, shape, scale: fields.positive("scale") };
  }
  if (kind !== "power") throw fields.wrong("kind", '"pareto" or "power"');
  const bound = fields.number("bound");
  if (!isOutside(bound)) throw fields.wrong("bound", "a bound outside the outermost knots");
  return { kind, bound, exponent: fields.positive("exponent") };
}
