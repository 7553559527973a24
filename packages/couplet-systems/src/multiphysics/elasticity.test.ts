import { describe, expect, it } from "vitest";
import { elasticity } from "./elasticity.ts";
import { evenly, intervalMesh, mappedMesh, rectangleMesh } from "./element/generate.ts";
import { overVolume } from "./element/integrate.ts";
import type { ElementMesh } from "./element/mesh.ts";
import type { Step } from "./participant.ts";

const steady: Step = {
  window: 1,
  start: 0,
  end: Infinity,
  size: Infinity,
  iteration: 1,
  signal: undefined,
};
function errorOf(
  mesh: ElementMesh,
  u: Float64Array,
  exact: (x: number, y: number) => readonly [number, number],
): number {
  let square = 0;
  overVolume(mesh, ({ nodes, shape, measure, x, y }) => {
    const goal = exact(x, y);
    for (let d = 0; d < 2; d++) {
      const value = nodes.reduce((sum, node, k) => sum + shape[k]! * u[2 * node + d]!, 0);
      square += measure * (value - goal[d]!) ** 2;
    }
  });
  return Math.sqrt(square);
}
const order = (errors: number[]): number =>
  Math.log2(errors[errors.length - 2]! / errors[errors.length - 1]!);

describe("elasticity", () => {
  it("manufactured solution: second order with linear, third with quadratic elements", () => {
    // Plane strain with E = 1, nu = 0.25: mu = 0.4. u = (sin x sin y, cos x cos y) has div u = 0, so f = -mu lap u = 2 mu u.
    const exact = (x: number, y: number): [number, number] => [
      Math.sin(x) * Math.sin(y),
      Math.cos(x) * Math.cos(y),
    ];
    for (const [kind, expected] of [
      ["triangle3", 2],
      ["quad4", 2],
      ["triangle6", 3],
    ] as const) {
      const errors = [4, 8, 16].map((n) => {
        const mesh = rectangleMesh({ kind, columns: n, rows: n });
        const given = {
          kind: "displacement",
          x: (x: number, y: number) => exact(x, y)[0],
          y: (x: number, y: number) => exact(x, y)[1],
        } as const;
        const body = elasticity({
          mesh,
          youngsModulus: 1,
          poissonRatio: 0.25,
          plane: "strain",
          temperature: 0,
          force: { x: (x, y) => 0.8 * exact(x, y)[0], y: (x, y) => 0.8 * exact(x, y)[1] },
          boundaries: { left: given, right: given, bottom: given, top: given },
        });
        body.solve({}, steady);
        return errorOf(mesh, body.displacement, exact);
      });
      expect(order(errors)).toBeGreaterThan(expected - 0.15);
      expect(order(errors)).toBeLessThan(expected + 0.6);
    }
  });

  it("free thermal expansion is exact and without stress, in plane stress", () => {
    const mesh = rectangleMesh({ columns: 4, rows: 3 });
    const body = elasticity({
      mesh,
      youngsModulus: (t) => 200e9 - 1e8 * t,
      expansion: 1e-5,
      referenceTemperature: 20,
      temperature: 520,
      boundaries: { left: { kind: "displacement", x: 0 }, bottom: { kind: "displacement", y: 0 } },
    });
    body.solve({}, steady);
    body.displacement.forEach((u, i) => expect(u).toBeCloseTo(5e-3 * mesh.points[i]!, 12));
    expect(Math.max(...body.vonMises)).toBeLessThan(1e-3); // of 750 MPa if held: rounding
  });

  it("a body held all round carries E alpha dT / (1 - nu), and / (1 - 2 nu) in plane strain", () => {
    const held = { kind: "displacement", x: 0, y: 0 } as const;
    for (const [plane, divisor] of [
      ["stress", 0.7],
      ["strain", 0.4],
    ] as const) {
      const body = elasticity({
        mesh: rectangleMesh({ kind: "quad4", columns: 2, rows: 2 }),
        youngsModulus: 7,
        poissonRatio: 0.3,
        plane,
        expansion: 0.1,
        temperature: 2,
        boundaries: { left: held, right: held, bottom: held, top: held },
      });
      body.solve({}, steady);
      expect(body.stress[0]).toBeCloseTo((-7 * 0.2) / divisor, 10);
      expect(body.stress[3]).toBeCloseTo(plane === "strain" ? (-7 * 0.2) / 0.4 : 0, 10);
    }
  });

  it("thick ring under inner pressure: Lame, second order", () => {
    // Quarter ring 1 < r < 2, p = 1 inside, plane stress, E = 1, nu = 0.3: u_r = (a^2 / (b^2 - a^2)) ((1 - nu) r + (1 + nu) b^2 / r).
    const errors = [4, 8, 16].map((n) => {
      const mesh = mappedMesh({
        kind: "quad4",
        u: evenly(1, 2, n),
        v: evenly(0, Math.PI / 2, 2 * n),
        map: (r, phi) => [r * Math.cos(phi), r * Math.sin(phi)],
      });
      const body = elasticity({
        mesh,
        youngsModulus: 1,
        temperature: 0,
        boundaries: {
          left: { kind: "pressure", value: 1 },
          bottom: { kind: "displacement", y: 0 },
          top: { kind: "displacement", x: 0 },
        },
      });
      body.solve({}, steady);
      return errorOf(mesh, body.displacement, (x, y) => {
        const r = Math.hypot(x, y);
        const radial = (0.7 * r + (1.3 * 4) / r) / 3;
        return [(radial * x) / r, (radial * y) / r];
      });
    });
    expect(order(errors)).toBeGreaterThan(1.8);
  });

  it("a bar with stiffness falling with temperature: exact per element", () => {
    // Two elements at 0 and 1: sigma = -s u_L, u_L = sum dx (sigma / E_i + alpha T_i), E = 1 / (1 + T).
    const body = elasticity({
      mesh: intervalMesh({ elements: 2 }),
      youngsModulus: (t) => 1 / (1 + t),
      expansion: 0.3,
      boundaries: {
        left: { kind: "displacement", x: 0 },
        right: { kind: "spring", stiffness: 0.4 },
      },
    });
    body.solve({ temperature: Float64Array.of(-1, 1, 1) }, steady);
    const end = (0.5 * 0.3 * 1) / (1 + 0.4 * (0.5 * 1 + 0.5 * 2));
    expect(body.displacement[2]).toBeCloseTo(end, 12);
    expect(body.stress[1]).toBeCloseTo(-0.4 * end, 12);
  });

  it("refuses a body that is not held, and impossible materials", () => {
    const mesh = rectangleMesh({ columns: 2, rows: 2 });
    const loose = elasticity({
      mesh,
      youngsModulus: 1,
      temperature: 0,
      boundaries: { left: { kind: "traction", x: 1 } },
    });
    expect(() => loose.solve({}, steady)).toThrow("held in place");
    expect(() => elasticity({ mesh, youngsModulus: 1, poissonRatio: 0.5, boundaries: {} })).toThrow(
      "incompressible",
    );
    const molten = elasticity({
      mesh,
      youngsModulus: (t) => 1 - t,
      temperature: 2,
      boundaries: { left: { kind: "displacement", x: 0, y: 0 } },
    });
    expect(() => molten.solve({}, steady)).toThrow(
      "positive Young's modulus, got -1 at temperature 2",
    );
  });

  it("pins hold single nodes", () => {
    const mesh = rectangleMesh({ columns: 3, rows: 3 });
    const body = elasticity({
      mesh,
      youngsModulus: 1,
      expansion: 1,
      temperature: 1,
      boundaries: {},
      pins: [
        { at: [0, 0], components: ["x", "y"] },
        { at: [1, 0], components: ["y"] },
      ],
    });
    body.solve({}, steady);
    body.displacement.forEach((u, i) => expect(u).toBeCloseTo(mesh.points[i]!, 10));
  });
});
