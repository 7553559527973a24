import * as v from "valibot";
import type { GraphBuilder } from "../../../engine/graph.ts";
import { gaussianLogProb } from "../../../engine/ops/gaussian-base/op.ts";
import { gather } from "../../../engine/ops/gather-columns/op.ts";
import { noise } from "../../../engine/ops/noise/op.ts";
import { sumPerRow } from "../../../engine/ops/sum-per-row/op.ts";
import { uniformLogProb } from "../../../engine/ops/uniform-base/op.ts";
import type { Value } from "../../../engine/value.ts";
import { areEnds, DOMAIN_BOUND, domainSchema, ENDS } from "../domain.ts";
import type { Domain } from "../domain.ts";
import { declarePart } from "../part.ts";
import type { BaseFactory } from "./base-part.ts";

/** Real variables standard normal, boxes and circles uniform; one domain for each variable of the data. */
export interface DomainsBase {
  readonly kind: "domains";
  readonly domains: readonly Domain[];
}

/**
 * A base for variables that each have a domain: `domains([real(), circle(), box(0, 1)])`. The flow has couplings with
 * {@link byDomain} alone; they leave variables at their places. Standardisation takes boxes and circles to [-pi, pi] by their ends
 * and real variables by their moments; conditioners see angles as cosines and sines.
 */
export const domains: BaseFactory<DomainsBase, [domains: readonly Domain[]]> = declarePart(
  {
    kind: "domains",
    fields: { domains: v.pipe(v.array(domainSchema), v.minLength(1)) },
    problems({ domains: list }, { path, dims }) {
      const count = `${dims} of them, one for each variable`;
      const length =
        list.length === dims
          ? []
          : [{ path: `${path}.domains`, expected: count, received: String(list.length) }];
      const ends = list.flatMap((domain, i) =>
        domain.kind === "real" || areEnds(domain.low, domain.high)
          ? []
          : [
              {
                path: `${path}.domains[${i}]`,
                expected: ENDS,
                received: `${domain.low} and ${domain.high}`,
              },
            ],
      );
      return [...length, ...ends];
    },
    describe({ domains: list }) {
      const count = (kind: Domain["kind"]) => list.filter((d) => d.kind === kind).length;
      return `${count("real")} real (standard Gaussian), ${count("box")} in boxes and ${count("circle")} on circles (uniform)`;
    },
    logProb(b, { domains: list }, z) {
      const { reals, bounded } = split(list);
      const parts: Value[] = [];
      if (reals.length > 0)
        parts.push(
          b.emitOne(gaussianLogProb, [columnsOf(b, z, reals)], { variables: reals.length }),
        );
      if (bounded.length > 0)
        parts.push(
          b.emitOne(uniformLogProb, [columnsOf(b, z, bounded)], {
            variables: bounded.length,
            bound: DOMAIN_BOUND,
          }),
        );
      return parts.length === 1 ? parts[0]! : b.emitOne(sumPerRow, parts, {});
    },
    sample(b, { domains: list }, variables, temperature) {
      const { reals, bounded } = split(list);
      const draws = (kind: "gaussian" | "uniform") =>
        b.emitOne(noise, [temperature], {
          // As many as variables: a column's numbers are those of its place.
          variables,
          kind,
          bound: kind === "uniform" ? DOMAIN_BOUND : 0,
          df: 0,
          learnedDf: false,
        });
      if (bounded.length === 0) return draws("gaussian");
      if (reals.length === 0) return draws("uniform");
      const isReal = new Set(reals);
      return gather(
        b,
        [draws("gaussian"), draws("uniform")],
        list.map((_, j) => [isReal.has(j) ? 0 : 1, j] as const),
      );
    },
    bound: () => undefined,
    standardNormal: () => "never",
    lightTails: () => true,
    domains: ({ domains: list }) => list,
  },
  (list) => ({ kind: "domains", domains: [...list] }),
);

function split(list: readonly Domain[]) {
  const numbers = [...list.keys()];
  return {
    reals: numbers.filter((j) => list[j]!.kind === "real"),
    bounded: numbers.filter((j) => list[j]!.kind !== "real"),
  };
}

function columnsOf(b: GraphBuilder, z: Value, list: readonly number[]): Value {
  return gather(
    b,
    [z],
    list.map((j) => [0, j] as const),
  );
}
