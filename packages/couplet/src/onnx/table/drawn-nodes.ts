/** Coordinates of cells drawn from their intervals, as nodes: all columns side by side, [rows, n]. */
import type { Arithmetic, Term } from "./arithmetic.ts";
import { type MeasuredEnds, drawIn, logDensity, logMassOf, measured } from "./normal-nodes.ts";
import { type Coordinate, WHOLE } from "./numeric-nodes.ts";

/** A column's latent coordinates, [rows, 1] each, and what it adds to the row's log-density, nats. */
export interface EncodedColumn {
  readonly z: readonly string[];
  readonly correction: string;
  /** Where the column gives the row probability 0. */
  readonly isImpossible: string;
}

/** What a coordinate becomes after its draw; a column with sentinels moves it to its part of the axis. */
export interface Drawable {
  readonly coordinate: Coordinate;
  readonly noise: string;
}

/** A coordinate, and what it adds to the row's log-density, nats. */
export interface DrawnCoordinate {
  readonly z: string;
  readonly correction: string;
}

/** Where a variable says nothing (a missing cell, a fixed value) it is filled with a standard normal number, and integrated out. */
export function filledWhere(
  m: Arithmetic,
  own: Coordinate,
  condition: string,
  extra: Term,
): Coordinate {
  return eitherOf(m, condition, { isInterval: true, ...WHOLE, extra }, own);
}

/** One coordinate where the condition holds, another elsewhere. */
export function eitherOf(
  m: Arithmetic,
  condition: string,
  yes: Coordinate,
  no: Coordinate,
): Coordinate {
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

/** Draws all coordinates that are intervals, at once. */
export function drawnCoordinates(m: Arithmetic, drawables: readonly Drawable[]): DrawnCoordinate[] {
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
export function representable(
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
