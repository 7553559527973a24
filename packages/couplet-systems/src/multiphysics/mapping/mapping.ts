import { CoupletError, checkOptions } from "couplet/kit";
import { type MappingMatrix, transposeMapping } from "./matrix.ts";
import { nearestMatrix } from "./nearest.ts";
import type { PointMesh } from "../point-mesh.ts";
import { projectionMatrix } from "./projection.ts";
import { radialMatrix } from "./radial.ts";

/**
 * How values go from one mesh to another.
 *
 * - `consistent` keeps constants: rows add up to 1. For temperatures, displacements, pressures.
 * - `conservative` keeps sums: columns add up to 1. For forces and heat flows per node. It is the transpose of the consistent
 *   mapping the other way, so power is conserved: `<force, R u> = <R^T force, u>`.
 */
export interface Mapping {
  readonly kind: "nearestNeighbour" | "projection" | "radialBasis";
  readonly constraint: "consistent" | "conservative";
}

/** Options of a mapping: `consistent` (default) keeps values, `conservative` keeps sums. */
export type MappingOptions = { readonly constraint?: Mapping["constraint"] };

/** Each target point takes the value of the nearest source point: first order, needs no cells. */
export function nearestNeighbour(options: MappingOptions = {}): Mapping {
  checkOptions("nearestNeighbour", options, { constraint: ["conservative", "consistent"] });
  return { kind: "nearestNeighbour", constraint: options.constraint ?? "consistent" };
}

/** Linear interpolation at the nearest place on segments (1-D, boundary curves) or triangles: second order. */
export function projection(options: MappingOptions = {}): Mapping {
  checkOptions("projection", options, { constraint: ["conservative", "consistent"] });
  return { kind: "projection", constraint: options.constraint ?? "consistent" };
}

/** Thin-plate splines through all points: smooth, needs no cells, dense (n^3). */
export function radialBasis(options: MappingOptions = {}): Mapping {
  checkOptions("radialBasis", options, { constraint: ["conservative", "consistent"] });
  return { kind: "radialBasis", constraint: options.constraint ?? "consistent" };
}

/**
 * The matrix of a mapping, target points x source points.
 *
 * @throws CoupletError SHAPE_MISMATCH when the meshes have different dimensions, NOT_SUPPORTED when cells are needed and missing,
 *   DATA_INVALID when radial-basis points coincide
 */
export function mappingMatrix(mapping: Mapping, from: PointMesh, to: PointMesh): MappingMatrix {
  if (from.dimension !== to.dimension) {
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: "mapping",
      expected: `two meshes of dimension ${from.dimension}`,
      received: `a target of dimension ${to.dimension}`,
    });
  }
  const build = {
    nearestNeighbour: nearestMatrix,
    projection: projectionMatrix,
    radialBasis: radialMatrix,
  }[mapping.kind];
  return mapping.constraint === "consistent" ? build(from, to) : transposeMapping(build(to, from));
}
