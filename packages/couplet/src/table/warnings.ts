import { type InPieces, atOnce } from "../threads/yield-to-event-loop.ts";
import { requiredColumns } from "./check-table.ts";
import { readColumnInPieces } from "./cell/read-column.ts";
import {
  type ModelledColumnSchema,
  type Schema,
  isCategorical,
  isModelled,
} from "./schema/schema.ts";
import { type Relation, isKept } from "./schema/relation.ts";
import { correlation, ranks } from "../statistics/rank-correlation.ts";
import { sentinels } from "./sentinels.ts";
import type { Table } from "./table.ts";

/** Something about a table that training will not mend, said before it starts. */
export interface TableWarning {
  readonly code:
    | "CONSTANT_COLUMN"
    | "IDENTIFIER_LEFT_OUT"
    | "TEXT_LEFT_OUT"
    | "NEAR_DUPLICATE"
    | "FEW_ROWS"
    | "EXTREME_OUTLIERS"
    | "SENTINEL"
    | "ROWS_LEFT_OUT"
    | "HIGH_MISSING"
    | "HIGH_CARDINALITY"
    | "AMBIGUOUS_DATE";
  /** The columns it is about; empty for the whole table. */
  readonly columns: readonly string[];
  /** How many rows, values or cells: what the message counts. */
  readonly count: number;
  readonly message: string;
  /** What to change. */
  readonly advice: string;
}

const MOST_ROWS = 5000;
/** Beyond this many columns only exact duplicates are looked for: pairs grow with the square. */
const MOST_PAIRED = 200;

/** Everything worth saying about a table before training on it, as data. Throws nothing that encoding would not throw. */
export function tableWarnings(source: Table, schema: Schema): TableWarning[] {
  return atOnce(tableWarningsInPieces(source, schema));
}

/** {@link tableWarnings} in pieces. */
export function* tableWarningsInPieces(source: Table, schema: Schema): InPieces<TableWarning[]> {
  const modelled = schema.columns.filter(isModelled);
  const present = requiredColumns(
    source,
    schema,
    modelled.map((c) => c.name),
  );
  const how = { missingValues: schema.missingValues, impossible: "zero" } as const;
  const codes: Float64Array[] = [];
  const ofColumns: TableWarning[] = [];
  for (const column of modelled) {
    const read = yield* readColumnInPieces(present.get(column.name)!, column, how);
    codes.push(read.codes);
    ofColumns.push(...columnWarnings(column, read.codes));
    yield;
  }
  return [
    ...fewRows(source.rows, modelled.length),
    ...leftOut(source, schema),
    ...ofColumns,
    ...besideRelations(yield* nearDuplicates(modelled, codes), schema),
  ];
}

/**
 * The warnings without those of two columns that go together by relations that are kept: the model has what one says of the other, by a relation of
 * both or by copies and parents of a third (tax and pension of gross).
 */
export function besideRelations(
  warnings: readonly TableWarning[],
  { relations = [], columns: schemas }: Pick<Schema, "relations" | "columns">,
): TableWarning[] {
  const dates = new Set(
    schemas.flatMap(({ name, type }) => (type === "date" || type === "datetime" ? [name] : [])),
  );
  // An order says little of numbers that rise and fall together; of dates what differs is the time between them.
  const says = (relation: Relation): boolean =>
    isKept(relation) && (relation.kind !== "order" || dates.has(relation.high));
  const kept = relations.filter(says).map(columnsOf);
  const groups: Set<string>[] = [];
  for (const pair of kept.filter((columns) => columns.size === 2)) {
    const met = groups.filter((group) => [...pair].some((column) => group.has(column)));
    for (const group of met) groups.splice(groups.indexOf(group), 1);
    groups.push(new Set([...met.flatMap((group) => [...group]), ...pair]));
  }
  const known = [...kept, ...groups];
  return warnings.filter(
    ({ code, columns }) =>
      code !== "NEAR_DUPLICATE" ||
      !known.some((together) => columns.every((column) => together.has(column))),
  );
}

function columnsOf(relation: Relation): Set<string> {
  switch (relation.kind) {
    case "sum":
      return new Set([relation.column, ...relation.terms.map(({ column }) => column)]);
    case "product":
      return new Set([relation.column, ...relation.factors, ...(relation.divisors ?? [])]);
    case "parent":
      return new Set([relation.column, relation.child]);
    case "order":
      return new Set([...relation.low, relation.high]);
    default:
      return new Set();
  }
}

function fewRows(rows: number, columns: number): TableWarning[] {
  const least = Math.max(100, 10 * columns);
  if (rows >= least) return [];
  return [
    {
      code: "FEW_ROWS",
      columns: [],
      count: rows,
      message: `${rows} rows for ${columns} columns: expect a model little better than a Gaussian`,
      advice: `Bring at least ${least} rows, or leave out columns.`,
    },
  ];
}

function leftOut(source: Table, schema: Schema): TableWarning[] {
  return schema.columns.flatMap((column): TableWarning[] => {
    const { name, type } = column;
    const why = column.reason === undefined ? "" : ` (${column.reason})`;
    if (type === "constant")
      return [
        {
          code: "CONSTANT_COLUMN",
          columns: [name],
          count: source.rows,
          message: `column ${name} never changes${why}`,
          advice:
            "It is kept in samples and carries no information; drop it if you do not need it.",
        },
      ];
    if (type === "identifier")
      return [
        {
          code: "IDENTIFIER_LEFT_OUT",
          columns: [name],
          count: source.rows,
          message: `column ${name} looks like a key and is excluded${why}`,
          advice: 'Set its type to "integer" or "category" in the schema to model it.',
        },
      ];
    if (type === "text")
      return [
        {
          code: "TEXT_LEFT_OUT",
          columns: [name],
          count: source.rows,
          message: `column ${name} is free text and is excluded${why}`,
          advice: 'Set its type to "category" in the schema to model it.',
        },
      ];
    return [];
  });
}

function columnWarnings(schema: ModelledColumnSchema, codes: Float64Array): TableWarning[] {
  const { name } = schema;
  const found: TableWarning[] = [];
  const present = codes.filter((v) => !Number.isNaN(v)).sort();
  const missing = codes.length - present.length;
  if (missing > 0.5 * codes.length)
    found.push({
      code: "HIGH_MISSING",
      columns: [name],
      count: missing,
      message: `column ${name} is missing in ${missing} of ${codes.length} rows`,
      advice: "Missing cells are modelled as they are.",
    });
  if (isCategorical(schema)) {
    if (schema.values.length > 50 && present.length < 20 * schema.values.length)
      found.push({
        code: "HIGH_CARDINALITY",
        columns: [name],
        count: schema.values.length,
        message: `column ${name} has ${schema.values.length} different values, ${(present.length / schema.values.length).toFixed(1)} rows for each`,
        advice: "It costs one dimension; what rare values go with cannot be learnt: group them.",
      });
    return found;
  }
  if ((schema.reason ?? "").includes("would read them too"))
    found.push({
      code: "AMBIGUOUS_DATE",
      columns: [name],
      count: present.length,
      message: `column ${name}: ${schema.reason}`,
      advice: 'Edit "format" in the schema if the day and the month are the other way round.',
    });
  const stands = sentinels(present, schema);
  for (const { text, count } of stands)
    found.push({
      code: "SENTINEL",
      columns: [name],
      count,
      message: `column ${name} has ${text} in ${count === 1 ? "1 row" : `${count} rows`}, far from all other values: it looks like a missing cell`,
      advice: `If ${text} means "no value", make those cells missing before the fit; otherwise it gets a probability of its own.`,
    });
  const others =
    stands.length === 0
      ? present
      : present.filter((value) => stands.every(({ code }) => code !== value));
  const { count, furthest } = outliers(others);
  if (count > 0)
    found.push({
      code: "EXTREME_OUTLIERS",
      columns: [name],
      count,
      message: `column ${name} has ${count === 1 ? "1 value" : `${count} values`} far beyond the others, ${count === 1 ? "" : "such as "}${furthest}`,
      advice: "Check these cells for mistakes, or set bounds or a missing value in the schema.",
    });
  return found;
}

/** Interquartile ranges beyond which a value is an outlier, and how often the next one's distance if many are. */
const FAR = 20;
const FAR_FROM_TAIL = 20;

/**
 * Values more than 20 interquartile ranges outside the quartiles, if they are few. Many are a heavy tail, which the quantile map
 * takes care of: of these only the few count that are 20 times as far from the median as all others.
 *
 * @param sorted ascending, none missing
 */
function outliers(sorted: Float64Array): { count: number; furthest: number } {
  const n = sorted.length;
  const at = (share: number): number => sorted[Math.floor(share * n)]!;
  const [q1, median, q3] = [at(0.25), at(0.5), at(0.75)];
  const reach = FAR * (q3 - q1);
  const few = Math.max(1, Math.floor(0.001 * n));
  const extreme =
    reach > 0 ? sorted.filter((v) => v < q1 - reach || v > q3 + reach) : sorted.subarray(0, 0);
  const byDistance = extreme.sort((a, b) => Math.abs(b - median) - Math.abs(a - median));
  const furthest = byDistance[0]!;
  if (extreme.length <= few) return { count: extreme.length, furthest };
  const distance = (i: number): number => Math.abs(byDistance[i]! - median);
  for (let count = few; count > 0; count--)
    if (distance(count - 1) > FAR_FROM_TAIL * distance(count)) return { count, furthest };
  return { count: 0, furthest };
}

const DEGENERATE =
  "If one can be computed from the other, leave it out: the density of the pair is degenerate.";

/** What differs between two such columns is information that neither has alone. */
const OWN_REST =
  "Keep both, unless one is the other in another unit: what differs between them is information of its own.";

function* nearDuplicates(
  schemas: readonly ModelledColumnSchema[],
  codes: readonly Float64Array[],
): InPieces<TableWarning[]> {
  const rows = codes[0]?.length ?? 0;
  const stride = Math.max(1, Math.ceil(rows / MOST_ROWS));
  const sampled: Float64Array[] = [];
  for (const own of codes) {
    sampled.push(own.filter((_, i) => i % stride === 0));
    yield;
  }
  const found: TableWarning[] = [];
  const report = (i: number, j: number, message: string, advice = DEGENERATE): void => {
    const columns = [schemas[i]!.name, schemas[j]!.name];
    found.push({
      code: "NEAR_DUPLICATE",
      columns,
      count: sampled[i]!.length,
      message: `columns ${columns.join(" and ")} ${message}`,
      advice,
    });
  };
  if (schemas.length > MOST_PAIRED) {
    const first = new Map<string, number>();
    sampled.forEach((c, j) => {
      const key = c.join(",");
      const i = first.get(key);
      if (i === undefined) first.set(key, j);
      else report(i, j, "are equal");
    });
    return found;
  }
  const grouped = sampled.map(groupIndices);
  const ranked: (Float64Array | undefined)[] = [];
  for (const [j, own] of sampled.entries()) {
    ranked.push(isCategorical(schemas[j]!) ? undefined : ranks(own));
    yield;
  }
  for (let j = 1; j < schemas.length; j++)
    for (let i = 0; i < j; i++) {
      const [a, b] = [grouped[i]!, grouped[j]!];
      const [x, y] = [ranked[i], ranked[j]];
      yield;
      if (a.count > 1 && a.count === b.count && a.count < 0.5 * a.of.length && oneToOne(a.of, b.of))
        report(i, j, "determine each other value by value");
      else if (x !== undefined && y !== undefined && Math.abs(correlation(x, y)) > 0.9995)
        report(i, j, "rise and fall together (rank correlation above 0.9995)", OWN_REST);
    }
  return found;
}

function groupIndices(codes: Float64Array): { of: Int32Array; count: number } {
  const seen = new Map<number, number>();
  const of = Int32Array.from(codes, (code) => {
    let group = seen.get(code);
    if (group === undefined) seen.set(code, (group = seen.size));
    return group;
  });
  return { of, count: seen.size };
}

function oneToOne(a: Int32Array, b: Int32Array): boolean {
  const partner = new Map<number, number>();
  const back = new Map<number, number>();
  for (let i = 0; i < a.length; i++) {
    if ((partner.get(a[i]!) ?? b[i]!) !== b[i] || (back.get(b[i]!) ?? a[i]!) !== a[i]) return false;
    partner.set(a[i]!, b[i]!);
    back.set(b[i]!, a[i]!);
  }
  return true;
}
