import { CoupletError, requireOptions } from "couplet/kit";
import type { NamesOf } from "../spec-value.ts";

/** Where the values of a field live: points, and optionally the cells between them for interpolation. */
export interface PointMesh {
  /** 1, 2 or 3 coordinates per point. */
  readonly dimension: 1 | 2 | 3;
  /** Coordinates, point by point. */
  readonly points: Float64Array;
  /** Point indices of the cells, cell by cell: 2 per cell for segments, 3 for triangles. */
  readonly cells?: { readonly size: 2 | 3; readonly nodes: Int32Array };
}

/** Number of points of a mesh. */
export function pointCount(mesh: PointMesh): number {
  return mesh.points.length / mesh.dimension;
}

/**
 * A mesh of points, checked.
 *
 * @throws CoupletError SHAPE_MISMATCH when coordinates or cells do not fit, NON_FINITE_INPUT for a coordinate that is not a number
 */
export function pointMesh(mesh: PointMesh): PointMesh {
  requireOptions<NamesOf<PointMesh>>("pointMesh", mesh, {
    dimension: true,
    points: true,
    cells: true,
  });
  const { dimension, points, cells } = mesh;
  const count = pointCount(mesh);
  if (count === 0 || !Number.isInteger(count)) {
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: "pointMesh.points",
      expected: `a positive multiple of ${dimension} coordinates`,
      received: String(points.length),
    });
  }
  const bad = points.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new CoupletError({
      code: "NON_FINITE_INPUT",
      where: "pointMesh.points",
      expected: "finite coordinates",
      received: `${points[bad]} at point ${Math.floor(bad / dimension)}`,
    });
  }
  const outside = cells?.nodes.find((node) => node < 0 || node >= count);
  if (cells !== undefined && (cells.nodes.length % cells.size !== 0 || outside !== undefined)) {
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: "pointMesh.cells",
      expected: `${cells.size} indices below ${count} per cell`,
      received: outside === undefined ? `${cells.nodes.length} indices` : String(outside),
    });
  }
  return mesh;
}

/** Points of a 1-D mesh with the segments between neighbours, in the given order. */
export function lineMesh(coordinates: ArrayLike<number>): PointMesh {
  const count = coordinates.length;
  const nodes = Int32Array.from({ length: 2 * (count - 1) }, (_, i) => Math.ceil(i / 2));
  return pointMesh({
    dimension: 1,
    points: Float64Array.from(coordinates),
    cells: { size: 2, nodes },
  });
}

/** A polyline in the plane from `x0, y0, x1, y1, ...`; `closed` joins the last point to the first. */
export function curveMesh(coordinates: ArrayLike<number>, closed = false): PointMesh {
  const count = coordinates.length / 2;
  const segments = closed ? count : count - 1;
  const nodes = Int32Array.from(
    { length: 2 * segments },
    (_, i) => (Math.floor(i / 2) + (i % 2)) % count,
  );
  return pointMesh({
    dimension: 2,
    points: Float64Array.from(coordinates),
    cells: { size: 2, nodes },
  });
}
