/** Chern numbers on a grid. */
import { CoupletError, checkOptions } from "couplet/kit";
import { complexSchur } from "../linear-algebra/eigen/complex-schur.ts";
import type { TightBindingModel } from "./model.ts";
import { bandsAt, checkOccupied, requireGap } from "./occupied.ts";
import { overlap } from "./wilson.ts";

/** Options of {@link chernNumber}. */
export interface ChernOptions {
  readonly model: TightBindingModel;
  /** Number of occupied (lowest) bands. */
  readonly occupied: number;
  /** Points of the grid along each axis; default 24. */
  readonly grid?: number;
  /** The two axes that span the plane, in order; default [0, 1]. */
  readonly plane?: readonly [number, number];
  /** The wave vector for the other axis of a 3-D model. */
  readonly k?: readonly number[];
}

/**
 * The Chern number of the occupied bands of a 2-D model (or of a plane of a 3-D one):
 *
 *   C = 1/(2 pi) sum over plaquettes of arg(U_1 U_2 U_1'^-1 U_2'^-1),  U = det <u(k)|u(k + d)>
 *
 * An integer on any grid; the right one once the curvature of a plaquette is below pi. Sign: of the
 * Berry curvature of A = i <u|grad u> with the plaquette run counter-clockwise, times -1 (Fukui's convention).
 *
 * @throws CoupletError DATA_INVALID if the gap closes (2-D models); NOT_CONVERGED if a plaquette's flux is close to pi
 * @see Fukui, Hatsugai & Suzuki 2005, J. Phys. Soc. Jpn. 74, 1674
 */
export function chernNumber(options: ChernOptions): number {
  checkOptions("chernNumber", options, {
    model: true,
    occupied: 0,
    grid: 0,
    plane: true,
    k: true,
  });
  const { model, occupied, grid = 24, plane = [0, 1] } = options;
  checkOccupied("chernNumber", model, occupied, false);
  const [first, second] = plane;
  if (
    first === second ||
    !(first in [0, 0, 0].slice(0, model.axes)) ||
    !(second in [0, 0, 0].slice(0, model.axes))
  ) {
    throw new CoupletError({
      code: "USAGE",
      where: "chernNumber: plane",
      expected: `two different axes from 0 to ${model.axes - 1}`,
      received: plane.join(", "),
    });
  }
  if (model.axes === 2) requireGap("chernNumber", model, occupied);
  const base = options.k ?? new Array<number>(model.axes).fill(0);
  const states = Array.from({ length: grid }, (_, i) =>
    Array.from({ length: grid }, (__, j) => {
      const k = base.map((v, a) =>
        a === first ? (2 * Math.PI * i) / grid : a === second ? (2 * Math.PI * j) / grid : v,
      );
      return bandsAt(model, k).vectors.slice(0, occupied);
    }),
  );
  const at = (i: number, j: number): readonly Float64Array[] => states[i % grid]![j % grid]!;
  let flux = 0;
  for (let i = 0; i < grid; i++) {
    for (let j = 0; j < grid; j++) {
      const corners = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)];
      let angle = 0;
      corners.forEach((corner, c) => (angle += phaseOfDeterminant(corner, corners[(c + 1) % 4]!)));
      const plaquette = angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
      // At pi the branch of the logarithm is a matter of rounding.
      if (Math.abs(plaquette) > 0.9 * Math.PI) {
        throw new CoupletError({
          code: "NOT_CONVERGED",
          where: "chernNumber",
          expected: "a flux well below pi in each plaquette",
          received: `${plaquette.toFixed(3)} at (${i}, ${j})`,
          hint: `Use a finer grid than ${grid}.`,
        });
      }
      flux += plaquette;
    }
  }
  return Math.round(flux / (2 * Math.PI)) + 0;
}

function phaseOfDeterminant(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  const m = overlap(a, b);
  if (m.rows === 1) return Math.atan2(m.im[0]!, m.re[0]!);
  // det = product of the eigenvalues.
  const { n, tr, ti } = complexSchur(m);
  let angle = 0;
  for (let i = 0; i < n; i++) angle += Math.atan2(ti[i * n + i]!, tr[i * n + i]!);
  return angle;
}
