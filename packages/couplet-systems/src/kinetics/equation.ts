import { CoupletError } from "couplet/kit";

/** One side of a reaction: species with how many molecules of each. */
export type Side = readonly (readonly [species: string, count: number])[];

/**
 * Reads a reaction equation such as `"2 A + B -> C"`.
 * @throws CoupletError DATA_INVALID naming the term that does not fit
 */
export function parseEquation(text: string, where: string): { reactants: Side; products: Side } {
  const sides = text.split(/<->|<=>|->|=>|=/);
  if (sides.length !== 2) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where,
      expected: 'an equation with one arrow, such as "2 A + B -> C"',
      received: `"${text}"`,
    });
  }
  const side = (half: string): Side =>
    half.trim() === ""
      ? []
      : half.split("+").map((term) => {
          const match =
            /^\s*(?:(\d+(?:\.\d+)?)\s*\*?\s+|(\d+(?:\.\d+)?)\s*\*\s*)?([A-Za-z_][\w.]*)\s*$/.exec(
              term,
            );
          if (match === null) {
            throw new CoupletError({
              code: "DATA_INVALID",
              where,
              expected: 'terms like "A" or "2 A"',
              received: `"${term.trim()}" in "${text}"`,
            });
          }
          return [match[3]!, Number(match[1]! ?? match[2]! ?? 1)] as const;
        });
  return { reactants: side(sides[0]!), products: side(sides[1]!) };
}
