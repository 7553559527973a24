import { describe, expect, it } from "vitest";
import { connectivity } from "./connectivity.ts";
import { meanFieldTransition } from "./mean-field.ts";
import { stackField } from "./molecular-field.ts";
import { rkky, spacerExchange } from "./rkky.ts";
import { heisenberg, ising, quantumSpin } from "./spin.ts";
import { magneticStack } from "./stack.ts";
import type { FilmSpec, MagneticStackSpec } from "./stack-spec.ts";

const film: FilmSpec = { name: "iron", spin: ising(), lattice: "square", exchange: 1 };

describe("magneticStack", () => {
  it.each([
    ["square", "atop", 1, 4 + 2],
    ["square", "hollow", 1, 4 + 8],
    ["triangular", "atop", 1, 6 + 2],
    ["triangular", "hollow", 1, 6 + 6],
    ["honeycomb", "atop", 1, 3 + 2],
  ] as const)(
    "%s, %s: a crystal of it has %d site and %d neighbours",
    (lattice, contact, _, neighbours) => {
      const crystal = magneticStack({
        layers: [{ ...film, lattice, contact }],
        stacking: "periodic",
        couplings: [{ between: ["iron", "iron"], repeats: 1, exchange: 1, contact }],
      });
      // Ising mean field: Tc = number of neighbours times J, each bond counted once.
      expect(meanFieldTransition(stackField(crystal)).temperature).toBeCloseTo(neighbours, 12);
      expect(connectivity(crystal).dimension).toBe(3);
    },
  );

  it("gives temperatures in kelvin for exchange in meV", () => {
    const stack = magneticStack({ layers: [{ ...film, exchange: 10 }], units: "meV" });
    // 4 x 10 meV / k_B.
    expect(meanFieldTransition(stackField(stack)).temperature).toBeCloseTo(40 / 0.08617333262, 6);
  });

  it("carries exchange through a spacer, and none without a coupling", () => {
    const through = rkky({ amplitude: 2, fermiWaveNumber: 1.1, phase: 0.3 });
    const stack = (thickness: number): ReturnType<typeof magneticStack> =>
      magneticStack({
        layers: [
          film,
          { kind: "spacer", thickness, coupling: through },
          { ...film, name: "cobalt" },
        ],
      });
    const expected = (2 * Math.sin(2 * 1.1 * 3 + 0.3)) / 9;
    expect(spacerExchange(through, 3)).toBeCloseTo(expected, 14);
    expect(meanFieldTransition(stackField(stack(3))).temperature).toBeCloseTo(
      4 + Math.abs(expected),
      12,
    );
    // Half a period pi / k_F further the sign turns.
    expect(Math.sign(spacerExchange(through, 3 + Math.PI / 2.2))).toBe(-Math.sign(expected));
    expect(
      connectivity(
        magneticStack({
          layers: [film, { kind: "spacer", thickness: 3 }, { ...film, name: "cobalt" }],
        }),
      ).components,
    ).toBe(2);
  });

  it("knows frustration, pieces and dimension", () => {
    const square = connectivity(magneticStack({ layers: [film] }));
    expect([square.dimension, square.components, square.gauge !== undefined]).toEqual([2, 1, true]);
    expect(
      connectivity(magneticStack({ layers: [{ ...film, lattice: "triangular", exchange: -1 }] }))
        .gauge,
    ).toBeUndefined();
    expect(
      connectivity(magneticStack({ layers: [{ ...film, exchange: [1, -0.1] }] })).gauge,
    ).toBeUndefined();
    // A repeated plane without exchange across stays two-dimensional.
    expect(connectivity(magneticStack({ layers: [film], stacking: "periodic" })).dimension).toBe(2);
    const mixed = connectivity(
      magneticStack({
        layers: [film, { ...film, name: "top", exchange: -1 }],
        couplings: [{ between: [0, 1], exchange: 1 }],
      }),
    );
    expect(mixed.gauge).toBeUndefined();
  });

  const bad: [string, unknown, string][] = [
    [
      "a lattice that is none",
      { layers: [{ ...film, lattice: "sqare" }] },
      'stack.layers[0].lattice: expected one of "square", "triangular", "honeycomb", got "sqare". Did you mean "square"?',
    ],
    [
      "exchange NaN",
      { layers: [{ ...film, exchange: NaN }] },
      "stack.layers[0].exchange: expected a finite number, got NaN",
    ],
    [
      "no exchange",
      { layers: [{ ...film, exchange: 0 }] },
      "at least one exchange that is not zero",
    ],
    [
      "no film",
      { layers: [{ kind: "spacer", thickness: 1 }] },
      'at least one magnetic film, got "1 layers, none magnetic"',
    ],
    [
      "two lattices",
      { layers: [film, { ...film, name: "b", lattice: "triangular" }] },
      "films on one lattice (square",
    ],
    [
      "an unknown film",
      { layers: [film], couplings: [{ between: ["iron", "irn"], exchange: 1 }] },
      'Did you mean "iron"?',
    ],
    [
      "a film with itself",
      { layers: [film], couplings: [{ between: [0, 0], exchange: 1 }] },
      "two different films",
    ],
    [
      "repeats in an open stack",
      { layers: [film], couplings: [{ between: [0, 0], repeats: 1, exchange: 1 }] },
      "0 in an open stack, got 1",
    ],
    ["half a plane", { layers: [{ ...film, planes: 1.5 }] }, "a positive integer, got 1.5"],
    [
      "too many shells",
      { layers: [{ ...film, exchange: [1, 1, 1, 1] }] },
      '1 to 3 of them for "square"',
    ],
    [
      "honeycomb in hollows",
      { layers: [{ ...film, lattice: "honeycomb", planes: 2, contact: "hollow" }] },
      '"atop" for a honeycomb lattice',
    ],
    ["one name twice", { layers: [film, film] }, "a name of its own"],
    [
      "a spacer of no thickness",
      {
        layers: [
          film,
          { kind: "spacer", thickness: 0, coupling: rkky({ amplitude: 1, fermiWaveNumber: 1 }) },
          { ...film, name: "b" },
        ],
      },
      "a positive number, got 0",
    ],
    [
      "a spacer with nothing above",
      {
        layers: [
          film,
          { kind: "spacer", thickness: 1, coupling: rkky({ amplitude: 1, fermiWaveNumber: 1 }) },
        ],
      },
      "a film on both sides of the spacer",
    ],
    ["an unknown kind of layer", { layers: [{ ...film, kind: "flim" }] }, 'Did you mean "film"?'],
  ];
  it.each(bad)("refuses %s", (_, spec, message) => {
    expect(() => magneticStack(spec as MagneticStackSpec)).toThrow(message);
  });

  it("refuses spins and couplings that are none", () => {
    expect(() => quantumSpin(0.7)).toThrow("S = 1/2, 1, 3/2, ..., got 0.7");
    expect(() => rkky({ amplitude: 1, fermiWaveNumber: 0 })).toThrow(
      "rkky.fermiWaveNumber: expected a positive number, got 0",
    );
    expect(() =>
      magneticStack({
        layers: [{ ...film, spin: { ...heisenberg(), kind: "heisenburg" as "heisenberg" } }],
      }),
    ).toThrow('Did you mean "heisenberg"?');
  });
});
