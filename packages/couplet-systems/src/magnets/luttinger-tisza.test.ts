import { describe, expect, it } from "vitest";
import { eigenHermitian } from "../linear-algebra/eigen/dense-symmetric.ts";
import { exchangeMatrix } from "./exchange.ts";
import { groundStateOrder, meanFieldInstability } from "./luttinger-tisza.ts";
import { heisenberg, ising } from "./spin.ts";
import type { SpinModel } from "./spin.ts";
import { frustratedExample } from "./problem/problem.ts";
import { runMagnetsProblem } from "./problem/run.ts";
import { magneticStack } from "./stack.ts";
import type { MagneticStack } from "./stack.ts";

/** One square plane repeated, with exchange to the next and the one after. */
function crystal(spin: SpinModel, plane: number, next: number, afterNext = 0): MagneticStack {
  return magneticStack({
    layers: [{ name: "plane", spin, lattice: "square", exchange: plane }],
    stacking: "periodic",
    couplings: [
      { between: [0, 0], repeats: 1, exchange: next },
      { between: [0, 0], repeats: 2, exchange: afterNext },
    ],
  });
}

describe("layered square lattice", () => {
  it.each([
    [1, 1, "F"],
    [1, -1, "A"],
    [1, 0.3, "F"],
    [1, -0.3, "A"],
    [-1, 1, "C"],
    [-1, -1, "G"],
    [-1, 0.3, "C"],
    [-1, -0.3, "G"],
  ] as const)("J = %d, J' = %d orders as %s, Tc 4|J| + 2|J'|", (plane, next, label) => {
    const stack = crystal(ising(), plane, next);
    const order = groundStateOrder(stack);
    expect(order.label).toBe(label);
    expect(order.exact).toBe(true);
    expect(order.energy).toBeCloseTo(-(2 * Math.abs(plane) + Math.abs(next)), 12);
    expect(meanFieldInstability(stack).value).toBeCloseTo(
      4 * Math.abs(plane) + 2 * Math.abs(next),
      12,
    );
  });

  it.each([
    [0, 0, 6],
    [-0.1, 0, 5.8],
    [-0.2, 0, 5.6],
    [-0.25, 0, 5.5],
    [-0.3, 0.5856855434571508, 5.433333333333334],
    [-0.5, 1.0471975511965976, 5.5],
    [-1, 1.318116071652818, 6.25],
  ])("next-layer J2 = %d turns by %d, J(q) = %d", (afterNext, q, value) => {
    const order = groundStateOrder(crystal(heisenberg(), 1, 1, afterNext));
    // At J2 = -1/4 the maximum is quartic, J - q^4 / 4: rounding of 1e-16 hides angles below 2e-4.
    expect(Math.abs(order.turn! - q)).toBeLessThan(afterNext === -0.25 ? 1e-3 : 1e-7);
    expect(order.label).toBe(q === 0 ? "F" : "helix");
    expect(-2 * order.bound).toBeCloseTo(value, 12);
    expect(order.exact).toBe(true);
  });
});

describe("orders of one energy", () => {
  /** Square planes, each above the hollows of the last: J inside them, J' between. */
  const bodyCentred = (plane: number, next: number): MagneticStack =>
    magneticStack({
      layers: [{ spin: ising(), lattice: "square", exchange: plane }],
      stacking: "periodic",
      couplings: [{ between: [0, 0], repeats: 1, exchange: next, contact: "hollow" }],
    });

  it("body-centred antiferromagnet: one label for 50 couplings, flagged, with m(T)", async () => {
    const couplings = Array.from({ length: 50 }, (_, i) => -0.98 + 0.04 * i);
    const labels = new Set<string>();
    for (const next of couplings) {
      const order = groundStateOrder(bodyCentred(-1, next));
      labels.add(order.label);
      expect(order.degenerate, `J' = ${next}`).toEqual(["stacking"]);
      expect(order.wave).toEqual([Math.PI, Math.PI, 0]);
      // Every stacking has the energy of the planes alone: the four bonds to each next plane cancel.
      expect(order.energy).toBeCloseTo(-2, 12);
      expect(order.exact).toBe(true);
    }
    expect([...labels]).toEqual(["C"]);
    const result = await runMagnetsProblem({
      stack: {
        layers: [{ spin: "ising", lattice: "square", exchange: -1 }],
        stacking: "periodic",
        couplings: [{ between: [0, 0], repeats: 1, exchange: 0.3, contact: "hollow" }],
      },
    });
    expect(result.order.degenerate).toEqual(["stacking"]);
    expect(result.curve).not.toBeNull();
    // Like the plane alone, whose Tc is 4 in mean field.
    expect(result.meanField.temperature).toBeCloseTo(4, 12);
    expect(result.warnings[0]).toBe(
      'several orders have this energy; undetermined: stacking. "C" is one of them',
    );
  });

  it.each([
    [-1, 1.2, "F"],
    [-1, -1.2, "A"],
    [1, 0.5, "F"],
    [1, -0.5, "A"],
  ] as const)("J = %d, J' = %d leaves nothing open: %s", (plane, next, label) => {
    const order = groundStateOrder(bodyCentred(plane, next));
    expect([order.label, order.degenerate]).toEqual([label, []]);
  });

  it.each([
    [-1, 1, "F"],
    [-1, -1, "A"],
  ] as const)("J = %d, J' = %d, where two orders meet, is flagged", (plane, next, label) => {
    const order = groundStateOrder(bodyCentred(plane, next));
    // C and G stand beside it: the order inside planes is open, and in two of the three how they are stacked.
    expect([order.label, order.degenerate]).toEqual([label, ["stacking", "in-plane"]]);
    expect(order.energy).toBeCloseTo(-2, 12);
  });

  it("planes that act on every other one alone: F and A meet", () => {
    const order = groundStateOrder(crystal(ising(), 1, 0, 0.5));
    expect([order.label, order.degenerate]).toEqual(["F", ["stacking"]]);
  });

  it("domains of one order are no other orders", () => {
    const stripes = groundStateOrder(
      magneticStack({ layers: [{ spin: ising(), lattice: "square", exchange: [-1, -1] }] }),
    );
    expect([stripes.label, stripes.degenerate]).toEqual(["stripe", []]);
  });

  it("one plane has no stacking: what is open of it is the order inside", () => {
    const plane = (exchange: readonly number[]) =>
      groundStateOrder(
        magneticStack({ layers: [{ spin: heisenberg(), lattice: "honeycomb", exchange }] }),
      ).degenerate;
    // Second neighbours alone make two triangular antiferromagnets, whose 120 degrees turn against each other at will.
    expect(plane([0, -1])).toEqual(["in-plane", "parts"]);
    // Above J2 / J1 = 1/6 the spirals of a closed line of wave vectors have one energy, below it the checkerboard is alone
    // (Rastelli, Tassi & Reatto 1979; Mulder et al. 2010, Phys. Rev. B 81, 214419).
    expect(plane([-1, -0.3])).toEqual(["in-plane"]);
    expect(plane([-1, -0.1])).toEqual([]);
    // The 120 degrees of one triangular plane are one order.
    expect(
      groundStateOrder(
        magneticStack({ layers: [{ spin: heisenberg(), lattice: "triangular", exchange: -1 }] }),
      ).degenerate,
    ).toEqual([]);
  });

  it("the map of the example has its borders at |J'| = |J|", async () => {
    const across = { ...frustratedExample.map!.x, values: [-1, -0.5, 0, 0.5] };
    const { map } = await runMagnetsProblem({
      ...frustratedExample,
      map: {
        x: across,
        y: { ...frustratedExample.map!.y, values: [-1.25, -0.75, -0.25, 0.25, 1] },
      },
    });
    const { x, y, order } = map!;
    for (const [j, next] of y.values.entries())
      for (const [i, plane] of x.values.entries()) {
        const label = order[j * x.values.length + i];
        if (plane < 0 && Math.abs(next) < -plane) expect(label, `${plane}, ${next}`).toBe("C");
        else expect(label, `${plane}, ${next}`).toBe(next < 0 ? "A" : "F");
      }
  });

  it("planes that do not interact: the order inside them, the stacking open", () => {
    const order = groundStateOrder(crystal(ising(), -1, 0));
    expect([order.label, order.degenerate]).toEqual(["C", ["stacking"]]);
    const films = groundStateOrder(
      magneticStack({
        layers: [1, 1].map((exchange) => ({
          spin: ising(),
          lattice: "square" as const,
          exchange,
        })),
        couplings: [],
      }),
    );
    expect(films.degenerate).toContain("parts");
  });

  it("checkerboard planes that turn are no spiral inside planes", () => {
    const order = groundStateOrder(crystal(heisenberg(), -1, 1, -0.5));
    expect([order.label, order.degenerate]).toEqual(["helix of checkerboard planes", []]);
    expect(order.turn).toBeCloseTo(Math.PI / 3, 7);
  });
});

describe("films", () => {
  it("finds the order of an open bilayer from its eigenvector", () => {
    const bilayer = (exchange: number, coupling: number): MagneticStack =>
      magneticStack({
        layers: [
          { spin: heisenberg(), lattice: "square", exchange },
          { spin: heisenberg(), lattice: "square", exchange: exchange / 2 },
        ],
        couplings: [{ between: [0, 1], exchange: coupling }],
      });
    expect(groundStateOrder(bilayer(1, 0.1)).label).toBe("F");
    expect(groundStateOrder(bilayer(1, -0.1)).label).toBe("A");
    expect(groundStateOrder(bilayer(-1, 0.1)).label).toBe("C");
    const g = groundStateOrder(bilayer(-1, -0.1));
    expect(g.label).toBe("G");
    // Unequal films: the bound wants a long spin in the strong one, the true state is higher but exact.
    expect(g.bound).toBeLessThan(g.energy - 0.1);
    expect(g.energy).toBeCloseTo(-(2 + 1 + 0.1) / 2, 12);
    expect(g.exact).toBe(true);
  });

  it("finds 120 degrees on the triangular antiferromagnet, stripes with second neighbours", () => {
    const triangular = groundStateOrder(
      magneticStack({ layers: [{ spin: heisenberg(), lattice: "triangular", exchange: -1 }] }),
    );
    expect(triangular.label).toBe("spiral");
    expect(triangular.frustrated).toBe(true);
    expect(triangular.energy).toBeCloseTo(-1.5, 10);
    expect(triangular.wave.map((k) => Math.abs(k) / Math.PI).slice(0, 2)).toEqual(
      [2 / 3, 2 / 3].map((x) => expect.closeTo(x, 6)),
    );
    const stripes = groundStateOrder(
      magneticStack({ layers: [{ spin: ising(), lattice: "square", exchange: [-1, -1] }] }),
    );
    expect(stripes.label).toBe("stripe");
    expect(stripes.energy).toBeCloseTo(-2, 12);
    // Ising spins cannot turn: the spiral's energy is only a bound for them.
    expect(
      groundStateOrder(
        magneticStack({ layers: [{ spin: ising(), lattice: "triangular", exchange: -1 }] }),
      ).exact,
    ).toBe(false);
  });

  it("names the orders of a honeycomb plane", () => {
    const plane = (exchange: number): MagneticStack =>
      magneticStack({ layers: [{ spin: heisenberg(), lattice: "honeycomb", exchange }] });
    expect(groundStateOrder(plane(1)).label).toBe("F");
    expect(groundStateOrder(plane(-1)).label).toBe("G");
    expect(groundStateOrder(plane(-1)).energy).toBeCloseTo(-1.5, 12);
  });
});

describe("exchangeMatrix", () => {
  const layered = (intra: readonly number[], inter: readonly number[]): MagneticStack =>
    magneticStack({
      layers: intra.map((field) => ({
        spin: ising(),
        lattice: "square" as const,
        exchange: field / 4,
      })),
      stacking: "periodic",
      couplings: inter.map((exchange, i) => ({
        between: [i, (i + 1) % intra.length] as const,
        exchange,
        repeats: i + 1 === intra.length ? 1 : 0,
      })),
    });

  // Golden eigenvalues: oracle magnets.json, blochExchange.
  it.each([
    { intra: [4, 4, 4, 4], inter: [0.5, -0.5, 0.5, -0.5], kz: 0, eigenvalues: [3, 4, 4, 5] },
    {
      intra: [4, 4, 4, 4],
      inter: [0.5, -0.5, 0.5, -0.5],
      kz: Math.PI / 3,
      eigenvalues: [3.0340741737109314, 3.7411809548974784, 4.258819045102521, 4.965925826289068],
    },
    {
      intra: [4, 1, 3],
      inter: [0.6, -0.2, 0.9],
      kz: Math.PI / 3,
      eigenvalues: [0.8323939916935222, 2.57389402374041, 4.593711984566069],
    },
  ])("intra $intra, inter $inter, kz $kz", ({ intra, inter, kz, eigenvalues }) => {
    const { values } = eigenHermitian(exchangeMatrix(layered(intra, inter), [0, 0, kz]));
    eigenvalues.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 12));
  });
});
