import type { OdeSystem, Switching } from "./model.ts";

/** Follows the switches of a system through an integration. */
export interface TurningPoints {
  /** The system with its switches held: smooth. */
  readonly system: OdeSystem;
  /** Sets the switches to what they are at a point. */
  hold(t: number, y: Float64Array): void;
  /** Notes the state at a turn, before events change it. */
  arrived(t: number, y: Float64Array): void;
  /** The first time of a step at which a switch has turned, to the last digit, or undefined. */
  first(from: number, to: number, at: (t: number) => Float64Array): number | undefined;
}

/**
 * Points of a step at which switches are looked at. Conditions that are linear in the time turn once and are found from the end of
 * the step; those of states may turn twice in a step, and are missed only between two of these points.
 */
const looks = 8;

/** @param switching the switches of a system */
export function turningPoints(switching: Switching): TurningPoints {
  const held = new Float64Array(switching.count);
  const now = new Float64Array(switching.count);
  let fruitless = 0;
  const turned = (t: number, y: Float64Array): boolean => {
    switching.held(t, y, held, now);
    return now.some(
      (value, k) => value !== held[k] && !(Number.isNaN(value) && Number.isNaN(held[k])),
    );
  };
  return {
    system: switching.system(held),
    hold: (t, y) => switching.actual(t, y, held),
    arrived(t, y) {
      switching.actual(t, y, now);
      fruitless = now.some((value, k) => value !== held[k]) ? 0 : fruitless + 1;
    },
    first(from, to, at) {
      let low = from;
      for (let k = 1; k <= looks; k++) {
        let high = k === looks ? to : from + ((to - from) * k) / looks;
        if (!turned(high, at(high))) {
          low = high;
          continue;
        }
        // down to neighbours among the doubles, so that a condition such as time >= 1 turns at 1; not to the smallest ones next to 0
        // where rounding of the states hides a turn, each stop in vain reaches further
        const width = Number.EPSILON ** 2 * 8 ** fruitless * Math.abs(to - from);
        while (Math.abs(high - low) > width) {
          const middle = low + (high - low) / 2;
          if (middle === low || middle === high) break;
          if (turned(middle, at(middle))) high = middle;
          else low = middle;
        }
        return high;
      }
      return undefined;
    },
  };
}
