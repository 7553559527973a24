/** Rows of a table as nodes: cells to latent coordinates and the corrections of the log-density, all columns side by side. */
import { columnEncoder } from "../../table/encode/column-encoder.ts";
import type { ColumnEncoder, ColumnEncoderState } from "../../table/encode/encoder.ts";
import { intervalsOfShares } from "../../table/encode/interval.ts";
import type { ModelledColumnSchema } from "../../table/schema/schema.ts";
import { isCategorical } from "../../table/schema/schema.ts";
import type { Arithmetic, Term } from "./arithmetic.ts";
import { type Image, type Place, mapped } from "./map-nodes.ts";
import { type MeasuredEnds, drawIn, logDensity, logMassOf, measured } from "./normal-nodes.ts";
import { type Coordinate, WHOLE, numericCell, tabled } from "./numeric-nodes.ts";
import type { CellNodes } from "./read-nodes.ts";
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
  /** The uniform noise of each of the column's dimensions, [rows, 1]. */
  readonly noise: readonly string[];
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

function plannedColumn(m: Arithmetic, column: ColumnToEncode): PlannedColumn {
  const { schema, state, cells } = column;
  if (state.kind === "category" || isCategorical(schema)) {
    const { order, shares } = state as ColumnEncoderState & { readonly kind: "category" };
    const ranges = intervalsOfShares(shares);
    // Values that have no interval do not occur: a missing cell of a column that has none is impossible.
    const byIndex = Array.from(
      { length: Math.max(...order) + 1 },
      (_, value) => ranges[Math.max(0, order.indexOf(value))]!,
    );
    const coordinate = { isInterval: true, ...tabled(m, byIndex, cells.code), extra: 0 } as const;
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
  const hasMissing = state.missingShare > 0;
  return {
    places: value.places,
    coordinates(images) {
      const own = value.finish(images);
      const marked =
        marks === undefined
          ? own
          : markedCoordinate(m, own, cells.code, beside!.isMark, marks, schema);
      if (!hasMissing) return [marked];
      return [unlessMissing(m, marked, cells.isMissing), indicator(m, state.missingShare, cells)];
    },
    beside:
      marks === undefined
        ? undefined
        : { marks, stays: hasMissing ? m.any(beside!.isMark, cells.isMissing) : beside!.isMark },
  };
}

/** The value of a missing cell is filled with a standard normal number, and integrated out. */
function unlessMissing(m: Arithmetic, own: Coordinate, isMissing: string): Coordinate {
  const choose = (other: Term, value: Term): string => m.where(isMissing, other, value);
  return {
    ...own,
    isInterval:
      own.isInterval === true
        ? true
        : own.isInterval === false
          ? isMissing
          : m.any(isMissing, own.isInterval),
    lower: choose(WHOLE.lower, own.lower),
    upper: choose(WHOLE.upper, own.upper),
    logMass: own.logMass === undefined ? own.logMass : choose(WHOLE.logMass, own.logMass),
    extra: choose(0, own.extra),
  };
}

/** Whether the cell is missing: an interval of its own dimension. */
function indicator(m: Arithmetic, share: number, { isMissing }: CellNodes): Coordinate {
  const [present, missing] = intervalsOfShares([1 - share, share]);
  const choose = (of: "lower" | "upper" | "logMass"): string =>
    m.where(isMissing, missing![of], present![of]);
  return {
    isInterval: true,
    lower: choose("lower"),
    upper: choose("upper"),
    logMass: choose("logMass"),
    extra: 0,
  };
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
