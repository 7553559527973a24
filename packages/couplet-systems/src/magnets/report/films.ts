/** What each film shows of its transition: susceptibility and Binder ratio over temperature, by Monte Carlo. */
import type { MeasuredPoint } from "../problem/run.ts";
import { colours, figure, legend } from "couplet/report";
import type { Charts, Html } from "couplet/report";
import { axis, colourOf, frame } from "../../report/frame.ts";

/** The data of {@link filmFigures}. */
export interface FilmData {
  /** Films by name, in the order of the values of `points`. */
  readonly pointFilms: readonly string[];
  /** All films; a film has the colour of its place among them. */
  readonly films: readonly string[];
  readonly unit: string;
  readonly points: readonly MeasuredPoint[];
  /** Tc of the whole by Monte Carlo, if it was measured. */
  readonly transition?: number;
}

/** The temperature of the largest susceptibility of each film, among those that were simulated. */
export function susceptibilityPeaks(points: readonly MeasuredPoint[]): number[] {
  const films = points[0]?.filmSusceptibility.length ?? 0;
  const value = (point: MeasuredPoint, film: number): number =>
    point.filmSusceptibility[film]!.value;
  return Array.from(
    { length: films },
    (_, film) =>
      points.reduce((best, point) => (value(point, film) > value(best, film) ? point : best))
        .temperature,
  );
}

/** Two pictures of at least two simulated temperatures; none below. */
export function filmFigures(charts: Charts, data: FilmData): Html[] {
  if (data.points.length < 2) return [];
  return [
    filmFigure(charts, data, {
      id: "film-susceptibility",
      title: "Susceptibility of each film",
      read: "N (⟨m²⟩ − ⟨|m|⟩²) / T of each film alone: it peaks where the film orders. Films that hardly touch have peaks at temperatures of their own; joined strongly they have one.",
      label: "susceptibility per site",
      of: ({ filmSusceptibility }) => filmSusceptibility,
    }),
    filmFigure(charts, data, {
      id: "film-binder",
      title: "Binder ratio of each film",
      read: "1 − ⟨m⁴⟩ / (3 ⟨m²⟩²): 2/3 where the film is ordered, and small where it is not; it falls at the film's own transition.",
      label: "Binder ratio",
      of: ({ filmBinder }) => filmBinder,
    }),
  ];
}

interface FilmQuantity {
  readonly id: string;
  readonly title: string;
  readonly read: string;
  readonly label: string;
  readonly of: (point: MeasuredPoint) => MeasuredPoint["films"];
}

function filmFigure({ Plot, draw }: Charts, data: FilmData, quantity: FilmQuantity): Html {
  const { films, pointFilms, unit, points, transition } = data;
  const { id, title, read, label, of } = quantity;
  const dots = [...points]
    .sort((a, b) => a.temperature - b.temperature)
    .flatMap((point) =>
      of(point).map(({ value, error }, i) => ({
        T: point.temperature,
        value,
        error,
        name: pointFilms[i]!,
        film: Math.max(0, films.indexOf(pointFilms[i]!)),
      })),
    );
  const colour = (d: { film: number }): string => colourOf(d.film);
  return figure({
    id,
    title,
    read,
    chart: [
      legend(
        pointFilms.map((name) => ({
          label: name,
          colour: colourOf(Math.max(0, films.indexOf(name))),
          mark: "line" as const,
        })),
      ),
      draw(
        {
          ...frame,
          x: axis(`temperature, ${unit}`),
          y: axis(label, { zero: true }),
          color: { type: "identity" },
          marks: [
            Plot.ruleX(transition === undefined ? [] : [transition], {
              stroke: colours.muted,
              strokeDasharray: "3 3",
            }),
            Plot.line(dots, { x: "T", y: "value", z: "film", stroke: colour, strokeWidth: 1.6 }),
            Plot.ruleX(dots, {
              x: "T",
              y1: (d: { value: number; error: number }) => d.value - d.error,
              y2: (d: { value: number; error: number }) => d.value + d.error,
              stroke: colour,
            }),
            Plot.dot(dots, { x: "T", y: "value", r: 3.2, fill: colour }),
          ],
        },
        `${title} over temperature`,
      ),
    ],
    data: {
      film: dots.map(({ name }) => name),
      temperature: dots.map(({ T }) => T),
      [label]: dots.map(({ value }) => value),
      error: dots.map(({ error }) => error),
    },
  });
}
