/** A layer-wise training at work: visits become sweeps, and sweeps the iteration of a fixed point. */
import type { TrainResult } from "../../../engine/device/device.ts";
import { CoupletError } from "../../../error.ts";
import { noAcceleration } from "../../../numerics/fixed-point/acceleration.ts";
import { fixedPointIteration } from "../../../numerics/fixed-point/fixed-point.ts";
import type { FixedPointIteration } from "../../../numerics/fixed-point/fixed-point.ts";
import type { StepDriver, StepPlace, StrategyRun, StrategyTensors } from "../../strategy.ts";
import type { ParameterBlock } from "./blocks.ts";
import type { LayerwiseSettings } from "./options.ts";
import { ResultSum } from "./result-sum.ts";
import { slidingAnderson } from "./sliding-anderson.ts";
import type { SweepRecord } from "./sweep-record.ts";
import { freshState, stateFrom, tensorsOf } from "./sweep-state.ts";
import type { SweepState } from "./sweep-state.ts";

/** Steps between sweeps that have grown this much under plain gradient steps come from a sweep that does not converge. */
const DIVERGED = 1e4;

/** What a run is made of. */
export interface LayerwiseParts {
  readonly driver: StepDriver;
  readonly settings: LayerwiseSettings;
  readonly blocks: readonly ParameterBlock[];
  /** Numbers of blocks, in the order of a sweep. */
  readonly visits: readonly number[];
  readonly onSweep: ((record: SweepRecord) => void) | undefined;
}

/** One `advance` is one sweep, or one visit of the greedy start. */
export class LayerwiseRun implements StrategyRun {
  readonly #parts: LayerwiseParts;
  readonly #state: SweepState;

  constructor(parts: LayerwiseParts, saved: StrategyTensors | undefined) {
    this.#parts = parts;
    const blocks = parts.blocks.length;
    this.#state =
      saved === undefined
        ? freshState(blocks)
        : stateFrom(saved, {
            blocks,
            parameters: parts.driver.parameters.at(-1)!.end,
            pairs: parts.settings.scheme.depth + 1,
          });
  }

  snapshot(): StrategyTensors {
    return tensorsOf(this.#state);
  }

  async advance(place: StepPlace): Promise<TrainResult> {
    const { driver, settings } = this.#parts;
    const state = this.#state;
    state.start ??= (await this.#parameters()).slice();
    const window = Math.min(settings.steps, driver.stepsPerEpoch - place.step);
    const visits = this.#visits();
    const sum = new ResultSum(place.skippedInARow);
    for (; state.visit < visits.length; state.visit++, state.step = 0) {
      const block = visits[state.visit]!;
      while (state.step < settings.steps) {
        const result = await this.#steps(
          { ...place, skippedInARow: sum.skippedInARow },
          window,
          block,
        );
        sum.add(result);
        state.loss += result.loss;
        state.weight += result.weight;
        state.step += result.steps;
        state.steps += result.steps;
        state.updated[block]! += result.steps;
        const ended = result.stopped !== "steps" && result.stopped !== "time";
        if (ended || result.failure !== undefined) return sum.as(0);
      }
      await this.#endVisit(this.#parts.blocks[block]!);
    }
    await this.#endSweep();
    return { ...sum.as(window), stopped: "steps" };
  }

  async #parameters(): Promise<Float32Array> {
    return (await this.#parts.driver.read())["parameters"]!;
  }

  /** The block of a greedy visit; `undefined` in sweeps over all. */
  get #greedy(): number | undefined {
    const { settings, visits } = this.#parts;
    const inTurn = [...new Set(visits)];
    return settings.greedy === 0
      ? undefined
      : inTurn[Math.floor(this.#state.sweeps / settings.greedy)];
  }

  #visits(): readonly number[] {
    const greedy = this.#greedy;
    return greedy === undefined ? this.#parts.visits : [greedy];
  }

  /** Steps of the visit under way. Its batches are those of the sweep; a visit longer than them goes round. */
  async #steps(place: StepPlace, window: number, number: number): Promise<TrainResult> {
    const { driver, settings, blocks } = this.#parts;
    const { step, updated } = this.#state;
    const at = { ...place, step: place.step + (step % window) };
    const { start, end } = blocks[number]!;
    const { rule } = settings;
    if (rule.kind === "adam") {
      const most = Math.min(settings.steps - step, window - (step % window));
      return driver.run(at, {
        most,
        updates: { ranges: [[start, end]], earlier: updated[number]! },
      });
    }
    const { result, gradient } = await driver.gradient(at);
    if (result.steps === 0 || result.skipped > 0) return result;
    const parameters = await this.#parameters();
    for (let i = start; i < end; i++) parameters[i]! -= rule.rate * gradient[i]!;
    driver.write({ parameters });
    return result;
  }

  async #endVisit({ start, end }: ParameterBlock): Promise<void> {
    const { driver, settings } = this.#parts;
    const { factor, sweep } = settings.scheme;
    const before = this.#state.start!;
    if (this.#greedy !== undefined || (factor === 1 && sweep === "gaussSeidel")) return;
    const parameters = await this.#parameters();
    for (let i = start; i < end; i++)
      parameters[i] = this.#relaxed(before[i]!, parameters[i]!, factor);
    if (sweep === "gaussSeidel") return driver.write({ parameters });
    // The next block sees what was before the sweep.
    const visited = (this.#state.visited ??= before.slice());
    visited.set(parameters.subarray(start, end), start);
    driver.write({ parameters: before.slice() });
  }

  #relaxed(before: number, after: number, factor: number): number {
    return factor === 1 ? after : before + factor * (after - before);
  }

  async #endSweep(): Promise<void> {
    const { driver, settings, onSweep } = this.#parts;
    const state = this.#state;
    const greedy = this.#greedy;
    if (state.visited !== undefined) driver.write({ parameters: state.visited.slice() });
    const mapped = Float64Array.from(await this.#parameters());
    const start = Float64Array.from(state.start!);
    const loss = state.loss / state.weight;
    const iteration = this.#iterationAt(start, loss > state.lastLoss);
    const { residual, step } = iteration.accept(mapped);
    const accelerated = step === "quasiNewton";
    if (!iteration.done && iteration.point.some((value, i) => value !== mapped[i]))
      driver.write({ parameters: Float32Array.from(iteration.point) });
    Object.assign(state, { visit: 0, step: 0, start: undefined, visited: undefined });
    Object.assign(state, { loss: 0, weight: 0, lastLoss: loss });
    state.sweeps++;
    const before = state.lastResidual;
    if (greedy === undefined) {
      if (state.firstResidual === 0) state.firstResidual = residual;
      state.lastResidual = residual;
    }
    onSweep?.({
      sweep: state.sweeps,
      greedy,
      loss,
      residual,
      steps: state.steps,
      step: accelerated ? "accelerated" : "plain",
    });
    const { kind } = settings.rule;
    if (kind === "gradient" && greedy === undefined && residual > DIVERGED * state.firstResidual)
      throw this.#diverged(residual, residual / before);
  }

  /** The iteration at `start`. All that it remembers of earlier sweeps are the pairs of the state, as a resumed training has them. */
  #iterationAt(start: Float64Array, rising: boolean): FixedPointIteration {
    const { scheme } = this.#parts.settings;
    const accelerates = scheme.depth > 0 && this.#greedy === undefined;
    return fixedPointIteration({
      start,
      acceleration: accelerates
        ? slidingAnderson(scheme.depth, this.#state.pairs, rising)
        : noAcceleration(),
      // A training ends by its epochs, its patience or its user: the iteration has no end of its own.
      convergence: [{ kind: "absolute", limit: Number.MIN_VALUE }],
      maxIterations: Infinity,
      stall: { action: "ignore" },
      divergenceLimit: Infinity,
    });
  }

  #diverged(residual: number, ratio: number): CoupletError {
    const { scheme, rule } = this.#parts.settings;
    const { sweeps, firstResidual } = this.#state;
    const rate = rule.kind === "gradient" ? rule.rate : NaN;
    return new CoupletError({
      code: "DIVERGED",
      where: `fit: strategy: layerwise: sweep ${sweeps}`,
      expected: "sweeps that move the parameters less and less",
      received: `moves from ${firstResidual.toExponential(2)} to ${residual.toExponential(2)}, the last ${ratio.toFixed(2)} times the one before`,
      hint:
        scheme.sweep === "jacobi"
          ? `Jacobi's sweep diverges where blocks are strongly coupled: Gauss-Seidel, a factor below 1, or a rate below ${rate}.`
          : `Try a rate below ${rate}.`,
    });
  }
}
