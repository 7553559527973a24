/** The records of a solved multiphysics problem: its iterations and its fields. */
import type { CouplingResult } from "../couple.ts";
import type { ElementMesh } from "../element/mesh.ts";
import { volumeSite } from "../element/mesh.ts";

/** One way of solving the problem, and how its iterations went. */
export interface CouplingRun {
  readonly name: string;
  readonly status: CouplingResult["status"];
  readonly message: string;
  readonly windows: readonly {
    readonly window: number;
    readonly start: number;
    /** null in a steady problem. */
    readonly end: number | null;
    readonly status: CouplingResult["status"];
    readonly sweeps: number;
    /** ||H(x) - x|| / ||H(x)|| after each sweep. */
    readonly residuals: readonly number[];
  }[];
}

/** A field on a mesh of linear cells, for drawing. */
export interface FieldRecord {
  readonly body: string;
  readonly quantity: string;
  readonly unit: string;
  readonly dimension: 1 | 2;
  /** Coordinates, node by node. */
  readonly points: readonly number[];
  /** Triangles (2-D) or segments (1-D), node by node. */
  readonly cells: readonly number[];
  readonly values: readonly number[];
  /** Displacement of the nodes, where the body deforms. */
  readonly displacement?: readonly number[];
}

/** A named number of a result. */
export interface NamedQuantity {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** How the iterations of a coupling went. */
export function runRecord(name: string, result: CouplingResult): CouplingRun {
  return {
    name,
    status: result.status,
    message: result.message,
    windows: result.windows.map(({ window, start, end, status, evaluations, history }) => ({
      window,
      start,
      end: Number.isFinite(end) ? end : null,
      status,
      sweeps: evaluations,
      residuals: history.map(({ residual, size }) => (size > 0 ? residual / size : residual)),
    })),
  };
}

/** Values at the nodes of a mesh of elements. */
export function fieldOf(
  mesh: ElementMesh,
  body: string,
  quantity: string,
  unit: string,
  values: Float64Array,
  displacement?: Float64Array,
): FieldRecord {
  const site = volumeSite(mesh);
  return {
    body,
    quantity,
    unit,
    dimension: mesh.dimension,
    points: [...mesh.points],
    cells: [...(site.cells?.nodes ?? [])],
    values: [...values],
    ...(displacement === undefined ? {} : { displacement: [...displacement] }),
  };
}

/** Element values as means at the nodes. */
export function atNodes(mesh: ElementMesh, perElement: Float64Array): Float64Array {
  const perCell = { line2: 2, triangle3: 3, triangle6: 6, quad4: 4 }[mesh.kind];
  const sum = new Float64Array(mesh.points.length / mesh.dimension);
  const count = new Float64Array(sum.length);
  mesh.elements.forEach((node, i) => {
    sum[node] = sum[node]! + perElement[Math.floor(i / perCell)]!;
    count[node] = count[node]! + 1;
  });
  return sum.map((value, i) => value / count[i]!);
}

/** The smallest value. */
export const least = (values: Float64Array): number =>
  values.reduce((a, b) => Math.min(a, b), Infinity);
/** The largest value. */
export const largest = (values: Float64Array): number =>
  values.reduce((a, b) => Math.max(a, b), -Infinity);
