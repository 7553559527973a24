/** Integrals along one coordinate of densities that may be narrow anywhere on it. */

/** log of the integrand of each of the rows at a coordinate of its own. */
export type LogIntegrand = (rows: Int32Array, at: Float64Array) => Promise<Float64Array>;

/** Neighbouring nodes may differ so much in log-density where they matter: Simpson's rule is then right to 1e-3. */
const MOST_RISE = 0.5;

/** Intervals with a smaller share of the integral are left as they are. */
const LEAST_SHARE = 1e-4;

/** Halvings: from a quarter to 1.5e-5. */
const ROUNDS = 14;

/** Rows whose nodes are refined together. */
const CHUNK_ROWS = 256;

interface Nodes {
  at: number[];
  logs: number[];
}

/**
 * log of the integral of exp(l(row, c)) dc of each row, by Simpson's rule on nodes that are halved around each row's mass until neighbours
 * differ by less than half a nat. A peak anywhere between the first and the last node is found by its slopes, if it has one maximum.
 *
 * @param rows how many
 * @param start nodes of all rows, ascending
 */
export async function logIntegrals(
  rows: number,
  start: readonly number[],
  integrand: LogIntegrand,
): Promise<Float64Array> {
  const out = new Float64Array(rows);
  for (let first = 0; first < rows; first += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, rows - first);
    const nodes = Array.from({ length: count }, (): Nodes => ({ at: [], logs: [] }));
    let wanted: readonly (readonly number[])[] = nodes.map(() => start);
    for (let round = 0; round <= ROUNDS && wanted.some(({ length }) => length > 0); round++) {
      await addNodes(nodes, wanted, first, integrand);
      wanted = nodes.map((own) => middles(own, "steep"));
    }
    const before = nodes.map(({ at }) => new Set(at));
    await addNodes(
      nodes,
      nodes.map((own) => middles(own, "all")),
      first,
      integrand,
    );
    for (const [i, own] of nodes.entries()) out[first + i] = logIntegralOf(own, before[i]!);
  }
  return out;
}

async function addNodes(
  nodes: Nodes[],
  wanted: readonly (readonly number[])[],
  first: number,
  integrand: LogIntegrand,
): Promise<void> {
  const rows = Int32Array.from(wanted.flatMap((own, i) => own.map(() => first + i)));
  const logs = await integrand(rows, Float64Array.from(wanted.flat()));
  let next = 0;
  for (const [i, own] of wanted.entries()) {
    if (own.length === 0) continue;
    const { at, logs: before } = nodes[i]!;
    const all = [
      ...at.map((c, k) => [c, before[k]!] as const),
      ...own.map((c) => [c, logs[next++]!] as const),
    ].sort(([a], [b]) => a - b);
    nodes[i] = { at: all.map(([c]) => c), logs: all.map(([, l]) => l) };
  }
}

/** Areas of the intervals relative to exp(top). */
function areasOf({ at, logs }: Nodes): { readonly top: number; readonly areas: number[] } {
  const top = Math.max(...logs);
  if (!Number.isFinite(top)) return { top, areas: at.slice(1).map(() => 0) };
  const values = logs.map((l) => Math.exp(l - top));
  const areas = at.slice(1).map((c, k) => ((c - at[k]!) * (values[k]! + values[k + 1]!)) / 2);
  return { top, areas };
}

/** @param ends of the intervals; nodes between are their middles */
function logIntegralOf(nodes: Nodes, ends: ReadonlySet<number>): number {
  const { at, logs } = nodes;
  const { top, areas } = areasOf(nodes);
  const sum = areas.reduce((all, area) => all + area, 0);
  let correction = 0;
  // Simpson: two halves by the trapezoidal rule, and a third of their difference from the whole.
  for (let k = 1; k + 1 < at.length; k++) {
    if (ends.has(at[k]!) || top === -Infinity) continue;
    const whole =
      ((at[k + 1]! - at[k - 1]!) / 2) *
      (Math.exp(logs[k - 1]! - top) + Math.exp(logs[k + 1]! - top));
    correction += (areas[k - 1]! + areas[k]! - whole) / 3;
  }
  return top + Math.log(sum + correction);
}

/** The middles of the intervals that matter, all or those that are too steep or too bent for Simpson's rule. */
function middles(nodes: Nodes, which: "all" | "steep"): number[] {
  const { at, logs } = nodes;
  const { areas } = areasOf(nodes);
  const total = areas.reduce((sum, area) => sum + area, 0);
  const slopes = areas.map((_, k) => (logs[k + 1]! - logs[k]!) / (at[k + 1]! - at[k]!));
  return areas.flatMap((area, k) => {
    if (!(area > LEAST_SHARE * total)) return [];
    const width = at[k + 1]! - at[k]!;
    // The slopes on both sides tell of a peak between two equal nodes.
    const bend = (slopes[k - 1] ?? slopes[k]!) - (slopes[k + 1] ?? slopes[k]!);
    const isSteep =
      Math.abs(slopes[k]!) * width > MOST_RISE || Math.abs(bend) * width > 2 * MOST_RISE;
    return which === "all" || isSteep ? [(at[k]! + at[k + 1]!) / 2] : [];
  });
}
