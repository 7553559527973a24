/** A step of reverse KL on many-well 32-D beside normflows and flowjax: 8 spline couplings of width 64, batch 512, one process each. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { fitEnergy } from "couplet/energy";
import { cases } from "./cases.mjs";
import { formatTable } from "../table.mjs";
import { manyWellOfOps } from "./many-well-of-ops.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Turns of all participants, so that a slow minute of the machine is nobody's alone. */
const TURNS = 3;

/** Milliseconds a step of `fitEnergy`, from the times of its evaluations of ten rows. */
async function ours(energy, threads) {
  const { target, spec } = cases["many-well-32"];
  const marks = [];
  const run = fitEnergy(spec, energy, {
    steps: 60,
    batch: 512,
    units: target.units,
    evaluationRows: 10,
    evaluateEvery: 20,
    checkGradient: false,
    threads,
  });
  for await (const event of run) if (event.type === "evaluation") marks.push(performance.now());
  (await run).dispose();
  return (marks[2] - marks[0]) / 40;
}

/** Milliseconds a step of a script that prints "... ms a step". */
function theirs(script, python, threads) {
  const done = spawnSync(python, [here(`../peers/${script}`), "--threads", String(threads)], {
    encoding: "utf8",
    env: { ...process.env, CUDA_VISIBLE_DEVICES: "" },
  });
  // What the peers have in common (`protocol.py`) sends prints to stderr.
  const said = `${done.stdout ?? ""}\n${done.stderr ?? ""}`;
  const step = Number(/([\d.]+) ms a step/.exec(said)?.[1]);
  return Number.isNaN(step)
    ? (done.stderr?.trim().split("\n").at(-1) ?? done.error?.message ?? "no answer")
    : step;
}

/** Prints the table; returns the milliseconds of each turn. */
export async function comparePeers(python, threads) {
  const { energy } = cases["many-well-32"].target;
  const participants = [
    { name: "couplet, a function", measure: () => ours(energy, threads) },
    { name: "couplet, engine ops", measure: () => ours(manyWellOfOps(16), threads) },
    { name: "normflows", measure: () => theirs("normflows_energy.py", python, threads) },
    { name: "flowjax", measure: () => theirs("flowjax_energy.py", python, threads) },
  ];
  /** @type {(number | string)[][]} */
  const turns = participants.map(() => []);
  for (let turn = 0; turn < TURNS; turn++)
    for (const [p, { measure }] of participants.entries()) turns[p].push(await measure());
  const median = (values) =>
    values.map(Number).sort((a, b) => a - b)[Math.floor(values.length / 2)];
  const first = median(turns[0]);
  const lines = participants.map(({ name }, p) => {
    const failed = turns[p].find((value) => typeof value === "string");
    if (failed !== undefined) return [name, `did not run: ${failed}`, "", ""];
    const step = median(turns[p]);
    const times = turns[p].map(Number);
    const [low, high] = [Math.min(...times), Math.max(...times)];
    return [
      name,
      step.toFixed(1),
      `${low.toFixed(1)} - ${high.toFixed(1)}`,
      (step / first).toFixed(2),
    ];
  });
  process.stdout.write(
    `${formatTable(["reverse KL, many-well 32-D, batch 512", "ms a step", "lowest - highest", "ratio"], lines)}\n`,
  );
  return Object.fromEntries(participants.map(({ name }, p) => [name, turns[p]]));
}
