import type { MagneticStack } from "./stack.ts";

/** How the sites of a stack hang together. */
export interface Connectivity {
  /** Component of each site: sites in different components do not interact. */
  readonly component: Int32Array;
  readonly components: number;
  /** Dimension of the largest connected piece: 1 a chain, 2 films, 3 a crystal. */
  readonly dimension: number;
  /**
   * Signs e_i(R) = site[i] (-1)^(wave . R) that make every bond satisfied, J e_i e_j > 0; undefined
   * when the bonds are frustrated. With them a collinear ground state satisfies every bond at once.
   */
  readonly gauge: Gauge | undefined;
  /** All such signs: planes that interact only with every other one are satisfied parallel and antiparallel. */
  readonly gauges: readonly Gauge[];
}

/** Signs of the sites of one cell, and whether they alternate from cell to cell along each axis (0 or 1). */
export interface Gauge {
  readonly site: Int8Array;
  readonly wave: readonly [number, number, number];
}

/**
 * Walks the bonds. Windings of the closed paths span the directions in which a piece is infinite;
 * the product of bond signs along them decides frustration.
 */
export function connectivity(stack: MagneticStack): Connectivity {
  const n = stack.sites.length;
  const component = new Int32Array(n).fill(-1);
  const place = Array.from({ length: n }, () => [0, 0, 0]);
  const neighbours = Array.from({ length: n }, () => [] as { to: number; cell: number[] }[]);
  for (const { from, to, cell } of stack.bonds) {
    neighbours[from]!.push({ to, cell: [...cell] });
    neighbours[to]!.push({ to: from, cell: cell.map((c) => -c) });
  }
  let components = 0;
  for (let start = 0; start < n; start++) {
    if (component[start] !== -1) continue;
    component[start] = components;
    const queue = [start];
    for (let i = queue.pop(); i !== undefined; i = queue.pop()) {
      for (const { to, cell } of neighbours[i]!) {
        if (component[to] !== -1) continue;
        component[to] = components;
        place[to] = cell.map((c, axis) => place[i]![axis]! + c);
        queue.push(to);
      }
    }
    components++;
  }
  let dimension = 0;
  for (let c = 0; c < components; c++) {
    const windings = stack.bonds
      .filter((bond) => component[bond.from] === c)
      .map((bond) =>
        bond.cell.map((x, axis) => x + place[bond.from]![axis]! - place[bond.to]![axis]!),
      );
    dimension = Math.max(dimension, rank(windings));
  }
  const gauges = gaugesOf(stack, n);
  return { component, components, dimension, gauge: gauges[0], gauges };
}

function rank(rows: readonly (readonly number[])[]): number {
  const left = rows.map((row) => [...row]);
  let found = 0;
  for (let axis = 0; axis < 3; axis++) {
    const pivot = left.findIndex((row, i) => i >= found && row[axis] !== 0);
    if (pivot < 0) continue;
    [left[found], left[pivot]] = [left[pivot]!, left[found]!];
    const base = left[found]!;
    for (let i = found + 1; i < left.length; i++) {
      const factor = left[i]![axis]! / base[axis]!;
      left[i] = left[i]!.map((x, k) => x - factor * base[k]!);
    }
    found++;
  }
  return found;
}

/** Tries the eight waves (0 or pi along each axis); each fixes the site signs by a walk. */
function gaugesOf(stack: MagneticStack, n: number): Gauge[] {
  const found: Gauge[] = [];
  for (let code = 0; code < 8; code++) {
    const wave = [(code >> 2) & 1, (code >> 1) & 1, code & 1] as const;
    const site = new Int8Array(n);
    const signOf = (cell: readonly number[], exchange: number): number =>
      Math.sign(exchange) *
      ((wave[0] * cell[0]! + wave[1] * cell[1]! + wave[2] * cell[2]!) & 1 ? -1 : 1);
    let changed = true;
    for (let start = 0; start < n; start++) {
      if (site[start] !== 0) continue;
      site[start] = 1;
      changed = true;
      while (changed) {
        changed = false;
        for (const { from, to, cell, exchange } of stack.bonds) {
          if ((site[from] === 0) === (site[to] === 0)) continue;
          const sign = signOf(cell, exchange);
          if (site[to] === 0) site[to] = sign * site[from]!;
          else site[from] = sign * site[to]!;
          changed = true;
        }
      }
    }
    const satisfied = stack.bonds.every(
      ({ from, to, cell, exchange }) => signOf(cell, exchange) * site[from]! * site[to]! > 0,
    );
    if (satisfied) found.push({ site, wave });
  }
  return found;
}
