/** Films and their Curie temperature: summary and pictures. */
import type { CurieResult } from "./run.ts";
import { colours, figure, legend, withError } from "couplet/report";
import type { Charts, Html } from "couplet/report";
import { axis, colourOf, extent, frame } from "../../report/frame.ts";
import { temperatureUnit } from "../report/report.ts";
import { filmFigures, susceptibilityPeaks } from "../report/films.ts";
import { magnetisationFigure } from "../report/magnetisation.ts";
import type { FigureSection } from "../../report/page.ts";
import type { SummaryTable, SystemsSummary } from "../../report/summary.ts";
import { significant } from "../../report/significant.ts";

/** The summary of a curie result. */
export function curieSummary(result: CurieResult): SystemsSummary {
  const { meanings, ghosts, films, balance, measured } = result;
  const unit = temperatureUnit(result.units);
  const hidden = films.filter((_, i) => ghosts[i] !== null);
  const here = measured.find(({ factor }) => factor === 1);
  return {
    headlines: [
      { label: "Tc, mean field", value: `${significant(result.temperature, 6)} ${unit}` },
      ...(here === undefined
        ? []
        : [
            {
              label: "Tc, Monte Carlo",
              value: `${withError(here.value, here.error)} ${unit}`,
              note: here.converged ? "one standard error" : "NOT CONVERGED to the tolerance",
            },
          ]),
      {
        label: "One singularity",
        value: meanings.singularity ? "yes" : "no",
        note: meanings.singularity
          ? "all films vanish at one temperature"
          : "films that nothing joins have transitions of their own",
      },
      {
        label: "One visible feature",
        value: meanings.feature ? "yes" : "no",
        note: meanings.feature
          ? "no film shows a transition of its own"
          : `${hidden.join(", ")} still ${hidden.length === 1 ? "shows" : "show"} one below Tc`,
      },
      {
        label: "One curve m(T)",
        value: meanings.curve ? "yes" : "no",
        note: meanings.curve
          ? "balanced: the fields on every spin are equal"
          : `the sums of fields differ by ${significant(100 * balance.spread, 3)} %`,
      },
      {
        label: "One mode",
        value: meanings.oneMode ? "yes" : "no",
        note: meanings.oneMode
          ? "one field drives all films"
          : `modes at ${result.modes.map((mode) => significant(mode, 4)).join(", ")} ${unit}`,
      },
    ],
    tables: curieTables(result),
  };
}

/** The films, and where it was measured Tc by Monte Carlo. */
function curieTables(result: CurieResult): SummaryTable[] {
  const { ghosts, films, alone, balance, boundaries, measured } = result;
  const unit = temperatureUnit(result.units);
  return [
    {
      caption: "Films",
      columns: [
        { name: "film" },
        { name: `Tc alone, ${unit}`, align: "right" },
        { name: `own feature at T, ${unit}`, align: "right" },
        { name: "gone above, times the coupling (c*)", align: "right" },
        { name: "sum of fields", align: "right" },
        { name: "to balance, add", align: "right" },
      ],
      rows: films.map((film, i) => {
        const ghost = ghosts[i] ?? null;
        const factor = boundaries[i]?.factor ?? null;
        return [
          film,
          significant(alone[i]!, 5),
          ghost === null ? "none" : significant(ghost, 4),
          factor === null ? "never has one" : significant(factor, 4),
          significant(balance.rowSums[i]!, 5),
          significant(balance.correction[i]!, 4),
        ];
      }),
    },
    ...(result.simulated.length < 2 ? [] : [peakTable(result)]),
    ...(measured.length === 0
      ? []
      : [
          {
            caption: "Monte Carlo against mean field",
            columns: [
              { name: "times the coupling", align: "right" as const },
              { name: `Tc, ${unit}`, align: "right" as const },
              { name: "converged" },
            ],
            rows: measured.map(({ factor, value, error, converged }) => [
              significant(factor, 3),
              withError(value, error),
              converged ? "yes" : "NO",
            ]),
          },
        ]),
  ];
}

/** At which of the simulated temperatures each film is most susceptible. */
function peakTable({ simulated, simulatedFilms, units }: CurieResult): SummaryTable {
  const peaks = susceptibilityPeaks(simulated);
  return {
    caption: `Largest susceptibility of each film, of ${simulated.length} temperatures by Monte Carlo`,
    columns: [{ name: "film" }, { name: `at T, ${temperatureUnit(units)}`, align: "right" }],
    rows: simulatedFilms.map((film, i) => [film, significant(peaks[i]!, 4)]),
  };
}

/** The pictures of a curie result. */
export function curieSections(result: CurieResult, charts: Charts): FigureSection[] {
  const { curves, measured } = result;
  const here = measured.find(({ factor }) => factor === 1)?.value;
  return [
    {
      id: "phases",
      title: "Phase diagram",
      figures: [phaseFigure(result, charts), slopeFigure(result, charts)],
    },
    {
      id: "magnetisation",
      title: "Magnetisation",
      figures: [
        magnetisationFigure(charts, {
          films: result.films,
          unit: temperatureUnit(result.units),
          curve: { temperatures: curves.temperatures, films: curves.magnetisation },
          points: result.simulated,
          pointFilms: result.simulatedFilms,
          transitions: {
            meanField: result.temperature,
            ...(here === undefined ? {} : { monteCarlo: here }),
          },
        }),
        ...filmFigures(charts, {
          films: result.films,
          pointFilms: result.simulatedFilms,
          unit: temperatureUnit(result.units),
          points: result.simulated,
          ...(here === undefined ? {} : { transition: here }),
        }),
      ],
    },
  ];
}

function phaseFigure(result: CurieResult, { Plot, draw }: Charts): Html {
  const { sweep, films, measured, boundaries } = result;
  const unit = temperatureUnit(result.units);
  const ghosts = sweep.flatMap(({ factor, ghosts: all }) =>
    all.flatMap((T, film) => (T === null ? [] : [{ factor, T, film }])),
  );
  const [from, to] = extent(sweep.map(({ factor }) => factor));
  const stars = boundaries.flatMap(({ factor }, film) =>
    factor !== null && factor >= from && factor <= to ? [{ factor, film }] : [],
  );
  const seen = [...new Set(ghosts.map(({ film }) => film))];
  const top = Math.max(...sweep.map((s) => s.temperature), ...measured.map((m) => m.value));
  const low = Math.min(
    ...ghosts.map(({ T }) => T),
    ...sweep.map((s) => s.temperature),
    ...measured.map((m) => m.value),
  );
  return figure({
    id: "tc",
    title: "One Tc for any coupling, one feature beyond c*",
    read: `The dark line is where all films vanish together. A coloured line below it is the temperature at which a film still drops as if it were alone; it ends at c*, where that trace is gone.${
      measured.length > 0 ? " Dots with bars are Monte Carlo, which lies below mean field." : ""
    }`,
    chart: [
      legend([
        { label: "Tc, mean field", colour: colours.ink, mark: "line" },
        ...seen.map((film) => ({
          label: `own feature of ${films[film]}`,
          colour: colourOf(film),
          mark: "line" as const,
        })),
        ...(measured.length > 0
          ? [{ label: "Tc, Monte Carlo", colour: colours.alarm, mark: "dot" as const }]
          : []),
      ]),
      draw(
        {
          ...frame,
          x: axis("coupling between the films, times as given"),
          y: axis(`temperature, ${unit}`, {
            domain: [Math.max(0, low - 0.12 * (top - low)), top + 0.06 * (top - low)],
          }),
          color: { type: "identity" },
          marks: phaseMarks(result, { ghosts, stars }, Plot),
        },
        "Curie temperature and hidden transitions over the coupling",
      ),
    ],
    data: {
      factor: sweep.map((s) => s.factor),
      temperature: sweep.map((s) => s.temperature),
      ...Object.fromEntries(
        films.map((film, i) => [`own feature of ${film}`, sweep.map((s) => s.ghosts[i] ?? null)]),
      ),
    },
  });
}

interface FilmFeature {
  readonly factor: number;
  readonly film: number;
}

/** The two lines, the ends of hidden transitions, the coupling as given, and the measured dots. */
function phaseMarks(
  { sweep, measured }: CurieResult,
  {
    ghosts,
    stars,
  }: {
    readonly ghosts: readonly (FilmFeature & { readonly T: number })[];
    readonly stars: readonly FilmFeature[];
  },
  Plot: Charts["Plot"],
) {
  return [
    Plot.ruleX([1], { stroke: colours.rule, strokeWidth: 2 }),
    Plot.ruleX(stars, {
      x: "factor",
      stroke: (d: { film: number }) => colourOf(d.film),
      strokeDasharray: "3 4",
    }),
    Plot.line(sweep, {
      x: "factor",
      y: "temperature",
      stroke: colours.ink,
      strokeWidth: 2.2,
    }),
    Plot.line(ghosts, {
      x: "factor",
      y: "T",
      z: "film",
      stroke: (d: { film: number }) => colourOf(d.film),
      strokeWidth: 2,
    }),
    Plot.text(stars, {
      x: "factor",
      frameAnchor: "bottom",
      dx: 12,
      dy: -6,
      text: () => "c*",
      fill: (d: { film: number }) => colourOf(d.film),
    }),
    Plot.text([1], {
      x: (d: number) => d,
      frameAnchor: "bottom",
      dx: 4,
      dy: -6,
      textAnchor: "start",
      text: () => "as given",
      fill: colours.muted,
    }),
    Plot.ruleX(measured, {
      x: "factor",
      y1: (d: { value: number; error: number }) => d.value - d.error,
      y2: (d: { value: number; error: number }) => d.value + d.error,
      stroke: colours.alarm,
    }),
    Plot.dot(measured, { x: "factor", y: "value", fill: colours.alarm, r: 3.5 }),
  ];
}

function slopeFigure(result: CurieResult, { Plot, draw }: Charts): Html {
  const { curves, films, temperature, ghosts } = result;
  const unit = temperatureUnit(result.units);
  const lines = curves.slope.flatMap((values, film) =>
    values.map((slope, i) => ({ T: curves.temperatures[i]!, slope, film })),
  );
  // All slopes grow without bound at Tc: what is of interest lies below the steepest part.
  const inner = lines.filter(({ T }) => T < 0.93 * temperature).map(({ slope }) => slope);
  const top = 1.25 * Math.max(...inner);
  const marks = ghosts.flatMap((T, film) => (T === null ? [] : [{ T, film }]));
  return figure({
    id: "slope",
    title: "How fast each film loses its magnetisation",
    read: "Every line rises without bound at Tc. A hump before it is a film's own transition, smeared out by its neighbours: the second visible feature.",
    chart: [
      legend(films.map((name, i) => ({ label: name, colour: colourOf(i), mark: "line" as const }))),
      draw(
        {
          ...frame,
          x: axis(`temperature, ${unit}`, { domain: [0, 1.02 * temperature] }),
          y: axis("−dm/dT", { domain: [0, top] }),
          color: { type: "identity" },
          marks: [
            Plot.ruleX([temperature], { stroke: colours.muted, strokeDasharray: "3 3" }),
            Plot.text([temperature], {
              x: (d: number) => d,
              frameAnchor: "bottom",
              dx: -4,
              dy: -6,
              textAnchor: "end",
              text: () => "Tc",
              fill: colours.muted,
            }),
            Plot.ruleX(marks, {
              x: "T",
              stroke: (d: { film: number }) => colourOf(d.film),
              strokeDasharray: "3 4",
            }),
            Plot.line(lines, {
              x: "T",
              y: "slope",
              z: "film",
              stroke: (d: { film: number }) => colourOf(d.film),
              strokeWidth: 2,
              clip: true,
            }),
          ],
        },
        "Slope of the magnetisation of each film over temperature",
      ),
    ],
    data: {
      temperature: curves.temperatures,
      ...Object.fromEntries(films.map((film, i) => [film, curves.slope[i]!])),
    },
  });
}
