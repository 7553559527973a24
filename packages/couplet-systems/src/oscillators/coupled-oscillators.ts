/** Phase oscillators in layers: natural frequencies, and a supra operator of couplings. */
import { CoupletError } from "couplet/kit";
import {
  linearOperator,
  type AnyOperator,
  type LinearOperator,
} from "../linear-algebra/matrix/matrix.ts";
import { csrFromTriplets } from "../linear-algebra/sparse/csr.ts";
import { supra, type SupraOperator } from "../supra/supra.ts";
import type { OscillatorLink, OscillatorSpec } from "./spec.ts";
import { checkOscillators } from "./check-oscillators.ts";
import { frequenciesOf, type Frequencies } from "./frequencies.ts";

/** Coupled oscillators: dtheta_i/dt = omega_i + s sum_j A_ij sin(theta_j - theta_i), with a factor s on all couplings. */
export interface CoupledOscillators {
  readonly layers: readonly {
    readonly name: string;
    readonly offset: number;
    readonly size: number;
    readonly frequencies: Frequencies;
  }[];
  readonly size: number;
  /** Natural frequencies omega, in radians per unit of time. */
  readonly frequencies: Float64Array;
  /** The coupling matrix A; no entry is negative. */
  readonly coupling: SupraOperator;
  /** Writes dtheta/dt at phases `theta` (radians) into `out`; `scale` is the factor s. */
  slope(scale: number, theta: Float64Array, out: Float64Array): void;
}

function refuse(where: string, expected: string, received: string): never {
  throw new CoupletError({ code: "DATA_INVALID", where, expected, received });
}

/**
 * Builds a system of coupled oscillators. The sum over sines is taken by two products with the supra operator,
 * sum_j A_ij sin(theta_j - theta_i) = cos(theta_i) (A sin theta)_i - sin(theta_i) (A cos theta)_i,
 * so that complete layers cost O(n).
 *
 * @throws CoupletError USAGE for unknown names and words; DATA_INVALID for a strength or weight below 0, a link to an unknown oscillator, a repeated link,
 *   matched layers of different sizes; SPEC_INVALID for an unknown layer
 * @see Kuramoto 1975; Acebrón et al. 2005, Rev. Mod. Phys. 77, 137
 */
export function coupledOscillators(spec: OscillatorSpec): CoupledOscillators {
  checkOscillators(spec);
  const { layers, between = [] } = spec;
  const values = layers.map(({ name, frequencies }) =>
    frequenciesOf(frequencies, `layer "${name}"`),
  );
  // Without a prototype: a layer may be called __proto__.
  type Row = Record<string, { block: AnyOperator; scale: number }>;
  const blocks = Object.create(null) as Record<string, Row>;
  const rowOf = (name: string): Row => (blocks[name] ??= Object.create(null) as Row);
  const sizes = new Map(layers.map(({ name }, a) => [name, values[a]!.length]));
  for (const [a, { name, coupling }] of layers.entries()) {
    if (coupling === undefined) continue;
    const where = `layer "${name}"`;
    const scale = strengthOf(coupling.strength, where);
    const size = values[a]!.length;
    const block =
      coupling.kind === "complete" ? allToAll(size, size) : linksOf(size, coupling.links, where);
    rowOf(name)[name] = { block, scale };
  }
  for (const { layers: pair, kind, strength } of between) {
    const where = `between ${pair.join(" and ")}`;
    const [n, m] = pair.map(
      (name) =>
        sizes.get(name) ?? refuse(where, `one of ${[...sizes.keys()].join(", ")}`, `"${name}"`),
    ) as [number, number];
    if (pair[0] === pair[1]) refuse(where, "two layers", "one");
    if (kind === "matched" && n !== m) refuse(where, "layers of one size", `${n} and ${m}`);
    const scale = strengthOf(strength, where);
    for (const [[row, rows], [column, columns]] of [
      [
        [pair[0], n],
        [pair[1], m],
      ],
      [
        [pair[1], m],
        [pair[0], n],
      ],
    ] as const) {
      const blocksOfRow = rowOf(row);
      if (blocksOfRow[column] !== undefined) refuse(where, "each pair of layers once", "twice");
      blocksOfRow[column] = {
        block: kind === "matched" ? identityOf(rows) : allToAll(rows, columns),
        scale,
      };
    }
  }
  const coupling = supra({
    layers: layers.map(({ name }, a) => ({ name, size: values[a]!.length })),
    blocks,
  });
  const size = coupling.rows;
  const frequencies = new Float64Array(size);
  const placed = layers.map(({ name, frequencies: given }, a) => {
    const offset = coupling.order.offset(name);
    frequencies.set(values[a]!, offset);
    return { name, offset, size: values[a]!.length, frequencies: given };
  });
  const [sines, cosines, pulled, crossed] = Array.from({ length: 4 }, () => new Float64Array(size));
  return {
    layers: placed,
    size,
    frequencies,
    coupling,
    slope(scale, theta, out) {
      for (let i = 0; i < size; i++) {
        sines![i] = Math.sin(theta[i]!);
        cosines![i] = Math.cos(theta[i]!);
      }
      coupling.apply(sines!, pulled!);
      coupling.apply(cosines!, crossed!);
      for (let i = 0; i < size; i++)
        out[i] = frequencies[i]! + scale * (cosines![i]! * pulled![i]! - sines![i]! * crossed![i]!);
    },
  };
}

function strengthOf(strength: number, where: string): number {
  return strength >= 0 && Number.isFinite(strength)
    ? strength
    : refuse(where, "a strength of 0 or more", String(strength));
}

/** Every entry 1 / sqrt(rows columns): symmetric as a whole, and 1 / n within a layer. */
function allToAll(rows: number, columns: number): LinearOperator {
  const part = 1 / Math.sqrt(rows * columns);
  const fill = (x: Float64Array, y: Float64Array): void => {
    let sum = 0;
    for (const value of x) sum += value;
    y.fill(sum * part);
  };
  return linearOperator({ rows, cols: columns, apply: fill, adjoint: fill });
}

function identityOf(size: number): AnyOperator {
  const index = Array.from({ length: size }, (_, i) => i);
  const values = new Float64Array(size).fill(1);
  return csrFromTriplets({ rows: size, cols: size, row: index, column: index, values });
}

function linksOf(size: number, links: readonly OscillatorLink[], where: string): AnyOperator {
  const [row, column, values]: [number[], number[], number[]] = [[], [], []];
  const seen = new Set<string>();
  for (const [i, j, weight = 1] of links) {
    for (const end of [i, j])
      if (!Number.isInteger(end) || end < 0 || end >= size)
        refuse(where, `links between positions 0 to ${size - 1}`, String(end));
    if (!(weight >= 0) || !Number.isFinite(weight))
      refuse(where, "weights of 0 or more", `${weight}`);
    if (i === j) refuse(where, "links between two oscillators", `${i} with itself`);
    // Links have no direction: a second one would double the first without a word.
    const pair = i < j ? `${i} to ${j}` : `${j} to ${i}`;
    if (seen.has(pair)) refuse(where, "each link once, in one direction", `${pair} twice`);
    seen.add(pair);
    row.push(i, j);
    column.push(j, i);
    values.push(weight, weight);
  }
  return csrFromTriplets({ rows: size, cols: size, row, column, values });
}
