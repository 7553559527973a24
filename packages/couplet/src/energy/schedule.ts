/** Stages of training from an energy: the temperature of each step, and what a step minimises. */

/** How the temperature falls to 1. */
export interface TemperatureOptions {
  /** T0, at least 1: training begins on exp(-u / T0), where barriers are low. */
  readonly start: number;
  /**
   * `annealing` (the default): reverse KL at a temperature that is T0 for a tenth of the steps, falls geometrically until four
   * fifths of them, and is 1 from there. `resampling` (Schopmans & Friederich 2025, Temperature-annealed Boltzmann generators):
   * reverse KL at T0; then the model's own draws, weighted from T to the next temperature and drawn again by their weights,
   * are data for maximum likelihood, temperature by temperature; reverse KL at 1 to finish.
   */
  readonly by?: "annealing" | "resampling";
  /** Resampling: each temperature is so much of the last. Default 0.8. */
  readonly factor?: number;
  /** Resampling: rows that are drawn at each temperature. Default 16 batches. */
  readonly bufferRows?: number;
}

/** Steps in a row that minimise the same. */
export interface Stage {
  /** Reverse KL on fresh draws, or maximum likelihood on draws that are weighted to `temperature`. */
  readonly kind: "reverseKl" | "resampled";
  /** Steps [from, to) of the run. */
  readonly from: number;
  readonly to: number;
  readonly temperatureAt: (step: number) => number;
}

/** Share of the steps for the first temperature and for the last, when the others are reached by resampling. */
const FIRST_SHARE = 0.3;
const LAST_SHARE = 0.2;

/** The stages of a run of `steps` steps. */
export function stagesOf(steps: number, temperature: TemperatureOptions | undefined): Stage[] {
  const { start = 1, by = "annealing", factor = 0.8 } = temperature ?? {};
  if (start === 1) return [{ kind: "reverseKl", from: 0, to: steps, temperatureAt: () => 1 }];
  if (by === "annealing") {
    const temperatureAt = (step: number) => {
      const fallen = Math.min(1, Math.max(0, (step / steps - 0.1) / 0.7));
      return start ** (1 - fallen);
    };
    return [{ kind: "reverseKl", from: 0, to: steps, temperatureAt }];
  }
  // 1e-9: a power that is 1 but for rounding needs no step of its own.
  const count = Math.ceil(Math.log(start) / -Math.log(factor) - 1e-9);
  const at = (share: number) => Math.round(share * steps);
  const stages: Stage[] = [
    { kind: "reverseKl", from: 0, to: at(FIRST_SHARE), temperatureAt: () => start },
  ];
  for (let k = 1; k <= count; k++) {
    const share = (j: number) => FIRST_SHARE + ((1 - FIRST_SHARE - LAST_SHARE) * j) / count;
    const reached = k === count ? 1 : start * factor ** k;
    stages.push({
      kind: "resampled",
      from: at(share(k - 1)),
      to: at(share(k)),
      temperatureAt: () => reached,
    });
  }
  stages.push({ kind: "reverseKl", from: at(1 - LAST_SHARE), to: steps, temperatureAt: () => 1 });
  return stages.filter(({ from, to }) => to > from);
}
