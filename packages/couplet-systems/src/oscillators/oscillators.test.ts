/** Order, onset and locking of coupled oscillators against what is known exactly. */
import { describe, expect, it } from "vitest";
import { coupledOscillators } from "./coupled-oscillators.ts";
import { frequenciesOf } from "./frequencies.ts";
import { lockedState, lockingThreshold } from "./locking.ts";
import { synchronisationOnset } from "./onset.ts";
import { phaseOrder } from "./order.ts";
import { firefliesExample, parseOscillatorsProblem, pendulumsExample } from "./problem/problem.ts";
import { runOscillatorsProblem } from "./problem/run.ts";
import { simulateOscillators } from "./simulate.ts";

/** Two oscillators of one layer that pull each other with K / 2. */
const pair = (difference: number, strength = 1) =>
  coupledOscillators({
    layers: [
      {
        name: "two",
        frequencies: [1, 1 + difference],
        coupling: { kind: "complete", strength },
      },
    ],
  });

describe("two oscillators", () => {
  it.each([0.05, 0.3, 2])("lock exactly from K = |dw| on: %d", (difference) => {
    // The bisection ends at 1e-9 of the threshold.
    expect(lockingThreshold(pair(difference)) / difference).toBeCloseTo(1, 8);
    expect(lockedState(pair(difference), 0.999 * difference)).toBeUndefined();
    const { phases, frequency } = lockedState(pair(difference), 1.25 * difference)!;
    // K sin(phase) = dw, and both run at the mean.
    expect(Math.sin(phases[1]! - phases[0]!)).toBeCloseTo(0.8, 9);
    expect(frequency).toBeCloseTo(1 + difference / 2, 9);
  });

  it("beat at sqrt(dw^2 - K^2) below, and run at one frequency above", () => {
    const system = pair(0.5);
    const beat = (scale: number): number => {
      const { frequencies } = simulateOscillators(system, { scale, until: 4000, points: 401 });
      return frequencies[1]! - frequencies[0]!;
    };
    // Over 2000 units of time a fraction of a beat of 2 pi is left over: 2 pi / 2000.
    expect(Math.abs(beat(0.3) - 0.4)).toBeLessThan(4e-3);
    expect(Math.abs(beat(0.51))).toBeLessThan(1e-6);
  });
});

describe("the onset of synchrony", () => {
  const complete = (count: number, law: "normal" | "lorentz" | "uniform" = "normal") =>
    coupledOscillators({
      layers: [
        {
          name: "all",
          frequencies: { law, centre: 3, width: 1, count },
          coupling: { kind: "complete", strength: 1 },
        },
      ],
    });

  it("of a complete graph is 2 / (pi g(0)), from the spectrum", () => {
    expect(synchronisationOnset(complete(500))).toBeCloseTo(
      (2 * Math.sqrt(2 * Math.PI)) / Math.PI,
      9,
    );
    expect(synchronisationOnset(complete(500, "lorentz"))).toBeCloseTo(2, 9);
    expect(synchronisationOnset(complete(500, "uniform"))).toBeCloseTo(4 / Math.PI, 9);
  });

  it("of 2000 oscillators that are followed in time is that within 5 %", () => {
    const system = complete(2000);
    const theory = synchronisationOnset(system);
    // r^2 grows from the onset like a straight line; two points of it lead back.
    let start = new Float64Array(system.size);
    const squares = [1.8, 1.7].map((scale) => {
      const run = simulateOscillators(system, { scale, until: 40, points: 81, start });
      start = Float64Array.from(run.phases);
      return { scale, r2: run.late.whole ** 2 };
    });
    const [far, near] = squares as [(typeof squares)[0], (typeof squares)[0]];
    const measured = near.scale - (near.r2 * (far.scale - near.scale)) / (far.r2 - near.r2);
    expect(Math.abs(measured / theory - 1)).toBeLessThan(0.05);
    // And well below it nothing is left but 1 / sqrt(n) = 0.02.
    const below = simulateOscillators(system, { scale: 1.2, until: 60, points: 81, start });
    expect(below.late.whole).toBeLessThan(0.05);
  });

  it("r is what the self-consistent equation says above it", () => {
    // r = K r int cos^2(a) g(K r sin a) da, solved by bisection.
    const strength = 2.2;
    const right = (r: number): number => {
      const [from, count] = [-Math.PI / 2, 2000];
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const a = from + (Math.PI * (i + 0.5)) / count;
        const w = strength * r * Math.sin(a);
        sum += Math.cos(a) ** 2 * (Math.exp((-w * w) / 2) / Math.sqrt(2 * Math.PI));
      }
      return strength * sum * (Math.PI / count);
    };
    let [low, high] = [0.1, 1];
    for (let k = 0; k < 60; k++) {
      const middle = (low + high) / 2;
      if (right(middle) > 1) low = middle;
      else high = middle;
    }
    const run = simulateOscillators(complete(1000), {
      scale: strength,
      until: 60,
      points: 61,
      start: new Float64Array(1000),
    });
    // Quantiles of 1000 leave the law by 1 / 1000 at its ends.
    expect(Math.abs(run.late.whole - low)).toBeLessThan(5e-3);
  });

  it("of layers is one number for all: neither layer alone reaches it", () => {
    const { layers } = firefliesExample;
    const alone = layers.map((layer) =>
      synchronisationOnset(coupledOscillators({ layers: [layer] })),
    );
    const both = synchronisationOnset(
      coupledOscillators({ layers, between: firefliesExample.between! }),
    );
    expect(both).toBeLessThan(Math.min(...alone));
    // Two layers of n: the 2 x 2 matrix sqrt(D_a D_b) A_ab has the same largest eigenvalue.
    const d = layers.map(({ frequencies }) => {
      const width = (frequencies as { width: number }).width;
      return Math.PI / (2 * width * Math.sqrt(2 * Math.PI));
    }) as [number, number];
    const [a, b, c] = [0.8 * d[0], 0.8 * d[1], 0.2 * Math.sqrt(d[0] * d[1])];
    expect(both).toBeCloseTo(2 / (a + b + Math.sqrt((a - b) ** 2 + 4 * c * c)), 9);
  });

  it("refuses a list of frequencies, and laws with different centres", () => {
    expect(() => synchronisationOnset(pair(1))).toThrow(/expected frequencies by a law/);
    const law = { law: "normal", width: 1, count: 3 } as const;
    const apart = coupledOscillators({
      layers: [
        { name: "a", frequencies: { ...law, centre: 0 } },
        { name: "b", frequencies: { ...law, centre: 1 } },
      ],
    });
    expect(() => synchronisationOnset(apart)).toThrow(/expected laws with one centre/);
  });
});

it("a tree locks where its heaviest link can carry what it has to", () => {
  // On a path the flow through a link is the surplus of frequency on one side of it.
  const frequencies = [0.4, -0.1, 0.7, -1.2, 0.2];
  const weights = [1, 0.5, 2, 1.5];
  const system = coupledOscillators({
    layers: [
      {
        name: "path",
        frequencies,
        coupling: {
          kind: "links",
          strength: 1,
          links: weights.map((weight, i) => [i, i + 1, weight] as const),
        },
      },
    ],
  });
  let flow = 0;
  const needed = weights.map((weight, i) => {
    flow += frequencies[i]!;
    return Math.abs(flow) / weight;
  });
  expect(lockingThreshold(system) / Math.max(...needed)).toBeCloseTo(1, 7);
});

it("parts that nothing joins never lock", () => {
  const apart = coupledOscillators({ layers: [{ name: "a", frequencies: [0, 1] }] });
  expect(lockingThreshold(apart)).toBe(Infinity);
});

it("order is within layers and across them", () => {
  const system = coupledOscillators({
    layers: [
      { name: "a", frequencies: [0, 0] },
      { name: "b", frequencies: [0, 0] },
    ],
  });
  const opposite = phaseOrder(system, Float64Array.of(1, 1, 1 + Math.PI, 1 + Math.PI));
  expect(opposite.layers).toEqual([1, 1].map((one) => expect.closeTo(one, 12)));
  expect(opposite.whole).toBeCloseTo(0, 12);
  expect(opposite.across).toBeCloseTo(0, 12);
});

it("frequencies of a law are its quantiles", () => {
  const all = frequenciesOf({ law: "normal", centre: 2, width: 3, count: 999 }, "f");
  const sorted = all.toSorted();
  expect(sorted[499]).toBeCloseTo(2, 12);
  // The quantile of 0.8413447 is one standard deviation up; the nearest of 999 is within 1 / 999 of it in probability.
  expect(sorted.filter((value) => value < 5).length / 999).toBeCloseTo(0.841345, 2);
});

it("refuses invalid systems", () => {
  const layers = [{ name: "a", frequencies: [0, 1] }];
  const between = { layers: ["a", "b"], kind: "matched", strength: 1 } as const;
  expect(() => coupledOscillators({ layers, between: [between] })).toThrow(
    /expected one of a, got "b"/,
  );
  expect(() =>
    coupledOscillators({
      layers: [...layers, { name: "b", frequencies: [1] }],
      between: [between],
    }),
  ).toThrow(/expected layers of one size, got 2 and 1/);
  expect(() =>
    coupledOscillators({
      layers: [
        {
          name: "a",
          frequencies: [0, 1],
          coupling: { kind: "links", strength: 1, links: [[0, 2]] },
        },
      ],
    }),
  ).toThrow(/expected links between positions 0 to 1, got 2/);
  expect(() => simulateOscillators(pair(1), { until: 0 })).toThrow(
    /until: expected a time above 0/,
  );
});

it("the clocks of the example lock at half of its coupling", async () => {
  expect(parseOscillatorsProblem(JSON.parse(JSON.stringify(pendulumsExample)))).toEqual(
    pendulumsExample,
  );
  const { locking, sweep, onset } = await runOscillatorsProblem({
    ...pendulumsExample,
    until: 100,
    sweep: { scales: [0.4, 0.6], until: 1000 },
  });
  expect(onset).toBeNull();
  // K is 0.2 at factor 1 (each pulls the other with 0.1), the difference 0.1.
  expect(locking).toBeCloseTo(0.5, 8);
  const [below, above] = sweep!.frequencies!;
  expect(below![1]! - below![0]!).toBeGreaterThan(0.03);
  expect(Math.abs(above![1]! - above![0]!)).toBeLessThan(1e-6);
});

it("layers may have the names of an object's own, and a link is listed once", async () => {
  const layers = ["__proto__", "constructor"].map((name) => ({
    name,
    frequencies: [1, 1.2],
    coupling: { kind: "links", strength: 1, links: [[0, 1]] },
  }));
  const between = [{ layers: ["__proto__", "constructor"], kind: "matched", strength: 0.5 }];
  const run = (names: readonly string[]) => {
    const named = layers.map((layer, i) => ({ ...layer, name: names[i] }));
    const pairs = [{ ...between[0], layers: names }];
    const problem = { layers: named, between: pairs, until: 5, points: 3, sweep: false };
    return runOscillatorsProblem(parseOscillatorsProblem(problem));
  };
  const odd = await run(["__proto__", "constructor"]);
  const plain = await run(["left", "right"]);
  expect(odd.course.whole).toEqual(plain.course.whole);
  for (const again of [
    [0, 1],
    [1, 0],
  ] as const)
    expect(() =>
      coupledOscillators({
        layers: [
          {
            name: "a",
            frequencies: [1, 2],
            coupling: { kind: "links", strength: 1, links: [[0, 1], again] },
          },
        ],
      }),
    ).toThrow(/layer "a": expected each link once, in one direction, got 0 to 1 twice/);
});
