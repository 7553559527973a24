import { describe, expect, it } from "vitest";
import { evenly, intervalMesh, mappedMesh, rectangleMesh } from "./element/generate.ts";
import { type ElementMesh, nodeCount } from "./element/mesh.ts";
import { overEdges, overVolume } from "./element/integrate.ts";
import { heatConduction, type HeatParticipant } from "./heat.ts";
import type { Step } from "./participant.ts";

const steady: Step = {
  window: 1,
  start: 0,
  end: Infinity,
  size: Infinity,
  iteration: 1,
  signal: undefined,
};
/** L2 norm of `values - exact` by the mesh's own quadrature. */
function errorOf(
  mesh: ElementMesh,
  values: Float64Array,
  exact: (x: number, y: number) => number,
): number {
  let square = 0;
  overVolume(mesh, ({ nodes, shape, measure, x, y }) => {
    square +=
      measure *
      (nodes.reduce((sum, node, k) => sum + shape[k]! * values[node]!, 0) - exact(x, y)) ** 2;
  });
  return Math.sqrt(square);
}
const order = (errors: number[]): number =>
  Math.log2(errors[errors.length - 2]! / errors[errors.length - 1]!);

describe("elements", () => {
  it("area, perimeter and outward normals of a curved quarter ring", () => {
    for (const [kind, digits] of [
      ["triangle3", 2],
      ["quad4", 2],
      ["triangle6", 5],
    ] as const) {
      const ring = mappedMesh({
        kind,
        u: evenly(1, 2, 6),
        v: evenly(0, Math.PI / 2, 16),
        map: (r, phi) => [r * Math.cos(phi), r * Math.sin(phi)],
      });
      let area = 0;
      overVolume(ring, ({ measure }) => (area += measure));
      let length = 0;
      let flux = 0; // of (x, y) through the boundary: twice the area by the divergence theorem
      for (const edges of Object.values(ring.boundaries)) {
        overEdges(ring, edges, ({ measure, normal, x, y }) => {
          length += measure;
          flux += measure * (x * normal[0] + y * normal[1]);
        });
      }
      expect(area).toBeCloseTo((3 * Math.PI) / 4, digits); // polygons miss h^2, parabolas h^4
      expect(flux).toBeCloseTo(2 * area, 10);
      expect(length).toBeCloseTo(2 + (3 * Math.PI) / 2, digits);
    }
  });

  it("a map that turns elements over is refused", () => {
    expect(() => mappedMesh({ u: [0, 1], v: [0, 1], map: (u, v) => [v, u] })).toThrow(
      "keep their orientation",
    );
  });
});

describe("heat conduction", () => {
  it("manufactured solution: second order with linear, third with quadratic elements", () => {
    // T = exp(x) sin(2 y), k = 2: -k lap T = 2 * 3 exp(x) sin(2 y); given on three sides, flux k dT/dx = 2 e sin(2 y) at x = 1.
    const exact = (x: number, y: number): number => Math.exp(x) * Math.sin(2 * y);
    for (const [kind, expected] of [
      ["triangle3", 2],
      ["quad4", 2],
      ["triangle6", 3],
    ] as const) {
      const errors = [4, 8, 16].map((n) => {
        const mesh = rectangleMesh({ kind, columns: n, rows: n });
        const given = { kind: "temperature", value: exact } as const;
        const heat = heatConduction({
          mesh,
          conductivity: 2,
          source: (x, y) => 6 * exact(x, y),
          boundaries: {
            left: given,
            bottom: given,
            top: given,
            right: { kind: "flux", value: (x, y) => 2 * exact(x, y) },
          },
        });
        heat.solve({}, steady);
        return errorOf(mesh, heat.temperature, exact);
      });
      expect(order(errors)).toBeGreaterThan(expected - 0.15);
      expect(order(errors)).toBeLessThan(expected + 0.6);
    }
  });

  it("k(T): the Kirchhoff transform of a rod is met", () => {
    // k = 1 + T between T = 0 and T = 2: T + T^2/2 = 4 x.
    const errors = [10, 20, 40].map((elements) => {
      const heat = heatConduction({
        mesh: intervalMesh({ elements }),
        conductivity: (t) => 1 + t,
        boundaries: {
          left: { kind: "temperature", value: 0 },
          right: { kind: "temperature", value: 2 },
        },
      });
      heat.solve({}, steady);
      return errorOf(heat.mesh, heat.temperature, (x) => Math.sqrt(1 + 8 * x) - 1);
    });
    expect(order(errors)).toBeGreaterThan(1.8);
  });

  it("time: implicit Euler is first order on a decaying sine", () => {
    // exp(-pi^2 t) sin(pi x) at t = 0.1; 200 elements keep the space error (1e-5) below the time errors (1e-3).
    const errors = [10, 20, 40].map((steps) => {
      const heat = heatConduction({
        mesh: intervalMesh({ elements: 200 }),
        conductivity: 1,
        capacity: 1,
        initial: (x) => Math.sin(Math.PI * x),
        boundaries: {
          left: { kind: "temperature", value: 0 },
          right: { kind: "temperature", value: 0 },
        },
      });
      for (let k = 0; k < steps; k++) {
        const size = 0.1 / steps;
        heat.solve(
          {},
          {
            window: k + 1,
            start: k * size,
            end: (k + 1) * size,
            size,
            iteration: 1,
            signal: undefined,
          },
        );
      }
      return errorOf(
        heat.mesh,
        heat.temperature,
        (x) => Math.exp(-0.1 * Math.PI ** 2) * Math.sin(Math.PI * x),
      );
    });
    expect(order(errors)).toBeCloseTo(1, 1);
  });

  it("heat is conserved to rounding, through every kind of boundary", () => {
    const heat = heatConduction({
      mesh: rectangleMesh({ columns: 7, rows: 5 }),
      conductivity: (t) => 1 + 0.1 * t,
      source: 3,
      boundaries: {
        left: { kind: "temperature", value: 1 },
        right: { kind: "convection", coefficient: 4, ambient: 2 },
        top: { kind: "flux", value: -0.5 },
        bottom: {
          kind: "contact",
          coefficient: (gap) => 1 / gap,
          ambient: 5,
          clearance: 0.5,
          field: "movement",
        },
      },
    });
    heat.solve({ movement: new Float64Array(16) }, steady);
    expect(Object.values(heat.heatIn).reduce((a, b) => a + b)).toBeCloseTo(-3, 9); // what comes in leaves what is made
    expect(heat.heatIn.top).toBeCloseTo(-0.5, 12);
  });

  it("contact: conductance follows the displacement of the boundary", () => {
    // A rod of unit resistance against a contact of conductance 2 / gap: q = 1 / (1 + gap / 2) with unit temperature difference.
    const rod = heatConduction({
      mesh: intervalMesh({ elements: 4 }),
      conductivity: 1,
      boundaries: {
        left: { kind: "temperature", value: 1 },
        right: {
          kind: "contact",
          coefficient: (gap) => 2 / gap,
          ambient: 0,
          clearance: 0.5,
          field: "movement",
        },
      },
    });
    for (const movement of [0, 0.2, 0.4, -0.5]) {
      rod.solve({ movement: Float64Array.of(movement) }, steady);
      expect(rod.heatIn.left).toBeCloseTo(1 / (1 + (0.5 - movement) / 2), 12);
    }
  });

  it("says what is missing or wrong", () => {
    const mesh = rectangleMesh({ columns: 2, rows: 2 });
    expect(() =>
      heatConduction({ mesh, conductivity: 1, boundaries: { lefd: { kind: "flux", value: 1 } } }),
    ).toThrow('Did you mean "left"?');
    const insulated = heatConduction({ mesh, conductivity: 1, source: 1, boundaries: {} });
    expect(() => insulated.solve({}, steady)).toThrow("tied to some temperature");
    const negative = heatConduction({
      mesh,
      conductivity: -1,
      boundaries: { left: { kind: "temperature", value: 1 } },
    });
    expect(() => negative.solve({}, steady)).toThrow(/positive|pivot/);
  });

  it("save and restore bring the state back", () => {
    const heat: HeatParticipant = heatConduction({
      mesh: intervalMesh({ elements: 3 }),
      conductivity: 1,
      capacity: 1,
      boundaries: { left: { kind: "flux", value: 1 } },
    });
    const step: Step = { window: 1, start: 0, end: 1, size: 1, iteration: 1, signal: undefined };
    const saved = heat.save();
    const first = heat.solve({}, step);
    heat.restore(saved);
    expect(heat.temperature).toEqual(new Float64Array(nodeCount(heat.mesh)));
    expect(heat.solve({}, step)).toEqual(first);
  });
});
