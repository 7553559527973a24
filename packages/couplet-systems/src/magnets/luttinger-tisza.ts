/** Ordered ground states of stacks, and their names. */
import { connectivity, type Gauge } from "./connectivity.ts";
import type { WaveVector } from "./exchange.ts";
import { maximiseExchange, wrap, type ExchangeMaximum } from "./maximise-exchange.ts";
import { siteCurie } from "./stack.ts";
import type { MagneticStack } from "./stack.ts";

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
 * The undetermined part of a ground state: "stacking", how the order of a plane continues on the next; "in-plane", the order inside the planes (a wave
 * vector along a line, or orders of several names); "parts", the directions of parts that do not interact.
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
  /** How other states of the same energy differ; the label is that of a collinear one where one exists. Empty for a unique state. */
  readonly degenerate: readonly Degeneracy[];
}

/**
 * The ordered ground state of a stack by the method of Luttinger and Tisza (1946, Phys. Rev. 70, 954):
 * the wave vector where the largest eigenvalue of J(k) is largest, and its eigenvector.
 *
 *   E / cell >= -1/2 sites lambda_max(J(k)) over all k
 *
 * With one site a cell a planar spiral attains the bound. With several sites the eigenvector may want
 * spins of unequal length: then the bound may be out of reach, the state is made of its phases (a gauge of
 * signs where the bonds are not frustrated), and `exact` says which case holds. Spins of length S count
 * with length 1 here; films of different S are weighted by their length.
 */
export function groundStateOrder(stack: MagneticStack): GroundState {
  const n = stack.sites.length;
  const lengths = Float64Array.from(stack.sites, ({ spin }) =>
    spin.kind === "quantum" ? spin.spin : 1,
  );
  const maximum = maximiseExchange(stack, lengths);
  const { gauge, gauges, components } = connectivity(stack);
  const apart = stack.periodic && stack.bonds.every(({ cell }) => cell[2] === 0);
  const orders =
    gauge === undefined
      ? maximum.collinear.map((order) => ({ wave: order.wave, angles: anglesOf(order.vector) }))
      : gauges.map((one) => ({ wave: waveOf(one), angles: anglesOfSigns(one) }));
  const open = new Set<Degeneracy>([
    ...(gauge === undefined || components > 1 ? maximum.degenerate : []),
    ...tiesOf(stack, orders),
  ]);
  if (apart) open.add("stacking");
  if (components > 1) open.add("parts");
  const wave = gauge === undefined ? maximum.wave : waveOf(gauge);
  const angles = gauge === undefined ? anglesOf(maximum.vector) : anglesOfSigns(gauge);
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
    degenerate: (["stacking", "in-plane", "parts"] as const).filter((what) => open.has(what)),
  };
}

/** The angle of each site of a planar complex vector. */
function anglesOf(vector: Float64Array): Float64Array {
  const n = vector.length / 2;
  return Float64Array.from({ length: n }, (_, a) => Math.atan2(vector[n + a]!, vector[a]!));
}

const anglesOfSigns = ({ site }: Gauge): Float64Array =>
  Float64Array.from(site, (sign) => (sign > 0 ? 0 : Math.PI));

const waveOf = ({ wave: [x, y, z] }: Gauge): WaveVector => [x * Math.PI, y * Math.PI, z * Math.PI];

/** In what collinear orders of one energy differ that have different names: domains of one order do not count. */
function tiesOf(
  stack: MagneticStack,
  orders: readonly { readonly wave: WaveVector; readonly angles: Float64Array }[],
): Degeneracy[] {
  const named = orders.map(({ wave, angles }) => ({
    wave,
    label: name(
      stack,
      wave,
      angles.map((angle) => wrap(angle - angles[0]!)),
      true,
    ).label,
  }));
  return named.flatMap((a) =>
    named
      .filter((b) => b.label !== a.label)
      .map((b) => (a.wave[0] === b.wave[0] && a.wave[1] === b.wave[1] ? "stacking" : "in-plane")),
  );
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
