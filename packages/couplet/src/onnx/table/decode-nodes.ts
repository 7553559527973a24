/** Cells out of latent rows as nodes: what `decode-columns.ts` does row by row, columns after those that their relations refer to. */
import type { TableCodec } from "../../table/encode/codec.ts";
import { MOST_LATENT } from "../../table/encode/axis-part.ts";
import type { ColumnEncoderState } from "../../table/encode/encoder.ts";
import { intervalsOfShares } from "../../table/encode/interval.ts";
import { type ModelledColumnSchema, isCategorical } from "../../table/schema/schema.ts";
import type { Arithmetic, Term } from "./arithmetic.ts";
import { betweenPlaces, withinBounds } from "./bounded-nodes.ts";
import { type CategoryState, type KeptValues, keptValues } from "./category-nodes.ts";
import { mapped } from "./map-nodes.ts";
import type { CellNodes } from "./read-nodes.ts";
import { checkRelations, narrowedNodes } from "./relations/narrowed-nodes.ts";
import type { NarrowedNodes, RelatedCells } from "./relations/open-nodes.ts";
import { fromDifference } from "./relations/order-nodes.ts";
import { shrunk } from "./sentinel-nodes.ts";
import { type LatentValue, decodedValues, plainEncoder } from "./value-nodes.ts";

/** A column with its coordinates, and the values that they give where no relation narrows them. */
interface DecodedColumn {
  readonly schema: ModelledColumnSchema;
  readonly state: ColumnEncoderState;
  /** The coordinates of the value and of whether it is missing. */
  readonly z: string | undefined;
  readonly indicator: string | undefined;
  readonly free: string | undefined;
  readonly difference: string | undefined;
}

/**
 * The cells of all modelled columns that are no context.
 *
 * @param latent [rows, dims], as `TableCodec.decode` takes them
 * @param zero 0 for each row
 * @throws CoupletError NOT_SUPPORTED for a relation that has no nodes
 */
export function decodedCells(
  m: Arithmetic,
  codec: TableCodec,
  latent: string,
  zero: string,
): readonly CellNodes[] {
  const { plan, modelled } = codec.readable;
  const cells: CellNodes[] = [];
  const related: RelatedCells = { schemas: modelled, cells, zero };
  checkRelations(plan, related);
  const columns = columnsOf(m, codec, latent);
  for (const at of plan.order) {
    const column = columns[at]!;
    const own = plan.columns[at]!;
    const narrowed = own.related ? narrowedNodes(m, own, related, at) : undefined;
    cells[at] = isCategorical(column.schema)
      ? categoryCells(m, column.schema, column, narrowed, zero)
      : numberCells(m, column, narrowed, zero);
  }
  return cells;
}

/** All columns, their values and differences decoded side by side. */
function columnsOf(m: Arithmetic, codec: TableCodec, latent: string): readonly DecodedColumn[] {
  const { plan, modelled, placed } = codec.readable;
  const { encoders, differences = {} } = codec.toJSON();
  const values: LatentValue[] = [];
  /** The place of a value among those that are decoded. */
  const decode = (value: LatentValue): number => values.push(value) - 1;
  const columns = modelled.map((schema, at) => {
    const state = encoders[schema.name]!;
    const own = placed.find(({ index }) => index === at);
    const coordinate = (d: number): string => m.columnOf(latent, own!.offset + d);
    const hasValue = own !== undefined && own.roles[0] === "value";
    const hasIndicator = own !== undefined && own.roles.at(-1) === "missing";
    const z = hasValue ? coordinate(0) : undefined;
    const shape = {
      schema,
      state,
      z,
      indicator: hasIndicator ? coordinate(own.dims - 1) : undefined,
    };
    if (z === undefined || isCategorical(schema) || state.kind === "category") return { ...shape };
    const above = plan.columns[at]!.difference ? differences[schema.name] : undefined;
    return {
      ...shape,
      free: decode({ schema, state, z }),
      difference:
        above === undefined || above.encoder.kind === "category"
          ? undefined
          : decode({ schema: above.schema, state: above.encoder, z }),
    };
  });
  const decoded = decodedValues(m, values);
  const valueAt = (place: number | undefined): string | undefined =>
    place === undefined ? undefined : decoded[place];
  return columns.map(({ free, difference, ...shape }: (typeof columns)[number] & Places) => ({
    ...shape,
    free: valueAt(free),
    difference: valueAt(difference),
  }));
}

interface Places {
  readonly free?: number;
  readonly difference?: number | undefined;
}

/** Numbers and dates. */
function numberCells(
  m: Arithmetic,
  { schema, state, z, indicator, free, difference }: DecodedColumn,
  narrowed: NarrowedNodes | undefined,
  zero: string,
): CellNodes {
  if (isCategorical(schema) || state.kind === "category")
    throw new TypeError("a category is no column of numbers");
  let code: Term = free ?? 0;
  const { above, between, fixed } = narrowed ?? {};
  if (between !== undefined && z !== undefined)
    code = m.where(between.is, boundedCode(m, { schema, state, z }, between), code);
  if (above !== undefined && difference !== undefined)
    code = m.where(above.is, fromDifference(m, schema, difference, above), code);
  if (fixed !== undefined) code = m.where(fixed.is, fixed.value, code);
  const never = m.compare("Greater", zero, 0);
  if (schema.missing !== true)
    return { code: m.add(zero, code), isMissing: never, isImpossible: never };
  const isMissing = missingNodes(m, state.missingShare, indicator, narrowed) ?? never;
  // What stands for a missing cell only has to be a number.
  return { code: m.add(zero, code), isMissing, isImpossible: never };
}

/** Whether a cell is missing: what relations say of it, else its own coordinate. */
function missingNodes(
  m: Arithmetic,
  share: number,
  indicator: string | undefined,
  narrowed: NarrowedNodes | undefined,
): string | undefined {
  const { isMissing, isPresent } = narrowed ?? {};
  if (indicator === undefined) return isMissing;
  const [, missing] = intervalsOfShares([1 - share, share]);
  const own = m.compare("GreaterOrEqual", indicator, missing!.lower);
  const open = isPresent === undefined ? own : m.all(own, m.of("Not", isPresent));
  return isMissing === undefined ? open : m.any(open, isMissing);
}

/** A value between two bounds: its coordinate is one of the part of the axis that they leave. */
function boundedCode(
  m: Arithmetic,
  value: LatentValue,
  bounds: NonNullable<NarrowedNodes["between"]>,
): string {
  const { places, finish } = betweenPlaces(m, bounds, value.schema, value.state);
  const { lower, upper, isOpen } = finish(mapped(m, places));
  const inner = shrunk(
    m,
    value.z,
    { lower: m.where(isOpen, lower, -1), upper: m.where(isOpen, upper, 1) },
    1,
  );
  const [own] = decodedValues(m, [{ ...value, z: inner }]);
  const open = withinBounds(m, own!, bounds);
  return m.where(isOpen, open, nearest(m, value, bounds));
}

/** Bounds that leave nothing leave the nearest value of the column. */
function nearest(
  m: Arithmetic,
  { schema, state }: LatentValue,
  { low, high }: NonNullable<NarrowedNodes["between"]>,
): string {
  const own = plainEncoder({ schema, state });
  const isLow = m.compare("LessOrEqual", m.of("Abs", low), Number.MAX_VALUE);
  return m.where(
    isLow,
    m.limit("Min", low, own.decode([MOST_LATENT], 0)),
    m.limit("Max", high, own.decode([-MOST_LATENT], 0)),
  );
}

/** A category: the last value whose interval begins at or below the coordinate; a missing cell is one more value. */
function categoryCells(
  m: Arithmetic,
  schema: ModelledColumnSchema & { readonly values: readonly (string | number)[] },
  { state, z }: DecodedColumn,
  narrowed: NarrowedNodes | undefined,
  zero: string,
): CellNodes {
  const missing = schema.values.length;
  const { left, fixed, orMissing, isMissing } = narrowed ?? {};
  let code: Term = 0;
  if (z !== undefined) {
    const own = state as CategoryState;
    const { values, ranges } = keptValues(own, left);
    const passed = m.count(m.compare("GreaterOrEqual", z, m.row(ranges.map(({ lower }) => lower))));
    code = m.lookUp(values, m.subtract(passed, 1));
    if (orMissing !== undefined) {
      const pairs = schema.values.map((_, value) => keptValues(own, [value, missing]));
      const pick = (of: (pair: KeptValues) => number): string =>
        m.lookUp(pairs.map(of), m.value(orMissing.value));
      const isLast = m.compare(
        "GreaterOrEqual",
        z,
        pick(({ ranges: [, last] }) => last?.lower ?? Infinity),
      );
      const either = m.where(
        isLast,
        pick((pair) => pair.values.at(-1)!),
        pick((pair) => pair.values[0]!),
      );
      code = m.where(orMissing.is, either, code);
    }
  }
  if (fixed !== undefined) code = m.where(fixed.is, fixed.value, code);
  if (isMissing !== undefined) code = m.where(isMissing, missing, code);
  const whole = m.add(zero, code);
  return {
    code: whole,
    isMissing: m.compare("Equal", whole, missing),
    isImpossible: m.compare("Greater", zero, 0),
  };
}
