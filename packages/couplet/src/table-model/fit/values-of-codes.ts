/** What the other columns say of a column's values: how much goes with them, and how much of that no smooth curve over the numbers gives. */
import type { FittedCodec } from "../../table/encode/table-codec.ts";
import type { InPieces } from "../../threads/yield-to-event-loop.ts";

/** The curve is a cubic: a quantity bends seldom more than that. */
const DEGREE = 3;

/** A variable of the model by the values of a column. */
interface ByValue {
  readonly column: string;
  /** Each value with the sum of the variable in its rows, less the mean, and their number. */
  readonly groups: ReadonlyMap<number, readonly [sum: number, count: number]>;
  /** The sum of squares about the mean, and the part of it between the values. */
  readonly total: number;
  readonly between: number;
}

/** All variables of a model by the values of one column. */
export function variablesByValue({ codec, codes }: FittedCodec, name: string): ByValue[] {
  const { z } = codec.draw(codes);
  const { rows } = codes;
  const own = codes.columns[codec.columns.findIndex((column) => column.name === name)]!;
  return codec.dimInfo.map(({ column }, d) => {
    let mean = 0;
    for (let row = 0; row < rows; row++) mean += z[row * codec.dims + d]! / rows;
    const groups = new Map<number, [number, number]>();
    let total = 0;
    for (let row = 0; row < rows; row++) {
      const value = z[row * codec.dims + d]! - mean;
      const [sum, count] = groups.get(own[row]!) ?? [0, 0];
      groups.set(own[row]!, [sum + value, count + 1]);
      total += value * value;
    }
    const between = [...groups.values()].reduce(
      (all, [sum, count]) => all + (sum * sum) / count,
      0,
    );
    return { column, groups, total, between };
  });
}

/**
 * How much a column looks like codes: the greatest share of the variance of another column's variable that lies between the column's values and
 * that no cubic of the value gives, less what chance gives so many values ((values - 4) / rows). Region 1 to 9 has much of it, stars 1 to 5
 * none: 0 or less.
 */
export function evidenceOfCodes(fitted: FittedCodec, name: string): number {
  const shares = variablesByValue(fitted, name)
    .filter(({ column, total }) => column !== name && total > 0)
    .map(({ groups, total, between }) => {
      const free = groups.size - DEGREE - 1;
      return (between - explained(groups)) / total - Math.max(0, free) / fitted.codes.rows;
    });
  return Math.max(...shares, 0);
}

/** Names of columns, those that look most like codes first; in pieces. */
export function* mostLikeCodes(fitted: FittedCodec, names: readonly string[]): InPieces<string[]> {
  const found: { readonly name: string; readonly evidence: number }[] = [];
  for (const name of names) {
    found.push({ name, evidence: evidenceOfCodes(fitted, name) });
    yield;
  }
  return found.sort((a, b) => b.evidence - a.evidence).map(({ name }) => name);
}

/** The part of the sum of squares between values that a cubic of the value gives: by polynomials orthogonal under the counts. */
function explained(groups: ByValue["groups"]): number {
  const values = [...groups].filter(([value]) => !Number.isNaN(value));
  const least = Math.min(...values.map(([value]) => value));
  const range = Math.max(...values.map(([value]) => value)) - least;
  const basis: number[][] = [];
  let sum = 0;
  for (let degree = 0; degree <= Math.min(DEGREE, values.length - 1); degree++) {
    const own = values.map(([value]) => ((2 * (value - least)) / range - 1) ** degree);
    for (const other of basis) {
      const along = values.reduce((dot, [, [, count]], k) => dot + count * own[k]! * other[k]!, 0);
      other.forEach((at, k) => (own[k] = own[k]! - along * at));
    }
    const length = Math.sqrt(
      values.reduce((all, [, [, count]], k) => all + count * own[k]! ** 2, 0),
    );
    if (length < 1e-6) break;
    basis.push(own.map((at) => at / length));
    // The sum of a group is its count times its mean.
    sum += values.reduce((dot, [, [group]], k) => dot + group * basis.at(-1)![k]!, 0) ** 2;
  }
  return sum;
}
