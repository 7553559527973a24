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
import { aitken, constantRelaxation, iqnIls, noAcceleration } from "couplet-systems/solvers";
import { turbineBlade } from "couplet-systems/multiphysics";
import type { AccelerationSpec } from "couplet-systems/solvers";
import type { TurbineBladeResult } from "couplet-systems/multiphysics";
import { turbineBladeFigure } from "./turbine-blade/figure.ts";

const quick = process.argv.includes("--quick");
const section = { refinement: quick ? 2 : 4 };

// 1. the coupled state, by four accelerations.
const methods: readonly { name: string; acceleration: AccelerationSpec }[] = [
  { name: "constant 0.5", acceleration: constantRelaxation({ factor: 0.5 }) },
  { name: "Gauss-Seidel", acceleration: noAcceleration() },
  { name: "Aitken", acceleration: aitken() },
  { name: "quasi-Newton (IQN-ILS)", acceleration: iqnIls() },
];
const runs: { name: string; result: TurbineBladeResult }[] = [];
for (const { name, acceleration } of methods) {
  const result = await turbineBlade({ section, acceleration, settings: { maxIterations: 40 } });
  runs.push({ name, result });
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

// 3. The picture.
const svg = await turbineBladeFigure({ runs, coupled, alone, heating });
mkdirSync("examples/out", { recursive: true });
writeFileSync("examples/out/turbine-blade.svg", svg);
console.log(`drawn to examples/out/turbine-blade.svg (${Math.round(svg.length / 1024)} kB)`);
