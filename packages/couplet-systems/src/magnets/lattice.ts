/** The two-dimensional lattices of a magnetic plane, as bonds between sites of unit cells. */

/** In-plane lattice. `honeycomb` has two sites a cell, the others one. */
export type LatticeName = "square" | "triangular" | "honeycomb";

/**
 * How one plane lies on the next: `atop` (each site above a site) or `hollow` (square: above the
 * middle of four, as in bcc and fcc (001); triangular: above the middle of three, as in fcc (111) and hcp).
 */
export type Contact = "atop" | "hollow";

/** A bond from sublattice `from` to sublattice `to`, `dx`, `dy` cells further. */
export interface PlaneBond {
  readonly from: number;
  readonly to: number;
  readonly dx: number;
  readonly dy: number;
}

/** The lattices of planes, by name. */
export const latticeNames: readonly LatticeName[] = ["square", "triangular", "honeycomb"];

/** The contacts of neighbouring planes: site above site, or above the hollows between sites. */
export const contactNames: readonly Contact[] = ["atop", "hollow"];

function between(offsets: readonly (readonly [number, number])[], from = 0, to = 0): PlaneBond[] {
  return offsets.map(([dx, dy]) => ({ from, to, dx, dy }));
}

// Basis vectors at 60 degrees.
const triangularFirst = [
  [1, 0],
  [0, 1],
  [1, -1],
] as const;

/** Bonds of a plane by shell (nearest neighbours first), each bond once. */
export const planeShells: Readonly<Record<LatticeName, readonly (readonly PlaneBond[])[]>> = {
  square: [
    between([
      [1, 0],
      [0, 1],
    ]),
    between([
      [1, 1],
      [1, -1],
    ]),
    between([
      [2, 0],
      [0, 2],
    ]),
  ],
  triangular: [
    between(triangularFirst),
    between([
      [1, 1],
      [2, -1],
      [1, -2],
    ]),
  ],
  honeycomb: [
    between(
      [
        [0, 0],
        [-1, 0],
        [0, -1],
      ],
      0,
      1,
    ),
    [...between(triangularFirst, 0, 0), ...between(triangularFirst, 1, 1)],
  ],
};

/** Sites a cell. */
export function sublattices(lattice: LatticeName): number {
  return lattice === "honeycomb" ? 2 : 1;
}

/** Bonds from a plane to the plane above it, each once. */
export function contactBonds(
  lattice: LatticeName,
  contact: Contact,
): readonly PlaneBond[] | undefined {
  if (contact === "atop") {
    return Array.from({ length: sublattices(lattice) }, (_, s) => ({
      from: s,
      to: s,
      dx: 0,
      dy: 0,
    }));
  }
  switch (lattice) {
    case "square":
      return between([
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ]);
    case "triangular":
      return between([
        [0, 0],
        [1, 0],
        [0, 1],
      ]);
    case "honeycomb":
      return undefined;
  }
}
