import type { Contact, LatticeName } from "./lattice.ts";
import type { SpacerCoupling } from "./rkky.ts";
import type { SpinModel } from "./spin.ts";

/**
 * A film of one or more magnetic planes.
 *
 * Exchange constants follow E = -1/2 sum_{i != j} J_ij s_i . s_j: each bond counts once with
 * -J s_i . s_j; J > 0 is ferromagnetic. Spins have unit length (quantum: length S).
 */
export interface FilmSpec {
  readonly kind?: "film";
  readonly name?: string;
  readonly spin: SpinModel;
  readonly lattice: LatticeName;
  /** J between neighbours in a plane; an array gives nearest, second, ... neighbours. */
  readonly exchange: number | readonly number[];
  /** Number of planes; default 1. */
  readonly planes?: number;
  /** J between neighbouring planes of the film; default: the nearest-neighbour `exchange`. */
  readonly planeExchange?: number;
  /** How the film's planes lie on each other; default "atop". */
  readonly contact?: Contact;
}

/** A non-magnetic layer: no spins, but it can carry exchange between the films on its two sides. */
export interface SpacerSpec {
  readonly kind: "spacer";
  readonly name?: string;
  /** In the unit of length of `coupling`. */
  readonly thickness: number;
  /** Exchange per bond between the film below and the film above; without it the spacer carries no exchange. */
  readonly coupling?: SpacerCoupling;
}

/** Exchange between two films: the top plane of the lower and the bottom plane of the upper. */
export interface FilmCoupling {
  /** Two films, by name or by position among the films (spacers not counted). */
  readonly between: readonly [string | number, string | number];
  /** J per bond, in the unit of `units`; J > 0 is ferromagnetic. */
  readonly exchange: number;
  /** Default "atop". */
  readonly contact?: Contact;
  /** Only in a periodic stack: the second film lies this many repeats above the first; default 0. */
  readonly repeats?: number;
}

/** A stack of layers, from bottom to top. */
export interface MagneticStackSpec {
  readonly layers: readonly (FilmSpec | SpacerSpec)[];
  readonly couplings?: readonly FilmCoupling[];
  /** "open" (default): a finite stack, two-dimensional. "periodic": repeated without end, three-dimensional. */
  readonly stacking?: "open" | "periodic";
  /**
   * "reduced" (default): temperatures in the unit of J, k_B = 1. "meV": J in meV, temperatures in kelvin.
   * "kelvin": J / k_B in kelvin, temperatures in kelvin.
   */
  readonly units?: "reduced" | "meV" | "kelvin";
}
