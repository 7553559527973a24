/** Reaction networks: summary and pictures. */
import type { FigureSection } from "../report/page.ts";
import type { KineticsResult } from "./problem/run.ts";
import { colours, countText, figure, legend } from "couplet/report";
import type { Charts, Html } from "couplet/report";
import { axis, colourOf, extent, frame, logTicks } from "../report/frame.ts";
import type { SummaryTable, SystemsSummary } from "../report/summary.ts";
import { significant } from "../report/significant.ts";

/** The summary of a kinetics result. */
export function kineticsSummary(result: KineticsResult): SystemsSummary {
  const { reduction, refused, steadyState, timeScales, moieties, solver } = result;
  const fast = result.reactions.filter((one) => one.fast).map(({ name }) => name);
  return {
    headlines: [
      {
        label: "Model",
        value: `${countText(result.states.length)} states, ${countText(result.reactions.length)} reactions`,
        note: moieties.length === 0 ? "nothing is conserved" : `conserved: ${moieties.join(", ")}`,
      },
      {
        label: "Time scales",
        value:
          timeScales.times.length === 0
            ? "none"
            : `${significant(timeScales.times.at(-1)!, 3)} to ${significant(timeScales.times[0]!, 3)}`,
        note:
          Number.isFinite(timeScales.separation) && timeScales.times.length > 1
            ? `widest gap ${significant(timeScales.separation, 3)} times, behind ${timeScales.slow} slow`
            : "no gap",
      },
      ...(reduction === null && refused === null
        ? []
        : [
            {
              label: "Reduction",
              value:
                reduction === null
                  ? "REFUSED"
                  : `${countText(reduction.slow.length)} slow variables: ${reduction.slow.join(", ")}`,
              note:
                reduction === null
                  ? "see the warning"
                  : `${fast.length > 0 ? `${fast.join(", ")} in balance; ` : ""}separation ${significant(reduction.separation, 3)}, ${countText(reduction.solver.steps)} steps instead of ${countText(solver.steps)}`,
            },
          ]),
      ...(steadyState === null
        ? []
        : [
            {
              label: "Steady state",
              value: steadyState.stable ? "stable" : "UNSTABLE",
              note: `${
                steadyState.continuum === 0
                  ? ""
                  : `one of a continuum of ${countText(steadyState.continuum)} ${steadyState.continuum === 1 ? "dimension" : "dimensions"}, `
              }residual ${significant(steadyState.residual, 2)}`,
            },
          ]),
    ],
    tables: endTables(result),
  };
}

/** States at the end, and the slow network there where the reduction has one. */
function endTables({ whole, reduction, steadyState }: KineticsResult): SummaryTable[] {
  const tables: SummaryTable[] = [
    {
      caption: "At the end",
      columns: [
        { name: "quantity" },
        { name: "whole model", align: "right" },
        ...(reduction === null
          ? []
          : [
              { name: "slow model", align: "right" as const },
              { name: "largest difference", align: "right" as const },
            ]),
        ...(steadyState === null ? [] : [{ name: "steady state", align: "right" as const }]),
      ],
      rows: whole.map(({ name, values }, i) => [
        name,
        significant(values.at(-1)!, 6),
        ...(reduction === null
          ? []
          : [
              significant(reduction.series[i]!.values.at(-1)!, 6),
              significant(reduction.errors[name]!, 3),
            ]),
        ...(steadyState === null
          ? []
          : [name in steadyState.state ? significant(steadyState.state[name]!, 6) : ""]),
      ]),
    },
  ];
  const effective = reduction?.effective ?? null;
  if (effective !== null) {
    tables.push({
      caption: `Slow network at the end: ds/dt = A s`,
      columns: [{ name: "" }, ...effective.slow.map((name) => ({ name, align: "right" as const }))],
      rows: effective.leading.map((row, i) => [
        effective.slow[i]!,
        ...row.map((value) => significant(cleaned(value, effective.leading), 4)),
      ]),
    });
  }
  return tables;
}

/** An entry at the rounding level of the largest entry of its matrix counts as zero: conserved sums do not change. */
function cleaned(value: number, matrix: readonly (readonly number[])[]): number {
  const largest = Math.max(...matrix.flat().map(Math.abs));
  return Math.abs(value) < 1e-12 * largest ? 0 : value;
}

/** The pictures of a kinetics result. */
export function kineticsSections(result: KineticsResult, charts: Charts): FigureSection[] {
  const groups: number[][] = [];
  // Up to four quantities share a chart: more lines than that are not told apart.
  result.whole.forEach((_, i) => {
    if (i % 4 === 0) groups.push([]);
    groups.at(-1)!.push(i);
  });
  return [
    {
      id: "trajectories",
      title: result.reduction === null ? "Trajectories" : "Trajectories, whole and reduced",
      figures: groups
        .slice(0, 8)
        .flatMap((group, g) => [
          trajectories(result, group, g, false, charts),
          ...(g === 0 ? [trajectories(result, group, g, true, charts)] : []),
        ]),
    },
    {
      id: "scales",
      title: "Time scales",
      figures: [
        ...(result.timeScales.times.length === 0 ? [] : [scalesFigure(result, charts)]),
        ...(result.reduction === null ? [] : [errorFigure(result, charts)]),
      ],
    },
  ];
}

function trajectories(
  result: KineticsResult,
  group: readonly number[],
  number: number,
  logarithmic: boolean,
  { Plot, draw }: Charts,
): Html {
  const { times, whole, reduction } = result;
  const first = times.find((t) => t > 0)!;
  const keep = (t: number): boolean => !logarithmic || t >= first;
  const rows = (series: KineticsResult["whole"]): { t: number; value: number; i: number }[] =>
    group.flatMap((k, i) =>
      series[k]!.values.flatMap((value, j) =>
        keep(times[j]!) ? [{ t: times[j]!, value, i }] : [],
      ),
    );
  const names = group.map((k) => whole[k]!.name);
  const reduced = reduction === null ? [] : rows(reduction.series);
  return figure({
    id: `trajectories-${number + 1}${logarithmic ? "-log" : ""}`,
    title: `${names.join(", ")}${logarithmic ? ", the start seen closely" : ""}`,
    read: logarithmic
      ? "The same over the logarithm of time: the fast layer settles on the left, the slow one moves on the right."
      : reduction === null
        ? "The whole model from its own start."
        : "Full lines are the whole model from its own start, dashes the slow model, which begins in balance: after the first moments they should lie on each other.",
    chart: [
      legend([
        ...names.map((name, i) => ({ label: name, colour: colourOf(i), mark: "line" as const })),
        ...(reduction === null
          ? []
          : [{ label: "slow model", colour: colours.ink, mark: "dash" as const }]),
      ]),
      draw(
        {
          ...frame,
          x: axis("time", logarithmic ? logTicks(times.filter((t) => t > 0)) : {}),
          y: axis(names.length === 1 ? names[0]! : "value"),
          color: { type: "identity" },
          marks: [
            Plot.line(rows(whole), {
              x: "t",
              y: "value",
              z: "i",
              stroke: (d: { i: number }) => colourOf(d.i),
              strokeWidth: 2.2,
            }),
            Plot.line(reduced, {
              x: "t",
              y: "value",
              z: "i",
              stroke: colours.ink,
              strokeWidth: 1.5,
              strokeDasharray: "2 5",
            }),
          ],
        },
        `${names.join(", ")} over time`,
      ),
    ],
    ...(logarithmic
      ? {}
      : {
          data: {
            time: times,
            ...Object.fromEntries(group.map((k) => [whole[k]!.name, whole[k]!.values])),
            ...(reduction === null
              ? {}
              : Object.fromEntries(
                  group.map((k) => [`${whole[k]!.name}, slow model`, reduction.series[k]!.values]),
                )),
          },
        }),
  });
}

function scalesFigure(result: KineticsResult, { Plot, draw }: Charts): Html {
  const { times, slow, separation } = result.timeScales;
  const rows = times.map((time, i) => ({ time, i, kind: i < slow && times.length > 1 ? 0 : 1 }));
  const gap =
    times.length > 1 && slow > 0 && slow < times.length
      ? [{ x1: times[slow]!, x2: times[slow - 1]! }]
      : [];
  const [least, most] = extent(times);
  return figure({
    id: "time-scales",
    title: "Time scales at the end of the run",
    read: "Each dot is a mode of the linearised model and the time in which it settles. The wider the shaded gap between slow and fast, the better a slow model can be.",
    chart: [
      legend([
        { label: "slow", colour: colourOf(0), mark: "dot" },
        { label: "fast", colour: colourOf(1), mark: "dot" },
        ...(gap.length > 0
          ? [
              {
                label: `gap: ${significant(separation, 3)} times`,
                colour: colours.band,
                mark: "area" as const,
              },
            ]
          : []),
      ]),
      draw(
        {
          ...frame,
          height: Math.min(360, 130 + 22 * times.length),
          x: axis("time to settle", { ...logTicks(times, [least / 2, most * 3]) }),
          y: { label: null, ticks: [], domain: [times.length - 0.3, -0.7] },
          color: { type: "identity" },
          marks: [
            Plot.rectX(gap, { x1: "x1", x2: "x2", fill: colours.band }),
            Plot.dot(rows, {
              x: "time",
              y: "i",
              r: 5,
              fill: (d: { kind: number }) => colourOf(d.kind),
            }),
            Plot.text(rows, {
              x: "time",
              y: "i",
              dx: 9,
              textAnchor: "start",
              text: (d: { time: number }) => significant(d.time, 3),
              fill: colours.muted,
            }),
          ],
        },
        "Times in which modes settle",
      ),
    ],
    data: { mode: rows.map(({ i }) => i + 1), time: times },
  });
}

function errorFigure(result: KineticsResult, { Plot, draw }: Charts): Html {
  const { times, whole, reduction } = result;
  const shown = whole.slice(0, 6);
  const rows = shown.flatMap(({ values }, i) =>
    values.flatMap((value, j) => {
      const difference = Math.abs(value - reduction!.series[i]!.values[j]!);
      return difference > 0 ? [{ t: times[j]!, difference, i }] : [];
    }),
  );
  return figure({
    id: "difference",
    title: "Whole model against slow model",
    read: "The distance between the two over time. It starts large where the whole model does not begin in balance, then falls to the error of the reduction, about one over the separation.",
    chart: [
      legend(
        shown.map(({ name }, i) => ({ label: name, colour: colourOf(i), mark: "line" as const })),
      ),
      draw(
        {
          ...frame,
          x: axis("time"),
          y: axis("|whole − slow|", logTicks(rows.map(({ difference }) => difference))),
          color: { type: "identity" },
          marks: [
            Plot.line(rows, {
              x: "t",
              y: "difference",
              z: "i",
              stroke: (d: { i: number }) => colourOf(d.i),
              strokeWidth: 1.8,
            }),
          ],
        },
        "Difference of the whole and the slow model over time",
      ),
    ],
    data: {
      time: times,
      ...Object.fromEntries(
        shown.map(({ name, values }, i) => [
          name,
          values.map((value, j) => Math.abs(value - reduction!.series[i]!.values[j]!)),
        ]),
      ),
    },
  });
}
