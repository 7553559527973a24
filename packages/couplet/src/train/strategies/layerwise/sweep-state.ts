/** Where a layer-wise training is, as plain numbers that a checkpoint holds. */
import type { CoupletError } from "../../../error.ts";
import { invalidFile } from "../../../file/invalid-file.ts";
import { checkNumbers } from "../../checkpoint-numbers.ts";
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

/** How large the tensors of a state are. */
export interface SweepSizes {
  readonly blocks: number;
  /** Numbers of the flat parameter buffer. */
  readonly parameters: number;
  /** Pairs of the acceleration at most. */
  readonly pairs: number;
}

const WHERE = "resume: strategy";

/**
 * The state that `tensorsOf` wrote.
 *
 * @throws CoupletError FILE_INVALID for tensors that are missing, of another length or of numbers that no sweep leaves
 */
export function stateFrom(saved: StrategyTensors, sizes: SweepSizes): SweepState {
  const place = numbers(saved, "place", PLACE.length);
  const wrong = PLACE.findIndex((name, i) => !fits(name, place[i]!));
  if (wrong !== -1) throw altered(`a ${PLACE[wrong]!} that a sweep can have`, `${place[wrong]}`);
  const updated = numbers(saved, "updated", sizes.blocks);
  if (!updated.every(isCount)) throw altered("counts of the blocks' steps", "other numbers");
  const parametersOf = (name: string) => {
    const values = numbers(saved, name, sizes.parameters);
    checkNumbers(name, values, WHERE);
    return values;
  };
  const floats = (name: string) =>
    saved[name] === undefined ? undefined : Float32Array.from(parametersOf(name));
  const pairs: SweepPair[] = [];
  for (let i = 0; saved[`x${i}`] !== undefined && i < sizes.pairs; i++)
    pairs.push({
      x: Float64Array.from(parametersOf(`x${i}`)),
      mapped: Float64Array.from(parametersOf(`mapped${i}`)),
    });
  const state: SweepState = {
    ...freshState(0),
    updated: Float64Array.from(updated),
    start: floats("start"),
    visited: floats("visited"),
    pairs,
  };
  const known = Object.keys(tensorsOf(state));
  const other = Object.keys(saved).find((name) => !known.includes(name));
  if (other !== undefined) throw altered(`only ${known.join(", ")}`, `also ${other}`);
  PLACE.forEach((name, i) => (state[name] = place[i]!));
  return state;
}

function numbers(saved: StrategyTensors, name: string, count: number): Float32Array | Float64Array {
  const values = saved[name];
  if (values?.length === count) return values;
  const received = values === undefined ? "none" : `${values.length}`;
  throw altered(`${count} numbers of ${name}`, received);
}

/** Counts are integers from 0 up; of sums and losses only NaN is none that a sweep leaves. */
function fits(name: (typeof PLACE)[number], value: number): boolean {
  const counts: readonly string[] = ["sweeps", "visit", "step", "steps"];
  return counts.includes(name) ? isCount(value) : !Number.isNaN(value);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function altered(expected: string, received: string): CoupletError {
  return invalidFile(
    WHERE,
    expected,
    received,
    "The checkpoint was altered: start anew without it.",
  );
}
