import type { StateNode } from "../multilayer.ts";

/**
 * The weight of a link that a file lists more than once: that of the `last` listing (multinet, pymnet, NetworkX's
 * simple graphs), or the `sum` of the listings in one direction and, in an undirected layer, the mean of the two
 * directions (muxViz: a sparse matrix adds equal entries, and (M + M^T) / 2 makes it symmetric).
 */
export type RepeatRule = "last" | "sum";

/** How many links of a file were listed more than once. */
export interface Repeats {
  /** Links with more than one listing ... */
  readonly links: number;
  /** ... and those among them that were listed in both directions (undirected layers only). */
  readonly bothWays: number;
}

type Listed<End extends string | StateNode> = readonly [from: End, to: End, weight?: number];

/**
 * One link for each pair of ends, in the order of their first listings. In an undirected layer the two directions
 * are one link; a link of a node to itself has one direction.
 *
 * @param links as a file lists them; a missing weight is 1
 */
export function mergeRepeated<End extends string | StateNode>(
  links: readonly Listed<End>[],
  rule: RepeatRule,
  directed: boolean,
): { readonly links: readonly Listed<End>[]; readonly repeats: Repeats } {
  const found = new Map<
    string,
    {
      first: Listed<End>;
      listings: number;
      sums: [number, number];
      counts: [number, number];
      last: number;
    }
  >();
  for (const link of links) {
    const [from, to, weight = 1] = link;
    const [a, b] = [keyOf(from), keyOf(to)];
    const forward = pairKey(a, b);
    const backward = pairKey(b, a);
    const reversed = !directed && a !== b && !found.has(forward) && found.has(backward);
    const key = reversed ? backward : forward;
    let one = found.get(key);
    if (one === undefined)
      found.set(key, (one = { first: link, listings: 0, sums: [0, 0], counts: [0, 0], last: 0 }));
    const way = reversed ? 1 : 0;
    one.listings++;
    one.sums[way] += weight;
    one.counts[way]++;
    one.last = weight;
  }
  let [repeated, bothWays] = [0, 0];
  const merged = Array.from(
    found.values(),
    ({ first, listings, sums, counts, last }): Listed<End> => {
      if (listings === 1) return first;
      repeated++;
      if (counts[1] > 0) bothWays++;
      const sum = counts[1] > 0 ? (sums[0] + sums[1]) / 2 : sums[0];
      return [first[0], first[1], rule === "last" ? last : sum];
    },
  );
  return { links: merged, repeats: { links: repeated, bothWays } };
}

/** One name for two, unique to this pair: it begins with the length of the first. */
const pairKey = (a: string, b: string): string => `${a.length} ${a}${b}`;

const keyOf = (end: string | StateNode): string =>
  typeof end === "string" ? end : pairKey(end[0], end[1]);

/** The counts of several lists together. */
export function totalRepeats(all: readonly Repeats[]): Repeats {
  return {
    links: all.reduce((sum, one) => sum + one.links, 0),
    bothWays: all.reduce((sum, one) => sum + one.bothWays, 0),
  };
}

/** The warning about repeated links of one file, if any. `kept` describes how they were combined. */
export function repeatWarnings(
  where: string,
  { links, bothWays }: Repeats,
  kept: string,
): string[] {
  if (links === 0) return [];
  const both = bothWays === 0 ? "" : `, ${bothWays} of them in both directions`;
  return [
    `${where}: ${links} ${links === 1 ? "link is" : "links are"} listed more than once${both}; ${kept}`,
  ];
}
