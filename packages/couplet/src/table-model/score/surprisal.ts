/** How surprising one cell is, from the density of its coordinate given all other cells. */
import type { ColumnEncoder } from "../../table/encode/encoder.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import { logSum } from "./axis-density.ts";
import type { AxisDensity } from "./axis-density.ts";

/** A cell as the model sees it: its coordinate, or that it is missing. */
export type SeenCell = { readonly z: number } | "missing";

/** Discrete values that are visited one by one within a piece of the density; more are sampled. */
const MOST_VISITED = 12;

/** No encoder has an edge beyond this: a normal's mass there is no double. */
const FARTHEST = 40;

/** Points that stand for the values of a piece with more of them. */
const STAND_INS = 3;

/**
 * Surprisal and excess surprisal of a cell, nats.
 *
 * @param present the density of the value's coordinate (with the mass of "present", where cells may be missing)
 * @param missing the density of the same coordinate for missing cells; undefined where there are none
 */
export function surprisalOf(
  encoder: ColumnEncoder,
  cell: SeenCell,
  present: AxisDensity,
  missing: AxisDensity | undefined,
): { readonly surprisal: number; readonly excessSurprisal: number } {
  const logMissing = missing?.logTotal ?? -Infinity;
  const logTotal = logSum([present.logTotal, logMissing]);
  const surprisal =
    logTotal - (cell === "missing" ? logMissing : logOfCell(encoder, present, cell.z));
  const pMissing = Math.exp(logMissing - logTotal);
  const expected =
    (pMissing > 0 ? pMissing * (logTotal - logMissing) : 0) +
    expectedInformation(encoder, present, logTotal);
  return { surprisal, excessSurprisal: surprisal - expected };
}

/** log of the probability of a discrete cell, or of the density of a continuous one, before normalisation. */
function logOfCell(encoder: ColumnEncoder, density: AxisDensity, z: number): number {
  const { lower, upper, discrete, logMass } = encoder.pieceAt(z);
  if (!discrete) return density.logAt(z);
  // A sliver has no width in doubles: its share of a standard normal says what it has.
  return upper > lower
    ? density.logMass(lower, upper)
    : density.logAt(z) - logNormalDensity(z) + logMass;
}

/** The part of E[-log p] that present cells have: over continuous stretches exactly, over discrete values one by one. */
function expectedInformation(
  encoder: ColumnEncoder,
  density: AxisDensity,
  logTotal: number,
): number {
  let sum = 0;
  const add = (logMass: number, logCell: number): void => {
    const mass = Math.exp(logMass - logTotal);
    if (mass > 0) sum += mass * (logTotal - logCell);
  };
  density.pieces.forEach((piece, k) => {
    if (Math.exp(piece.logMass - logTotal) < 1e-12) return;
    let from = piece.lower;
    for (let visited = 0; from < piece.upper && visited < MOST_VISITED; visited++) {
      // An infinite end has no coordinate to ask for.
      const { upper, discrete, lower } = encoder.pieceAt(Math.max(from, -FARTHEST));
      if (upper <= from) break; // slivers: the rest is sampled
      const to = Math.min(upper, piece.upper);
      const logMass = density.logMass(from, to);
      if (Math.exp(logMass - logTotal) > 0)
        // A discrete value has at least the part of it that lies here.
        add(
          logMass,
          discrete
            ? Math.max(logMass, density.logMass(lower, upper))
            : density.meanLog(k, from, to),
        );
      from = to;
    }
    if (!(from < piece.upper)) return;
    // Very many values share what is left of this piece: a few stand for them.
    const end = Math.min(piece.upper, FARTHEST);
    from = Math.max(from, -FARTHEST);
    if (!(from < end)) return;
    const logRest = density.logMass(from, piece.upper) - Math.log(STAND_INS);
    for (let i = 0; i < STAND_INS; i++) {
      const z = from + ((i + 0.5) / STAND_INS) * (end - from);
      add(logRest, logOfCell(encoder, density, z));
    }
  });
  return sum;
}
