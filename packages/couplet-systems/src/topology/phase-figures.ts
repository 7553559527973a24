/** Pictures of phases over parameters of a model. */
import { colours, figure, legend } from "couplet/report";
import type { Charts, Html } from "couplet/report";
import { categoryMap, stretchesOf } from "../report/category-chart.ts";
import { edges } from "../report/area-mark.ts";
import { axis, colourOf, frame } from "../report/frame.ts";
import { significant } from "../report/significant.ts";
import type { TopologicalPhase } from "./phase.ts";
import type { PhaseMap, PhaseSweep } from "./problem/vary-model.ts";

/** Phases in words. */
export const phaseNames: Readonly<Record<TopologicalPhase, string>> = {
  ordinary: "ordinary insulator",
  weak: "weak topological insulator",
  strong: "strong topological insulator",
  spinHall: "quantum spin Hall insulator",
  gapless: "gapless: the bands touch",
};

const order = Object.keys(phaseNames);
const colour = (phase: string): string =>
  phase === "gapless" ? colours.ink : colourOf(Math.max(0, order.indexOf(phase)));
const entries = (phases: readonly string[]) =>
  [...new Set(phases)].map((phase) => ({
    label: phaseNames[phase as TopologicalPhase],
    colour: colour(phase),
  }));

/** The gap over one parameter, with a strip for the phase. */
export function phaseSweepFigure(sweep: PhaseSweep, { Plot, draw }: Charts): Html {
  const { label, points, closings } = sweep;
  const borders = edges(points.map(({ value }) => value));
  const top = Math.max(...points.map(({ gap }) => gap), 1e-12);
  const stretches = stretchesOf(
    points.map(({ phase }) => phase),
    borders,
  );
  return figure({
    id: "phases",
    title: "Phase and gap",
    read: "The strip has the colour of the phase. Indices can change only where the gap of the bulk (line) closes: at the dashed lines.",
    chart: [
      legend([
        ...entries(points.map(({ phase }) => phase)),
        { label: "gap of the bulk", colour: colours.ink, mark: "line" as const },
      ]),
      draw(
        {
          ...frame,
          x: axis(label),
          y: axis("smallest direct gap", { domain: [0, 1.08 * top] }),
          color: { type: "identity" },
          marks: [
            Plot.rect(stretches, {
              x1: "from",
              x2: "to",
              y1: 0,
              y2: 0.07 * top,
              fill: (d: { name: string }) => colour(d.name),
            }),
            Plot.ruleX(closings, { stroke: colours.alarm, strokeDasharray: "4 3" }),
            Plot.text(closings, {
              x: (d: number) => d,
              frameAnchor: "top",
              dx: 5,
              dy: 4,
              textAnchor: "start",
              text: (d: number) => significant(d, 3),
              fill: colours.alarm,
            }),
            Plot.line(points, { x: "value", y: "gap", stroke: colours.ink, strokeWidth: 2 }),
          ],
        },
        `Gap and phase over ${label}`,
      ),
    ],
    data: {
      value: points.map((p) => p.value),
      phase: points.map((p) => p.phase),
      indices: points.map((p) => p.label),
      gap: points.map((p) => p.gap),
    },
  });
}

/** The phase over two parameters. */
export function phaseMapFigure(map: PhaseMap, charts: Charts): Html {
  const { x, y, phase, indices, gap } = map;
  return figure({
    id: "phase-map",
    title: "Which phase",
    read: "Each cell has the colour of the phase at its two parameters; on a border between colours the gap of the bulk closes.",
    chart: [
      legend(entries(phase)),
      categoryMap({ x, y, names: phase }, colour, `Phases over ${x.label} and ${y.label}`, charts),
    ],
    data: {
      x: y.values.flatMap(() => x.values),
      y: y.values.flatMap((value) => x.values.map(() => value)),
      phase,
      indices,
      gap,
    },
  });
}
