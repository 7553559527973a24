/** Reference elements: shape functions, their derivatives and quadrature. */

/** The kinds of elements: straight lines in 1-D, triangles and quadrilaterals in 2-D. */
export type ElementKind = "line2" | "triangle3" | "triangle6" | "quad4";

/** Values at the quadrature points of a reference element. */
export interface ReferenceElement {
  readonly kind: ElementKind;
  readonly dimension: 1 | 2;
  readonly nodes: number;
  /** Per point: weight, shape functions, derivatives (node by node, direction by direction). */
  readonly points: readonly QuadraturePoint[];
  /** The element of its edges; undefined in 1-D, where edges are points. */
  readonly edge: "edge2" | "edge3" | undefined;
}

/** One quadrature point with everything evaluated there. */
export interface QuadraturePoint {
  readonly weight: number;
  readonly shape: readonly number[];
  /** `derivative[node][direction]`. */
  readonly derivative: readonly (readonly number[])[];
}

const GAUSS2 = [0.5 - Math.sqrt(3) / 6, 0.5 + Math.sqrt(3) / 6];
const GAUSS3 = [
  [0.5 - Math.sqrt(15) / 10, 5 / 18],
  [0.5, 4 / 9],
  [0.5 + Math.sqrt(15) / 10, 5 / 18],
] as const;

/** Degree 4, six points (Dunavant 1985): enough for the mass matrix and curved data on quadratic triangles. */
const DUNAVANT6 = [
  [0.445948490915965, 0.223381589678011],
  [0.091576213509771, 0.109951743655322],
].flatMap(([a, w]) => [
  [a, a, w! / 2],
  [1 - 2 * a!, a, w! / 2],
  [a, 1 - 2 * a!, w! / 2],
]);

const line2 = (): ReferenceElement => ({
  kind: "line2",
  dimension: 1,
  nodes: 2,
  edge: undefined,
  // One point: material data at the middle of the element, exact stiffness for constant data.
  points: [{ weight: 1, shape: [0.5, 0.5], derivative: [[-1], [1]] }],
});

const triangle3 = (): ReferenceElement => ({
  kind: "triangle3",
  dimension: 2,
  nodes: 3,
  edge: "edge2",
  // Degree 2: the mass matrix and linear data.
  points: [
    [1 / 6, 1 / 6],
    [2 / 3, 1 / 6],
    [1 / 6, 2 / 3],
  ].map(([s, t]) => ({
    weight: 1 / 6,
    shape: [1 - s! - t!, s!, t!],
    derivative: [
      [-1, -1],
      [1, 0],
      [0, 1],
    ],
  })),
});

const triangle6 = (): ReferenceElement => ({
  kind: "triangle6",
  dimension: 2,
  nodes: 6,
  edge: "edge3",
  // Corners, then the middles of the edges 0-1, 1-2, 2-0.
  points: DUNAVANT6.map(([s, t, weight]) => {
    const r = 1 - s! - t!;
    return {
      weight: weight!,
      shape: [
        r * (2 * r - 1),
        s! * (2 * s! - 1),
        t! * (2 * t! - 1),
        4 * r * s!,
        4 * s! * t!,
        4 * t! * r,
      ],
      derivative: [
        [1 - 4 * r, 1 - 4 * r],
        [4 * s! - 1, 0],
        [0, 4 * t! - 1],
        [4 * (r - s!), -4 * s!],
        [4 * t!, 4 * s!],
        [-4 * t!, 4 * (r - t!)],
      ],
    };
  }),
});

const quad4 = (): ReferenceElement => ({
  kind: "quad4",
  dimension: 2,
  nodes: 4,
  edge: "edge2",
  points: GAUSS2.flatMap((s) =>
    GAUSS2.map((t) => ({
      weight: 1 / 4,
      shape: [(1 - s) * (1 - t), s * (1 - t), s * t, (1 - s) * t],
      derivative: [
        [t - 1, s - 1],
        [1 - t, -s],
        [t, s],
        [-t, 1 - s],
      ],
    })),
  ),
});

/** The reference element of a kind. */
export function referenceElement(kind: ElementKind): ReferenceElement {
  return { line2, triangle3, triangle6, quad4 }[kind]();
}

/** Quadrature on an edge of length 1: weight, shape functions and their derivatives. */
export function edgeQuadrature(
  kind: "edge2" | "edge3",
): readonly { weight: number; shape: number[]; derivative: number[] }[] {
  if (kind === "edge2") {
    return GAUSS2.map((s) => ({ weight: 0.5, shape: [1 - s, s], derivative: [-1, 1] }));
  }
  // Ends, then the middle.
  return GAUSS3.map(([s, weight]) => ({
    weight,
    shape: [(1 - s) * (1 - 2 * s), s * (2 * s - 1), 4 * s * (1 - s)],
    derivative: [4 * s - 3, 4 * s - 1, 4 - 8 * s],
  }));
}
