/** Failures of layered networks: single losses, several failures, removal. */
import type { NetworksResult } from "../problem/run.ts";
import { colours, countText, figure, legend } from "couplet/report";
import type { Charts, Html } from "couplet/report";
import { axis, colourOf, frame } from "../../report/frame.ts";

type Cascades = NonNullable<NetworksResult["cascades"]>;

/** Every loss: what it costs together, over what it costs alone. */
export function harmFigure(
  result: NetworksResult,
  cascades: Cascades,
  { Plot, draw }: Charts,
): Html {
  const names = result.layers.map(({ name }) => name);
  // Nodes of equal harm lie on each other: the size of a dot is how many.
  const groups = new Map<
    string,
    { alone: number; coupled: number; layer: number; count: number }
  >();
  for (const { layer, alone, coupled } of cascades.harm) {
    if (coupled <= 0 || alone <= 0) continue;
    const key = `${layer} ${alone} ${coupled}`;
    const old = groups.get(key);
    groups.set(key, { alone, coupled, layer: names.indexOf(layer), count: (old?.count ?? 0) + 1 });
  }
  const dots = [...groups.values()];
  const worst = cascades.harm[0]!;
  const most = Math.max(...dots.map(({ alone }) => alone), 2);
  return figure({
    id: "harm",
    title: "The harm of each loss, together and alone",
    read: "On the dashed line a loss costs what its own layer knows of; far above it, harm comes back through the other layers, and the layer's operator would not see it coming.",
    note: "Nodes of equal harm share a dot; its area is their number.",
    chart: [
      legend(names.map((name, i) => ({ label: name, colour: colourOf(i), mark: "dot" as const }))),
      draw(
        {
          ...frame,
          x: axis("nodes lost in its layer alone", countTicks(dots.map(({ alone }) => alone))),
          y: axis(
            "nodes lost in the coupled system",
            countTicks(dots.map(({ coupled }) => coupled)),
          ),
          r: { range: [0, 14], domain: [0, Math.max(20, ...dots.map(({ count }) => count))] },
          color: { type: "identity" },
          marks: [
            Plot.line([1, most], {
              x: (d: number) => d,
              y: (d: number) => d,
              stroke: colours.muted,
              strokeDasharray: "4 4",
            }),
            Plot.dot(dots, {
              x: "alone",
              y: "coupled",
              r: "count",
              fill: (d: { layer: number }) => colourOf(d.layer),
              fillOpacity: 0.65,
              stroke: (d: { layer: number }) => colourOf(d.layer),
            }),
            Plot.text(worst.alone > 0 ? [worst] : [], {
              x: "alone",
              y: "coupled",
              text: (d: { layer: string; node: string }) => `${d.layer} ${d.node}`,
              dy: -14,
              fill: colours.ink,
              stroke: colours.paper,
              strokeWidth: 4,
              textAnchor: worst.alone > Math.sqrt(most) ? "end" : "start",
            }),
          ],
        },
        "Harm of each single loss in the coupled system over that in its layer alone",
      ),
    ],
    data: {
      layer: cascades.harm.map(({ layer }) => layer),
      node: cascades.harm.map(({ node }) => node),
      coupled: cascades.harm.map(({ coupled }) => coupled),
      alone: cascades.harm.map(({ alone }) => alone),
    },
  });
}

/** A logarithmic axis of counts: 1, 2, 5, 10, ... */
function countTicks(values: readonly number[]): object {
  const top = Math.max(...values, 2);
  const ticks = [1, 2, 5].flatMap((lead) =>
    [1, 10, 100, 1000, 1e4, 1e5].map((power) => lead * power),
  );
  const few =
    top > 200
      ? ticks.filter((tick) => /^[13]?1?0*$/.test(String(tick)) || String(tick).startsWith("1"))
      : ticks;
  return {
    type: "log",
    domain: [0.8, 1.5 * top],
    ticks: few.filter((tick) => tick <= 1.5 * top).sort((a, b) => a - b),
    tickFormat: countText,
  };
}

/** The share that works after several failures, by ranking. */
export function cascadeFigure(cascades: Cascades, { Plot, draw }: Charts): Html {
  const rows = cascades.curves.flatMap(({ working }, i) =>
    working.map((share, k) => ({ k, share, i })),
  );
  const low = Math.min(...rows.map(({ share }) => share));
  const rises = cascades.curves.some(({ working }) =>
    working.some((share, k) => k > 0 && share > working[k - 1]!),
  );
  const colour = [colours.alarm, colours.ink, colourOf(2), colours.muted];
  return figure({
    id: "failures",
    title: "Several failures at once",
    read: "What still works after the first k nodes of each ranking are broken. The lower a line, the better its ranking finds what the system depends on; the harms of single losses overlap, so that the worst ones need not be worst together.",
    ...(rises
      ? {
          note: "A line rises where one more break leaves another part the largest of its layer, and more of the system lives on that one.",
        }
      : {}),
    chart: [
      legend(
        cascades.curves.map(({ name }, i) => ({
          label: name,
          colour: colour[i]!,
          mark: "line" as const,
        })),
      ),
      draw(
        {
          ...frame,
          x: axis("nodes broken at once", {
            ticks: Math.min(10, cascades.curves[0]!.working.length - 1),
            tickFormat: "d",
          }),
          y: axis("still working", {
            domain: [Math.max(0, Math.floor(10 * low - 0.5) / 10), 1],
            tickFormat: (d: number) => `${Math.round(100 * d)} %`,
          }),
          color: { type: "identity" },
          marks: [
            Plot.line(rows, {
              x: "k",
              y: "share",
              z: "i",
              stroke: (d: { i: number }) => colour[d.i]!,
              strokeWidth: 2.2,
              curve: "step-after",
            }),
          ],
        },
        "Share of nodes that still work over the number of broken ones",
      ),
    ],
    data: {
      broken: cascades.curves[0]!.working.map((_, k) => k),
      ...Object.fromEntries(cascades.curves.map(({ name, working }) => [name, working])),
    },
  });
}

/** The largest part as nodes are removed from all layers. */
export function removalFigure(removal: NetworksResult["removal"], { Plot, draw }: Charts): Html {
  const rows = removal.flatMap(({ removed, working }, i) =>
    removed.map((share, k) => ({ removed: share, working: working[k]!, i })),
  );
  const percent = (d: number): string => `${Math.round(100 * d)} %`;
  return figure({
    id: "removal",
    title: "Removal of nodes from all layers",
    read: "The share of nodes in the largest connected part as more are taken out. A line that falls early belongs to the attack that this network withstands worst.",
    chart: [
      legend(
        removal.map(({ strategy }, i) => ({
          label: strategy,
          colour: colourOf(i),
          mark: "line" as const,
        })),
      ),
      draw(
        {
          ...frame,
          x: axis("nodes removed", { tickFormat: percent }),
          y: axis("nodes in the largest part", { domain: [0, 1], tickFormat: percent }),
          color: { type: "identity" },
          marks: [
            Plot.line(rows, {
              x: "removed",
              y: "working",
              z: "i",
              stroke: (d: { i: number }) => colourOf(d.i),
              strokeWidth: 2.2,
            }),
          ],
        },
        "Largest connected part over the share of removed nodes",
      ),
    ],
    data: {
      strategy: rows.map(({ i }) => removal[i]!.strategy),
      removed: rows.map((row) => row.removed),
      working: rows.map((row) => row.working),
    },
  });
}
