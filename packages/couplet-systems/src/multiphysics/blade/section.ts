import { checkOptions } from "couplet/kit";
import type { ElementKind } from "../element/element.ts";
import { evenly, mappedMesh } from "../element/generate.ts";
import type { ElementMesh } from "../element/mesh.ts";

/** The shape and mesh of a blade section with three cooling passages. Lengths in metres. */
export interface BladeSection {
  /** Default 0.05. */
  readonly chord?: number;
  /** Height of the camber line over the chord. Default 0.24. */
  readonly camber?: number;
  /** Largest thickness over the chord. Default 0.24. */
  readonly thickness?: number;
  /** Fraction of the half thickness that the passages occupy. Default 0.6. */
  readonly hollow?: number;
  /** Elements per wall thickness; everything else follows. Default 3. */
  readonly refinement?: number;
  /** Default "triangle3". */
  readonly kind?: Exclude<ElementKind, "line2">;
}

/** Where the passages begin and end along the camber line. */
const PASSAGES = [
  [0.06, 0.24],
  [0.3, 0.5],
  [0.56, 0.84],
] as const;

/**
 * A cambered turbine-blade section with blunt trailing edge and three cooling passages, as a mesh.
 *
 * Parameters: u along the camber line from nose (0) to tail (1), v across from the pressure side (-1) to the suction side (1).
 * The camber line is a parabola, the thickness that of the NACA four-digit family with 0.09 as its last coefficient, which opens the trailing edge. Boundaries: "suction",
 * "pressure", "trailing", "passage1", "passage2", "passage3".
 */
export function bladeSection(options: BladeSection = {}): ElementMesh {
  checkOptions("bladeSection", options, {
    chord: 0,
    camber: 0,
    thickness: 0,
    hollow: 0,
    refinement: 0,
    kind: ["quad4", "triangle3", "triangle6"],
  });
  const {
    chord = 0.05,
    camber = 0.24,
    thickness = 0.24,
    hollow = 0.6,
    refinement = 3,
    kind = "triangle3",
  } = options;
  const half = (u: number): number =>
    chord *
    5 *
    thickness *
    (0.2969 * Math.sqrt(u) - 0.126 * u - 0.3516 * u ** 2 + 0.2843 * u ** 3 - 0.09 * u ** 4);
  const map = (u: number, v: number): [number, number] => {
    const slope = 4 * camber * (1 - 2 * u);
    const length = Math.hypot(1, slope);
    const offset = v * half(u);
    return [
      chord * u - (offset * slope) / length,
      chord * 4 * camber * u * (1 - u) + offset / length,
    ];
  };
  const marks = [0, ...PASSAGES.flat(), 1];
  const u = marks.slice(1).flatMap((mark, i) => {
    const from = marks[i]!;
    const count = Math.max(2, Math.round((mark - from) * (from === 0 ? 45 : 18) * refinement));
    // The nose is round: the square root of u runs evenly there.
    const lines =
      from === 0 ? evenly(0, Math.sqrt(mark), count).map((s) => s * s) : evenly(from, mark, count);
    return Array.from(i === 0 ? lines : lines.slice(1));
  });
  const core = 2 * Math.max(1, Math.round(1.3 * refinement));
  const v = [
    ...evenly(-1, -hollow, refinement),
    ...evenly(-hollow, hollow, core).slice(1),
    ...evenly(hollow, 1, refinement).slice(1),
  ];
  const passageAt = (place: number): number =>
    PASSAGES.findIndex(([from, to]) => place >= from - 1e-9 && place <= to + 1e-9);
  return mappedMesh({
    kind,
    u,
    v,
    map,
    hole: (place, across) => Math.abs(across) < hollow && passageAt(place) >= 0,
    boundary: (place, across) => {
      if (across === 1) return "suction";
      if (across === -1) return "pressure";
      return place === 1 ? "trailing" : `passage${passageAt(place) + 1}`;
    },
  });
}
