/** Thresholds and copying on a multiplex. */
import { describe, expect, it } from "vitest";
import { thresholdCascade, voterExpectation, voterModel } from "./influence.ts";
import { multilayerNetwork, type MultilayerSpec } from "./multilayer.ts";
import { runInfluence } from "./problem/influence.ts";
import { barabasiAlbert, erdosRenyi } from "./random-graph.ts";
import { influenceHeadline } from "./report/influence.ts";

const people = ["a", "b", "c", "d", "e", "f"];
/** A path of work contacts and a path of friends, in other orders. */
const office = multilayerNetwork({
  layers: [
    {
      name: "work",
      nodes: people,
      edges: [
        ["a", "b"],
        ["b", "c"],
        ["c", "d"],
        ["d", "e"],
        ["e", "f"],
      ],
    },
    {
      name: "friends",
      nodes: people,
      edges: [
        ["a", "c"],
        ["c", "e"],
        ["e", "b"],
        ["b", "d"],
        ["d", "f"],
      ],
    },
  ],
  coupling: { kind: "categorical" },
});

describe("thresholdCascade", () => {
  it("follows rounds that are counted by hand", () => {
    const { rounds, counts } = thresholdCascade(office, {
      seeds: ["a"],
      threshold: 0.5,
      layers: ["work"],
    });
    // On the path everyone inside has two contacts: one of them is half.
    expect(rounds).toEqual([["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]);
    expect(counts).toEqual([1, 2, 3, 4, 5, 6]);
    // With friends too b has four contacts: a alone is a quarter.
    expect(thresholdCascade(office, { seeds: ["a"], threshold: 0.5 }).rounds).toEqual([["a"]]);
    expect(thresholdCascade(office, { seeds: ["a"], threshold: 0.25 }).rounds[1]).toEqual([
      "b",
      "c",
    ]);
  });

  it("any is at least as quick as together, and all at most", () => {
    const n = 200;
    const names = Array.from({ length: n }, (_, i) => String(i));
    const network = multilayerNetwork({
      layers: [
        { name: "a", nodes: names, edges: barabasiAlbert(n, 2, 1) },
        { name: "b", nodes: names, edges: erdosRenyi(n, 5, 2) },
      ],
    });
    for (const threshold of [0.1, 0.2, 0.3, 0.4]) {
      const size = (rule: "together" | "any" | "all"): number =>
        thresholdCascade(network, { seeds: ["0", "1", "2", "3"], threshold, rule }).counts.at(-1)!;
      expect(size("any")).toBeGreaterThanOrEqual(size("together"));
      expect(size("together")).toBeGreaterThanOrEqual(size("all"));
    }
  });

  it("2 of 3 contacts reach a threshold of 2 / 3", () => {
    const star = multilayerNetwork({
      layers: [
        {
          name: "s",
          edges: [
            ["x", "m", 0.1],
            ["y", "m", 0.1],
            ["z", "m", 0.1],
          ],
        },
      ],
    });
    const { rounds } = thresholdCascade(star, { seeds: ["x", "y"], threshold: 2 / 3 });
    expect(rounds[1]).toEqual(["m"]);
  });

  it("refuses what it cannot follow", () => {
    expect(() => thresholdCascade(office, { seeds: ["a"], threshold: 0 })).toThrow(
      /threshold: expected above 0/,
    );
    expect(() => thresholdCascade(office, { seeds: ["Ann"], threshold: 1 })).toThrow(
      /seeds: expected people/,
    );
    const grid = multilayerNetwork({
      layers: [
        { name: "p", edges: [["1", "2"]] },
        { name: "w", edges: [["3", "4"]] },
      ],
      links: [
        [
          ["p", "1"],
          ["w", "3"],
        ],
      ],
    });
    expect(() => thresholdCascade(grid, { seeds: ["1"], threshold: 1 })).toThrow(
      /join a person to themselves/,
    );
  });
});

describe("voterModel", () => {
  const times = [0, 1, 2, 4];

  it("is linear diffusion on average, and ends by the seeds' share of all weights", () => {
    const expected = voterExpectation(office, { seeds: ["a", "c"], times });
    const runs = 4000;
    const sums = times.map(() => 0);
    let ones = 0;
    for (let seed = 0; seed < runs; seed++) {
      const run = voterModel(office, { seeds: ["a", "c"], times: [...times, 400], seed });
      times.forEach((_, k) => (sums[k]! += run.share[k]!));
      // Six people agree after some ten units of time; none was seen to take 400.
      expect(run.consensus).not.toBeNull();
      ones += run.consensus!;
    }
    // A share has a standard deviation below 1/2: five standard errors of 4000 runs are 0.04.
    sums.forEach((sum, k) => expect(Math.abs(sum / runs - expected.share[k]!)).toBeLessThan(0.04));
    expect(Math.abs(ones / runs - expected.consensus!)).toBeLessThan(0.04);
    // a has 2 contacts and c 4 of 20.
    expect(expected.consensus).toBeCloseTo(0.3, 12);
  });

  it("forgets nothing that it conserves: in the end everyone expects the seeds' share", () => {
    const { opinions, consensus } = voterExpectation(office, { seeds: ["a", "c"], times: [200] });
    for (const opinion of opinions) expect(opinion).toBeCloseTo(consensus!, 8);
  });

  it("has no probability of consensus where people need not agree: parts, someone alone, directed layers", () => {
    const expected = (layers: MultilayerSpec["layers"], chosen?: readonly string[]) =>
      voterExpectation(multilayerNetwork({ layers, coupling: { kind: "categorical" } }), {
        seeds: ["a"],
        times: [500],
        ...(chosen === undefined ? {} : { layers: chosen }),
      });
    const pairs = expected([
      {
        name: "work",
        edges: [
          ["a", "b"],
          ["c", "d"],
        ],
      },
    ]);
    expect(pairs.consensus).toBeNull();
    // a and b agree by themselves; c and d have never heard of it.
    expect([...pairs.opinions].map((x) => x.toFixed(6))).toEqual([
      "0.500000",
      "0.500000",
      "0.000000",
      "0.000000",
    ]);
    const work = { name: "work", edges: [["a", "b"]] as const };
    expect(expected([{ ...work, nodes: ["a", "b", "c"] }]).consensus).toBeNull();
    expect(expected([{ name: "work", nodes: ["a", "b"], edges: [] }]).consensus).toBeNull();
    expect(expected([{ name: "work", edges: [["a", "b", 0]] }]).consensus).toBeNull();
    const follows = { name: "follows", edges: [["a", "b"]] as const, directed: true };
    expect(expected([work, follows]).consensus).toBeNull();
    // Of the layers that count.
    expect(expected([work, follows], ["work"]).consensus).toBe(0.5);
    expect(expected([{ ...work, nodes: ["a", "b"] }]).consensus).toBe(0.5);
  });

  it("the report of people in parts is silent on a consensus", async () => {
    const run = async (edges: readonly (readonly [string, string])[]) =>
      influenceHeadline(
        await runInfluence(
          multilayerNetwork({ layers: [{ name: "work", nodes: ["a", "b", "c", "d"], edges }] }),
          { seeds: ["a"], threshold: 0.5, runs: 1 },
          () => Promise.resolve(),
        ),
      ).note;
    expect(
      await run([
        ["a", "b"],
        ["c", "d"],
      ]),
    ).toBe("thresholds: all layers 2, work alone 2");
    expect(
      await run([
        ["a", "b"],
        ["b", "c"],
        ["c", "d"],
      ]),
    ).toMatch(/; by copying all end so with probability 0\.167$/);
  });

  it("the same seed is the same run, and what has agreed stays", () => {
    const run = (seed: number) => voterModel(office, { seeds: ["a"], times: [0, 3, 500], seed });
    expect(run(7)).toEqual(run(7));
    expect(voterModel(office, { seeds: people, times: [0, 9], seed: 1 })).toMatchObject({
      share: [1, 1],
      consensus: 1,
    });
    expect(() => voterModel(office, { seeds: ["a"], times: [2, 1], seed: 1 })).toThrow(
      /ascend from 0/,
    );
  });
});
