import { atOnce } from "../../threads/yield-to-event-loop.ts";
import { commonStep } from "./common-step.ts";
import { dateFormat, writableRange } from "../cell/date-format.ts";
import { dateIndex, LENGTH_MS, unitOf } from "../cell/date-unit.ts";
import { blankMissing, missingTest } from "../cell/missing-cell.ts";
import { inferColumn } from "./infer-schema.ts";
import { numberReader } from "../cell/number-format.ts";
import { keyOf, readColumn } from "../cell/read-column.ts";
import { decimalsOf } from "../cell/read-number.ts";
import {
  type ColumnSchema,
  type ConstantColumnSchema,
  type DateColumnSchema,
  type ModelledColumnSchema,
  type NumericColumnSchema,
  type Schema,
  isCategorical,
  isDate,
  isModelled,
  isNumeric,
} from "../schema/schema.ts";
import { type Column, type Table, columnNamed } from "../table.ts";

type Cell = string | number | null;

/**
 * A schema inferred from a part of a table (its first rows, a sample), extended by what another part shows, for tables that are
 * read in chunks. Categories not seen before are added to the list, missing cells allowed, bounds that do not hold dropped, steps
 * and units of dates that values lie between made finer; integers become numbers where one has a fraction, and a constant becomes what its other
 * values say.
 */
export function extendSchema(schema: Schema, chunk: Table): Schema {
  const isMissing = missingTest(schema.missingValues);
  const absent = (cell: Cell): boolean =>
    cell === null || (typeof cell === "number" ? Number.isNaN(cell) : isMissing(cell));
  const cellsOf = ({ name }: ColumnSchema): Column =>
    blankMissing(columnNamed(chunk, name), schema.missingValues);
  return {
    ...schema,
    columns: schema.columns.map((column) => {
      if (column.type === "constant")
        return extendConstant(column, cellsOf(column), isMissing, absent);
      if (!isModelled(column)) return column;
      return extendColumn(
        isNumeric(column) ? extendSupport(column, cellsOf(column), schema.missingValues) : column,
        cellsOf(column),
        absent,
      );
    }),
  };
}

/** The column in a unit that holds the dates of another part too: whole minutes become seconds where one has 30 of them. */
function inFinerUnit(
  column: DateColumnSchema,
  source: Column,
  missingValues: readonly string[],
): DateColumnSchema {
  const { lower, upper, values, sentinels, resolution, offset, unit: coarse, ...plain } = column;
  if (coarse === "month") return column;
  const fine = { ...plain, unit: "microsecond", missing: true } as const;
  const { codes } = readColumn(source, fine, { missingValues, impossible: "zero" });
  const given = LENGTH_MS[coarse];
  const found = codes.filter((code) => !Number.isNaN(code)).map((code) => code / 1000);
  if (found.every((ms) => ms % given === 0)) return column;
  const unit = unitOf([...found, given]);
  const times = Math.round(given / LENGTH_MS[unit]);
  const scaled = (list: readonly number[]): number[] => list.map((value) => value * times);
  const { below, above } = sentinels ?? {};
  const { format } = column;
  const isTime = format !== undefined && !dateFormat(format).hasDate;
  const { reason } = column;
  return {
    ...plain,
    ...(plain.type === "date" ? { type: "datetime" as const } : {}),
    unit,
    ...(lower === undefined ? {} : { lower: lower * times }),
    // The end of a day is the last unit of it.
    ...(upper === undefined
      ? {}
      : { upper: isTime ? dateIndex(writableRange(format)[1], unit) : upper * times }),
    ...(values === undefined ? {} : { values: scaled(values) }),
    ...(sentinels === undefined
      ? {}
      : {
          sentinels: {
            ...(below === undefined ? {} : { below: scaled(below) }),
            ...(above === undefined ? {} : { above: scaled(above) }),
          },
        }),
    ...(values === undefined ? { resolution: (resolution ?? 1) * times } : {}),
    ...(offset === undefined ? {} : { offset: offset * times }),
    ...(reason === undefined ? {} : { reason: `${reason}; ${unit}s in other rows` }),
  };
}

/** The column with the values of another part in its list, and without sentinels that others lie beyond. */
function extendSupport(
  column: NumericColumnSchema,
  source: Column,
  missingValues: readonly string[],
): NumericColumnSchema {
  if (isDate(column)) column = inFinerUnit(column, source, missingValues);
  const { values, sentinels, ...plain } = column;
  const isStepped = isDate(column) && column.resolution !== undefined;
  if (values === undefined && sentinels === undefined && !isStepped) return column;
  // Under no list and no bound every cell is read as it is.
  const { lower: _l, upper: _u, ...open } = plain;
  const { codes } = readColumn(
    source,
    { ...open, missing: true },
    { missingValues, impossible: "zero" },
  );
  if (values !== undefined) {
    const all = new Set([...values, ...codes.filter((code) => !Number.isNaN(code))]);
    // So many are no list any more.
    return all.size > MOST_LISTED
      ? { ...plain, transform: "quantile" }
      : { ...column, values: [...all].sort((a, b) => a - b) };
  }
  const { below = [], above = [] } = sentinels ?? {};
  const known = new Set([...below, ...above]);
  const breaks = codes.some(
    (code) =>
      (code < (below.at(-1) ?? -Infinity) || code > (above[0] ?? Infinity)) && !known.has(code),
  );
  const kept = breaks ? plain : column;
  return isDate(kept) ? inSteps(kept, codes, breaks ? new Set() : known) : kept;
}

/** A column of dates, without its steps where dates lie between them: else those would be rounded without a word. */
function inSteps(
  column: DateColumnSchema,
  codes: Float64Array,
  apart: ReadonlySet<number>,
): DateColumnSchema {
  const { resolution = 1, offset = 0, ...plain } = column;
  if (resolution === 1) return column;
  const isBeside = (code: number): boolean => (code - offset) % resolution !== 0;
  return codes.some((code) => !Number.isNaN(code) && !apart.has(code) && isBeside(code))
    ? plain
    : column;
}

/** Values beyond which a list that grows from part to part is given up. */
const MOST_LISTED = 60;

function extendColumn(
  column: ModelledColumnSchema,
  source: Column,
  absent: (cell: Cell) => boolean,
): ColumnSchema {
  const cells = source.values as ArrayLike<Cell>;
  const known = new Set(isCategorical(column) ? column.values.map(keyOf) : []);
  const isAbsent = (cell: Cell): boolean =>
    absent(cell) && !(cell !== null && known.has(keyOf(cell)));
  const missing = column.missing === true || some(cells, isAbsent);
  const missingPart = missing ? { missing } : {};
  if (isCategorical(column)) {
    const added = unknownValues(cells, isAbsent, column.values);
    const type = column.type === "boolean" && added.length > 0 ? "category" : column.type;
    return { ...column, type, values: [...column.values, ...added], ...missingPart };
  }
  if (isDate(column)) return { ...column, ...missingPart };
  const read = numberReader(column.numberFormat);
  const { below = [], above = [] } = column.sentinels ?? {};
  const apart = new Set([...below, ...above]);
  let low = Infinity;
  let high = -Infinity;
  let whole = true;
  let steps = stepsOf(column);
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!;
    if (absent(cell)) continue;
    const value = typeof cell === "number" ? cell : read(cell!);
    // Words among numbers are for reading to report.
    if (!Number.isFinite(value)) continue;
    if (apart.has(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
    whole &&= Number.isInteger(value);
    steps = steps && finerFor(steps, value);
  }
  const { lower, upper, ...rest } = column;
  const bounds = {
    ...(lower !== undefined && low >= lower ? { lower } : {}),
    ...(upper !== undefined && high <= upper ? { upper } : {}),
  };
  if (rest.type === "integer" && !whole) {
    const { resolution: _, decimals: _d, ...number } = rest;
    return {
      ...number,
      ...bounds,
      ...missingPart,
      type: "number",
      reason: `${rest.reason ?? "integers"}; fractions in other rows`,
    };
  }
  if (steps === undefined || steps.step === column.resolution)
    return { ...rest, ...bounds, ...missingPart };
  if (rest.type === "number")
    return {
      ...rest,
      ...bounds,
      ...missingPart,
      resolution: steps.step,
      decimals: steps.decimals,
    };
  const { resolution: _, ...plain } = rest;
  return {
    ...plain,
    ...bounds,
    ...missingPart,
    ...(steps.step > 1 ? { resolution: steps.step } : {}),
  };
}

/** Decimals up to which numbers are taken for rounded ones, as in inference. */
const MOST_DECIMALS = 4;

interface Steps {
  readonly step: number;
  readonly decimals: number;
}

/** The steps of a column of decimal multiples; those of rescaled integers have no decimals to make them finer by. */
function stepsOf(column: ModelledColumnSchema): Steps | undefined {
  if (column.type !== "number" && column.type !== "integer") return undefined;
  const { resolution } = column;
  if (resolution === undefined || decimalsOf(resolution) > MOST_DECIMALS) return undefined;
  if (column.type === "integer") return { step: resolution, decimals: 0 };
  return column.offset === undefined
    ? { step: resolution, decimals: column.decimals ?? decimalsOf(resolution) }
    : undefined;
}

/** Steps that a value is a multiple of, too: else it would be rounded without a word. */
function finerFor(steps: Steps, value: number): Steps {
  const multiple = value / steps.step;
  if (Math.abs(multiple - Math.round(multiple)) < 1e-6) return steps;
  const decimals = Math.max(steps.decimals, decimalsOf(value));
  if (decimals > MOST_DECIMALS) return steps;
  return { decimals, step: commonStep(Float64Array.of(steps.step, value), decimals) };
}

/** A constant that another part does not keep. */
function extendConstant(
  column: ConstantColumnSchema,
  source: Column,
  isMissing: (text: string) => boolean,
  absent: (cell: Cell) => boolean,
): ColumnSchema {
  const cells = source.values as ArrayLike<Cell>;
  const missing = some(cells, absent);
  if (column.value === null) {
    const other = atOnce(inferColumn(source, isMissing, "category"));
    if (isModelled(other)) return { ...other, missing: true };
    return other.type !== "constant" || other.value === null
      ? other
      : asCategory(other, [other.value], true);
  }
  const added = unknownValues(cells, absent, [column.value]);
  return added.length === 0 && !missing
    ? column
    : asCategory(column, [column.value, ...added], missing);
}

function asCategory(
  { name, storage }: ConstantColumnSchema,
  values: readonly (string | number)[],
  missing: boolean,
): ColumnSchema {
  return {
    name,
    type: "category",
    storage,
    values,
    ...(missing ? { missing } : {}),
    reason: "the same value in most rows",
  };
}

function unknownValues(
  cells: ArrayLike<Cell>,
  absent: (cell: Cell) => boolean,
  values: readonly (string | number)[],
): (string | number)[] {
  const known = new Set(values.map(keyOf));
  const added: (string | number)[] = [];
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i]!;
    if (absent(cell) || known.has(keyOf(cell!))) continue;
    known.add(keyOf(cell!));
    added.push(cell!);
  }
  return added;
}

function some(cells: ArrayLike<Cell>, test: (cell: Cell) => boolean): boolean {
  for (let i = 0; i < cells.length; i++) if (test(cells[i]!)) return true;
  return false;
}
