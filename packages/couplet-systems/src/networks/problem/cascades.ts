/** Which losses do most harm to networks that need each other, and how failures add up. */
import { byHarm, cascadeModel, harmModel, type Dependency, type NodeHarm } from "../cascade.ts";
import { linkHarm, type LinkHarm } from "../link-harm.ts";
import { byDegree } from "../matched-dependencies.ts";
import type { MultilayerNetwork } from "../multilayer.ts";
import type { Pace } from "../../problem/running.ts";

/** How the loss of nodes spreads. */
export interface CascadeReport {
  /** State nodes that work with nothing broken, and those that do not. */
  readonly intact: number;
  readonly idle: number;
  /** Every node's harm, most harmful first. */
  readonly harm: readonly NodeHarm[];
  /** Every link's harm inside its layer, most harmful first; null above 2000 links. */
  readonly links: readonly LinkHarm[] | null;
  /** How many of the `top` most harmful nodes are not among the `top` most harmful of their layer alone. */
  readonly top: number;
  readonly hiddenAlone: number;
  /** Working share after k failures, by the order in which nodes are broken. */
  readonly curves: readonly {
    readonly name: string;
    /** Share of the nodes that worked, for k = 0, 1, 2, ... */
    readonly working: readonly number[];
  }[];
  /** State nodes that fail with the most harmful one, and how many work after each stage. */
  readonly worst: {
    readonly layer: string;
    readonly node: string;
    readonly lost: readonly number[];
    readonly stages: readonly number[];
  };
  /** Pairs [needed, needing] of state nodes. */
  readonly needs: readonly (readonly [number, number])[];
}

/** Above this many links cutting each would take longer than everything else. */
const linkLimit = 2000;

/** Breaks every node once, then several by four rankings. */
export async function runCascades(
  network: MultilayerNetwork,
  dependencies: readonly Dependency[],
  failures: number | undefined,
  pace: Pace,
): Promise<CascadeReport> {
  const model = harmModel(network, dependencies);
  const harm: NodeHarm[] = [];
  for (let index = 0; index < network.size; index++) {
    await pace("breaking every node once", index / network.size);
    harm.push(model.of(index));
  }
  harm.sort(byHarm);
  const count = network.layers.reduce((sum, { from }) => sum + from.length, 0);
  const links =
    count > linkLimit
      ? null
      : await linkHarm(network, dependencies, (done) => pace("cutting every link once", done));
  // Ten of a real network; of a small one as many as still are the exception.
  const top = Math.max(1, Math.min(10, Math.ceil(harm.length / 6)));
  const aloneTop = new Set(
    network.layers.flatMap(({ name }) =>
      harm
        .filter(({ layer }) => layer === name)
        .sort((a, b) => b.alone - a.alone || a.index - b.index)
        .slice(0, top),
    ),
  );
  const cascade = cascadeModel(network, dependencies);
  const steps =
    failures ?? Math.max(Math.min(5, network.size), Math.min(20, Math.floor(network.size / 10)));
  const curves = [];
  for (const { name, orders } of rankings(network, harm, steps)) {
    const working: number[] = [];
    for (let k = 0; k <= steps; k++) {
      await pace("failures at once", k / steps, name);
      const sum = orders.reduce((s, order) => s + cascade.run(order.slice(0, k)).survivors, 0);
      working.push(sum / orders.length / model.intact);
    }
    curves.push({ name, working });
  }
  const first = harm[0]!;
  const before = cascade.run([]);
  const after = cascade.run([first.index]);
  const lost = Array.from(after.alive.keys()).filter(
    (i) => before.alive[i] === 1 && after.alive[i] === 0,
  );
  return {
    intact: model.intact,
    idle: network.size - model.intact,
    harm,
    links,
    top,
    hiddenAlone: harm.slice(0, top).filter((one) => !aloneTop.has(one)).length,
    curves,
    worst: { layer: first.layer, node: first.node, lost, stages: after.stages },
    needs: dependencies.flatMap(({ layer, on, needs }) =>
      [...needs].flatMap(([node, suppliers]) =>
        suppliers.map(
          (supplier) => [network.indexOf(on, supplier), network.indexOf(layer, node)] as const,
        ),
      ),
    ),
  };
}

function rankings(
  network: MultilayerNetwork,
  harm: readonly NodeHarm[],
  steps: number,
): { name: string; orders: number[][] }[] {
  const byAlone = [...harm].sort((a, b) => b.alone - a.alone || a.index - b.index);
  const byLinks = network.layers
    .flatMap(({ name, nodes }) =>
      byDegree(network, name).map((node, rank) => ({
        index: network.indexOf(name, node),
        rank: rank / nodes.length,
      })),
    )
    .sort((a, b) => a.rank - b.rank);
  const indices = (list: readonly { readonly index: number }[]): number[] =>
    list.slice(0, steps).map(({ index }) => index);
  return [
    { name: "most harmful together", orders: [indices(harm)] },
    { name: "most harmful alone", orders: [indices(byAlone)] },
    { name: "most links", orders: [indices(byLinks)] },
    {
      name: "random (mean of 20)",
      orders: Array.from({ length: 20 }, (_, s) => draw(network.size, steps, s + 1)),
    },
  ];
}

/** Some different indices below `size` (mulberry32: a picture's random order needs no better). */
function draw(size: number, count: number, seed: number): number[] {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const drawn = new Set<number>();
  while (drawn.size < Math.min(count, size)) drawn.add(Math.floor(uniform() * size));
  return [...drawn];
}
