import { CoupletError, checkOptions, requireOptions, type OptionNames } from "couplet/kit";
import { requireNames } from "../../spec-value.ts";
import type { ElementKind } from "./element.ts";
import type { ElementMesh } from "./mesh.ts";

/** An interval cut in equal elements, with boundaries "left" and "right". */
export function intervalMesh(options: {
  readonly from?: number;
  readonly to?: number;
  readonly elements: number;
}): ElementMesh {
  checkOptions("intervalMesh", options, { from: 0, to: 0, elements: 0 });
  const { from = 0, to = 1, elements } = options;
  if (!(to > from) || !(elements >= 1)) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: "intervalMesh",
      expected: "from < to and at least 1 element",
      received: `${from}, ${to} and ${elements}`,
    });
  }
  return {
    kind: "line2",
    dimension: 1,
    points: Float64Array.from(
      { length: elements + 1 },
      (_, i) => from + ((to - from) * i) / elements,
    ),
    elements: Int32Array.from({ length: 2 * elements }, (_, i) => Math.ceil(i / 2)),
    boundaries: { left: Int32Array.of(0), right: Int32Array.of(elements) },
  };
}

/** A grid of cells in a parameter square, mapped to the plane. */
export interface MappedGrid {
  readonly kind?: Exclude<ElementKind, "line2">;
  /** Parameter values of the grid lines, rising. */
  readonly u: ArrayLike<number>;
  readonly v: ArrayLike<number>;
  /** From parameters to the plane, keeping the orientation. Points that coincide are merged, so a side may collapse to a point. */
  readonly map?: (u: number, v: number) => readonly [number, number];
  /** Cells left out, by their middle: holes. */
  readonly hole?: (u: number, v: number) => boolean;
  /** The boundary an edge belongs to, by the parameters of its middle. Default: "left", "right", "bottom", "top", holes "hole". */
  readonly boundary?: (u: number, v: number) => string;
}

const gridNames: OptionNames<MappedGrid> = {
  kind: ["quad4", "triangle3", "triangle6"],
  u: true,
  v: true,
  map: "function",
  hole: "function",
  boundary: "function",
};

/**
 * A triangle or quadrilateral mesh from a grid, with holes.
 *
 * @throws CoupletError DATA_INVALID when the map turns an element over
 */
export function mappedMesh(grid: MappedGrid): ElementMesh {
  requireOptions("mappedMesh", grid, gridNames);
  requireNames("mappedMesh", grid, ["u", "v"]);
  const {
    kind = "triangle3",
    hole = (): boolean => false,
    map = (u: number, v: number): [number, number] => [u, v],
  } = grid;
  const [nu, nv] = [grid.u.length - 1, grid.v.length - 1];
  const middle = (lines: ArrayLike<number>, i: number): number => (lines[i]! + lines[i + 1]!) / 2;
  const solid = (i: number, j: number): boolean =>
    i >= 0 && j >= 0 && i < nu && j < nv && !hole(middle(grid.u, i), middle(grid.v, j));
  const [u0, u1, v0, v1] = [grid.u[0], grid.u[nu], grid.v[0], grid.v[nv]];
  const sideOf = (u: number, v: number): string =>
    u === u0 ? "left" : u === u1 ? "right" : v === v0 ? "bottom" : v === v1 ? "top" : "hole";
  const name = grid.boundary ?? sideOf;

  const points: number[] = [];
  const node = nodeFinder(points, map, cornersOf(u0!, u1!, v0!, v1!));

  const elements: number[] = [];
  const edges: Record<string, number[]> = {};
  for (let i = 0; i < nu; i++) {
    for (let j = 0; j < nv; j++) {
      if (!solid(i, j)) continue;
      const [ua, ub, va, vb] = [grid.u[i], grid.u[i + 1], grid.v[j], grid.v[j + 1]];
      const corner = cornersOf(ua!, ub!, va!, vb!);
      // Diagonals alternate towards the middle of the grid, so no corner of it lies in a single triangle.
      const flip = i < nu / 2 === j < nv / 2;
      const cells = cellsOf(kind, flip);
      const collapsed = [0, 1, 2, 3].find(
        (k) => node(...corner[k]!) === node(...corner[(k + 1) % 4]!),
      );
      if (collapsed !== undefined && kind !== "quad4") {
        // A side that is one point leaves one triangle; its edges are the other three sides, middles included.
        const [a, b, c, d] = [1, 2, 3, 4].map((k) => corner[(collapsed + k) % 4]);
        addElement([a!, b!, c!], [half(a!, b!), half(b!, c!), half(c!, d!)]);
      } else {
        for (const cell of cells) addElement(cell.map((k) => corner[k]!));
      }
      const sides: readonly (readonly [number, number, number, number])[] = [
        [0, 1, i, j - 1],
        [1, 2, i + 1, j],
        [2, 3, i, j + 1],
        [3, 0, i - 1, j],
      ];
      for (const [a, b, ni, nj] of sides) {
        if (solid(ni, nj)) continue;
        addEdge(corner[a]!, corner[b]!);
      }
    }
  }

  function addElement(
    corners: readonly Place[],
    middles: readonly Place[] = sideMiddles(corners),
  ): void {
    const nodes = corners.map(([u, v]) => node(u, v));
    if (kind === "triangle6") for (const [u, v] of middles) nodes.push(node(u, v));
    const [a, b, c] = nodes;
    requireOrientation(points, a!, b!, c!);
    elements.push(...nodes);
  }

  function addEdge(from: Place, to: Place): void {
    const [u, v] = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
    const [a, b] = [node(from[0], from[1]), node(to[0], to[1])];
    if (a === b) return; // a collapsed side
    const list = (edges[name(u, v)] ??= []);
    list.push(a, b);
    if (kind === "triangle6") list.push(node(u, v));
  }

  return {
    kind,
    dimension: 2,
    points: Float64Array.from(points),
    elements: Int32Array.from(elements),
    boundaries: Object.fromEntries(
      Object.entries(edges).map(([key, list]) => [key, Int32Array.from(list)]),
    ),
  };
}

type Place = readonly [u: number, v: number];

/** The corners of a rectangle of parameters, counterclockwise. */
function cornersOf(ua: number, ub: number, va: number, vb: number): readonly Place[] {
  return [
    [ua, va],
    [ub, va],
    [ub, vb],
    [ua, vb],
  ];
}

/** The node at parameters (u, v); nodes at one place are one node. `corners` give the size of the mapped grid. */
function nodeFinder(
  points: number[],
  map: NonNullable<MappedGrid["map"]>,
  corners: readonly Place[],
): (u: number, v: number) => number {
  const known = new Map<string, number>();
  const scale = Math.max(...corners.flatMap(([u, v]) => map(u, v).map(Math.abs)), 1e-300);
  return (u, v) => {
    const [x, y] = map(u, v);
    const key = `${Math.round((x / scale) * 1e10)},${Math.round((y / scale) * 1e10)}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, points.length / 2);
    points.push(x, y);
    return points.length / 2 - 1;
  };
}

/** The elements of a grid cell by its corners; `flip` chooses the diagonal. */
function cellsOf(kind: ElementKind, flip: boolean): readonly (readonly number[])[] {
  return kind === "quad4"
    ? [[0, 1, 2, 3]]
    : flip
      ? [
          [0, 1, 2],
          [0, 2, 3],
        ]
      : [
          [0, 1, 3],
          [1, 2, 3],
        ];
}

/** Refuses an element that the map turns over. */
function requireOrientation(points: readonly number[], a: number, b: number, c: number): void {
  const [ax, ay] = [points[2 * a], points[2 * a + 1]];
  const area =
    (points[2 * b]! - ax!) * (points[2 * c + 1]! - ay!) -
    (points[2 * c]! - ax!) * (points[2 * b + 1]! - ay!);
  if (!(area > 0)) {
    throw new CoupletError({
      code: "DATA_INVALID",
      where: "mappedMesh.map",
      expected: "elements that keep their orientation",
      received: `an area of ${(area / 2).toExponential(2)} at (${ax}, ${ay})`,
    });
  }
}

function half([au, av]: Place, [bu, bv]: Place): Place {
  return [(au + bu) / 2, (av + bv) / 2];
}

function sideMiddles(corners: readonly Place[]): Place[] {
  return corners.map((corner, k) => half(corner, corners[(k + 1) % corners.length]!));
}

/** A rectangle cut in equal cells, with boundaries "left", "right", "bottom", "top". */
export function rectangleMesh(options: {
  readonly kind?: Exclude<ElementKind, "line2">;
  readonly x?: readonly [number, number];
  readonly y?: readonly [number, number];
  readonly columns: number;
  readonly rows: number;
}): ElementMesh {
  checkOptions("rectangleMesh", options, {
    kind: ["quad4", "triangle3", "triangle6"],
    x: true,
    y: true,
    columns: 0,
    rows: 0,
  });
  const { kind = "triangle3", x = [0, 1], y = [0, 1], columns, rows } = options;
  return mappedMesh({ kind, u: evenly(x[0], x[1], columns), v: evenly(y[0], y[1], rows) });
}

/** `count + 1` values from `from` to `to`, both exactly. */
export function evenly(from: number, to: number, count: number): Float64Array {
  return Float64Array.from({ length: count + 1 }, (_, i) =>
    i === count ? to : from + ((to - from) * i) / count,
  );
}
