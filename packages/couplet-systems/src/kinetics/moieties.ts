import {
  fromNumber,
  gcd,
  one,
  rational,
  rowEchelon,
  toNumber,
  zero,
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
  const basis = leftNullSpace(species.length, columns);
  if (basis.length === 0) return [];
  const candidates = [...semiPositive(species.length, columns), ...basis];
  candidates.sort(
    (a, b) => support(a) - support(b) || Number(hasNegative(a)) - Number(hasNegative(b)),
  );
  const chosen: bigint[][] = [];
  // non-negative vectors first; general ones only fill what those cannot span
  for (const candidate of [
    ...candidates.filter((c) => !hasNegative(c)),
    ...candidates.filter(hasNegative),
  ]) {
    if (chosen.length === basis.length) break;
    if (rank([...chosen, candidate]) > chosen.length) chosen.push(candidate);
  }
  return chosen.map((g) => moiety(species, g));
}

function moiety(species: readonly string[], g: readonly bigint[]): Moiety {
  const weights: Record<string, number> = {};
  const terms: string[] = [];
  g.forEach((w, i) => {
    if (w === 0n) return;
    weights[species[i]!] = Number(w);
    const sign = w < 0n ? (terms.length === 0 ? "-" : " - ") : terms.length === 0 ? "" : " + ";
    const size = w < 0n ? -w : w;
    terms.push(`${sign}${size === 1n ? "" : `${size} `}${species[i]}`);
  });
  return { weights, label: terms.join("") };
}

const support = (g: readonly bigint[]): number => g.filter((w) => w !== 0n).length;
const hasNegative = (g: readonly bigint[]): boolean => g.some((w) => w < 0n);
const rank = (rows: readonly (readonly bigint[])[]): number =>
  rowEchelon(rows.map((row) => row.map((x) => rational(x)))).length;

function leftNullSpace(n: number, columns: readonly (readonly number[])[]): bigint[][] {
  const rows = columns.map((column) => column.map(fromNumber));
  const pivots = rowEchelon(rows);
  const free = Array.from({ length: n }, (_, j) => j).filter((j) => !pivots.includes(j));
  return free.map((j) => {
    const g: Rational[] = Array.from({ length: n }, () => zero);
    g[j] = one;
    pivots.forEach((p, i) => {
      g[p] = rational(-rows[i]![j]!.n, rows[i]![j]!.d);
    });
    return integers(g);
  });
}

function integers(g: readonly Rational[]): bigint[] {
  const denominator = g.reduce((l, x) => (l * x.d) / gcd(l, x.d), 1n);
  return coprime(g.map((x) => (x.n * denominator) / x.d));
}

function coprime(g: readonly bigint[]): bigint[] {
  const divisor = g.reduce((d, x) => gcd(d, x), 0n);
  return divisor === 0n ? [...g] : g.map((x) => x / divisor);
}

/** Beyond this many intermediate rows the exact search is given up and the plain basis is used. */
const rowLimit = 4000;

/**
 * Fourier-Motzkin elimination of the reactions, one by one, from [N | I]: the extreme rays of
 * { g >= 0, g^T N = 0 }. Rows whose support contains another row's are dropped on the way.
 */
function semiPositive(n: number, columns: readonly (readonly number[])[]): bigint[][] {
  const scaled = columns.map((column) => integers(column.map(fromNumber)));
  let rows = Array.from({ length: n }, (_, i) => ({
    n: scaled.map((column) => column[i]),
    g: Array.from({ length: n }, (_, j): bigint => (i === j ? 1n : 0n)),
  }));
  for (let j = 0; j < scaled.length; j++) {
    const next = rows.filter((row) => row.n[j] === 0n);
    const plus = rows.filter((row) => row.n[j]! > 0n);
    const minus = rows.filter((row) => row.n[j]! < 0n);
    if (next.length + plus.length * minus.length > rowLimit) return [];
    for (const p of plus) {
      for (const m of minus) {
        const [a, b] = [-m.n[j]!, p.n[j]];
        const joint = coprime([
          ...p.n.map((x, k) => a * x! + b! * m.n[k]!),
          ...p.g.map((x, k) => a * x + b! * m.g[k]!),
        ]);
        next.push({ n: joint.slice(0, scaled.length), g: joint.slice(scaled.length) });
      }
    }
    rows = minimal(next);
  }
  return rows.map((row) => coprime(row.g));
}

function minimal<T extends { readonly g: readonly bigint[] }>(rows: readonly T[]): T[] {
  const within = (a: T, b: T): boolean => a.g.every((x, i) => x === 0n || b.g[i] !== 0n);
  return rows.filter(
    (row, i) =>
      !rows.some((other, j) => j !== i && within(other, row) && (!within(row, other) || j < i)),
  );
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
  const rows = moieties.map((m, k) => [
    ...species.map((name) => fromNumber(m.weights[name] ?? 0)),
    ...moieties.map((_, j) => (j === k ? one : zero)),
  ]);
  const order = Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => Math.abs(initial[b]!) - Math.abs(initial[a]!) || a - b,
  );
  const pivots = rowEchelon(rows, order);
  return pivots.map((dependent, i) => {
    const coefficients = Float64Array.from(rows[i]!.slice(0, n), toNumber);
    coefficients[dependent] = 0;
    return { dependent, coefficients, combination: Float64Array.from(rows[i]!.slice(n), toNumber) };
  });
}
