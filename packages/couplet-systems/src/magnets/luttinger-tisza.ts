import { blochSum } from "../linear-algebra/matrix/builders.ts";
import { eigenHermitian } from "../linear-algebra/eigen/dense-symmetric.ts";
import { connectivity } from "./connectivity.ts";
import { exchangeTerms } from "./exchange.ts";
import type { WaveVector } from "./exchange.ts";
import { siteCurie } from "./stack.ts";
import type { MagneticStack } from "./stack.ts";

/** The largest eigenvalue of a Bloch matrix over all wave vectors. */
export interface ExchangeMaximum {
  /** Radians per cell, each in (-pi, pi]; snapped to 0, pi or 2 pi / 3 where it lies within 1e-6. */
  readonly wave: WaveVector;
  readonly value: number;
  /** Planar complex vector over the sites, unit length. */
  readonly vector: Float64Array;
  /** Along which the maximum is a line: "stacking" across the planes, "in-plane" inside them. */
  readonly degenerate: readonly ("stacking" | "in-plane")[];
}

/** Values of J(k) that differ by this fraction are one: the pattern search stops where J(k) is flat to 1e-18. */
const oneValue = 1e-9;

/**
 * Maximises lambda_max(D J(k) D) over the Brillouin zone, D = diag(scale): a grid that holds all
 * points of high symmetry, then a pattern search from the best few. Of several maxima within 1e-9 a collinear one (entries
 * 0 and pi) counts, the one with the fewest pi, so that rounding chooses nothing.
 *
 * @param scale 1 for energies (Luttinger-Tisza), sqrt(Curie constant) for mean-field temperatures
 */
export function maximiseExchange(
  stack: MagneticStack,
  scale: Float64Array,
  points = 12,
): ExchangeMaximum {
  const terms = exchangeTerms(stack);
  const n = stack.sites.length;
  const moves = [0, 1, 2].map((axis) => stack.bonds.some((bond) => bond.cell[axis] !== 0));
  const solve = (k: WaveVector): ReturnType<typeof eigenHermitian> => {
    const matrix = blochSum(terms, k);
    for (let i = 0; i < n * n; i++) {
      const factor = scale[Math.floor(i / n)]! * scale[i % n]!;
      matrix.re[i]! *= factor;
      matrix.im[i]! *= factor;
    }
    return eigenHermitian(matrix);
  };
  const largest = (k: WaveVector): number => solve(k).values[n - 1]!;

  // J(-k) = J(k)*: half of the first moving axis is enough.
  const first = moves.indexOf(true);
  const axis = (i: number): number[] => {
    if (!moves[i]) return [0];
    const count = i === first ? points / 2 + 1 : points;
    return Array.from({ length: count }, (_, j) => (2 * Math.PI * j) / points);
  };
  const seeds: { k: [number, number, number]; value: number }[] = [];
  for (const kx of axis(0)) {
    for (const ky of axis(1)) {
      for (const kz of axis(2)) seeds.push({ k: [kx, ky, kz], value: largest([kx, ky, kz]) });
    }
  }
  seeds.sort((a, b) => b.value - a.value);
  let best = seeds[0]!;
  // Grid points of one star have one value: refine several, so that two different maxima both get a turn.
  for (const seed of seeds.slice(0, 8)) {
    const found = climb(seed, moves, (2 * Math.PI) / points, largest);
    if (found.value > best.value + 1e-12 * Math.abs(best.value)) best = found;
  }
  const floor = best.value - oneValue * Math.abs(best.value);
  let wave = best.k.map(wrap) as unknown as WaveVector;
  const snapped = wave.map(snap) as unknown as WaveVector;
  if (largest(snapped) >= floor) wave = snapped;
  const collinear = seeds
    .filter(({ value, k }) => value >= floor && k.every((x) => x === 0 || x === Math.PI))
    .map(({ k }) => k)
    .sort((a, b) => sum(a) - sum(b) || a[2] - b[2] || a[1] - b[1]);
  if (collinear.length > 0) wave = collinear[0]!;
  const free = [0, 1, 2].filter(
    (along) =>
      moves[along] &&
      offLine.every(
        (x) => largest(wave.map((k, a) => (a === along ? x : k)) as unknown as WaveVector) >= floor,
      ),
  );
  const { values, vectors } = solve(wave);
  const space = vectors.filter((_, i) => values[i]! >= floor);
  return {
    wave,
    value: values[n - 1]!,
    vector: space.length === 1 ? vectors[n - 1]! : evenState(space, n),
    degenerate: [
      ...(free.includes(2) || space.length > 1 ? (["stacking"] as const) : []),
      ...(free.some((along) => along < 2) ? (["in-plane"] as const) : []),
    ],
  };
}

/** Wave numbers that no symmetry singles out: a maximum at all of them is a line. */
const offLine = [0.37, 1.13, 2.29, -0.91, -2.03];

const sum = (k: readonly number[]): number => k.reduce((total, x) => total + x, 0);

/** The state of an eigenspace that is nearest to all spins alike, or its last vector where that leaves a site out. */
function evenState(space: readonly Float64Array[], n: number): Float64Array {
  const state = new Float64Array(2 * n);
  for (const v of space) {
    // <v | 1>
    let [re, im] = [0, 0];
    for (let a = 0; a < n; a++) [re, im] = [re + v[a]!, im - v[n + a]!];
    for (let a = 0; a < n; a++) {
      state[a]! += re * v[a]! - im * v[n + a]!;
      state[n + a]! += re * v[n + a]! + im * v[a]!;
    }
  }
  const sizes = Array.from({ length: n }, (_, a) => Math.hypot(state[a]!, state[n + a]!));
  const length = Math.hypot(...sizes);
  return sizes.every((size) => size > 1e-6) ? state.map((x) => x / length) : space.at(-1)!;
}

function climb(
  seed: { k: [number, number, number]; value: number },
  moves: readonly boolean[],
  step: number,
  value: (k: WaveVector) => number,
): { k: [number, number, number]; value: number } {
  let best = seed;
  for (let h = step / 2; h > 1e-9;) {
    let better = best;
    for (const [x, y, z] of directions) {
      if ((x !== 0 && !moves[0]) || (y !== 0 && !moves[1]) || (z !== 0 && !moves[2])) continue;
      const k: [number, number, number] = [best.k[0] + h * x, best.k[1] + h * y, best.k[2] + h * z];
      const here = value(k);
      if (here > better.value) better = { k, value: here };
    }
    if (better === best) h /= 2;
    else best = better;
  }
  return best;
}

// Axes and diagonals: ridges of J(k) seldom lie along one axis of an oblique cell.
const directions = [-1, 0, 1]
  .flatMap((x) => [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((z) => [x, y, z] as const)))
  .filter(([x, y, z]) => x !== 0 || y !== 0 || z !== 0);

function wrap(angle: number): number {
  const turned = angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
  return turned <= -Math.PI + 1e-12 ? turned + 2 * Math.PI : turned;
}

function snap(angle: number): number {
  for (const special of [
    0,
    Math.PI,
    (2 * Math.PI) / 3,
    (-2 * Math.PI) / 3,
    Math.PI / 2,
    -Math.PI / 2,
  ]) {
    if (Math.abs(angle - special) < 1e-6) return special;
  }
  return Math.abs(angle + Math.PI) < 1e-6 ? Math.PI : angle;
}

/** Names of order: see {@link GroundState.label}. */
export type OrderLabel =
  | "F"
  | "A"
  | "C"
  | "G"
  | "helix"
  | "helix of checkerboard planes"
  | "spiral"
  | "stripe"
  | "other";

/**
 * What a ground state leaves open: "stacking", how a plane lies on the next; "in-plane", the wave vector along a line
 * inside the planes; "parts", the directions of parts that do not interact.
 */
export type Degeneracy = "stacking" | "in-plane" | "parts";

/** The result of {@link groundStateOrder}. */
export interface GroundState {
  /**
   * F: all parallel. A: ferromagnetic planes, neighbouring planes opposite. C: planes ordered antiparallel
   * (checkerboard), planes alike. G: checkerboard, planes alternate. helix: ferromagnetic planes,
   * each turned against the last by one angle. helix of checkerboard planes: the same of checkerboards. spiral: turning inside the planes. stripe: rows alternate inside the planes.
   * other: collinear, none of these.
   */
  readonly label: OrderLabel;
  readonly wave: WaveVector;
  /** Angle between neighbouring planes in radians; undefined for one plane or where it varies from plane to plane. */
  readonly turn: number | undefined;
  /** Angle of each site's spin in the cell at the origin, in radians. */
  readonly angles: Float64Array;
  /** Lower bound of the energy per site by Luttinger and Tisza, over k_B. */
  readonly bound: number;
  /** Energy per site of the state with these angles and unit spins. */
  readonly energy: number;
  /** Whether the state reaches the bound, or satisfies every bond: then no state is lower. */
  readonly exact: boolean;
  /** Whether some bonds cannot all be satisfied at once. */
  readonly frustrated: boolean;
  /** What other states of the same energy differ in; the label is then that of a collinear one. Empty for one state. */
  readonly degenerate: readonly Degeneracy[];
}

/**
 * The ordered ground state of a stack by the method of Luttinger and Tisza (1946, Phys. Rev. 70, 954):
 * the wave vector where the largest eigenvalue of J(k) is largest, and its eigenvector.
 *
 *   E / cell >= -1/2 sites lambda_max(J(k)) over all k
 *
 * With one site a cell a planar spiral attains the bound. With several sites the eigenvector may want
 * spins of unequal length: then the bound is only that, the state is made of its phases (a gauge of
 * signs where the bonds are not frustrated), and `exact` says which case holds. Spins of length S count
 * with length 1 here; films of different S are weighted by their length.
 */
export function groundStateOrder(stack: MagneticStack): GroundState {
  const n = stack.sites.length;
  const lengths = Float64Array.from(stack.sites, ({ spin }) =>
    spin.kind === "quantum" ? spin.spin : 1,
  );
  const maximum = maximiseExchange(stack, lengths);
  const { gauge, components } = connectivity(stack);
  const apart = stack.periodic && stack.bonds.every(({ cell }) => cell[2] === 0);
  const degenerate: readonly Degeneracy[] = [
    ...(apart && !maximum.degenerate.includes("stacking") ? (["stacking"] as const) : []),
    ...(gauge === undefined || components > 1 ? maximum.degenerate : []),
    ...(components > 1 ? (["parts"] as const) : []),
  ];
  const wave =
    gauge === undefined
      ? maximum.wave
      : (gauge.wave.map((bit) => bit * Math.PI) as unknown as WaveVector);
  const angles = new Float64Array(n);
  if (gauge !== undefined) gauge.site.forEach((sign, a) => (angles[a] = sign > 0 ? 0 : Math.PI));
  else
    for (let a = 0; a < n; a++) angles[a] = Math.atan2(maximum.vector[n + a]!, maximum.vector[a]!);
  const origin = angles[0]!;
  for (let a = 0; a < n; a++) angles[a] = wrap(angles[a]! - origin);

  let energy = 0;
  const isIsing = stack.sites.some(({ spin }) => spin.kind === "ising");
  for (const { from, to, cell, exchange } of stack.bonds) {
    const angle = wave.reduce((sum, k, axis) => sum + k * cell[axis]!, angles[to]! - angles[from]!);
    energy -= exchange * lengths[from]! * lengths[to]! * Math.cos(angle);
  }
  energy /= n;
  const bound = -maximum.value / 2;
  // 1e-9: the pattern search stops at steps of 1e-9 in k, where J(k) is flat to 1e-18.
  const attains = energy <= bound + 1e-9 * Math.abs(bound);
  const collinear =
    wave.every((k) => k === 0 || k === Math.PI) &&
    angles.every((a) => Math.abs(Math.sin(a)) < 1e-9);
  return {
    ...name(stack, wave, angles, collinear),
    wave,
    angles,
    bound,
    energy,
    exact: gauge !== undefined || (attains && (collinear || !isIsing)),
    frustrated: gauge === undefined,
    degenerate,
  };
}

function name(
  stack: MagneticStack,
  wave: WaveVector,
  angles: Float64Array,
  collinear: boolean,
): { label: OrderLabel; turn: number | undefined } {
  const columns = stack.sites.flatMap((site, a) => (site.sublattice === 0 ? [a] : []));
  const turns = columns.slice(1).map((a, i) => wrap(angles[a]! - angles[columns[i]!]!));
  if (stack.periodic) turns.push(wrap(angles[columns[0]!]! + wave[2] - angles[columns.at(-1)!]!));
  const same = turns.every((turn) => Math.abs(wrap(Math.abs(turn) - Math.abs(turns[0]!))) < 1e-6);
  const turn = turns.length > 0 && same ? Math.abs(turns[0]!) : undefined;
  const flat = wave[0] === 0 && wave[1] === 0;
  const partners = stack.sites.map((site, a) =>
    site.sublattice === 0 ? 0 : wrap(angles[a]! - angles[a - 1]!),
  );
  const parallel = partners.every((angle) => Math.abs(angle) < 1e-6);
  const checkerboard =
    stack.lattice === "honeycomb"
      ? flat &&
        stack.sites.every(
          (site, a) => site.sublattice === 0 || Math.abs(partners[a]!) > Math.PI - 1e-6,
        )
      : wave[0] === Math.PI && wave[1] === Math.PI && stack.lattice === "square";
  const alternates = turn !== undefined && turn > Math.PI - 1e-6;
  const straight = turns.length === 0 || (turn !== undefined && turn < 1e-6);
  if (flat && parallel && !checkerboard) {
    if (straight) return { label: "F", turn };
    if (alternates) return { label: "A", turn };
    return { label: collinear ? "other" : "helix", turn };
  }
  if (checkerboard) {
    // A single plane is the checkerboard itself: by custom G, the order with every neighbour opposite.
    if (turns.length === 0 || alternates) return { label: "G", turn };
    if (straight) return { label: "C", turn };
    if (turn !== undefined) return { label: "helix of checkerboard planes", turn };
  }
  const half = (k: number): boolean => k === 0 || k === Math.PI;
  if (half(wave[0]) && half(wave[1]) && !flat && (straight || alternates))
    return { label: "stripe", turn };
  return { label: collinear ? "other" : "spiral", turn };
}

/** Largest mean-field temperature over all wave vectors, and its wave vector. */
export function meanFieldInstability(stack: MagneticStack): ExchangeMaximum {
  return maximiseExchange(stack, siteCurie(stack).map(Math.sqrt));
}
