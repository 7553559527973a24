import type { Balanced, OdeSystem } from "./model.ts";
import { type Trajectory, unknownState } from "./trajectory.ts";

/**
 * Whole states along a trajectory of the slow ones. Each time is solved from the nearest step before it, so that the answer does not
 * depend on the order of the questions.
 *
 * @throws CoupletError NOT_CONVERGED where the fast part has no balance, or leaves it
 */
export function balancedTrajectory(
  system: OdeSystem,
  balanced: Balanced,
  run: Trajectory,
): Trajectory {
  const whole: Float64Array[] = [];
  let x = balanced.initial;
  for (const t of run.times) {
    x = balanced.expand(t, run.at(t), x);
    balanced.check(t, x);
    whole.push(x);
  }
  const forward = run.times.at(-1)! >= run.times[0]!;
  const at = (t: number): Float64Array => {
    const slow = run.at(t);
    let [a, b] = [0, run.times.length - 1];
    while (a < b) {
      const middle = (a + b + 1) >> 1;
      if (forward ? run.times[middle]! <= t : run.times[middle]! >= t) a = middle;
      else b = middle - 1;
    }
    return run.times[a] === t ? whole[a]!.slice() : balanced.expand(t, slow, whole[a]!);
  };
  return {
    ...run,
    states: system.states,
    at,
    series: (name, times) => {
      const i = system.states.indexOf(name);
      return i < 0 ? unknownState(name, system.states) : Float64Array.from(times, (t) => at(t)[i]!);
    },
    end: x.slice(),
  };
}
