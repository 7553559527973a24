/** Rows of a table as nodes: cells to latent coordinates and the corrections of the log-density, all columns side by side. */
import { columnGrid } from "../../table/cell/column-grid.ts";
import { columnEncoder } from "../../table/encode/column-encoder.ts";
import type { ColumnEncoder, ColumnEncoderState } from "../../table/encode/encoder.ts";
import type { DifferenceState } from "../../table/encode/related-encoder.ts";
import { intervalsOfShares } from "../../table/encode/interval.ts";
import type { ModelledColumnSchema } from "../../table/schema/schema.ts";
import { isCategorical, onGrid } from "../../table/schema/schema.ts";
import type { Arithmetic, Term } from "./arithmetic.ts";
import { type Image, type Place, mapped } from "./map-nodes.ts";
import { type MeasuredEnds, drawIn, logDensity, logMassOf, measured } from "./normal-nodes.ts";
import { type Coordinate, WHOLE, numericCell, tabled } from "./numeric-nodes.ts";
import type { CellNodes } from "./read-nodes.ts";
import type { NarrowedNodes } from "./relation-nodes.ts";
import {
  type Marks,
  besideMarks,
  marksOf,
  markedCoordinate,
  placedBeside,
} from "./sentinel-nodes.ts";

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

/** A column's latent coordinates, [rows, 1] each, and what it adds to the row's log-density, nats. */
export interface EncodedColumn {
  readonly z: readonly string[];
  readonly correction: string;
  /** Where the column gives the row probability 0. */
  readonly isImpossible: string;
}

/** What a coordinate becomes after its draw; a column with sentinels moves it to its part of the axis. */
interface Drawable {
  readonly coordinate: Coordinate;
  readonly noise: string;
}

interface PlannedColumn {
  readonly places: readonly Place[];
  /** The coordinates of all dimensions of the column once its places are mapped. */
  coordinates(images: readonly Image[]): readonly Coordinate[];
  /** The sentinels of the column, and the cells whose drawn coordinate stays: sentinels and missing cells. */
  readonly beside: { readonly marks: Marks; readonly stays: string } | undefined;
}

interface DrawnCoordinate {
  readonly z: string;
  readonly correction: string;
}

/** Encodes all columns. */
export function encodedColumns(m: Arithmetic, columns: readonly ColumnToEncode[]): EncodedColumn[] {
  const plans = columns.map((column) => plannedColumn(m, column));
  const images = mapped(
    m,
    plans.flatMap((plan) => plan.places),
  );
  let at = 0;
  const drawables = plans.map((plan, j): readonly Drawable[] => {
    const own = images.slice(at, (at += plan.places.length));
    return plan
      .coordinates(own)
      .map((coordinate, d) => ({ coordinate, noise: columns[j]!.noise[d]! }));
  });
  const drawn = drawnCoordinates(m, drawables.flat());
  const moved = besideSentinels(m, plans, drawables, drawn);
  let next = 0;
  return columns.map((column, j) => {
    const own = drawn.slice(next, (next += drawables[j]!.length));
    own[0] = moved.get(own[0]!) ?? own[0]!;
    return representable(m, own, column.cells.isImpossible);
  });
}

/** What becomes of the coordinates of columns with sentinels, by the drawn ones. */
function besideSentinels(
  m: Arithmetic,
  plans: readonly PlannedColumn[],
  drawables: readonly (readonly Drawable[])[],
  drawn: readonly DrawnCoordinate[],
): ReadonlyMap<DrawnCoordinate, DrawnCoordinate> {
  let at = 0;
  const found = plans.flatMap(({ beside }, j) => {
    const own = drawn[at]!;
    at += drawables[j]!.length;
    return beside === undefined ? [] : [{ ...beside, own }];
  });
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

type CategoryState = ColumnEncoderState & { readonly kind: "category" };

/** A value's interval among those that are left; a fixed one says nothing. */
function categoryCoordinate(
  m: Arithmetic,
  { order, shares }: CategoryState,
  { cells, related }: ColumnToEncode,
): Coordinate {
  const { left, isFixed = [], isMissing = [] } = related?.narrowed ?? {};
  const kept = order.flatMap((value, i) =>
    left === undefined || left.includes(value) ? [{ value, share: shares[i]! }] : [],
  );
  const sum = kept.reduce((total, { share }) => total + share, 0);
  const ranges = intervalsOfShares(
    left === undefined ? shares : kept.map(({ share }) => share / sum),
  );
  // Values that have no interval do not occur: such rows are impossible, or fixed.
  const byIndex = Array.from(
    { length: Math.max(...order) + 1 },
    (_, value) =>
      ranges[
        Math.max(
          0,
          kept.findIndex((own) => own.value === value),
        )
      ]!,
  );
  const own: Coordinate = { isInterval: true, ...tabled(m, byIndex, cells.code), extra: 0 };
  const filled = [...isFixed, ...isMissing];
  return filled.length === 0 ? own : filledWhere(m, own, m.any(...filled), 0);
}

function plannedColumn(m: Arithmetic, column: ColumnToEncode): PlannedColumn {
  const { schema, state, cells } = column;
  if (state.kind === "category" || isCategorical(schema)) {
    const coordinate = categoryCoordinate(m, state as CategoryState, column);
    return { places: [], coordinates: () => [coordinate], beside: undefined };
  }
  const plain: ColumnEncoder = columnEncoder(
    { ...schema, sentinels: undefined } as unknown as typeof schema,
    { ...state, missingShare: 0 },
  );
  const shares = state.sentinelShares ?? [];
  const marks =
    schema.sentinels === undefined || shares.length === 0
      ? undefined
      : marksOf(plain, schema, shares);
  const beside = marks === undefined ? undefined : besideMarks(m, cells.code, marks);
  const value = numericCell(m, beside?.inner ?? cells.code, schema, state);
  const { narrowed, difference } = column.related ?? {};
  const above =
    difference === undefined ||
    narrowed?.above === undefined ||
    difference.encoder.kind === "category"
      ? undefined
      : numericCell(m, narrowed.above.difference, difference.schema, difference.encoder);
  const hasValue = column.related?.hasValue ?? true;
  const hasIndicator = column.related?.hasIndicator ?? state.missingShare > 0;
  const hasMissing = schema.missing === true;
  const isFixed = narrowed?.isFixed ?? [];
  const valueOf = (images: readonly Image[]): Coordinate => {
    const own = value.finish(images.slice(0, value.places.length));
    let coordinate =
      marks === undefined
        ? own
        : markedCoordinate(m, own, cells.code, beside!.isMark, marks, schema);
    if (above !== undefined)
      coordinate = eitherOf(
        m,
        narrowed!.above!.isAbove,
        above.finish(images.slice(value.places.length)),
        coordinate,
      );
    if (isFixed.length > 0)
      coordinate = filledWhere(m, coordinate, m.any(...isFixed), fixedExtra(m, column));
    return hasMissing ? filledWhere(m, coordinate, cells.isMissing, 0) : coordinate;
  };
  const stays = [
    ...(beside === undefined ? [] : [beside.isMark]),
    ...(hasMissing ? [cells.isMissing] : []),
    ...isFixed,
  ];
  return {
    places: hasValue ? [...value.places, ...(above?.places ?? [])] : [],
    coordinates: (images) => [
      ...(hasValue ? [valueOf(images)] : []),
      ...(hasIndicator ? [indicator(m, state.missingShare, cells, narrowed)] : []),
    ],
    beside: marks === undefined || !hasValue ? undefined : { marks, stays: m.any(...stays) },
  };
}

/** Where a variable says nothing (a missing cell, a fixed value) it is filled with a standard normal number, and integrated out. */
function filledWhere(m: Arithmetic, own: Coordinate, condition: string, extra: Term): Coordinate {
  return eitherOf(m, condition, { isInterval: true, ...WHOLE, extra }, own);
}

/** One coordinate where the condition holds, another elsewhere. */
function eitherOf(m: Arithmetic, condition: string, yes: Coordinate, no: Coordinate): Coordinate {
  const choose = (a: Term, b: Term): Term => (a === b ? a : m.where(condition, a, b));
  const either = <T>(a: T | undefined, b: T | undefined, both: (a: T, b: T) => T): T | undefined =>
    a === undefined ? b : b === undefined ? a : both(a, b);
  // A mass that is known is also the one that the ends give.
  const logMass =
    yes.logMass === undefined || no.logMass === undefined
      ? undefined
      : choose(yes.logMass, no.logMass);
  const sliver = either(yes.sliver, no.sliver, (a, b) => m.where(condition, a, b));
  const point = either(yes.point, no.point, (a, b) => ({
    z: m.where(condition, a.z, b.z),
    slope: m.where(condition, a.slope, b.slope),
  }));
  return {
    isInterval: eitherHolds(m, condition, yes.isInterval, no.isInterval),
    lower: choose(yes.lower, no.lower),
    upper: choose(yes.upper, no.upper),
    logMass,
    ...(sliver === undefined ? {} : { sliver }),
    ...(point === undefined ? {} : { point }),
    extra: choose(yes.extra, no.extra),
  };
}

function eitherHolds(
  m: Arithmetic,
  condition: string,
  yes: string | boolean,
  no: string | boolean,
): string | boolean {
  if (yes === no) return yes;
  if (yes === true) return no === false ? condition : m.any(condition, no as string);
  if (no === false) return m.all(condition, yes as string);
  const isElse = m.of("Not", condition);
  const ofNo = no === true ? isElse : m.all(isElse, no);
  return yes === false ? ofNo : m.any(m.all(condition, yes as string), ofNo);
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
  const isKnown = [...(narrowed?.isPresent ?? []), ...(narrowed?.isMissing ?? [])];
  return isKnown.length === 0 ? own : filledWhere(m, own, m.any(...isKnown), 0);
}

/** Draws all coordinates that are intervals, at once. */
function drawnCoordinates(m: Arithmetic, drawables: readonly Drawable[]): DrawnCoordinate[] {
  const intervals = drawables.filter(({ coordinate }) => coordinate.isInterval !== false);
  const ends = endsOf(m, intervals);
  const noise = ends && m.beside(intervals.map((drawable) => drawable.noise));
  const drawn = ends && drawIn(m, ends, noise!);
  const masses = ends && logMassOf(m, ends);
  return drawables.map((drawable) => {
    const { coordinate } = drawable;
    const { isInterval, point, extra, sliver } = coordinate;
    if (isInterval === false) return { z: point!.z, correction: m.value(point!.slope) };
    const place = intervals.indexOf(drawable);
    const z = m.columnOf(drawn!, place);
    const { logMass } = coordinate;
    const known = logMass === undefined ? m.columnOf(masses!, place) : logMass;
    const mass =
      sliver === undefined
        ? known
        : m.where(m.compare("Less", known, -Number.MAX_VALUE), sliver, known);
    const correction = m.add(m.subtract(mass, logDensity(m, z)), extra);
    if (isInterval === true) return { z, correction };
    return {
      z: m.where(isInterval, z, point!.z),
      correction: m.where(isInterval, correction, point!.slope),
    };
  });
}

/** The ends of intervals side by side; undefined of none. A number stands for all rows, which the noise knows. */
function endsOf(m: Arithmetic, drawables: readonly Drawable[]): MeasuredEnds | undefined {
  if (drawables.length === 0) return undefined;
  const end = (of: "lower" | "upper"): string =>
    m.beside(
      drawables.map(({ coordinate, noise }) => {
        const term = coordinate[of];
        if (typeof term === "string") return term;
        const isRow = m.compare("Greater", noise, -1);
        return m.where(isRow, term, term);
      }),
    );
  return measured(m, { lower: end("lower"), upper: end("upper") }, drawables.length);
}

/** A cell so far out that its mass underflows is impossible, too; its coordinates are 0, so that the row stays finite for a flow. */
function representable(
  m: Arithmetic,
  own: readonly DrawnCoordinate[],
  isImpossible: string,
): EncodedColumn {
  const correction = m.value(own.reduce<Term>((sum, part) => m.add(sum, part.correction), 0));
  const isFinite = [...own.map(({ z }) => z), correction].map((value) =>
    m.compare("LessOrEqual", m.of("Abs", value), Number.MAX_VALUE),
  );
  const isLost = m.any(isImpossible, m.of("Not", m.all(...isFinite)));
  return {
    z: own.map(({ z }) => m.where(isLost, 0, z)),
    correction: m.where(isLost, 0, correction),
    isImpossible: isLost,
  };
}
