/** What a training from an energy has seen since it last told of it. */
import { learningRate } from "../engine/device/learning-rate.ts";
import type { EnergyEvent } from "./events.ts";
import type { EnergySettings } from "./options.ts";

/** Sums over rows between two events. */
export class Tally {
  #rows = 0;
  #finite = 0;
  #reverseKl = 0;
  #clipped = 0;
  #nonFinite = 0;

  /** Notes rows of steps: their log q + u / T where finite, and how many were compressed or had no finite energy. */
  add({
    rows,
    reverseKl = [],
    clipped = 0,
    nonFinite = 0,
  }: {
    readonly rows: number;
    readonly reverseKl?: Iterable<number>;
    readonly clipped?: number;
    readonly nonFinite?: number;
  }): void {
    this.#rows += rows;
    this.#clipped += clipped;
    this.#nonFinite += nonFinite;
    for (const value of reverseKl) {
      if (!Number.isFinite(value)) continue;
      this.#finite++;
      this.#reverseKl += value;
    }
  }

  /** Takes what was noted, and begins anew. */
  take(): { readonly reverseKl: number; readonly clipped: number; readonly nonFinite: number } {
    const taken = {
      reverseKl: this.#finite > 0 && this.#rows > 0 ? this.#reverseKl / this.#finite : NaN,
      clipped: this.#clipped,
      nonFinite: this.#nonFinite,
    };
    this.#rows = this.#finite = this.#reverseKl = this.#clipped = this.#nonFinite = 0;
    return taken;
  }
}

/** The progress event after `step` steps. */
export function progressEvent(
  settings: EnergySettings,
  tally: Tally,
  {
    step,
    temperature,
    gradientNorm,
    msPerStep,
    elapsedMs,
  }: {
    readonly step: number;
    readonly temperature: number;
    readonly gradientNorm: number;
    readonly msPerStep: number;
    readonly elapsedMs: number;
  },
): EnergyEvent {
  const { steps, batch, learningRate: peakRate, warmup } = settings;
  const warmupSteps = Math.max(1, Math.round(warmup * steps));
  return {
    type: "progress",
    step,
    steps,
    temperature,
    ...tally.take(),
    learningRate: learningRate(Math.max(0, step - 1), {
      peakRate,
      warmupSteps,
      totalSteps: steps,
    }),
    gradientNorm,
    rowsPerSecond: (1000 * batch) / msPerStep,
    elapsedMs,
    etaMs: msPerStep * (steps - step),
  };
}
