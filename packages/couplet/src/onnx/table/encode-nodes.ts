/** Rows of a table as nodes: cells to latent coordinates and the corrections of the log-density, all columns side by side. */
import { columnGrid } from "../../table/cell/column-grid.ts";
import type { ColumnEncoderState } from "../../table/encode/encoder.ts";
import type { DifferenceState } from "../../table/encode/related-encoder.ts";
import { intervalsOfShares } from "../../table/encode/interval.ts";
import type { ModelledColumnSchema, NumericColumnSchema } from "../../table/schema/schema.ts";
import { isCategorical, onGrid } from "../../table/schema/schema.ts";
import type { Arithmetic, Term } from "./arithmetic.ts";
import { type Image, type Place, mapped } from "./map-nodes.ts";
import {
  type Drawable,
  type DrawnCoordinate,
  type EncodedColumn,
  drawnCoordinates,
  eitherOf,
  filledWhere,
  representable,
} from "./drawn-nodes.ts";
import { logDensity } from "./normal-nodes.ts";
import { type Coordinate, type Unmapped, numericCell, tabled } from "./numeric-nodes.ts";
import type { CellNodes } from "./read-nodes.ts";
import { type CategoryState, keptValues, rangeOf } from "./category-nodes.ts";
import { betweenPlaces, withinBounds } from "./bounded-nodes.ts";
import { anyOf } from "./relations/narrowed-nodes.ts";
import type { NarrowedNodes } from "./relations/open-nodes.ts";
import { differenceNodes } from "./relations/order-nodes.ts";
import {
  type Marks,
  besideMarks,
  markedCoordinate,
  placedBeside,
  stretched,
} from "./sentinel-nodes.ts";
import { ownMarks } from "./value-nodes.ts";

/** A column whose cells are to be encoded. */
export interface ColumnToEncode {
  readonly schema: ModelledColumnSchema;
  readonly state: ColumnEncoderState;
  readonly cells: CellNodes;
  /** What relations leave of its cells; undefined where none narrows them. */
  readonly related?: RelatedToEncode;
  /** The uniform noise of each of the column's dimensions, [rows, 1]. */
  readonly noise: readonly string[];
}

/** A column that relations narrow: its variables, what is left of its cells, and its differences to what lies below it. */
export interface RelatedToEncode {
  readonly hasValue: boolean;
  readonly hasIndicator: boolean;
  readonly narrowed: NarrowedNodes;
  readonly difference: DifferenceState | undefined;
}

interface PlannedColumn {
  readonly places: readonly Place[];
  /** The coordinates of all dimensions of the column once its places are mapped. */
  coordinates(images: readonly Image[]): readonly Coordinate[];
  /** The sentinels of the column, and the cells whose drawn coordinate stays: sentinels and missing cells. */
  readonly beside: { readonly marks: Marks; readonly stays: string } | undefined;
  /** The part of the axis that bounds leave, and the cells that have it. */
  bounded(images: readonly Image[]): BoundedPart | undefined;
}

/** A part of a column's axis in each row, and the rows in which cells are cut off there. */
interface BoundedPart {
  readonly isCut: string;
  readonly lower: string;
  readonly upper: string;
  readonly logMass: string;
}

/** Encodes all columns. */
export function encodedColumns(m: Arithmetic, columns: readonly ColumnToEncode[]): EncodedColumn[] {
  const plans = columns.map((column) => plannedColumn(m, column));
  const images = mapped(
    m,
    plans.flatMap((plan) => plan.places),
  );
  let at = 0;
  const own = plans.map((plan) => images.slice(at, (at += plan.places.length)));
  const drawables = plans.map((plan, j): readonly Drawable[] =>
    plan
      .coordinates(own[j]!)
      .map((coordinate, d) => ({ coordinate, noise: columns[j]!.noise[d]! })),
  );
  const drawn = drawnCoordinates(m, drawables.flat());
  const first: number[] = [];
  drawables.reduce((next, { length }) => (first.push(next), next + length), 0);
  const moved = new Map([
    ...besideSentinels(m, plans, drawn, first),
    ...stretchedBounded(
      m,
      plans.map((plan, j) => plan.bounded(own[j]!)),
      drawn,
      first,
    ),
  ]);
  let next = 0;
  return columns.map((column, j) => {
    const parts = drawn.slice(next, (next += drawables[j]!.length));
    parts[0] = moved.get(parts[0]!) ?? parts[0]!;
    return representable(m, parts, column.cells.isImpossible);
  });
}

/** What becomes of the coordinates of columns with sentinels, by the drawn ones. */
function besideSentinels(
  m: Arithmetic,
  plans: readonly PlannedColumn[],
  drawn: readonly DrawnCoordinate[],
  first: readonly number[],
): ReadonlyMap<DrawnCoordinate, DrawnCoordinate> {
  const found = plans.flatMap(({ beside }, j) =>
    beside === undefined ? [] : [{ ...beside, own: drawn[first[j]!]! }],
  );
  if (found.length === 0) return new Map();
  const placed = placedBeside(
    m,
    m.beside(found.map(({ own }) => own.z)),
    found.map(({ marks }) => marks),
  );
  return new Map(
    found.map(({ own, stays }, i) => {
      const { z, correction } = own;
      const added = m.add(correction, m.columnOf(placed.correction, i));
      return [
        own,
        {
          z: m.where(stays, z, m.columnOf(placed.z, i)),
          correction: m.where(stays, correction, added),
        },
      ];
    }),
  );
}

/** What becomes of the coordinates of cells that bounds cut off: `boundedEncoder`, whose axis is the part between the bounds. */
function stretchedBounded(
  m: Arithmetic,
  parts: readonly (BoundedPart | undefined)[],
  drawn: readonly DrawnCoordinate[],
  first: readonly number[],
): ReadonlyMap<DrawnCoordinate, DrawnCoordinate> {
  const found = parts.flatMap((part, j) =>
    part === undefined ? [] : [{ part, own: drawn[first[j]!]! }],
  );
  if (found.length === 0) return new Map();
  const beside = (of: "lower" | "upper" | "logMass"): string =>
    m.beside(found.map(({ part }) => part[of]));
  const inner = m.beside(found.map(({ own }) => own.z));
  const logMass = beside("logMass");
  const ends = { lower: beside("lower"), upper: beside("upper"), logMass };
  const outer = stretched(m, inner, ends, found.length);
  const added = m.subtract(m.subtract(logDensity(m, inner), logDensity(m, outer)), logMass);
  return new Map(
    found.map(({ part: { isCut }, own }, i) => [
      own,
      {
        z: m.where(isCut, m.columnOf(outer, i), own.z),
        correction: m.where(isCut, m.add(own.correction, m.columnOf(added, i)), own.correction),
      },
    ]),
  );
}

/** A value's interval among those that are left; a fixed one says nothing. */
function categoryCoordinate(
  m: Arithmetic,
  state: CategoryState,
  { schema, cells, related }: ColumnToEncode,
): Coordinate {
  const { left, fixed, orMissing, isMissing } = related?.narrowed ?? {};
  const kept = keptValues(state, left);
  const values = Array.from({ length: Math.max(...state.order) + 1 }, (_, value) => value);
  let own: Coordinate = {
    isInterval: true,
    ...tabled(
      m,
      values.map((value) => rangeOf(kept, value)),
      cells.code,
    ),
    extra: 0,
  };
  if (orMissing !== undefined && isCategorical(schema)) {
    const missing = schema.values.length;
    const pairs = values.map((value) => keptValues(state, [value, missing]));
    const of = (cell: (value: number) => number): Coordinate => ({
      isInterval: true,
      ...tabled(
        m,
        values.map((value) => rangeOf(pairs[value]!, cell(value))),
        m.value(orMissing.value),
      ),
      extra: 0,
    });
    const pair = eitherOf(
      m,
      cells.isMissing,
      of(() => missing),
      of((value) => value),
    );
    own = eitherOf(m, orMissing.is, pair, own);
  }
  const filled = anyOf(
    m,
    [fixed?.is, isMissing].filter((is) => is !== undefined),
  );
  return filled === undefined ? own : filledWhere(m, own, filled, 0);
}

function plannedColumn(m: Arithmetic, column: ColumnToEncode): PlannedColumn {
  const { schema, state, cells } = column;
  if (state.kind === "category" || isCategorical(schema)) {
    const coordinate = categoryCoordinate(m, state as CategoryState, column);
    return {
      places: [],
      coordinates: () => [coordinate],
      beside: undefined,
      bounded: () => undefined,
    };
  }
  const { narrowed } = column.related ?? {};
  const { fixed, between } = narrowed ?? {};
  const marks = ownMarks({ schema, state });
  const beside = marks === undefined ? undefined : besideMarks(m, cells.code, marks);
  const inBounds = between === undefined ? cells.code : withinBounds(m, cells.code, between);
  const value = numericCell(m, beside?.inner ?? inBounds, schema, state);
  const above = aboveCell(m, column, schema);
  const bounds = between === undefined ? undefined : betweenPlaces(m, between, schema, state);
  const hasValue = column.related?.hasValue ?? true;
  const hasIndicator = column.related?.hasIndicator ?? state.missingShare > 0;
  const hasMissing = schema.missing === true;
  const boundsFrom = value.places.length + (above?.places.length ?? 0);
  const rangeOf = (images: readonly Image[]) => bounds?.finish(images.slice(boundsFrom));
  const valueOf = (images: readonly Image[]): Coordinate => {
    const own = value.finish(images.slice(0, value.places.length));
    let coordinate =
      marks === undefined
        ? own
        : markedCoordinate(m, own, cells.code, beside!.isMark, marks, schema);
    if (above !== undefined)
      coordinate = eitherOf(
        m,
        narrowed!.above!.is,
        above.finish(images.slice(value.places.length, boundsFrom)),
        coordinate,
      );
    const range = rangeOf(images);
    // Bounds that leave nothing leave one value.
    if (range !== undefined)
      coordinate = filledWhere(m, coordinate, m.all(between!.is, m.of("Not", range.isOpen)), 0);
    if (fixed !== undefined)
      coordinate = filledWhere(m, coordinate, fixed.is, fixedExtra(m, column));
    return hasMissing ? filledWhere(m, coordinate, cells.isMissing, 0) : coordinate;
  };
  const others = [
    ...(hasMissing ? [cells.isMissing] : []),
    ...(fixed === undefined ? [] : [fixed.is]),
  ];
  const stays = [...(beside === undefined ? [] : [beside.isMark]), ...others];
  return {
    places: hasValue ? [...value.places, ...(above?.places ?? []), ...(bounds?.places ?? [])] : [],
    coordinates: (images) => [
      ...(hasValue ? [valueOf(images)] : []),
      ...(hasIndicator ? [indicator(m, state.missingShare, cells, narrowed)] : []),
    ],
    beside: marks === undefined || !hasValue ? undefined : { marks, stays: m.any(...stays) },
    bounded(images) {
      const range = hasValue ? rangeOf(images) : undefined;
      if (range === undefined) return undefined;
      const isFree = others.map((is) => m.of("Not", is));
      return { ...range, isCut: m.all(between!.is, range.isOpen, ...isFree) };
    },
  };
}

/** The coordinate of a value's difference to what lies below it; undefined of a column that is modelled otherwise. */
function aboveCell(
  m: Arithmetic,
  { cells, related }: ColumnToEncode,
  schema: NumericColumnSchema,
): Unmapped | undefined {
  const { difference, narrowed } = related ?? {};
  if (
    difference === undefined ||
    narrowed?.above === undefined ||
    difference.encoder.kind === "category"
  )
    return undefined;
  const code = differenceNodes(m, schema, cells, narrowed.above);
  return numericCell(m, code, difference.schema, difference.encoder);
}

/** A fixed cell beside cells with a density counts as one: its probability is 1 over the distance that values have there. */
function fixedExtra(m: Arithmetic, { schema, state, cells }: ColumnToEncode): Term {
  if (schema.type !== "number") return 0;
  if (onGrid(schema)) return -Math.log(columnGrid(schema).step);
  const points = schema.pointMasses ?? [];
  if (points.length === 0 || state.kind !== "number") return 0;
  const steps = points.map((_, j) => -Math.log(state.pointMassSteps?.[j] ?? 1));
  const isSame = m.g.cast(m.compare("Equal", cells.code, m.row(points)), "double");
  return m.g.sum(m.multiply(isSame, m.row(steps)), 1, true);
}

/** Whether the cell is missing: an interval of its own dimension. */
function indicator(
  m: Arithmetic,
  share: number,
  { isMissing }: CellNodes,
  narrowed: NarrowedNodes | undefined,
): Coordinate {
  const [present, missing] = intervalsOfShares([1 - share, share]);
  const choose = (of: "lower" | "upper" | "logMass"): string =>
    m.where(isMissing, missing![of], present![of]);
  const own: Coordinate = {
    isInterval: true,
    lower: choose("lower"),
    upper: choose("upper"),
    logMass: choose("logMass"),
    extra: 0,
  };
  // Where relations know it, it says nothing.
  const isKnown = anyOf(
    m,
    [narrowed?.isPresent, narrowed?.isMissing].filter((is) => is !== undefined),
  );
  return isKnown === undefined ? own : filledWhere(m, own, isKnown, 0);
}
