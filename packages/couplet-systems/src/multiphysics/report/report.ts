/** Coupled solvers: summary and pictures of convergence. Fields are drawn in `fields.ts`. */
import type { CouplingRun } from "../problem/records.ts";
import type { MultiphysicsResult } from "../problem/run.ts";
import { colours, countText, figure, legend } from "couplet/report";
import type { Charts, Html } from "couplet/report";
import { fieldFigures } from "./fields.ts";
import { axis, colourOf, extent, frame, logTicks } from "../../report/frame.ts";
import type { FigureSection } from "../../report/page.ts";
import type { SystemsSummary } from "../../report/summary.ts";
import { significant } from "../../report/significant.ts";

const statusText = (status: string): string =>
  ({
    converged: "converged",
    notConverged: "NOT CONVERGED",
    diverged: "DIVERGED",
    explicit: "explicit",
  })[status] ?? status;

const sweepsOf = ({ windows }: CouplingRun): number =>
  windows.reduce((sum, { sweeps }) => sum + sweeps, 0);
const lastResidual = ({ windows }: CouplingRun): number => windows.at(-1)?.residuals.at(-1) ?? NaN;

/** The summary of a multiphysics result. */
export function multiphysicsSummary(result: MultiphysicsResult): SystemsSummary {
  const [main] = result.runs as [CouplingRun, ...CouplingRun[]];
  const windows = main.windows.length;
  const units = result.quantities.some(({ unit }) => unit !== "");
  return {
    headlines: [
      {
        label: "Coupling",
        value: statusText(result.status),
        note: `relative residual ${significant(lastResidual(main), 3)}, asked for ${significant(result.tolerance, 3)}`,
      },
      {
        label: "Sweeps",
        value: countText(sweepsOf(main)),
        note:
          windows === 1
            ? `${main.name}, one steady solve`
            : `${main.name}, ${countText(windows)} time windows, ${significant(sweepsOf(main) / windows, 3)} each`,
      },
      // A blade's numbers have names that need no table; of bodies there may be dozens.
      ...(result.kind === "bodies" ? [] : result.quantities.slice(0, 3)).map(
        ({ name, value, unit }) => ({
          label: `${name[0]!.toUpperCase()}${name.slice(1)}`,
          value: `${significant(value, 5)} ${unit}`.trimEnd(),
        }),
      ),
    ],
    tables: [
      ...(result.runs.length === 1
        ? []
        : [
            {
              caption: "Accelerations",
              columns: [
                { name: "acceleration" },
                { name: "sweeps", align: "right" as const },
                { name: "status" },
                { name: "last relative residual", align: "right" as const },
              ],
              rows: result.runs.map((run) => [
                run.name,
                countText(sweepsOf(run)),
                statusText(run.status),
                significant(lastResidual(run), 3),
              ]),
            },
          ]),
      {
        caption: "Results",
        columns: [
          { name: "quantity" },
          { name: "value", align: "right" },
          ...(units ? [{ name: "unit" }] : []),
        ],
        rows: result.quantities.map(({ name, value, unit }) => [
          name,
          significant(value, 5),
          ...(units ? [unit] : []),
        ]),
      },
    ],
  };
}

/** The pictures of a multiphysics result. */
export function multiphysicsSections(result: MultiphysicsResult, charts: Charts): FigureSection[] {
  const [main] = result.runs as [CouplingRun, ...CouplingRun[]];
  return [
    { id: "fields", title: "Fields", figures: fieldFigures(result, charts) },
    {
      id: "convergence",
      title: "Convergence",
      figures: [
        ...(result.status === "explicit" ? [] : [residualFigure(result, charts)]),
        ...(main.windows.length > 1 && result.status !== "explicit"
          ? [sweepsFigure(result, charts)]
          : []),
      ],
    },
    {
      id: "history",
      title: "Over time",
      figures: historyFigures(result, charts),
    },
  ];
}

function residualFigure(result: MultiphysicsResult, { Plot, draw }: Charts): Html {
  // The window that took most: of a steady problem there is one.
  const [main] = result.runs as [CouplingRun, ...CouplingRun[]];
  const hardest = main.windows.reduce(
    (a, b) => (b.sweeps > a.sweeps ? b : a),
    main.windows[0]!,
  ).window;
  const rows = result.runs.flatMap(({ windows }, run) =>
    (windows.find(({ window }) => window === hardest)?.residuals ?? []).flatMap((residual, i) =>
      residual > 0 ? [{ sweep: i + 1, residual, run }] : [],
    ),
  );
  const ends = result.runs.flatMap((_, run) => rows.filter((row) => row.run === run).slice(-1));
  // A diverging run would squeeze all others to a line.
  const shown = rows.filter(({ residual }) => residual < 1e6);
  const several = main.windows.length > 1;
  return figure({
    id: "residuals",
    title: several ? `Residual over sweeps, window ${hardest}` : "Residual over sweeps",
    read: "How far the exchanged fields still are from agreeing, sweep by sweep. Steeper is better; the dashed line is the tolerance.",
    ...(several ? { note: "The window that took most sweeps." } : {}),
    chart: [
      legend(
        result.runs.map(({ name, windows }, i) => {
          const here = windows.find(({ window }) => window === hardest);
          const count = here === undefined ? "ended before" : countText(here.sweeps);
          const fine = here === undefined || here.status === "converged";
          return {
            label: `${name}: ${count}${fine ? "" : `, ${statusText(here.status).toLowerCase()}`}`,
            colour: colourOf(i),
            mark: "line" as const,
          };
        }),
      ),
      draw(
        {
          ...frame,
          x: axis("sweeps through all solvers", { ticks: 6 }),
          y: axis(
            "‖H(x) − x‖ / ‖H(x)‖",
            logTicks([...shown.map(({ residual }) => residual), result.tolerance]),
          ),
          color: { type: "identity" },
          marks: [
            Plot.ruleY([result.tolerance], { stroke: colours.muted, strokeDasharray: "4 4" }),
            Plot.line(shown, {
              x: "sweep",
              y: "residual",
              z: "run",
              stroke: (d: { run: number }) => colourOf(d.run),
              strokeWidth: 2,
            }),
            Plot.dot(
              ends.filter(({ residual }) => residual < 1e6),
              { x: "sweep", y: "residual", r: 4, fill: (d: { run: number }) => colourOf(d.run) },
            ),
          ],
        },
        "Relative residual over sweeps for each acceleration",
      ),
    ],
    data: {
      acceleration: rows.map(({ run }) => result.runs[run]!.name),
      sweep: rows.map(({ sweep }) => sweep),
      residual: rows.map(({ residual }) => residual),
    },
  });
}

function sweepsFigure(result: MultiphysicsResult, { Plot, draw }: Charts): Html {
  const rows = result.runs.flatMap(({ windows }, run) =>
    windows.map(({ end, sweeps }) => ({ end: end ?? 0, sweeps, run })),
  );
  return figure({
    id: "sweeps",
    title: "Sweeps in each time window",
    read: "What every window cost. An acceleration that remembers past windows gets cheaper; one that ends early failed there.",
    chart: [
      legend(
        result.runs.map(({ name }, i) => ({
          label: name,
          colour: colourOf(i),
          mark: "line" as const,
        })),
      ),
      draw(
        {
          ...frame,
          x: axis("time"),
          y: axis("sweeps", { zero: true }),
          color: { type: "identity" },
          marks: [
            Plot.line(rows, {
              x: "end",
              y: "sweeps",
              z: "run",
              stroke: (d: { run: number }) => colourOf(d.run),
              strokeWidth: 1.6,
            }),
            Plot.dot(rows, {
              x: "end",
              y: "sweeps",
              r: 2.6,
              fill: (d: { run: number }) => colourOf(d.run),
            }),
          ],
        },
        "Sweeps in each time window",
      ),
    ],
    data: {
      acceleration: rows.map(({ run }) => result.runs[run]!.name),
      time: rows.map(({ end }) => end),
      sweeps: rows.map(({ sweeps }) => sweeps),
    },
  });
}

function historyFigures(result: MultiphysicsResult, { Plot, draw }: Charts): Html[] {
  const names = [...new Set(result.history.map(({ field }) => field))];
  return names.slice(0, 6).map((name, i) => {
    const rows = result.history.filter(({ field }) => field === name);
    const [low, high] = extent(rows.flatMap(({ least, largest }) => [least, largest]));
    const margin = 0.06 * (high - low || Math.abs(high) || 1);
    return figure({
      id: `history-${i + 1}`,
      title: `${name}: smallest and largest value`,
      read: "The band holds every value of the field at the end of each time window.",
      chart: draw(
        {
          ...frame,
          x: axis("time"),
          y: axis(name, { domain: [low - margin, high + margin] }),
          marks: [
            Plot.areaY(rows, { x: "time", y1: "least", y2: "largest", fill: colours.band }),
            Plot.line(rows, { x: "time", y: "largest", stroke: colourOf(3), strokeWidth: 2 }),
            Plot.line(rows, { x: "time", y: "least", stroke: colourOf(0), strokeWidth: 2 }),
          ],
        },
        `Range of ${name} over time`,
      ),
      data: {
        time: rows.map(({ time }) => time),
        least: rows.map(({ least }) => least),
        largest: rows.map(({ largest }) => largest),
      },
    });
  });
}
