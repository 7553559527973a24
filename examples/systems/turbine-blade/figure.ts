/** The picture of the example: six panels. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { applyMapping, mappingMatrix, projection, volumeSite } from "couplet-systems/multiphysics";
import type { TurbineBladeResult } from "couplet-systems/multiphysics";
import { colours, series, svgFile } from "couplet/report";
import { atNodes, colorBar, fieldImage, outline, ramp, still } from "./fields.ts";
import type { Place } from "./fields.ts";
import { wall } from "./wall.ts";

const { document } = parseHTML("<html><body></body></html>");
const { ink, muted: grey } = colours;
const [blue, orange] = series;

/** Colours of the runs, in their order. */
const runColors = [grey, ink, orange, blue];

/** What the picture shows. */
export interface Findings {
  /** The coupled state by several accelerations. */
  readonly runs: readonly { readonly name: string; readonly result: TurbineBladeResult }[];
  /** One of them, and one pass without feedback. */
  readonly coupled: TurbineBladeResult;
  readonly alone: TurbineBladeResult;
  /** The hottest metal over time (K, s), with and without feedback. */
  readonly heating: readonly {
    readonly time: number;
    readonly hottest: number;
    readonly feedback: string;
  }[];
}

const title = (x: number, y: number, letter: string, text: string): string =>
  `<text x="${x}" y="${y}" font-size="14" fill="${ink}"><tspan font-weight="700">${letter}</tspan>  ${text}</text>`;

/** The picture as the text of an SVG file. */
export async function turbineBladeFigure({
  coupled,
  alone,
  heating,
  ...findings
}: Findings): Promise<string> {
  const runs = findings.runs.map((run, i) => ({ ...run, color: runColors[i]! }));
  // a. Temperature on the deformed section: the displacement is carried over to the heat mesh.
  const stretch = 12;
  const carried = applyMapping(
    mappingMatrix(projection(), volumeSite(coupled.elastic.mesh), volumeSite(coupled.heat.mesh)),
    coupled.elastic.displacement,
    2,
  );
  const moved = (node: number): readonly [number, number] => [
    stretch * carried[2 * node]!,
    stretch * carried[2 * node + 1]!,
  ];
  const { temperature } = coupled.heat;
  const hot: readonly [number, number] = [850, Math.ceil(coupled.hottest / 50) * 50];
  const heatColor = ramp("inferno", hot);
  const large: Place = { left: 62, top: 405, scale: 13_000 };
  const panelA = [
    title(24, 66, "a", `Temperature, on the section deformed ${stretch} times (dashed: before)`),
    await fieldImage(coupled.heat.mesh, temperature, heatColor, moved, large),
    outline(
      coupled.heat.mesh,
      still,
      large,
      `stroke="${grey}" stroke-width="1" stroke-dasharray="3 2"`,
    ),
    colorBar(heatColor, hot, "K", 230, 452, 280),
  ].join("");

  // b. What feedback does; c. stress.
  const difference = coupled.heat.temperature.map((value, i) => value - alone.heat.temperature[i]!);
  const gain: readonly [number, number] = [0, Math.ceil(Math.max(...difference) / 10) * 10];
  const gainColor = ramp("viridis", gain);
  const small: Place = { left: 800, top: 226, scale: 7_300 };
  const stress = atNodes(coupled.elastic.mesh, coupled.elastic.vonMises).map(
    (value) => value / 1e6,
  );
  const load: readonly [number, number] = [0, Math.ceil(Math.max(...stress) / 30) * 30];
  const loadColor = ramp("magma", load);
  const edge = `stroke="${grey}" stroke-width="0.6"`;
  const panelB = [
    title(770, 66, "b", "What feedback adds to the temperature"),
    await fieldImage(coupled.heat.mesh, difference, gainColor, still, small),
    outline(coupled.heat.mesh, still, small, edge),
    colorBar(gainColor, gain, "K", 890, 236, 170),
  ].join("");
  const lower: Place = { ...small, top: 452 };
  const panelC = [
    title(770, 296, "c", "Stress, von Mises"),
    await fieldImage(coupled.elastic.mesh, stress, loadColor, still, lower),
    outline(coupled.elastic.mesh, still, lower, edge),
    colorBar(loadColor, load, "MPa", 890, 462, 170),
  ].join("");

  // d. Convergence histories.
  const residuals = runs.flatMap(({ name, result }) =>
    result.windows[0]!.history.map(({ iteration, residual, size }) => ({
      name,
      sweep: iteration,
      residual: residual / size,
    })),
  );
  const ends = runs.map(({ name, result }) => {
    const last = result.windows[0]!.history.at(-1)!;
    return { name, sweep: last.iteration, residual: last.residual / last.size };
  });
  const colors = { domain: runs.map((run) => run.name), range: runs.map((run) => run.color) };
  const longest = Math.max(...ends.map((end) => end.sweep));
  const panelD = Plot.plot({
    document,
    width: 400,
    height: 290,
    marginLeft: 50,
    marginRight: 18,
    marginBottom: 38,
    marginTop: 22,
    x: { label: "sweeps (heat + elasticity)", domain: [0, longest + 1], ticks: 6 },
    y: { type: "log", label: "‖H(x) − x‖ / ‖H(x)‖", grid: true, ticks: 5, tickFormat: "~e" },
    color: colors,
    marks: [
      Plot.ruleY([1e-8], { stroke: grey, strokeDasharray: "3,3" }),
      Plot.line(residuals, { x: "sweep", y: "residual", stroke: "name", strokeWidth: 1.6 }),
      Plot.dot(ends, { x: "sweep", y: "residual", fill: "name", r: 3.4 }),
    ],
  });
  const keyD = runs
    .map(
      ({ name, color, result }, i) =>
        `<circle cx="0" cy="${i * 16}" r="3.6" fill="${color}"/><text x="9" y="${i * 16 + 4}" font-size="12" fill="${ink}">${name}, ${result.windows[0]!.evaluations}${result.status === "converged" ? "" : " (not yet)"}</text>`,
    )
    .join("");

  // e. Wall temperature along the surface from the nose, with and without feedback.
  const walls = [...wall(coupled, "with feedback"), ...wall(alone, "without")];
  const feedbackColors = { domain: ["with feedback", "without"], range: [orange, blue] };
  const panelE = Plot.plot({
    document,
    width: 400,
    height: 290,
    marginLeft: 50,
    marginRight: 14,
    marginBottom: 38,
    marginTop: 22,
    x: { label: "along the surface from the nose, mm" },
    y: { label: "outer wall temperature, K", grid: true, ticks: 6 },
    color: feedbackColors,
    marks: [
      Plot.line(walls, {
        x: "s",
        y: "T",
        z: (d: { side: string; state: string }) => d.side + d.state,
        stroke: "state",
        strokeWidth: 1.7,
        filter: (d: { side: string }) => d.side === "suction",
      }),
      Plot.line(walls, {
        x: "s",
        y: "T",
        z: (d: { side: string; state: string }) => d.side + d.state,
        stroke: "state",
        strokeWidth: 1.7,
        strokeDasharray: "4,3",
        filter: (d: { side: string }) => d.side === "pressure",
      }),
    ],
  });

  // f. Heating up.
  const panelF = Plot.plot({
    document,
    width: 400,
    height: 290,
    marginLeft: 50,
    marginRight: 14,
    marginBottom: 38,
    marginTop: 22,
    x: { label: "time, s" },
    y: { label: "hottest metal, K", grid: true, ticks: 6, zero: false },
    color: feedbackColors,
    marks: [
      Plot.line(heating, { x: "time", y: "hottest", stroke: "feedback", strokeWidth: 1.7 }),
      Plot.dot(heating, { x: "time", y: "hottest", fill: "feedback", r: 2.2 }),
    ],
  });

  const row = 530;
  const lines = `<g transform="translate(${24 + 222},${row + 42})">${keyD}</g>`;
  const key = (x: number, y: number): string =>
    `<g transform="translate(${x},${y})" font-size="12" fill="${ink}">` +
    `<path d="M0,0h16" stroke="${orange}" stroke-width="2"/><text x="21" y="4">with feedback</text>` +
    `<path d="M0,16h16" stroke="${blue}" stroke-width="2"/><text x="21" y="20">without</text></g>`;
  const heading = `<text x="24" y="34" font-size="19" font-weight="650" fill="${ink}">A cooled turbine blade: heat, deformation and cooling in one loop</text>`;
  const words = [
    title(24, row, "d", "Convergence: relative residual over sweeps"),
    title(432, row, "e", "Outer wall, suction (full) and pressure side (dashed)"),
    title(840, row, "f", "Heating up: windows of 1 s, heat in steps of 0.25 s"),
  ];
  const drawn = (plot: unknown, x: number) => ({
    drawing: plot as { readonly outerHTML: string },
    x,
    y: row + 12,
  });
  return svgFile({
    width: 1240,
    height: 850,
    alt: "A cooled turbine blade: temperature, what feedback adds to it, stress, convergence, wall temperature, heating up",
    panels: [
      { drawing: { html: [heading, panelA, panelB, panelC, ...words].join("") } },
      drawn(panelD, 16),
      drawn(panelE, 424),
      drawn(panelF, 832),
      { drawing: { html: lines + key(600, row + 46) + key(1080, row + 200) } },
    ],
  });
}
