import type { InterlayerEdge } from "../multilayer.ts";

/** Links between layers of a file that has directed and undirected ones: among directed links an undirected one is a link each way. */
export function joinDirections(
  oneWay: readonly InterlayerEdge[],
  bothWays: readonly InterlayerEdge[],
): { readonly links: readonly InterlayerEdge[]; readonly linksDirected: boolean } {
  const linksDirected = oneWay.length > 0;
  const back = ([from, to, weight = 1]: InterlayerEdge): InterlayerEdge => [to, from, weight];
  return {
    links: linksDirected
      ? [...oneWay, ...bothWays.flatMap((link) => [link, back(link)])]
      : bothWays,
    linksDirected,
  };
}
