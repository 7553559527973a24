import { describe, expect, it } from "vitest";
import { curieConstant, heisenberg, ising, quantumSpin, respond, xy } from "./spin.ts";
import { meanFieldState, meanFieldTransition } from "./mean-field.ts";
import { molecularField, stackField } from "./molecular-field.ts";
import { magneticStack } from "./stack.ts";

describe("respond", () => {
  it.each([ising(), xy(), heisenberg(), quantumSpin(1 / 2), quantumSpin(5 / 2)])(
    "$kind: slope and curvature are the derivatives of the value",
    (spin) => {
      for (const x of [1e-4, 0.03, 0.149, 0.151, 0.7, 2, 9, -1.3]) {
        const h = 1e-5;
        const [below, here, above] = [respond(spin, x - h), respond(spin, x), respond(spin, x + h)];
        // Central differences: h^2 / 6 times a third derivative of order S^4 = 40, and rounding 1e-16 / h.
        expect(here.first).toBeCloseTo((above.value - below.value) / (2 * h), 7);
        expect(here.second).toBeCloseTo((above.first - below.first) / (2 * h), 6);
      }
      expect(respond(spin, 1e-7).first).toBeCloseTo(curieConstant(spin), 10);
    },
  );

  it("a quantum spin 1/2 is half a tanh", () => {
    for (const x of [0.01, 0.4, 3])
      expect(respond(quantumSpin(0.5), x).value).toBeCloseTo(Math.tanh(x / 2) / 2, 14);
  });
});

describe("mean-field Tc of two films", () => {
  // SYSTEMS 3.2: closed form 1/2 (a + b + sqrt((a-b)^2 + 4 c^2)).
  it.each([
    [4, 2, 0, 4],
    [4, 2, 0.1, 4.004987562112089],
    [4, 2, 1, 4.414213562373095],
    [4, 2, 4, 7.123105625617661],
    [4, 4, 0.5, 4.5],
    [4, 2, -1, 4.414213562373095],
  ])("(a, b, c) = (%d, %d, %d) gives %d", (a, b, c, expected) => {
    const { temperature } = meanFieldTransition(
      molecularField({
        matrix: [
          [a, c],
          [c, b],
        ],
      }),
    );
    expect(temperature).toBeCloseTo(expected, 12);
  });

  it("is the same for the stack that these numbers describe", () => {
    const stack = magneticStack({
      layers: [
        { spin: ising(), lattice: "square", exchange: 1 },
        { spin: ising(), lattice: "square", exchange: 0.5 },
      ],
      couplings: [{ between: [0, 1], exchange: 0.1 }],
    });
    expect(meanFieldTransition(stackField(stack)).temperature).toBeCloseTo(4.004987562112089, 12);
  });

  it.each([1, 2, 3, 5, 10, 50])(
    "a film of %d equal planes: 4 J + 2 J' cos(pi / (N + 1))",
    (planes) => {
      const stack = magneticStack({
        layers: [{ spin: ising(), lattice: "square", exchange: 1, planes }],
      });
      const expected = 4 + 2 * Math.cos(Math.PI / (planes + 1));
      expect(meanFieldTransition(stackField(stack)).temperature).toBeCloseTo(expected, 11);
    },
  );
});

describe("meanFieldState", () => {
  const film = (c: number): ReturnType<typeof molecularField> =>
    molecularField({
      matrix: [
        [4, c],
        [c, 2],
      ],
    });

  // Golden numbers: oracle magnets.json, twoLayerCurves (independent Newton in numpy), absolute 1e-9.
  it.each([
    [
      0.02, 2.0009353659039975, 0.9577124189756863, 0.2991196748477318, 1.341056858665526,
      1.5716273272334031, 5.121977442287412,
    ],
    [
      0.5, 1.9993772550080775, 0.9725322687850548, 0.7652032125164648, 1.047016491584096,
      0.36966453422461637, 0.3963291848834603,
    ],
    [
      2, 2.001610186228838, 0.9945058249832801, 0.9605927202429653, 0.428026241974671,
      0.08317178829601786, 0.04840799412515181,
    ],
  ])("c = %d at T = %d: m1, m2, heat, -dm2/dT, chi", (c, T, m1, m2, heat, slope, chi) => {
    const point = meanFieldState(film(c), T);
    expect(point.magnetisation[0]).toBeCloseTo(m1, 9);
    expect(point.magnetisation[1]).toBeCloseTo(m2, 9);
    expect(point.heat).toBeCloseTo(heat, 9);
    expect(-point.slope[1]!).toBeCloseTo(slope, 9);
    expect(point.susceptibility).toBeCloseTo(chi, 9);
    expect(point.residual).toBeLessThan(1e-12);
  });

  it("has slope and curvature that are derivatives, just below Tc too", () => {
    const field = molecularField({
      matrix: [
        [4, 0.4],
        [0.4, 2],
      ],
      spins: [heisenberg(), quantumSpin(1.5)],
    });
    const { temperature: critical } = meanFieldTransition(field);
    for (const x of [0.3, 0.7, 0.99]) {
      const T = x * critical,
        h = 1e-5 * critical;
      const [below, here, above] = [T - h, T, T + h].map((t) => meanFieldState(field, t));
      for (const group of [0, 1]) {
        const slope = (above!.magnetisation[group]! - below!.magnetisation[group]!) / (2 * h);
        const curvature = (above!.slope[group]! - below!.slope[group]!) / (2 * h);
        // h^2 / 6 m''' is 1e-6 relative at 0.99 Tc.
        expect(here!.slope[group]! / slope).toBeCloseTo(1, 5);
        expect(here!.curvature[group]! / curvature).toBeCloseTo(1, 4);
      }
      expect((above!.energy - below!.energy) / (2 * h) / here!.heat).toBeCloseTo(1, 5);
    }
  });

  it("vanishes above Tc and as a square root below", () => {
    const field = film(1);
    const { temperature: critical } = meanFieldTransition(field);
    expect([...meanFieldState(field, critical * 1.0001).magnetisation]).toEqual([0, 0]);
    const m = (x: number): number => meanFieldState(field, critical * (1 - x)).magnetisation[0]!;
    // m ~ sqrt(x) (1 + O(x)).
    expect(m(4e-6) / m(1e-6)).toBeCloseTo(2, 4);
  });

  it("orders antiparallel films with opposite signs", () => {
    const { magnetisation } = meanFieldState(film(-0.5), 2);
    const [up, down] = magnetisation;
    expect(up! * down!).toBeLessThan(0);
    expect(Math.abs(down!)).toBeCloseTo(meanFieldState(film(0.5), 2).magnetisation[1]!, 12);
  });

  it("refuses what is no exchange matrix, and a temperature that is none", () => {
    expect(() =>
      molecularField({
        matrix: [
          [1, 2],
          [-1, 1],
        ],
      }),
    ).toThrow("of one sign");
    expect(() => molecularField({ matrix: [[1, 2]] })).toThrow("1 numbers in row 0");
    expect(() => molecularField({ matrix: [[NaN]] })).toThrow("finite number at [0][0]");
    expect(() => meanFieldState(film(1), 0)).toThrow("a positive number, got 0");
  });
});
