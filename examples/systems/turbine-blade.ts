/**
 * A cooled turbine blade: heat, deformation and cooling act on each other.
 *
 * Hot gas outside, three cooled passages inside. Hot walls expand, the contact to the cooled inserts opens,
 * cooling weakens, walls get hotter; stiffness falls and expansion grows with temperature. The example
 * solves the coupled state with four accelerations, compares it with one pass without feedback, heats the
 * blade up from the coolant's temperature, and draws six panels to examples/out/turbine-blade.svg.
 *
 * Takes about half a minute on two cores; `--quick` takes coarser meshes.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { aitken, constantRelaxation, iqnIls, noAcceleration } from "couplet-systems/solvers";
import {
  mappingMatrix,
  applyMapping,
  projection,
  turbineBlade,
  volumeSite,
} from "couplet-systems/multiphysics";
import type { AccelerationSpec } from "couplet-systems/solvers";
import type { ElementMesh, TurbineBladeResult } from "couplet-systems/multiphysics";

const quick = process.argv.includes("--quick");
const section = { refinement: quick ? 2 : 4 };
const { document } = parseHTML("<html><body></body></html>");
const ink = "#1b1e28",
  blue = "#2f6db5",
  orange = "#d9731a",
  grey = "#8a8f9c";

// 1. The coupled state, by five methods.
const methods: readonly { name: string; color: string; acceleration: AccelerationSpec }[] = [
  { name: "constant 0.5", color: grey, acceleration: constantRelaxation({ factor: 0.5 }) },
  { name: "Gauss-Seidel", color: ink, acceleration: noAcceleration() },
  { name: "Aitken", color: orange, acceleration: aitken() },
  { name: "quasi-Newton (IQN-ILS)", color: blue, acceleration: iqnIls() },
];
const runs: { name: string; color: string; result: TurbineBladeResult }[] = [];
for (const { name, color, acceleration } of methods) {
  const result = await turbineBlade({ section, acceleration, settings: { maxIterations: 40 } });
  runs.push({ name, color, result });
  console.log(
    `${name.padEnd(22)} ${result.status} after ${result.windows[0]!.evaluations} sweeps, hottest metal ${result.hottest.toFixed(1)} K`,
  );
}
const coupled = runs.find((run) => run.name.startsWith("quasi"))!.result;
const alone = await turbineBlade({ section, feedback: false });
console.log(
  `without feedback: hottest ${alone.hottest.toFixed(1)} K; feedback adds ${(coupled.hottest - alone.hottest).toFixed(1)} K`,
);
console.log(
  `heat to the coolant: ${(alone.cooling / 1e3).toFixed(1)} kW/m without, ${(coupled.cooling / 1e3).toFixed(1)} kW/m with feedback`,
);

// 2. Heating up, sub-cycled: windows of 1 s, heat conduction in steps of 0.25 s.
const heating: { time: number; hottest: number; evaluations: number; feedback: string }[] = [];
for (const feedback of [true, false]) {
  let hottest = 850;
  const label = feedback ? "with feedback" : "without";
  heating.push({ time: 0, hottest, evaluations: 0, feedback: label });
  await turbineBlade({
    section: { refinement: 2 },
    feedback,
    windows: { size: 1, count: quick ? 8 : 24 },
    timeStep: 0.25,
    tolerance: 1e-6,
    settings: {
      onWindow: ({ end, evaluations }, values) => {
        hottest = Math.max(...values["heat.temperature"]!);
        heating.push({ time: end, hottest, evaluations, feedback: label });
      },
    },
  });
}

const window = heating.filter((d) => d.feedback === "with feedback" && d.time > 0);
console.log(
  `heating up: ${(window.reduce((sum, d) => sum + d.evaluations, 0) / window.length).toFixed(1)} sweeps a window`,
);

// 3. Fields as coloured triangles: one path per colour band.
interface Place {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}
const bands = 40;

function fieldPaths(
  mesh: ElementMesh,
  values: Float64Array,
  color: (value: number) => string,
  domain: readonly [number, number],
  shift: (node: number) => readonly [number, number],
  place: Place,
): string {
  const paths = new Map<number, string>();
  const size = mesh.kind === "triangle6" ? 6 : 3;
  const at = (node: number): [number, number, number] => {
    const [dx, dy] = shift(node);
    return [
      place.left + (mesh.points[2 * node]! + dx) * place.scale,
      place.top - (mesh.points[2 * node + 1]! + dy) * place.scale,
      values[node]!,
    ];
  };
  const mix = (a: readonly number[], b: readonly number[]): [number, number, number] => [
    (a[0]! + b[0]!) / 2,
    (a[1]! + b[1]!) / 2,
    (a[2]! + b[2]!) / 2,
  ];
  const paint = (corners: readonly (readonly number[])[]): void => {
    const mean = (corners[0]![2]! + corners[1]![2]! + corners[2]![2]!) / 3;
    const band = Math.max(
      0,
      Math.min(bands - 1, Math.floor(((mean - domain[0]) / (domain[1] - domain[0])) * bands)),
    );
    paths.set(
      band,
      `${paths.get(band) ?? ""}M${corners.map(([x, y]) => `${x!.toFixed(1)},${y!.toFixed(1)}`).join("L")}Z`,
    );
  };
  for (let e = 0; e < mesh.elements.length; e += size) {
    const [a, b, c] = [0, 1, 2].map((k) => at(mesh.elements[e + k]!)) as unknown as [
      number[],
      number[],
      number[],
    ];
    const [ab, bc, ca] =
      size === 6
        ? ([3, 4, 5].map((k) => at(mesh.elements[e + k]!)) as unknown as [
            number[],
            number[],
            number[],
          ])
        : [mix(a, b), mix(b, c), mix(c, a)];
    for (const part of [
      [a, ab, ca],
      [ab, b, bc],
      [ca, bc, c],
      [ab, bc, ca],
    ])
      paint(part);
  }
  return [...paths]
    .map(([band, d]) => {
      const fill = color(domain[0] + ((band + 0.5) / bands) * (domain[1] - domain[0]));
      return `<path d="${d}" fill="${fill}" stroke="${fill}" stroke-width="0.4"/>`;
    })
    .join("");
}

function outline(
  mesh: ElementMesh,
  shift: (node: number) => readonly [number, number],
  place: Place,
  style: string,
): string {
  const step = mesh.kind === "triangle6" ? 3 : 2;
  const point = (node: number): string => {
    const [dx, dy] = shift(node);
    return `${(place.left + (mesh.points[2 * node]! + dx) * place.scale).toFixed(1)},${(place.top - (mesh.points[2 * node + 1]! + dy) * place.scale).toFixed(1)}`;
  };
  const d = Object.values(mesh.boundaries)
    .map((edges) => {
      let path = "";
      for (let k = 0; k < edges.length; k += step)
        path += `M${point(edges[k]!)}L${point(edges[k + 1]!)}`;
      return path;
    })
    .join("");
  return `<path d="${d}" fill="none" ${style}/>`;
}

const still = (): readonly [number, number] => [0, 0];
const ramp = (
  scheme: "inferno" | "viridis" | "magma",
  domain: readonly [number, number],
): ((value: number) => string) => {
  const scale = Plot.scale({ color: { type: "linear", scheme, domain: [...domain] } });
  return (value) => scale.apply(value);
};

function colorBar(
  color: (value: number) => string,
  domain: readonly [number, number],
  label: string,
  x: number,
  y: number,
  width: number,
): string {
  const cells = Array.from({ length: bands }, (_, i) => {
    const value = domain[0] + ((i + 0.5) / bands) * (domain[1] - domain[0]);
    return `<rect x="${(x + (i * width) / bands).toFixed(2)}" y="${y}" width="${(width / bands + 0.4).toFixed(2)}" height="9" fill="${color(value)}"/>`;
  });
  const span = domain[1] - domain[0];
  const step = [10, 20, 50, 100, 200].find((size) => span / size <= 5) ?? 500;
  const first = Math.ceil(domain[0] / step);
  const ticks = Array.from(
    { length: Math.floor(domain[1] / step) - first + 1 },
    (_, i) => (first + i) * step,
  ).map((value) => {
    const place = (x + ((value - domain[0]) / span) * width).toFixed(1);
    return `<path d="M${place},${y + 9}v3" stroke="${ink}"/><text x="${place}" y="${y + 23}" text-anchor="middle" font-size="11" fill="${ink}">${value}</text>`;
  });
  return `${cells.join("")}${ticks.join("")}<text x="${x + width + 8}" y="${y + 9}" font-size="11" fill="${ink}">${label}</text>`;
}

/** Element values as means at the nodes. */
function atNodes(mesh: ElementMesh, perElement: Float64Array): Float64Array {
  const size = mesh.kind === "triangle6" ? 6 : 3;
  const sum = new Float64Array(mesh.points.length / 2);
  const count = new Float64Array(sum.length);
  mesh.elements.forEach((node, i) => {
    sum[node] = sum[node]! + perElement[Math.floor(i / size)]!;
    count[node] = count[node]! + 1;
  });
  return sum.map((value, i) => value / count[i]!);
}

const title = (x: number, y: number, letter: string, text: string): string =>
  `<text x="${x}" y="${y}" font-size="14" fill="${ink}"><tspan font-weight="700">${letter}</tspan>  ${text}</text>`;

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
  fieldPaths(coupled.heat.mesh, temperature, heatColor, hot, moved, large),
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
const stress = atNodes(coupled.elastic.mesh, coupled.elastic.vonMises).map((value) => value / 1e6);
const load: readonly [number, number] = [0, Math.ceil(Math.max(...stress) / 30) * 30];
const loadColor = ramp("magma", load);
const panelB = [
  title(770, 66, "b", "What feedback adds to the temperature"),
  fieldPaths(coupled.heat.mesh, difference, gainColor, gain, still, small),
  colorBar(gainColor, gain, "K", 890, 236, 170),
].join("");
const lower: Place = { ...small, top: 452 };
const panelC = [
  title(770, 296, "c", "Stress, von Mises"),
  fieldPaths(coupled.elastic.mesh, stress, loadColor, load, still, lower),
  colorBar(loadColor, load, "MPa", 890, 462, 170),
].join("");

// d. Convergence histories.
const style = {
  fontFamily: "system-ui, sans-serif",
  fontSize: "11px",
  background: "none",
  color: ink,
};
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
  style,
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
      `<circle cx="0" cy="${i * 15}" r="3.6" fill="${color}"/><text x="9" y="${i * 15 + 4}" font-size="11" fill="${ink}">${name}, ${result.windows[0]!.evaluations}${result.status === "converged" ? "" : " (not yet)"}</text>`,
  )
  .join("");

// e. Wall temperature along the surface from the nose, with and without feedback.
interface WallPoint {
  readonly s: number;
  readonly T: number;
  readonly side: string;
  readonly state: string;
}
const wall = (result: TurbineBladeResult, state: string): WallPoint[] =>
  ["suction", "pressure"].flatMap((side) => {
    const { mesh, temperature: values } = result.heat;
    // The end with the smaller x is the nose.
    const nodes = [...new Set(mesh.boundaries[side]!)].sort(
      (p, q) => mesh.points[2 * p]! - mesh.points[2 * q]!,
    );
    return walk(mesh, side, nodes).map(({ node, s }) => ({
      s: s * 1e3,
      T: values[node]!,
      side,
      state,
    }));
  });

/** Follows the edges of a side from its first end; s is the length walked. */
function walk(
  mesh: ElementMesh,
  side: string,
  nodes: readonly number[],
): { node: number; s: number }[] {
  const edges = mesh.boundaries[side]!;
  const next = new Map<number, number[]>();
  for (let k = 0; k < edges.length; k += 2) {
    next.set(edges[k]!, [...(next.get(edges[k]!) ?? []), edges[k + 1]!]);
    next.set(edges[k + 1]!, [...(next.get(edges[k + 1]!) ?? []), edges[k]!]);
  }
  const ends = nodes.filter((node) => next.get(node)!.length === 1);
  let node = ends[0]!,
    s = 0;
  const path = [{ node, s }];
  const seen = new Set([node]);
  for (;;) {
    const step = next.get(node)!.find((candidate) => !seen.has(candidate));
    if (step === undefined) return path;
    s += Math.hypot(
      mesh.points[2 * step]! - mesh.points[2 * node]!,
      mesh.points[2 * step + 1]! - mesh.points[2 * node + 1]!,
    );
    node = step;
    seen.add(node);
    path.push({ node, s });
  }
}
const walls = [...wall(coupled, "with feedback"), ...wall(alone, "without")];
const feedbackColors = { domain: ["with feedback", "without"], range: [orange, blue] };
const panelE = Plot.plot({
  document,
  style,
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
  style,
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

const nested = (node: Element | SVGElement, x: number, y: number): string => {
  const markup = node.outerHTML.replace("<svg ", `<svg x="${x}" y="${y}" `);
  return markup.includes("xmlns=")
    ? markup
    : markup.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ');
};
const row = 530;
const lines = `<g transform="translate(${24 + 222},${row + 42})">${keyD}</g>`;
const key = (x: number, y: number, extra: string): string =>
  `<g transform="translate(${x},${y})" font-size="11" fill="${ink}">` +
  `<path d="M0,0h16" stroke="${orange}" stroke-width="2"/><text x="21" y="4">with feedback</text>` +
  `<path d="M0,15h16" stroke="${blue}" stroke-width="2"/><text x="21" y="19">without</text>${extra}</g>`;
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1240" height="850" viewBox="0 0 1240 850" font-family="system-ui, sans-serif">
<rect width="1240" height="850" fill="white"/>
<text x="24" y="34" font-size="19" font-weight="650" fill="${ink}">A cooled turbine blade: heat, deformation and cooling in one loop</text>
${panelA}${panelB}${panelC}
${title(24, row, "d", "Convergence: relative residual over sweeps")}${nested(panelD, 16, row + 12)}${lines}
${title(432, row, "e", "Outer wall, suction (full) and pressure side (dashed)")}${nested(panelE, 424, row + 12)}${key(600, row + 46, "")}
${title(840, row, "f", "Heating up: windows of 1 s, heat in steps of 0.25 s")}${nested(panelF, 832, row + 12)}${key(1080, row + 200, "")}
</svg>`;
mkdirSync("examples/out", { recursive: true });
writeFileSync("examples/out/turbine-blade.svg", svg);
console.log(`drawn to examples/out/turbine-blade.svg (${Math.round(svg.length / 1024)} kB)`);
