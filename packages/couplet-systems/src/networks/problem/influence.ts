/** An opinion on a social multiplex: thresholds and copying, beside linear diffusion. */
import { valuesOf } from "../../problem/fields.ts";
import type { Pace } from "../../problem/running.ts";
import { thresholdCascade, voterExpectation, voterModel } from "../influence.ts";
import type { MultilayerNetwork } from "../multilayer.ts";
import type { NetworksProblem } from "./problem.ts";

/** How an opinion spreads. */
export interface InfluenceReport {
  readonly seeds: readonly string[];
  readonly threshold: number;
  readonly rule: string;
  readonly people: number;
  /** People who have adopted after each round: on all layers, and on each alone. */
  readonly cascades: readonly { readonly name: string; readonly counts: readonly number[] }[];
  readonly voter: {
    readonly times: readonly number[];
    /** The mean of all possible runs, by linear diffusion. */
    readonly expected: readonly number[];
    readonly runs: readonly (readonly number[])[];
    /** Probability that all end with the opinion of the seeds; null on directed networks and networks in parts. */
    readonly consensus: number | null;
  };
}

/** Runs the influence of a problem. @throws CoupletError as `thresholdCascade` and `voterModel` do */
export async function runInfluence(
  network: MultilayerNetwork,
  settings: NonNullable<NetworksProblem["influence"]>,
  pace: Pace,
): Promise<InfluenceReport> {
  const { seeds, threshold, rule = "together", runs = 10 } = settings;
  const cascade = (name: string, layers?: readonly string[]) => ({
    name,
    counts: thresholdCascade(network, {
      seeds,
      threshold,
      rule,
      ...(layers === undefined ? {} : { layers }),
    }).counts,
  });
  await pace("influence");
  const times = valuesOf(settings.times ?? { from: 0, to: 20, points: 41 });
  const { share, consensus } = voterExpectation(network, { seeds, times });
  const drawn: (readonly number[])[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    await pace("voter model", seed / runs);
    drawn.push(voterModel(network, { seeds, times, seed }).share);
  }
  return {
    seeds,
    threshold,
    rule,
    people: network.nodes.length,
    cascades: [
      cascade("all layers"),
      ...network.layers.map(({ name }) => cascade(`${name} alone`, [name])),
    ],
    voter: { times, expected: share, runs: drawn, consensus },
  };
}
