import { describe, expect, it } from "vitest";
import { applyMapping, type MappingMatrix } from "./matrix.ts";
import {
  type Mapping,
  mappingMatrix,
  nearestNeighbour,
  projection,
  radialBasis,
} from "./mapping.ts";
import { curveMesh, lineMesh, pointCount, type PointMesh, pointMesh } from "../point-mesh.ts";
import { rectangleMesh } from "../element/generate.ts";
import { volumeSite } from "../element/mesh.ts";

const sample = (mesh: PointMesh, f: (x: number, y: number) => number): Float64Array =>
  Float64Array.from({ length: pointCount(mesh) }, (_, i) =>
    f(
      mesh.points[i * mesh.dimension]!,
      mesh.dimension === 1 ? 0 : mesh.points[i * mesh.dimension + 1]!,
    ),
  );
const largest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0);
const rowSums = (m: MappingMatrix): Float64Array =>
  applyMapping(m, new Float64Array(m.columns).fill(1));
const sum = (v: Float64Array): number => v.reduce((a, b) => a + b, 0);
/** A wavy closed curve with n points, not evenly spaced. */
const wave = (n: number, shift: number): PointMesh =>
  curveMesh(
    Array.from({ length: n }, (_, i) => {
      const t = (2 * Math.PI * (i + shift + 0.2 * Math.sin(i))) / n;
      return [(1 + 0.2 * Math.cos(3 * t)) * Math.cos(t), (1 + 0.2 * Math.cos(3 * t)) * Math.sin(t)];
    }).flat(),
    true,
  );

const meshes: Readonly<Record<string, readonly [PointMesh, PointMesh]>> = {
  "1-D": [lineMesh([0, 0.1, 0.35, 0.5, 0.8, 1]), lineMesh([0, 0.2, 0.3, 0.6, 0.61, 0.9, 1])],
  "closed curve": [wave(40, 0), wave(53, 0.4)],
  triangles: [
    volumeSite(rectangleMesh({ columns: 6, rows: 5 })),
    volumeSite(rectangleMesh({ columns: 7, rows: 9 })),
  ],
};
const kinds: Readonly<Record<string, (options: { constraint: Mapping["constraint"] }) => Mapping>> =
  { nearestNeighbour, projection, radialBasis };

for (const [place, [from, to]] of Object.entries(meshes)) {
  describe(`mapping on ${place}`, () => {
    for (const [name, kind] of Object.entries(kinds)) {
      it(`${name}: consistent keeps constants, conservative keeps sums, and they are adjoint`, () => {
        const consistent = mappingMatrix(kind({ constraint: "consistent" }), from, to);
        const conservative = mappingMatrix(kind({ constraint: "conservative" }), to, from);
        // Radial basis solves a dense system of condition 1e4-1e6; the others are exact to rounding.
        rowSums(consistent).forEach((value) => expect(value).toBeCloseTo(1, 9));
        const force = sample(to, (x, y) => Math.sin(5 * x + y) + 0.3);
        expect(sum(applyMapping(conservative, force))).toBeCloseTo(sum(force), 8);
        const field = sample(from, (x, y) => Math.cos(2 * x) + y);
        const power = applyMapping(consistent, field).reduce((s, v, i) => s + v * force[i]!, 0);
        const same = applyMapping(conservative, force).reduce((s, v, i) => s + v * field[i]!, 0);
        expect(power).toBeCloseTo(same, 10);
      });
    }
    it("projection and radial basis are exact for linear fields on the mesh", () => {
      const linear = (x: number, y: number): number => 2 - 3 * x + 0.5 * y;
      const flat = place === "closed curve" ? undefined : projection();
      for (const mapping of [flat, radialBasis()]) {
        if (mapping === undefined) continue; // a curve's chord is not the curve: see the order test
        const mapped = applyMapping(mappingMatrix(mapping, from, to), sample(from, linear));
        expect(largest(mapped, sample(to, linear))).toBeLessThan(1e-8);
      }
    });
  });
}

describe("mapping accuracy between different polylines of one curve", () => {
  const f = (x: number, y: number): number => Math.sin(2 * x) * Math.exp(y);
  const error = (mapping: Mapping, n: number): number => {
    const [from, to] = [wave(n, 0), wave(Math.round(1.37 * n), 0.4)];
    return largest(applyMapping(mappingMatrix(mapping, from, to), sample(from, f)), sample(to, f));
  };
  it("nearest neighbour is first order, projection second", () => {
    // Over 16 times finer meshes, so that the unevenness of single points does not matter.
    const order = (mapping: Mapping): number =>
      Math.log2(error(mapping, 50) / error(mapping, 800)) / 4;
    expect(order(nearestNeighbour())).toBeGreaterThan(0.8);
    expect(order(nearestNeighbour())).toBeLessThan(1.2);
    expect(order(projection())).toBeGreaterThan(1.7);
  });
  it("radial basis beats both on smooth data", () => {
    expect(error(radialBasis(), 60)).toBeLessThan(0.5 * error(projection(), 60));
  });
});

describe("mapping input", () => {
  it("points outside are projected to the nearest place", () => {
    const matrix = mappingMatrix(projection(), lineMesh([0, 1, 2]), lineMesh([-5, 0.25, 9]));
    expect([...applyMapping(matrix, Float64Array.of(10, 20, 40))]).toEqual([10, 12.5, 40]);
  });
  it("several components are carried together", () => {
    const matrix = mappingMatrix(nearestNeighbour(), lineMesh([0, 1]), lineMesh([0.9, 0.1]));
    expect([...applyMapping(matrix, Float64Array.of(1, 2, 3, 4), 2)]).toEqual([3, 4, 1, 2]);
  });
  it("says what does not fit", () => {
    const points = pointMesh({ dimension: 1, points: Float64Array.of(0, 1) });
    expect(() => mappingMatrix(projection(), points, points)).toThrow("a source mesh with cells");
    expect(() => mappingMatrix(projection(), points, wave(5, 0))).toThrow(
      "dimension 1, got a target of dimension 2",
    );
    expect(() => lineMesh([0, NaN])).toThrow("NaN at point 1");
    expect(() => pointMesh({ dimension: 2, points: new Float64Array(5) })).toThrow("multiple of 2");
  });
});
