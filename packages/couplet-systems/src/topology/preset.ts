/** Two models of quantum spin Hall physics: a stack of BHZ layers, and the Kane-Mele sheet. */
import { CoupletError, requireOptions } from "couplet/kit";
import { combine } from "../linear-algebra/matrix/algebra.ts";
import { complexDense } from "../linear-algebra/matrix/matrix.ts";
import type { ComplexDenseMatrix, DenseMatrix } from "../linear-algebra/matrix/matrix.ts";
import { toComplexDense } from "../linear-algebra/matrix/convert.ts";
import { tightBinding } from "./model.ts";
import type { TightBindingModel } from "./model.ts";

type Entry = number | readonly [number, number];
type Two = readonly (readonly Entry[])[];

const one: Two = [
  [1, 0],
  [0, 1],
];
const pauliX: Two = [
  [0, 1],
  [1, 0],
];
const pauliY: Two = [
  [0, [0, -1]],
  [[0, 1], 0],
];
const pauliZ: Two = [
  [1, 0],
  [0, -1],
];

/** a (x) b of two 2 x 2 matrices: orbital (outer) times spin (inner). */
function kronecker(a: Two, b: Two): ComplexDenseMatrix {
  const parts = (entry: Entry): readonly [number, number] =>
    typeof entry === "number" ? [entry, 0] : entry;
  return complexDense(
    Array.from({ length: 4 }, (_, i) =>
      Array.from({ length: 4 }, (__, j): readonly [number, number] => {
        const [x, y] = [parts(a[i >> 1]![j >> 1]!), parts(b[i & 1]![j & 1]!)];
        return [x[0] * y[0] - x[1] * y[1], x[0] * y[1] + x[1] * y[0]];
      }),
    ),
  );
}

/** sum_i (re_i + i im_i) M_i */
function sum(
  ...terms: readonly (readonly [re: number, im: number, matrix: ComplexDenseMatrix])[]
): ComplexDenseMatrix {
  const size = terms[0]![2].re.length;
  const out = {
    kind: "complexDense" as const,
    rows: 4,
    cols: 4,
    re: new Float64Array(size),
    im: new Float64Array(size),
  };
  for (const [x, y, m] of terms) {
    for (let p = 0; p < size; p++) {
      out.re[p]! += x * m.re[p]! - y * m.im[p]!;
      out.im[p]! += x * m.im[p]! + y * m.re[p]!;
    }
  }
  return out;
}

const gamma1 = kronecker(pauliX, pauliX);
const gamma2 = kronecker(pauliX, pauliY);
const gamma3 = kronecker(pauliX, pauliZ);
const gamma5 = kronecker(pauliZ, one);
const unit = kronecker(one, one);

/** Refuses parameters that are absent or not finite: their model would be NaN. @throws CoupletError USAGE */
function requireFinite(where: string, parameters: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(parameters))
    if (!Number.isFinite(value))
      throw new CoupletError({
        code: "USAGE",
        where: `${where}: ${name}`,
        expected: "a finite number",
        received: value === undefined ? "none" : String(value),
      });
}

/** Parameters of {@link bhzStack}, in units of energy. */
export interface BhzStackParameters {
  /** A: spin-orbit hopping in the layer. */
  readonly inPlane: number;
  /** B: curvature of the mass in the layer. */
  readonly curvature: number;
  /** M: mass. A single layer is topological for 0 < M / B < 8, M / B not 4. */
  readonly mass: number;
  /** B_z: curvature of the mass along the stack. */
  readonly stackCurvature: number;
  /** lambda_z: spin-orbit hopping between layers. */
  readonly stackSpinOrbit: number;
  /** t_z: hopping between layers that acts on all orbitals alike; default 0. */
  readonly stackHopping?: number;
}

/**
 * A stack of Bernevig-Hughes-Zhang layers along the third axis (the 3-D Wilson-Dirac insulator):
 *
 *   H(k) = A (sin kx G1 + sin ky G2) + lambda_z sin kz G3 + m(k) G5 + 2 t_z cos kz
 *   m(k) = M - 2B (2 - cos kx - cos ky) - 2 B_z (1 - cos kz)
 *
 * G1, G2, G3 = tau_x sigma_{x,y,z}, G5 = tau_z; basis orbital (tau) times spin (sigma), spin fastest.
 *
 * @see Bernevig, Hughes & Zhang 2006, Science 314, 1757; Fu, Kane & Mele 2007, PRL 98, 106803
 */
export function bhzStack(p: BhzStackParameters): TightBindingModel {
  requireOptions("bhzStack", p, {
    inPlane: 0,
    curvature: 0,
    mass: 0,
    stackCurvature: 0,
    stackSpinOrbit: 0,
    stackHopping: 0,
  });
  const { inPlane, curvature, mass, stackCurvature, stackSpinOrbit, stackHopping = 0 } = p;
  requireFinite("bhzStack", {
    inPlane,
    curvature,
    mass,
    stackCurvature,
    stackSpinOrbit,
    stackHopping,
  });
  return tightBinding({
    axes: 3,
    onSite: sum([mass - 4 * curvature - 2 * stackCurvature, 0, gamma5]),
    // sin k = (e^{ik} - e^{-ik}) / 2i: the hopping to the next cell carries 1 / 2i = -i / 2.
    hoppings: [
      { cell: [1, 0, 0], matrix: sum([0, -inPlane / 2, gamma1], [curvature, 0, gamma5]) },
      { cell: [0, 1, 0], matrix: sum([0, -inPlane / 2, gamma2], [curvature, 0, gamma5]) },
      {
        cell: [0, 0, 1],
        matrix: sum(
          [0, -stackSpinOrbit / 2, gamma3],
          [stackCurvature, 0, gamma5],
          [stackHopping, 0, unit],
        ),
      },
    ],
  });
}

/** Spatial inversion of {@link bhzStack}: P = tau_z. */
export const bhzInversion: ComplexDenseMatrix = gamma5;

/**
 * The unitary part U of time reversal T = U K for spin-1/2 orbitals: i sigma_y on every orbital.
 *
 * @param order "interleaved": up and down of each orbital side by side; "blocks": all up, then all down
 */
export function spinTimeReversal(
  size: number,
  order: "interleaved" | "blocks" = "interleaved",
): DenseMatrix {
  const values = new Float64Array(size * size);
  const orbitals = size / 2;
  for (let o = 0; o < orbitals; o++) {
    const [up, down] = order === "interleaved" ? [2 * o, 2 * o + 1] : [o, orbitals + o];
    values[up * size + down] = 1;
    values[down * size + up] = -1;
  }
  return { kind: "dense", rows: size, cols: size, values };
}

/** Parameters of {@link kaneMele}, in units of energy. */
export interface KaneMeleParameters {
  readonly hopping: number;
  readonly spinOrbit: number;
  readonly rashba: number;
  /** The site energies are +-staggered. */
  readonly staggered: number;
}

/**
 * The Kane-Mele model of graphene with spin-orbit coupling; basis sublattice times spin, spin fastest.
 * At rashba = 0 it is a quantum spin Hall insulator for staggered < 3 sqrt(3) spinOrbit.
 *
 * @see Kane & Mele 2005, PRL 95, 226801 and 146802
 */
export function kaneMele(p: KaneMeleParameters): TightBindingModel {
  requireOptions("kaneMele", p, { hopping: 0, spinOrbit: 0, rashba: 0, staggered: 0 });
  const { hopping, spinOrbit, rashba, staggered } = p;
  requireFinite("kaneMele", { hopping, spinOrbit, rashba, staggered });
  const half = Math.sqrt(3) / 2;
  const sublattice = (from: 0 | 1, to: 0 | 1): Two => [
    [0, 1].map((j) => (from === 0 && to === j ? 1 : 0)),
    [0, 1].map((j) => (from === 1 && to === j ? 1 : 0)),
  ];
  const [aa, ab, bb] = [sublattice(0, 0), sublattice(0, 1), sublattice(1, 1)];
  const inCell = sum(
    [hopping, 0, kronecker(ab, one)],
    [0, rashba / 2, kronecker(ab, pauliX)],
    [0, -rashba * half, kronecker(ab, pauliY)],
  );
  const back = { ...inCell, re: transpose(inCell.re, 1), im: transpose(inCell.im, -1) };
  const energies = sum([staggered, 0, kronecker(pauliZ, one)]);
  const chiral = (sign: number, which: Two): readonly [number, number, ComplexDenseMatrix] => [
    0,
    sign * spinOrbit,
    kronecker(which, pauliZ),
  ];
  return tightBinding({
    axes: 2,
    onSite: toComplexDense(combine(1, combine(1, inCell, 1, back), 1, energies)),
    hoppings: [
      {
        cell: [0, -1],
        matrix: sum([hopping, 0, kronecker(ab, one)], [0, -rashba, kronecker(ab, pauliX)]),
      },
      {
        cell: [-1, 0],
        matrix: sum(
          [hopping, 0, kronecker(ab, one)],
          [0, rashba / 2, kronecker(ab, pauliX)],
          [0, rashba * half, kronecker(ab, pauliY)],
        ),
      },
      { cell: [0, 1], matrix: sum(chiral(-1, aa), chiral(1, bb)) },
      { cell: [1, 0], matrix: sum(chiral(1, aa), chiral(-1, bb)) },
      { cell: [1, -1], matrix: sum(chiral(-1, aa), chiral(1, bb)) },
    ],
  });
}

function transpose(source: Float64Array, sign: number): Float64Array {
  return Float64Array.from({ length: 16 }, (_, p) => sign * source[(p % 4) * 4 + (p >> 2)]!);
}
