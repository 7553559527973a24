import { CoupletError } from "couplet/kit";
import { connectivity } from "../connectivity.ts";
import { stackComponents } from "../stack.ts";
import type { MagneticStack } from "../stack.ts";

/** Number of cells along x, y and (periodic stacks) z. */
export type LatticeSize = number | readonly [number, number] | readonly [number, number, number];

/**
 * A periodic piece of a stack with its table of neighbours: what every kernel reads.
 * Sites are numbered type by type (a type is a site of the stack's cell), then by cell.
 */
export interface SpinLattice {
  readonly size: readonly [number, number, number];
  readonly types: number;
  readonly cells: number;
  readonly sites: number;
  /** Neighbour slots of a site; a type with fewer points to itself with exchange 0. */
  readonly slots: number;
  /** sites x slots, site numbers. */
  readonly table: Uint32Array;
  /** types x slots: J / k_B; equal values lie together. */
  readonly exchange: Float64Array;
  /** types x slots: J at the end from which a bond is counted, 0 at the other. */
  readonly forward: Float64Array;
  /** Real slots of each type. */
  readonly used: Int32Array;
  /** Sign of each site in the order parameter. */
  readonly gauge: Int8Array;
  /** Sign of each site in a ground state, from which runs start; all +1 where bonds are frustrated. */
  readonly ground: Int8Array;
  /** Film of each type. */
  readonly film: Int32Array;
  readonly films: number;
  readonly components: 1 | 2 | 3;
}

/**
 * Lays out a piece of a stack with periodic boundaries.
 *
 * @param orderParameter "ground-state": signs that make the ordered state uniform, where every bond can be
 * satisfied; "uniform": all +1
 * @throws CoupletError SPEC_INVALID for a size so small that a site is its own neighbour, or odd where the
 * order alternates; NOT_SUPPORTED for quantum or mixed spins
 */
export function spinLattice(
  stack: MagneticStack,
  size: LatticeSize,
  orderParameter: "ground-state" | "uniform",
): SpinLattice {
  const components = classicalComponents(stack);
  const dims = sizeOf(stack, size);
  const { gauge } = connectivity(stack);
  if (orderParameter === "ground-state") requireGauge(gauge, dims);

  const types = stack.sites.length;
  const cells = dims[0] * dims[1] * dims[2];
  const ends = stack.sites.map((_, type) =>
    stack.bonds
      .flatMap(({ from, to, cell, exchange }) => [
        ...(from === type ? [{ to, cell, exchange, forward: true }] : []),
        ...(to === type
          ? [{ to: from, cell: cell.map((c) => 0 - c), exchange, forward: false }]
          : []),
      ])
      .sort((a, b) => a.exchange - b.exchange),
  );
  const slots = Math.max(...ends.map((list) => list.length));
  const table = new Uint32Array(types * cells * slots);
  const exchange = new Float64Array(types * slots),
    forward = new Float64Array(types * slots);
  const ground = new Int8Array(types * cells);
  ends.forEach((list, type) => {
    list.forEach((end, slot) => {
      exchange[type * slots + slot] = end.exchange;
      if (end.forward) forward[type * slots + slot] = end.exchange;
    });
    for (let cell = 0; cell < cells; cell++) {
      const at = [
        Math.floor(cell / (dims[1] * dims[2])),
        Math.floor(cell / dims[2]) % dims[1],
        cell % dims[2],
      ];
      const site = type * cells + cell;
      const turns =
        gauge === undefined ? 0 : gauge.wave.reduce((sum, bit, axis) => sum + bit * at[axis]!, 0);
      ground[site] = (gauge?.site[type] ?? 1) * (turns & 1 ? -1 : 1);
      for (let slot = 0; slot < slots; slot++) {
        const end = list[slot];
        if (end === undefined) {
          table[site * slots + slot] = site;
          continue;
        }
        const [x, y, z] = at.map(
          (c, axis) => (((c + end.cell[axis]!) % dims[axis]!) + dims[axis]!) % dims[axis]!,
        ) as [number, number, number];
        const neighbour = end.to * cells + (x * dims[1] + y) * dims[2] + z;
        if (neighbour === site)
          throw tooSmall("a size larger than the range of the exchange", dims);
        table[site * slots + slot] = neighbour;
      }
    }
  });
  return {
    size: dims,
    types,
    cells,
    sites: types * cells,
    slots,
    table,
    exchange,
    forward,
    used: Int32Array.from(ends, (list) => list.length),
    ground,
    gauge: orderParameter === "ground-state" ? ground : new Int8Array(types * cells).fill(1),
    film: Int32Array.from(stack.sites, (site) => site.film),
    films: stack.films.length,
    components,
  };
}

/** Spin components, the same in all films; refuses quantum and mixed spins. */
function classicalComponents(stack: MagneticStack): 1 | 2 | 3 {
  const components = stackComponents(stack);
  if (components === undefined || stack.sites.some(({ spin }) => spin.kind === "quantum")) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "monteCarlo",
      expected: "classical spins of one kind in all films",
      received: [...new Set(stack.sites.map(({ spin }) => spin.kind))].join(" and "),
      hint: "The mean-field method takes quantum and mixed spins.",
    });
  }
  return components;
}

/** Refuses what has no order parameter of ground-state signs: frustration, or an odd size along an alternation. */
function requireGauge(
  gauge: ReturnType<typeof connectivity>["gauge"],
  dims: readonly [number, number, number],
): void {
  if (gauge === undefined) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "monteCarlo: orderParameter",
      expected: "bonds that can all be satisfied at once",
      received: "a frustrated stack",
      hint: 'Pass orderParameter: "uniform" for its energy and total magnetisation.',
    });
  }
  gauge.wave.forEach((bit, axis) => {
    if (bit === 1 && dims[axis]! % 2 === 1)
      throw tooSmall("an even size along " + "xyz"[axis]!, dims, "The order alternates along it.");
  });
}

function sizeOf(stack: MagneticStack, size: LatticeSize): [number, number, number] {
  const given = typeof size === "number" ? [size, size] : [...size];
  // One number for a crystal: as many planes as cells along x, so that the piece is about a cube.
  const levels = new Set(stack.sites.map((site) => site.level)).size;
  if (given.length === 2)
    given.push(stack.periodic ? Math.max(2, Math.round(given[0]! / levels)) : 1);
  const [x, y, z] = given;
  if (![x, y, z].every((n) => Number.isInteger(n) && n! >= 1) || (!stack.periodic && z !== 1)) {
    throw tooSmall(
      stack.periodic
        ? "integer numbers of cells"
        : "integer numbers of cells, one along z in an open stack",
      given,
    );
  }
  return [x!, y!, z!];
}

function tooSmall(expected: string, got: readonly number[], hint?: string): CoupletError {
  return new CoupletError({
    code: "SPEC_INVALID",
    where: "monteCarlo: size",
    expected,
    received: got.join(" x "),
    ...(hint === undefined ? {} : { hint }),
  });
}
