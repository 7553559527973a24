/** Natural frequencies: a list, or a law whose quantiles they are. */
import { CoupletError, normalQuantile } from "couplet/kit";

/**
 * Natural frequencies in radians per unit of time: a list, or the `count` quantiles of a law about `centre`. `width`
 * is the standard deviation of `normal`, the half width at half height of `lorentz`, half the range of `uniform`.
 */
export type Frequencies =
  | readonly number[]
  | Float64Array
  | {
      readonly law: "normal" | "lorentz" | "uniform";
      readonly centre: number;
      readonly width: number;
      readonly count: number;
    };

/** Whether frequencies are given one by one. */
export function isList(given: Frequencies): given is readonly number[] | Float64Array {
  return Array.isArray(given) || given instanceof Float64Array || given instanceof Float32Array;
}

/** The fractional parts of multiples of the golden section: neighbours are far apart, and any stretch is even. */
const golden = (Math.sqrt(5) - 1) / 2;

/**
 * The frequencies. Quantiles (i + 1/2) / n stand in an order in which neighbours differ, always the same: no draw decides.
 *
 * @throws CoupletError DATA_INVALID for an empty list, a frequency that is not finite, a width that is not above 0
 */
export function frequenciesOf(given: Frequencies, where: string): Float64Array {
  const fail = (expected: string, received: string): never => {
    throw new CoupletError({ code: "DATA_INVALID", where, expected, received });
  };
  if (isList(given)) {
    if (given.length === 0) return fail("at least one frequency", "none");
    const bad = Array.from(given).find((value) => !Number.isFinite(value));
    return bad === undefined ? Float64Array.from(given) : fail("finite frequencies", String(bad));
  }
  const { law, centre, width, count } = given;
  if (!(width > 0) || !Number.isFinite(width)) return fail("a width above 0", String(width));
  if (!Number.isInteger(count) || count < 1) return fail("a count of 1 or more", String(count));
  const part = (i: number): number => ((i + 1) * golden) % 1;
  const order = Array.from({ length: count }, (_, i) => i).sort((i, j) => part(i) - part(j));
  const frequencies = new Float64Array(count);
  order.forEach((place, rank) => {
    frequencies[place] = centre + width * quantile(law, (rank + 0.5) / count);
  });
  return frequencies;
}

/**
 * The density of a law at its centre, g(0): 1 / (sigma sqrt(2 pi)), 1 / (pi gamma), 1 / (2 w); undefined for a list.
 */
export function densityAtCentre(given: Frequencies): number | undefined {
  if (isList(given)) return undefined;
  switch (given.law) {
    case "normal":
      return 1 / (given.width * Math.sqrt(2 * Math.PI));
    case "lorentz":
      return 1 / (Math.PI * given.width);
    case "uniform":
      return 1 / (2 * given.width);
  }
}

function quantile(law: "normal" | "lorentz" | "uniform", p: number): number {
  switch (law) {
    case "normal":
      return normalQuantile(p);
    case "lorentz":
      return Math.tan(Math.PI * (p - 0.5));
    case "uniform":
      return 2 * p - 1;
  }
}
