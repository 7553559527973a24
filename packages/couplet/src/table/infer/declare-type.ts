/** A column as what its user says it is, instead of what it looks like. */
import { CoupletError } from "../../error.ts";
import type { Remedy } from "../../error.ts";
import { mapInPieces } from "../../threads/map-in-pieces.ts";
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import { datesOf } from "./infer-dates.ts";
import { checkExtremes, inferInteger, inferReal, withZeros } from "./infer-number.ts";
import { profileNumbers } from "./number-profile.ts";
import { booleanValues, inferDates, writtenDecimals } from "./infer-text.ts";
import { orderOf, spellings } from "./infer-words.ts";
import { detectNumberFormat, numberReader } from "../cell/number-format.ts";
import { readNumber } from "../cell/read-number.ts";
import type { ColumnSchema, ColumnType, Storage } from "../schema/schema.ts";
import type { Column } from "../table.ts";

/** Cells as their source has them; null is missing. */
type Cells = readonly (string | number | null)[];

/**
 * The schema of a column under a declared type: everything but the type (values, bounds, decimals, a date's format) is found in its
 * cells, as inference would. In pieces.
 *
 * @throws CoupletError DATA_INVALID when the cells cannot be of that type, with examples
 */
export function* columnOfType(
  source: Column,
  type: ColumnType,
  isMissing: (text: string) => boolean,
): InPieces<ColumnSchema> {
  const { name } = source;
  const cells: Cells =
    source.kind === "text"
      ? yield* mapInPieces(source.values, (text) =>
          text === null || isMissing(text) ? null : text,
        )
      : Array.from(source.values, (value) => (Number.isNaN(value) ? null : value));
  const storage: Storage = source.kind === "text" ? "text" : source.origin;
  function* column(): InPieces<ColumnSchema> {
    switch (type) {
      case "identifier":
      case "text":
        return { name, type };
      case "constant":
        return { name, type, storage, value: onlyValue(name, cells) };
      case "category":
      case "ordered":
      case "boolean":
        return listed(name, type, storage, cells);
      case "number":
      case "integer":
        return yield* numbers(name, type, storage, cells);
      case "date":
      case "datetime":
        return yield* dates(name, type, storage, cells);
    }
  }
  const found = yield* column();
  return {
    ...found,
    reason: found.reason === undefined ? "declared" : `declared; ${found.reason}`,
  };
}

function impossible(
  name: string,
  type: ColumnType,
  expected: string,
  received: string,
  hint?: string,
  remedy?: Remedy,
): CoupletError {
  return new CoupletError({
    code: "DATA_INVALID",
    where: `column ${JSON.stringify(name)}, declared ${type}`,
    expected,
    received,
    ...(hint === undefined ? {} : { hint }),
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** No type helps a column in which nothing varies; a hint that names one would lead in a circle. */
const NOTHING = "No type can be given to a column without values: leave the column out.";
const CONSTANT =
  'A column that never changes is "constant", whatever it is declared: leave out the declaration, or the column.';

function distinctOf(cells: Cells): (string | number)[] {
  return [...new Set(cells.filter((cell) => cell !== null))];
}

function onlyValue(name: string, cells: Cells): string | number | null {
  const distinct = distinctOf(cells);
  const absent = cells.includes(null);
  if (distinct.length === 0) return null;
  if (distinct.length === 1 && !absent) return distinct[0]!;
  throw impossible(
    name,
    "constant",
    "the same value in every row",
    `${distinct.length} different${absent ? " and missing cells" : ""}`,
  );
}

function listed(
  name: string,
  type: "category" | "ordered" | "boolean",
  storage: Storage,
  cells: Cells,
): ColumnSchema {
  const counts = new Map<string | number, number>();
  for (const cell of cells) if (cell !== null) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  if (counts.size === 0)
    throw impossible(name, type, "at least one value", "only missing cells", NOTHING);
  // Spellings that differ in outer spaces are one value, as in inference.
  const values =
    storage === "text" ? spellings(counts as ReadonlyMap<string, number>) : [...counts.keys()];
  const base = { name, storage, ...(cells.includes(null) ? { missing: true } : {}) };
  const reason = values.length === 1 ? "1 value" : `${values.length} different values`;
  if (type === "category") {
    values.sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || (a < b ? -1 : 1));
    return { ...base, type, values, reason };
  }
  if (type === "boolean") {
    if (values.length !== 2)
      throw impossible(
        name,
        type,
        "two different values",
        `${values.length}: ${shown(values)}`,
        values.length === 1 ? CONSTANT : undefined,
      );
    const truth = storage === "text" ? booleanValues(values as string[]) : undefined;
    return {
      ...base,
      type,
      values: truth ?? ascending(values),
      reason: `${shown(truth ?? values)}: the first is false`,
    };
  }
  const order = ordered(values);
  if (order !== undefined) return { ...base, type, values: order, reason };
  throw impossible(
    name,
    type,
    "values whose order is known: numbers, ranges of numbers, or words of a usual scale",
    shown(values),
    'Write the schema to a file, put the "values" in order there, and use that.',
    "schema",
  );
}

function ascending(values: readonly (string | number)[]): (string | number)[] {
  return [...values].sort((a, b) => (a < b ? -1 : 1));
}

function ordered(values: readonly (string | number)[]): (string | number)[] | undefined {
  if (values.every((value) => typeof value === "number")) return ascending(values);
  const texts = values as readonly string[];
  const numeric = texts.every((text) => !Number.isNaN(readNumber(text)));
  return numeric
    ? [...texts].sort((a, b) => readNumber(a) - readNumber(b) || (a < b ? -1 : 1))
    : orderOf(texts);
}

function* numbers(
  name: string,
  type: "number" | "integer",
  storage: Storage,
  cells: Cells,
): InPieces<ColumnSchema> {
  const texts = distinctOf(cells).filter((cell) => typeof cell === "string");
  const numberFormat = texts.every((text) => !Number.isNaN(readNumber(text)))
    ? undefined
    : detectNumberFormat(texts);
  const read = numberReader(numberFormat);
  const values = Float64Array.from(
    yield* mapInPieces(cells, (cell) =>
      cell === null ? NaN : typeof cell === "number" ? cell : read(cell),
    ),
  );
  const wrong = (i: number): boolean =>
    cells[i] !== null &&
    !(Number.isFinite(values[i]!) && (type === "number" || Number.isSafeInteger(values[i]!)));
  const offences = cells.flatMap((_, i) => (wrong(i) ? [i] : []));
  if (offences.length > 0) {
    const examples = offences.slice(0, 4).map((i) => `row ${i + 1}: ${JSON.stringify(cells[i])}`);
    throw impossible(
      name,
      type,
      type === "number" ? "numbers" : "integers",
      `${offences.length} of ${cells.length} cells that are not (${examples.join(", ")})`,
      "If these mean a missing value, add the spelling to the missing values.",
      "missing-values",
    );
  }
  const profile = yield* profileNumbers(values);
  if (profile.distinct < 2)
    throw impossible(
      name,
      type,
      "at least two different numbers",
      profile.distinct === 0 ? "only missing cells" : "one",
      profile.distinct === 0 ? NOTHING : CONSTANT,
    );
  checkExtremes(name, profile);
  const written = writtenDecimals(texts, numberFormat);
  const found =
    type === "integer"
      ? withZeros(yield* inferInteger(name, profile, storage), written)
      : yield* inferReal(name, profile, storage, written);
  return numberFormat === undefined ? found : { ...found, numberFormat };
}

function* dates(
  name: string,
  type: "date" | "datetime",
  storage: Storage,
  cells: Cells,
): InPieces<ColumnSchema> {
  const distinct = distinctOf(cells);
  const found =
    storage === "text"
      ? yield* inferDates(name, cells as readonly (string | null)[], distinct as string[])
      : storage === "date" && distinct.length > 1
        ? datesOf(
            name,
            (cells as readonly (number | null)[]).filter((cell) => cell !== null),
            {
              distinct: new Set(cells).size,
              missing: cells.includes(null),
            },
          )
        : undefined;
  if (distinct.length === 0)
    throw impossible(name, type, "at least one value", "only missing cells", NOTHING);
  if (found === undefined || (found.type !== "date" && found.type !== "datetime"))
    throw impossible(
      name,
      type,
      "dates or times, all in one format",
      shown(distinct),
      'Where no format fits, "category" or "text" does.',
    );
  if (type === "date" && found.type === "datetime")
    throw impossible(name, type, "days", `times: ${shown(distinct)}`, 'Declare it "datetime".');
  return { ...found, type };
}

function shown(values: readonly (string | number)[]): string {
  const first = values.slice(0, 4).map((value) => JSON.stringify(value));
  return values.length > 4 ? `${first.join(", ")}, ... (${values.length})` : first.join(", ");
}
