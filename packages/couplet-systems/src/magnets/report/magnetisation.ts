/** Magnetisation over temperature: lines of mean field, dots of Monte Carlo. */
import type { MagnetisationCurve, MeasuredPoint } from "../problem/run.ts";
import { colours, figure, legend } from "couplet/report";
import type { Charts, Html } from "couplet/report";
import { axis, colourOf, frame } from "../../report/frame.ts";
import { significant } from "../../report/significant.ts";

/** The data of {@link magnetisationFigure}. */
export interface MagnetisationData {
  readonly films: readonly string[];
  readonly unit: string;
  readonly curve: MagnetisationCurve | null;
  readonly points: readonly MeasuredPoint[];
  /** The film of each value of `points`; those that are in `films` share its colour. */
  readonly pointFilms: readonly string[];
  readonly transitions: { readonly meanField: number; readonly monteCarlo?: number };
}

/**
 * m(T). Mean field puts the transition too high, so each kind is drawn over its own Tc, if both are there.
 */
export function magnetisationFigure({ Plot, draw }: Charts, data: MagnetisationData): Html {
  const { films, curve, points, pointFilms, transitions, unit } = data;
  const both = curve !== null && points.length > 0 && transitions.monteCarlo !== undefined;
  const rough = both ? transitions.meanField : 1;
  const fine = both ? transitions.monteCarlo! : 1;
  const lines =
    curve?.films.flatMap((values, film) =>
      values.map((m, i) => ({ T: curve.temperatures[i]! / rough, m, film })),
    ) ?? [];
  const dots = points.flatMap(({ temperature, films: values }) =>
    values.map(({ value, error }, i) => ({
      T: temperature / fine,
      m: value,
      error,
      film: Math.max(0, films.indexOf(pointFilms[i]!)),
    })),
  );
  const alike = sameCurve(curve);
  const label = both ? "T / Tc, each with its own Tc" : `temperature, ${unit}`;
  const where = both
    ? ` Tc is ${significant(transitions.meanField, 5)} in mean field and ${significant(transitions.monteCarlo!, 5)} ${unit} by Monte Carlo.`
    : "";
  return figure({
    id: "m-of-t",
    title: "Magnetisation of each film",
    read: `Every film is fully magnetised on the left and vanishes at Tc; a film that drops earlier is held up only by its neighbours.${where}`,
    chart: [
      legend([
        ...films.map((name, i) => ({ label: name, colour: colourOf(i) })),
        ...(lines.length > 0
          ? [{ label: "mean field", colour: colours.muted, mark: "line" as const }]
          : []),
        ...(dots.length > 0
          ? [{ label: "Monte Carlo", colour: colours.muted, mark: "dot" as const }]
          : []),
      ]),
      draw(
        {
          ...frame,
          x: axis(label, { zero: true }),
          y: axis("magnetisation per site, of saturation", { domain: [0, 1.04] }),
          color: { type: "identity" },
          marks: [
            ...films.map((_, i) =>
              Plot.line(
                lines.filter(({ film }) => film === i),
                {
                  x: "T",
                  y: "m",
                  stroke: colourOf(i),
                  strokeWidth: 2,
                  // Films alike lie on each other: gaps let the one below be seen.
                  strokeDasharray: i > 0 && alike ? "8 8" : "none",
                },
              ),
            ),
            Plot.ruleX(dots, {
              x: "T",
              y1: (d: { m: number; error: number }) => d.m - d.error,
              y2: (d: { m: number; error: number }) => d.m + d.error,
              stroke: (d: { film: number }) => colourOf(d.film),
            }),
            Plot.dot(dots, {
              x: "T",
              y: "m",
              r: 3.2,
              fill: (d: { film: number }) => colourOf(d.film),
            }),
          ],
        },
        "Magnetisation of each film over temperature",
      ),
    ],
    data: magnetisationRows(films, lines, dots),
  });
}

interface Dot {
  readonly T: number;
  readonly m: number;
  readonly film: number;
}

/** The figure's numbers as columns: lines first, then dots with their errors. */
function magnetisationRows(
  films: readonly string[],
  lines: readonly Dot[],
  dots: readonly (Dot & { readonly error: number })[],
): Readonly<Record<string, readonly (string | number | null)[]>> {
  return {
    kind: [...lines.map(() => "mean field"), ...dots.map(() => "Monte Carlo")],
    film: [...lines, ...dots].map(({ film }) => films[film] ?? ""),
    temperature: [...lines, ...dots].map(({ T }) => T),
    magnetisation: [...lines, ...dots].map(({ m }) => m),
    error: [...lines.map(() => null), ...dots.map(({ error }) => error)],
  };
}

function sameCurve(curve: MagnetisationCurve | null): boolean {
  return (
    curve !== null &&
    curve.films.length > 1 &&
    curve.films.every((values) => values.every((m, i) => Math.abs(m - curve.films[0]![i]!) < 1e-6))
  );
}
