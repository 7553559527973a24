import {
  Echelon,
  fromNumber,
  gcd,
  one,
  rational,
  sparseRow,
  toNumber,
  type Rational,
} from "./rational.ts";

/** A weighted sum of species that no reaction changes, e.g. E + ES (total enzyme). */
export interface Moiety {
  /** Integer weights, coprime; only species with a non-zero weight appear. */
  readonly weights: Readonly<Record<string, number>>;
  /** `"E + ES"`, `"2 A + B"`. */
  readonly label: string;
}

/**
 * Conserved moieties: a basis of the left null space of the stoichiometric matrix, exact.
 *
 *   g^T N = 0  =>  g^T n(t) is constant, whatever the rates are
 *
 * The basis is non-negative (sums of parts, readable as total enzyme, total adenosine) wherever such a
 * basis exists, and of smallest support first.
 *
 * @param species row names of N
 * @param columns columns of N, one per reaction, each of length species.length
 * @see Schuster & Höfer 1991, J. Chem. Soc. Faraday Trans. 87, 2561 (extreme semi-positive conservation relations)
 */
export function conservedMoieties(
  species: readonly string[],
  columns: readonly (readonly number[])[],
): Moiety[] {
  const reactions = independent(columns);
  const basis = leftNullSpace(species.length, reactions);
  if (basis.length === 0) return [];
  const candidates = [...semiPositive(species.length, reactions), ...basis];
  candidates.sort((a, b) => a.size - b.size || Number(hasNegative(a)) - Number(hasNegative(b)));
  const chosen: Weights[] = [];
  const span = new Echelon();
  // non-negative vectors first; general ones only fill what those cannot span
  for (const candidate of [
    ...candidates.filter((c) => !hasNegative(c)),
    ...candidates.filter(hasNegative),
  ]) {
    if (chosen.length === basis.length) break;
    if (span.add(new Map([...candidate].map(([i, w]) => [i, rational(w)])))) chosen.push(candidate);
  }
  return chosen.map((g) => moiety(species, g));
}

/** Coprime integers by species, without zeros, in the order of the species. */
type Weights = ReadonlyMap<number, bigint>;

/** Columns that span those of N: models list each reaction and its reverse, and several with one balance. */
function independent(columns: readonly (readonly number[])[]): Weights[] {
  const span = new Echelon();
  return columns.flatMap((column) => {
    const row = sparseRow(column.map(fromNumber));
    return span.add(row) ? [integers(row)] : [];
  });
}

function moiety(species: readonly string[], g: Weights): Moiety {
  const terms: string[] = [];
  g.forEach((w, i) => {
    const sign = w < 0n ? (terms.length === 0 ? "-" : " - ") : terms.length === 0 ? "" : " + ";
    const size = w < 0n ? -w : w;
    terms.push(`${sign}${size === 1n ? "" : `${size} `}${species[i]}`);
  });
  // from entries: a species may be called __proto__
  const weights = Object.fromEntries([...g].map(([i, w]) => [species[i]!, Number(w)]));
  return { weights, label: terms.join("") };
}

function hasNegative(g: Weights): boolean {
  for (const w of g.values()) if (w < 0n) return true;
  return false;
}

function leftNullSpace(n: number, reactions: readonly Weights[]): Weights[] {
  const echelon = new Echelon();
  for (const reaction of reactions)
    echelon.add(new Map([...reaction].map(([i, x]) => [i, rational(x)])));
  const rows = echelon.reduced();
  const pivots = new Set(rows.map(({ pivot }) => pivot));
  const free = Array.from({ length: n }, (_, j) => j).filter((j) => !pivots.has(j));
  return free.map((j) => {
    const g = new Map([[j, one]]);
    for (const { pivot, row } of rows) {
      const x = row.get(j);
      if (x !== undefined) g.set(pivot, rational(-x.n, x.d));
    }
    return integers(g);
  });
}

function integers(g: ReadonlyMap<number, Rational>): Weights {
  const denominator = [...g.values()].reduce((l, x) => (l * x.d) / gcd(l, x.d), 1n);
  return coprime([...g].map(([i, x]) => [i, (x.n * denominator) / x.d]));
}

/** In the order of the species, divided by what all have in common. */
function coprime(entries: readonly (readonly [number, bigint])[]): Weights {
  const divisor = entries.reduce((d, [, x]) => gcd(d, x), 0n);
  return new Map(entries.map(([i, x]) => [i, x / divisor] as const).sort((a, b) => a[0] - b[0]));
}

/** Beyond this many intermediate rows the exact search is given up and the plain basis is used. */
const ROW_LIMIT = 4000;

/** A row of [N | I] on the way: what is left of the reactions, and the weights that gave it. */
interface Combination {
  readonly left: Weights;
  readonly g: Weights;
  /** The species in `g`, as bits. */
  readonly support: Uint32Array;
}

/**
 * Fourier-Motzkin elimination of the reactions from [N | I]: the extreme rays of { g >= 0, g^T N = 0 }. Each time the reaction
 * that gives the fewest new rows; a row whose support contains another row's is not an extreme ray and is dropped on the way.
 */
function semiPositive(n: number, reactions: readonly Weights[]): Weights[] {
  const words = Math.ceil(n / 32);
  let rows: Combination[] = Array.from({ length: n }, (_, i) => ({
    left: new Map(
      reactions.flatMap((reaction, j) => {
        const x = reaction.get(i);
        return x === undefined ? [] : [[j, x] as const];
      }),
    ),
    g: new Map([[i, 1n]]),
    support: bitsOf([i], words),
  }));
  const waiting = new Set(reactions.keys());
  while (waiting.size > 0) {
    const j = cheapest(rows, waiting);
    waiting.delete(j);
    const kept = rows.filter(({ left }) => !left.has(j));
    const plus = rows.filter(({ left }) => (left.get(j) ?? 0n) > 0n);
    const minus = rows.filter(({ left }) => (left.get(j) ?? 0n) < 0n);
    if (kept.length + plus.length * minus.length > ROW_LIMIT) return [];
    const joint = plus.flatMap((p) => minus.map((m) => combined(p, m, j)));
    rows = minimal(kept, joint);
  }
  return rows.map(({ g }) => coprime([...g]));
}

/** The reaction whose elimination gives the fewest rows; the first of several. */
function cheapest(rows: readonly Combination[], waiting: ReadonlySet<number>): number {
  const signs = new Map([...waiting].map((j) => [j, { plus: 0, minus: 0 }]));
  for (const { left } of rows)
    for (const [j, x] of left) signs.get(j)![x > 0n ? "plus" : "minus"]++;
  let [best, least] = [-1, Infinity];
  for (const [j, { plus, minus }] of signs) {
    const growth = plus * minus - plus - minus;
    if (growth < least) [best, least] = [j, growth];
  }
  return best;
}

/** The sum of two rows, in integers, in which reaction `j` cancels. */
function combined(p: Combination, m: Combination, j: number): Combination {
  const [a, b] = [-m.left.get(j)!, p.left.get(j)!];
  const [left, g] = [sum(p.left, a, m.left, b), sum(p.g, a, m.g, b)];
  const divisor = [...left.values(), ...g.values()].reduce((d, x) => gcd(d, x), 0n);
  const divide = (entries: Weights): Weights =>
    divisor === 1n ? entries : new Map([...entries].map(([i, x]) => [i, x / divisor]));
  return { left: divide(left), g: divide(g), support: p.support.map((w, k) => w | m.support[k]!) };
}

function sum(x: Weights, a: bigint, y: Weights, b: bigint): Weights {
  const out = new Map([...x].map(([i, v]) => [i, a * v]));
  for (const [i, v] of y) {
    const total = (out.get(i) ?? 0n) + b * v;
    if (total === 0n) out.delete(i);
    else out.set(i, total);
  }
  return out;
}

function bitsOf(indices: readonly number[], words: number): Uint32Array {
  const bits = new Uint32Array(words);
  for (const i of indices) bits[i >>> 5]! |= 1 << (i & 31);
  return bits;
}

/** Those of `kept`, which do not contain each other, and of `joint` whose support contains no other's; the first of equals. */
function minimal(kept: readonly Combination[], joint: readonly Combination[]): Combination[] {
  const within = (a: Uint32Array, b: Uint32Array): boolean =>
    a.every((word, k) => (word & ~b[k]!) === 0);
  const fresh = joint.filter(
    (row, i) =>
      !kept.some((other) => within(other.support, row.support)) &&
      !joint.some(
        (other, k) =>
          k !== i &&
          within(other.support, row.support) &&
          (k < i || !within(row.support, other.support)),
      ),
  );
  const left = kept.filter((row) => !fresh.some((other) => within(other.support, row.support)));
  return [...left, ...fresh];
}

/**
 * Chooses one species per moiety that can be computed from the rest, preferring large start values
 * (a difference of large numbers would lose the small ones).
 *
 * @returns for each dependent species `x_d = total - sum_i coefficient_i x_i`, as the moiety combination
 *   `combination` (weights on the given moieties) and the coefficients on the other species
 */
export function dependentSpecies(
  species: readonly string[],
  moieties: readonly Moiety[],
  initial: ArrayLike<number>,
): { dependent: number; coefficients: Float64Array; combination: Float64Array }[] {
  const n = species.length;
  const order = Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => Math.abs(initial[b]!) - Math.abs(initial[a]!) || a - b,
  );
  const echelon = new Echelon(order);
  moieties.forEach((moiety, k) => {
    const weights = species.map((name) => fromNumber(moiety.weights[name] ?? 0));
    // Behind the species: which moieties a row is made of.
    echelon.add(sparseRow(weights).set(n + k, one));
  });
  return echelon.reduced().map(({ pivot: dependent, row }) => {
    const coefficients = new Float64Array(n);
    const combination = new Float64Array(moieties.length);
    for (const [j, x] of row) {
      if (j >= n) combination[j - n] = toNumber(x);
      else if (j !== dependent) coefficients[j] = toNumber(x);
    }
    return { dependent, coefficients, combination };
  });
}
