/** Where a layer-wise training is, as plain numbers that a checkpoint holds. */
import type { StrategyTensors } from "../../strategy.ts";
import type { SweepPair } from "./sliding-anderson.ts";

/** Everything that the next step depends on besides parameters and moments. */
export interface SweepState {
  /** Sweeps done, visits of the greedy start included. */
  sweeps: number;
  /** Visits done in the sweep under way, and steps done in the visit under way. */
  visit: number;
  step: number;
  /** Steps so far. */
  steps: number;
  /** Length of the first step between sweeps, against which growth is measured. */
  firstResidual: number;
  lastResidual: number;
  /** Sums over the sweep under way, and the mean loss of the sweep before. */
  loss: number;
  weight: number;
  lastLoss: number;
  /** How often each block has been updated. */
  readonly updated: Float64Array;
  /** Parameters before the sweep under way, and those visited in a Jacobi sweep. */
  start: Float32Array | undefined;
  visited: Float32Array | undefined;
  readonly pairs: SweepPair[];
}

/** The numbers of a state, in the order of a checkpoint. */
const PLACE = [
  "sweeps",
  "visit",
  "step",
  "steps",
  "firstResidual",
  "lastResidual",
  "loss",
  "weight",
  "lastLoss",
] as const;

export function freshState(blocks: number): SweepState {
  return {
    sweeps: 0,
    visit: 0,
    step: 0,
    steps: 0,
    firstResidual: 0,
    lastResidual: 0,
    loss: 0,
    weight: 0,
    lastLoss: Infinity,
    updated: new Float64Array(blocks),
    start: undefined,
    visited: undefined,
    pairs: [],
  };
}

export function tensorsOf(state: SweepState): StrategyTensors {
  return {
    place: Float64Array.from(PLACE, (name) => state[name]),
    updated: state.updated.slice(),
    ...(state.start === undefined ? {} : { start: state.start.slice() }),
    ...(state.visited === undefined ? {} : { visited: state.visited.slice() }),
    ...Object.fromEntries(
      state.pairs.flatMap(({ x, mapped }, i) => [
        [`x${i}`, x.slice()],
        [`mapped${i}`, mapped.slice()],
      ]),
    ),
  };
}

export function stateFrom(saved: StrategyTensors): SweepState {
  const pairs: SweepPair[] = [];
  for (let i = 0; saved[`x${i}`] !== undefined; i++)
    pairs.push({
      x: Float64Array.from(saved[`x${i}`]!),
      mapped: Float64Array.from(saved[`mapped${i}`]!),
    });
  const floats = (name: string) =>
    saved[name] === undefined ? undefined : Float32Array.from(saved[name]);
  const updated = Float64Array.from(saved["updated"]!);
  const state: SweepState = {
    ...freshState(0),
    updated,
    start: floats("start"),
    visited: floats("visited"),
    pairs,
  };
  PLACE.forEach((name, i) => (state[name] = saved["place"]![i]!));
  return state;
}
