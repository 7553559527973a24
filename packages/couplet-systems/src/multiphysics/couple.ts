import {
  CoupletError,
  accelerate,
  eventLoopYielder,
  checkOptions,
  fixedPoint,
  iqnIls,
  noAcceleration,
  predictor,
  readBeforeWritten,
  splitFields,
  stagesOf,
} from "couplet/kit";
import type {
  AccelerationSpec,
  Bounds,
  FieldLayout,
  OptionNames,
  FixedPointResult,
  IterationRecord,
  ConvergenceMeasure,
  Scheme,
  StallRule,
} from "couplet/kit";
import { checkCoupling, notFinite, windowTimes } from "./check-coupling.ts";
import { type Channel, type Exchange, openChannels, siteSize } from "./exchange.ts";
import type { FieldValues, Participant, Step } from "./participant.ts";

/** Options of {@link couple}. */
export interface CouplingOptions {
  readonly participants: readonly Participant[];
  readonly exchanges: readonly Exchange[];
  /** Default `gaussSeidel` in the order of the participants. */
  readonly scheme?: Scheme;
  /** `implicit` (default) repeats each window until it converges; `explicit` takes one sweep and has a splitting error. */
  readonly coupling?: "implicit" | "explicit";
  /** Default `iqnIls()`. Its state is kept from window to window. */
  readonly acceleration?: AccelerationSpec;
  /** Measures on iterated fields, named `participant.field`. Default: each of them relative 1e-6. */
  readonly convergence?: readonly ConvergenceMeasure[];
  readonly minIterations?: number;
  /** Default 50. */
  readonly maxIterations?: number;
  /** Time windows. Default: one steady solve. */
  readonly windows?: { readonly size: number; readonly count: number; readonly start?: number };
  /** Order of the guess for the next window. Default 0: the last value. */
  readonly predictorOrder?: 0 | 1 | 2;
  /** Whether the run goes on after a window that is not converged. Default `stop`; unmet `strict` measures always stop. */
  readonly onNotConverged?: "stop" | "continue";
  /** Physical limits by iterated field, `participant.field`. */
  readonly bounds?: Readonly<Record<string, { readonly lower?: number; readonly upper?: number }>>;
  readonly onBoundViolation?: NonNullable<Bounds["onViolation"]>;
  readonly stall?: StallRule;
  readonly signal?: AbortSignal;
  /** Called after each coupling iteration. */
  readonly onIteration?: (record: IterationRecord, window: number) => void;
  /** Called after each time window. */
  readonly onWindow?: (record: WindowRecord, values: FieldValues) => void;
}

/** One time window, as data. */
export interface WindowRecord {
  /** From 1. */
  readonly window: number;
  readonly start: number;
  readonly end: number;
  /** `explicit` windows are not judged. */
  readonly status: FixedPointResult["status"] | "explicit";
  readonly message: string;
  readonly evaluations: number;
  readonly resets: number;
  readonly history: readonly IterationRecord[];
}

/** How a coupled computation ended. */
export interface CouplingResult {
  /** The worst of the windows; `explicit` when nothing was iterated. */
  readonly status: WindowRecord["status"];
  readonly message: string;
  readonly windows: readonly WindowRecord[];
  /** All written fields at the end, by `participant.field`. */
  readonly values: FieldValues;
  /** The fields that were iterated, in order. */
  readonly iterated: readonly FieldLayout[];
}

const couplingOptionNames: OptionNames<CouplingOptions> = {
  participants: true,
  exchanges: true,
  scheme: true,
  coupling: ["explicit", "implicit"],
  acceleration: true,
  convergence: true,
  minIterations: 0,
  maxIterations: 0,
  windows: true,
  predictorOrder: 0,
  onNotConverged: ["continue", "stop"],
  bounds: true,
  onBoundViolation: ["clamp", "discard", "ignore", "scale"],
  stall: true,
  signal: "AbortSignal",
  onIteration: "function",
  onWindow: "function",
};

/**
 * Runs participants as one coupled system.
 *
 * Every window is the fixed-point problem `x = H(x)` of one sweep over the participants, where x holds the fields that
 * are read before they are written. Participants are saved at the start of a window and restored before each
 * further sweep. A participant with a `timeStep` shorter than the window is sub-cycled: it solves several times per sweep, with
 * its inputs interpolated in time between the window's ends.
 *
 * All exchanges are iterated together: mixing implicit and explicit exchanges would change the fixed point.
 *
 * @throws CoupletError SPEC_INVALID, SHAPE_MISMATCH for descriptions that do not fit; what a participant throws, except DIVERGED and
 *   NOT_CONVERGED, which end the window; `signal.reason` when aborted
 * @example
 * import { couple, heatConduction, intervalMesh } from "couplet-systems/multiphysics";
 * const from400 = { left: { kind: "temperature", value: 400 }, right: { kind: "coupledFlow", field: "flow", temperature: "wall" } } as const;
 * const to300 = { right: { kind: "temperature", value: 300 }, left: { kind: "coupledTemperature", field: "wall", flow: "flow" } } as const;
 * const hot = heatConduction({ name: "hot", mesh: intervalMesh({ from: 0, to: 1, elements: 4 }), conductivity: 1, boundaries: from400 });
 * const cold = heatConduction({ name: "cold", mesh: intervalMesh({ from: 1, to: 2, elements: 4 }), conductivity: 1, boundaries: to300 });
 * const exchanges = [{ field: "wall", from: "hot", to: "cold" }, { field: "flow", from: "cold", to: "hot" }];
 * const { values } = await couple({ participants: [hot, cold], exchanges }); // values["hot.wall"]: 350 K
 */
export async function couple(options: CouplingOptions): Promise<CouplingResult> {
  checkOptions("couple", options, couplingOptionNames);
  checkCoupling(options);
  const { participants, coupling = "implicit" } = options;
  const names = participants.map((participant) => participant.name);
  const stages = stagesOf(options.scheme ?? { kind: "gaussSeidel" }, names);
  const channels = openChannels(participants, options.exchanges);
  const times = windowTimes(options.windows);
  const written = initialValues(participants);
  const iterated = iteratedFields(channels, stages, written);
  const acceleration = accelerate(
    coupling === "explicit" ? noAcceleration() : (options.acceleration ?? iqnIls()),
    iterated,
  );
  const guess = predictor({ order: options.predictorOrder ?? 0 });
  const bounds = boundsFor(options, iterated);
  const windows: WindowRecord[] = [];
  let past: FieldValues = written;
  let values: FieldValues = written;
  const yieldToEventLoop = eventLoopYielder(options.signal);

  for (const [index, [start, end]] of times.entries()) {
    const window = index + 1;
    let iteration = 0;
    const map = async (x: Float64Array): Promise<Float64Array> => {
      await yieldToEventLoop();
      iteration++;
      const now = { ...values, ...unpack(iterated, x) };
      for (const stage of stages) {
        const step = { window, start, end, size: end - start, iteration, signal: options.signal };
        const outputs = await Promise.all(
          stage.map((name) =>
            advance(participants[names.indexOf(name)]!, channels, past, now, step),
          ),
        );
        for (const output of outputs) Object.assign(now, output);
      }
      values = now;
      return pack(iterated, now);
    };
    const first = guess.predict();
    const result = await solveWindow(options, {
      map,
      start: first === undefined ? pack(iterated, values) : first,
      fields: iterated,
      acceleration,
      explicit: coupling === "explicit" || iterated.length === 0,
      bounds: bounds ?? undefined,
      participants,
      onIteration: (record) => options.onIteration?.(record, window),
    });
    const { evaluations, resets, history } = result;
    // fields that nobody iterates are not judged by the iteration
    const lost = result.status === "diverged" ? undefined : notFinite(values);
    const status = lost === undefined ? result.status : "diverged";
    const message = lost === undefined ? result.message : `diverged: ${lost}`;
    const record = { window, start, end, status, message, evaluations, resets, history };
    windows.push(record);
    options.onWindow?.(record, values);
    past = values;
    guess.push(pack(iterated, values));
    if (status === "diverged") break;
    if (
      status === "notConverged" &&
      (options.onNotConverged !== "continue" || result.unmetStrict.length > 0)
    )
      break;
  }
  return { ...outcome(windows, times.length), windows, values, iterated };
}

/** The worst status of the windows, and what the first window of that status says. */
function outcome(
  windows: readonly WindowRecord[],
  count: number,
): Pick<CouplingResult, "status" | "message"> {
  const worst = ["diverged", "notConverged", "converged", "explicit"] as const;
  const status =
    worst.find((candidate) => windows.some((record) => record.status === candidate)) ?? "explicit";
  const culprit = windows.find((record) => record.status === status);
  return {
    status,
    message: `window ${culprit?.window} of ${count}: ${culprit?.message}`,
  };
}

interface WindowProblem {
  readonly map: (x: Float64Array) => Promise<Float64Array>;
  readonly start: Float64Array;
  readonly fields: readonly FieldLayout[];
  readonly acceleration: ReturnType<typeof accelerate>;
  readonly explicit: boolean;
  readonly bounds: Bounds | undefined;
  readonly participants: readonly Participant[];
  readonly onIteration: (record: IterationRecord) => void;
}

type WindowResult = Pick<
  FixedPointResult,
  "message" | "evaluations" | "resets" | "history" | "unmetStrict"
> & {
  readonly status: WindowRecord["status"];
};

async function solveWindow(
  options: CouplingOptions,
  problem: WindowProblem,
): Promise<WindowResult> {
  if (problem.explicit) {
    options.signal?.throwIfAborted();
    await problem.map(problem.start);
    return {
      status: "explicit",
      message: "one sweep, not iterated",
      evaluations: 1,
      resets: 0,
      history: [],
      unmetStrict: [],
    };
  }
  const { map, start, fields, acceleration, bounds, participants, onIteration } = problem;
  return fixedPoint({
    map,
    start,
    fields,
    acceleration,
    convergence:
      options.convergence ??
      fields.map(({ name }) => ({ kind: "relative", limit: 1e-6, field: name })),
    minIterations: options.minIterations ?? 1,
    maxIterations: options.maxIterations ?? 50,
    participants,
    onIteration,
    ...(bounds === undefined ? {} : { bounds }),
    ...(options.stall === undefined ? {} : { stall: options.stall }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
}

/** Takes one participant through a window, in as many steps as it needs. */
async function advance(
  participant: Participant,
  channels: readonly Channel[],
  past: FieldValues,
  now: FieldValues,
  step: Step,
): Promise<FieldValues> {
  const longest = participant.timeStep ?? Infinity;
  // 1e-9: a window of 3 steps must not become 4 because 0.3 / 0.1 is not 3.
  const count =
    Number.isFinite(step.size) && longest < step.size ? Math.ceil(step.size / longest - 1e-9) : 1;
  const inputs = channels.filter((channel) => channel.to === participant.name);
  let output: FieldValues = {};
  for (let k = 0; k < count; k++) {
    const fraction = (k + 1) / count;
    const values = inputs.map(({ key, target, interpolation, carry }): [string, Float64Array] => {
      if (interpolation === "constant" || fraction === 1) return [target, carry(now[key]!)];
      return [
        target,
        carry(past[key]!.map((value, i) => value + fraction * (now[key]![i]! - value))),
      ];
    });
    const size = step.size / count;
    const start = step.start + k * (count === 1 ? 0 : size);
    const end = k === count - 1 ? step.end : start + size;
    const answer: unknown = await participant.solve(Object.fromEntries(values), {
      ...step,
      start,
      end,
      size,
    });
    output = (answer ?? {}) as FieldValues;
  }
  return Object.fromEntries(
    Object.entries(participant.writes).map(([field, site]) => {
      const value = output[field];
      if (value?.length === siteSize(site)) return [`${participant.name}.${field}`, value];
      throw new CoupletError({
        code: "SHAPE_MISMATCH",
        where: `participant "${participant.name}"`,
        expected: `${siteSize(site)} values of "${field}"`,
        received: value === undefined ? "none" : String(value.length),
      });
    }),
  );
}

function initialValues(participants: readonly Participant[]): FieldValues {
  return Object.fromEntries(
    participants.flatMap((participant) =>
      Object.entries(participant.writes).map(([field, site]) => {
        const { initial = 0 } = site;
        const value =
          typeof initial === "number"
            ? new Float64Array(siteSize(site)).fill(initial)
            : initial.slice();
        return [`${participant.name}.${field}`, value];
      }),
    ),
  );
}

/** Fields that some reader needs before they are made in a sweep. */
function iteratedFields(
  channels: readonly Channel[],
  stages: readonly (readonly string[])[],
  written: FieldValues,
): readonly FieldLayout[] {
  const keys = channels
    .filter(({ from, to }) => readBeforeWritten(stages, from, to))
    .map(({ key }) => key);
  return [...new Set(keys)].map((name) => ({ name, size: written[name]!.length }));
}

function boundsFor(options: CouplingOptions, fields: readonly FieldLayout[]): Bounds | undefined {
  if (options.bounds === undefined) return undefined;
  const unknown = Object.keys(options.bounds).find(
    (key) => !fields.some(({ name }) => name === key),
  );
  if (unknown !== undefined) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: "bounds",
      expected: `iterated fields (${fields.map(({ name }) => name).join(", ")})`,
      received: `"${unknown}"`,
    });
  }
  const spread = (key: "lower" | "upper", none: number): Float64Array =>
    Float64Array.from(
      fields.flatMap(({ name, size }) =>
        new Array<number>(size).fill(options.bounds?.[name]?.[key] ?? none),
      ),
    );
  return {
    lower: spread("lower", -Infinity),
    upper: spread("upper", Infinity),
    onViolation: options.onBoundViolation ?? "clamp",
  };
}

function pack(fields: readonly FieldLayout[], values: FieldValues): Float64Array {
  const x = new Float64Array(fields.reduce((sum, { size }) => sum + size, 0));
  splitFields(fields, x).forEach((part, f) => part.set(values[fields[f]!.name]!));
  return x;
}

function unpack(fields: readonly FieldLayout[], x: Float64Array): FieldValues {
  return Object.fromEntries(
    splitFields(fields, x).map((part, f) => [fields[f]!.name, part.slice()]),
  );
}
