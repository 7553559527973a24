/** How opinions spread on a social multiplex: by thresholds, and by copying. */
import { CoupletError, checkOptions } from "couplet/kit";
import { csrFromTriplets } from "../linear-algebra/sparse/csr.ts";
import type { CsrMatrix } from "../linear-algebra/matrix/matrix.ts";
import { components, graphOf } from "./graph.ts";
import { exponentialAction } from "./krylov-exponential.ts";
import type { MultilayerNetwork } from "./multilayer.ts";
import { uniformStream } from "./random-graph.ts";

/** Options of {@link thresholdCascade}. */
export interface ThresholdOptions {
  /** People who have adopted at the start. */
  readonly seeds: readonly string[];
  /** Share of a person's contacts, by weight, from which they adopt; above 0, at most 1. */
  readonly threshold: number;
  /**
   * `together` (default): all contacts on all layers count as one circle; `any`: the share in one layer is enough;
   * `all`: the share is reached in every layer where the person has contacts.
   */
  readonly rule?: "together" | "any" | "all";
  /** Layers that count; default all. */
  readonly layers?: readonly string[];
}

/** The result of {@link thresholdCascade}. */
export interface ThresholdCascade {
  /** Who adopts in each round; the seeds are round 0. */
  readonly rounds: readonly (readonly string[])[];
  /** People who have adopted after each round. */
  readonly counts: readonly number[];
  readonly people: number;
}

/**
 * The linear threshold model: in each round every person adopts whose share of adopting contacts has reached the threshold,
 * until a round without change. Nodes of one name are one person on all layers. What is adopted stays, so that the end does not depend
 * on the order.
 *
 * @throws CoupletError USAGE for a threshold outside (0, 1], an unknown rule or layer; DATA_INVALID for an unknown person, a
 *   negative weight, or links between different people of different layers
 * @see Granovetter 1978, Am. J. Sociol. 83, 1420; Watts 2002, PNAS 99, 5766; Yağan & Gligor 2012, Phys. Rev. E 86, 036103 (multiplex)
 */
export function thresholdCascade(
  network: MultilayerNetwork,
  options: ThresholdOptions,
): ThresholdCascade {
  checkOptions("thresholdCascade", options, {
    seeds: true,
    threshold: 0,
    rule: ["together", "any", "all"],
    layers: true,
  });
  const { seeds, threshold, rule = "together", layers } = options;
  const refuse = refuser("thresholdCascade");
  if (!(threshold > 0 && threshold <= 1)) refuse("threshold", "above 0, at most 1", `${threshold}`);
  const circles = circlesOf(network, layers, "thresholdCascade");
  const n = network.nodes.length;
  const active = new Uint8Array(n);
  for (const i of peopleOf(network, seeds, "thresholdCascade")) active[i] = 1;
  const totals = circles.map((circle) => sumsOf(circle, undefined));
  const rounds: string[][] = [[...new Set(seeds)]];
  const counts = [rounds[0]!.length];
  for (;;) {
    const sums = circles.map((circle) => sumsOf(circle, active));
    const next: number[] = [];
    for (let i = 0; i < n; i++) {
      if (active[i] === 1) continue;
      // Sums of weights are right to rounding: 2 of 3 contacts reach a threshold of 2/3.
      const reached = (had: number, all: number): boolean =>
        all > 0 && had >= threshold * all * (1 - 1e-12);
      const own = circles.map((_, a) => [sums[a]![i]!, totals[a]![i]!] as const);
      const adopts =
        rule === "together"
          ? reached(
              own.reduce((s, [had]) => s + had, 0),
              own.reduce((s, [, all]) => s + all, 0),
            )
          : rule === "any"
            ? own.some(([had, all]) => reached(had, all))
            : own.some(([, all]) => all > 0) &&
              own.every(([had, all]) => all === 0 || reached(had, all));
      if (adopts) next.push(i);
    }
    if (next.length === 0) return { rounds, counts, people: n };
    for (const i of next) active[i] = 1;
    rounds.push(next.map((i) => network.nodes[i]!));
    counts.push(counts.at(-1)! + next.length);
  }
}

/** Options of {@link voterModel}. */
export interface VoterOptions {
  /** People with opinion 1 at the start; all others have 0. */
  readonly seeds: readonly string[];
  /** Times at which the share is reported, ascending from 0; a person copies once a unit of time on average. */
  readonly times: readonly number[];
  readonly seed: number;
  readonly layers?: readonly string[];
}

/** The result of {@link voterModel}. */
export interface VoterRun {
  readonly times: readonly number[];
  /** Share of people with opinion 1. */
  readonly share: readonly number[];
  /** The opinion of all at the end, or null while both are left. */
  readonly consensus: 0 | 1 | null;
}

/**
 * The voter model: at random times, one a unit of time on average, a person copies a contact, drawn by the weights of all
 * layers. The seed fixes the run. On a connected undirected network all runs end in consensus: {@link voterExpectation} says how often in
 * which.
 *
 * @throws CoupletError as {@link thresholdCascade}; USAGE for times that do not ascend from 0
 * @see Clifford & Sudbury 1973, Biometrika 60, 581; Holley & Liggett 1975
 */
export function voterModel(network: MultilayerNetwork, options: VoterOptions): VoterRun {
  checkOptions("voterModel", options, { seeds: true, times: true, seed: 0, layers: true });
  const { seeds, times, seed, layers } = options;
  checkTimes(times, "voterModel");
  const { indptr, indices, values } = contacts(network, layers, "voterModel");
  const n = network.nodes.length;
  const opinion = new Uint8Array(n);
  for (const i of peopleOf(network, seeds, "voterModel")) opinion[i] = 1;
  let count = opinion.reduce((s, value) => s + value, 0);
  const next = uniformStream(seed);
  const totals = Float64Array.from({ length: n }, (_, i) =>
    values.subarray(indptr[i], indptr[i + 1]).reduce((s, w) => s + w, 0),
  );
  let time = 0;
  const share: number[] = [];
  for (const until of times) {
    for (;;) {
      if (count === 0 || count === n) break;
      const wait = -Math.log(next()) / n;
      // The exponential waiting time has no memory: a wait beyond the report may be drawn anew after it.
      if (time + wait > until) break;
      time += wait;
      const i = Math.min(n - 1, Math.floor(next() * n));
      if (totals[i] === 0) continue;
      let left = next() * totals[i]!;
      let e = indptr[i]!;
      while (e < indptr[i + 1]! - 1 && left >= values[e]!) left -= values[e++]!;
      const copied = opinion[indices[e]!]!;
      count += copied - opinion[i]!;
      opinion[i] = copied;
    }
    time = until;
    share.push(count / n);
  }
  return { times: [...times], share, consensus: count === 0 ? 0 : count === n ? 1 : null };
}

/** The result of {@link voterExpectation}. */
export interface VoterExpectation {
  readonly times: readonly number[];
  /** Expected share of people with opinion 1 at each time. */
  readonly share: readonly number[];
  /** Expected opinion of each person at the last time, in the order of `network.nodes`. */
  readonly opinions: Float64Array;
  /**
   * Probability that all end with opinion 1: the seeds' share of all weights. Null where people need not agree in the end or
   * the share does not stay: on directed layers, and where contacts do not join all people (someone without any included).
   */
  readonly consensus: number | null;
}

/**
 * The voter model on average, which is linear diffusion of opinions: dx/dt = -(I - D^-1 A) x, exactly. sum_i d_i x_i stays,
 * so that on a connected undirected network all end with 1 with probability sum over seeds d_i / sum d.
 *
 * @throws CoupletError as {@link voterModel}
 * @see Suchecki, Eguíluz & San Miguel 2005, Europhys. Lett. 69, 228
 */
export function voterExpectation(
  network: MultilayerNetwork,
  options: Omit<VoterOptions, "seed">,
): VoterExpectation {
  checkOptions("voterExpectation", options, { seeds: true, times: true, layers: true });
  const { seeds, times, layers } = options;
  checkTimes(times, "voterExpectation");
  const a = contacts(network, layers, "voterExpectation");
  const n = network.nodes.length;
  const [row, column, rates]: [number[], number[], number[]] = [[], [], []];
  const totals = new Float64Array(n);
  for (let i = 0; i < n; i++)
    for (let e = a.indptr[i]!; e < a.indptr[i + 1]!; e++) totals[i]! += a.values[e]!;
  for (let i = 0; i < n; i++) {
    if (totals[i] === 0) continue;
    row.push(i);
    column.push(i);
    rates.push(-1);
    for (let e = a.indptr[i]!; e < a.indptr[i + 1]!; e++) {
      row.push(i);
      column.push(a.indices[e]!);
      rates.push(a.values[e]! / totals[i]!);
    }
  }
  const generator = csrFromTriplets({ rows: n, cols: n, row, column, values: rates });
  let x = new Float64Array(n);
  for (const i of peopleOf(network, seeds, "voterExpectation")) x[i] = 1;
  const agree =
    network.layers.every(
      ({ directed, name }) => !directed || (layers !== undefined && !layers.includes(name)),
    ) && joinsAll(a);
  const weight = totals.reduce((s, w) => s + w, 0);
  const consensus = agree ? totals.reduce((s, w, i) => s + w * x[i]!, 0) / weight : null;
  let now = 0;
  const share = times.map((time) => {
    if (time > now) x = Float64Array.from(exponentialAction(generator, time - now, x).value);
    now = time;
    return x.reduce((s, value) => s + value, 0) / n;
  });
  return { times: [...times], share, opinions: x, consensus };
}

const refuser =
  (where: string) =>
  (
    what: string,
    expected: string,
    received: string,
    code: "USAGE" | "DATA_INVALID" = "USAGE",
  ): never => {
    throw new CoupletError({ code, where: `${where}: ${what}`, expected, received });
  };

function checkTimes(times: readonly number[], where: string): void {
  if (times.every((time, i) => time >= (times[i - 1] ?? 0) && Number.isFinite(time))) return;
  refuser(where)("times", "times that ascend from 0", times.slice(0, 5).join(", "));
}

function peopleOf(
  network: MultilayerNetwork,
  names: readonly string[],
  where: string,
): readonly number[] {
  const number = new Map(network.nodes.map((name, i) => [name, i]));
  return names.map(
    (name) =>
      number.get(name) ??
      refuser(where)("seeds", "people of the network", `"${name}"`, "DATA_INVALID"),
  );
}

/** One matrix a layer, over people: entry (i, j) is how much i heeds j. */
function circlesOf(
  network: MultilayerNetwork,
  chosen: readonly string[] | undefined,
  where: string,
): CsrMatrix[] {
  const refuse = refuser(where);
  const names = network.layers.map(({ name }) => name);
  for (const name of chosen ?? [])
    if (!names.includes(name)) refuse("layers", names.join(", "), `"${name}"`);
  const index = network.order.layers.map((layer) => layer.index!);
  for (const { source, target, from, to } of network.between)
    if (from.some((i, e) => index[source]![i] !== index[target]![to[e]!]))
      refuse(
        "network",
        "links between layers that join a person to themselves",
        `one between ${names[source]} and ${names[target]} that does not`,
        "DATA_INVALID",
      );
  const n = network.nodes.length;
  return network.layers.flatMap((layer, a) => {
    if (chosen !== undefined && !chosen.includes(layer.name)) return [];
    const [row, column, values]: [number[], number[], number[]] = [[], [], []];
    layer.from.forEach((from, e) => {
      const [i, j, w] = [index[a]![layer.to[e]!]!, index[a]![from]!, layer.weights[e]!];
      if (!(w >= 0))
        refuse(`layer "${layer.name}"`, "weights of 0 or more", `${w}`, "DATA_INVALID");
      if (i === j) return;
      row.push(i);
      column.push(j);
      values.push(w);
      if (layer.directed) return;
      row.push(j);
      column.push(i);
      values.push(w);
    });
    return [csrFromTriplets({ rows: n, cols: n, row, column, values })];
  });
}

/** All layers on each other. */
function contacts(
  network: MultilayerNetwork,
  chosen: readonly string[] | undefined,
  where: string,
): CsrMatrix {
  const n = network.nodes.length;
  const [row, column, values]: [number[], number[], number[]] = [[], [], []];
  for (const circle of circlesOf(network, chosen, where))
    for (let i = 0; i < n; i++)
      for (let e = circle.indptr[i]!; e < circle.indptr[i + 1]!; e++) {
        row.push(i);
        column.push(circle.indices[e]!);
        values.push(circle.values[e]!);
      }
  return csrFromTriplets({ rows: n, cols: n, row, column, values });
}

/** Whether contacts of weight above 0 join several people into one circle. */
function joinsAll({ rows, indptr, indices, values }: CsrMatrix): boolean {
  const [from, to]: [number[], number[]] = [[], []];
  for (let i = 0; i < rows; i++)
    for (let e = indptr[i]!; e < indptr[i + 1]!; e++) {
      if (!(values[e]! > 0)) continue;
      from.push(i);
      to.push(indices[e]!);
    }
  const graph = graphOf(rows, [{ from: Int32Array.from(from), to: Int32Array.from(to) }]);
  return rows > 1 && components(graph).sizes.length === 1;
}

/** Sum of weights of each person, of all contacts or of those that are active. */
function sumsOf(
  { rows, indptr, indices, values }: CsrMatrix,
  active: Uint8Array | undefined,
): Float64Array {
  const sums = new Float64Array(rows);
  for (let i = 0; i < rows; i++)
    for (let e = indptr[i]!; e < indptr[i + 1]!; e++)
      if (active === undefined || active[indices[e]!] === 1) sums[i]! += values[e]!;
  return sums;
}
