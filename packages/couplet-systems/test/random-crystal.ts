/** Random time-reversal invariant crystals, and the noise that files of first-principles codes have. */
import { philoxUniform } from "couplet/kit";
import type { ComplexDenseMatrix } from "../src/linear-algebra/matrix/matrix.ts";
import { modelFromTerms, type TightBindingModel } from "../src/topology/model.ts";
import { bhzStack, type BhzStackParameters } from "../src/topology/preset.ts";

/** What {@link randomCrystal} is made of. */
export interface RandomCrystal {
  /** The first four orbitals; the others lie in Kramers pairs 3 below and 3 above zero in turn. */
  readonly core: BhzStackParameters;
  /** All orbitals, even; spins up and down of each stand side by side. */
  readonly orbitals: number;
  /** Cells with hoppings, odd: those nearest to the origin. */
  readonly cells: number;
  /** Deviation of the hopping to the nearest cells, falling by e over `decay` cells. */
  readonly hopping: number;
  readonly decay: number;
  /** Deviation of what is added to every entry without time reversal. */
  readonly noise: number;
  readonly seed: number;
}

type Block = { re: Float64Array; im: Float64Array };

/**
 * H_R = core + t(R) Q_R + noise, Q_R of random real quaternions q0 + i q . sigma, which time reversal i sigma_y K keeps.
 * Occupied bands: half of the orbitals.
 */
export function randomCrystal(spec: RandomCrystal): TightBindingModel {
  const { core, orbitals: n, cells, hopping, decay, noise, seed } = spec;
  let row = 0;
  const uniform = (): number => philoxUniform({ seed, row: row++ });
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const block = (): Block => ({ re: new Float64Array(n * n), im: new Float64Array(n * n) });
  const addQuaternions = ({ re, im }: Block, size: number): void => {
    for (let a = 0; a < n; a += 2) {
      for (let b = 0; b < n; b += 2) {
        const [q0, x, y, z] = [0, 0, 0, 0].map(() => (size * normal()) / 2) as [
          number,
          number,
          number,
          number,
        ];
        const [p, q] = [a * n + b, (a + 1) * n + b];
        re[p]! += q0;
        im[p]! += z;
        re[p + 1]! += y;
        im[p + 1]! += x;
        re[q]! -= y;
        im[q]! += x;
        re[q + 1]! += q0;
        im[q + 1]! -= z;
      }
    }
  };
  const addNoise = ({ re, im }: Block): void => {
    if (noise === 0) return;
    for (let p = 0; p < n * n; p++) {
      re[p]! += noise * normal();
      im[p]! += noise * normal();
    }
  };
  const adjoint = ({ re, im }: Block): Block => {
    const out = block();
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        out.re[j * n + i] = re[i * n + j]!;
        out.im[j * n + i] = -im[i * n + j]!;
      }
    return out;
  };
  const inner = new Map(bhzStack(core).terms.map(({ cell, matrix }) => [cell.join(), matrix]));
  const addCore = ({ re, im }: Block, cell: readonly number[]): void => {
    const part = inner.get(cell.join());
    if (part === undefined) return;
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 4; j++) {
        re[i * n + j]! += part.re[i * 4 + j]!;
        im[i * n + j]! += part.im[i * 4 + j]!;
      }
  };
  const terms: { cell: readonly number[]; matrix: ComplexDenseMatrix }[] = [];
  const add = (cell: readonly number[], { re, im }: Block): void => {
    terms.push({ cell, matrix: { kind: "complexDense", rows: n, cols: n, re, im } });
  };
  const home = block();
  addQuaternions(home, hopping);
  addNoise(home);
  const back = adjoint(home);
  home.re.forEach((v, p) => (home.re[p] = (v + back.re[p]!) / 2));
  home.im.forEach((v, p) => (home.im[p] = (v + back.im[p]!) / 2));
  addCore(home, [0, 0, 0]);
  for (let i = 4; i < n; i++) home.re[i * n + i]! += (i >> 1) % 2 === 0 ? -3 : 3;
  add([0, 0, 0], home);
  for (const cell of halfOfCells((cells - 1) / 2)) {
    const there = block();
    addQuaternions(there, hopping * Math.exp((1 - Math.hypot(...cell)) / decay));
    addNoise(there);
    addCore(there, cell);
    add(cell, there);
    add(
      cell.map((steps) => (steps === 0 ? 0 : -steps)),
      adjoint(there),
    );
  }
  return modelFromTerms({ axes: 3, size: n, terms, where: "randomCrystal" });
}

/** The cells nearest to the origin, one of each R and -R. */
function halfOfCells(count: number): number[][] {
  const reach = Math.ceil(Math.cbrt(count)) + 1;
  const steps = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  const all = steps.flatMap((x) => steps.flatMap((y) => steps.map((z) => [x, y, z])));
  return all
    .filter((cell) => (cell.find((v) => v !== 0) ?? 0) > 0)
    .sort((a, b) => Math.hypot(...a) - Math.hypot(...b))
    .slice(0, count);
}
