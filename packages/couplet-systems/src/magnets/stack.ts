import { CoupletError, nearest } from "couplet/kit";
import { checkStack } from "./check-stack.ts";
import { contactBonds, contactNames, latticeNames, planeShells, sublattices } from "./lattice.ts";
import type { Contact, LatticeName } from "./lattice.ts";
import { spacerExchange } from "./rkky.ts";
import { components, curieConstant } from "./spin.ts";
import type { SpinModel } from "./spin.ts";
import type { FilmSpec, MagneticStackSpec, SpacerSpec } from "./stack-spec.ts";

/** Boltzmann's constant in meV / K (exact in the SI of 2019, rounded). */
export const BOLTZMANN_MEV = 0.08617333262;

/** One site of the stack's unit cell. */
export interface StackSite {
  readonly film: number;
  /** Plane within the film, from the bottom. */
  readonly plane: number;
  /** Plane within the stack. */
  readonly level: number;
  readonly sublattice: number;
  readonly spin: SpinModel;
}

/** One bond a unit cell, counted once: -exchange s_from(R) . s_to(R + cell). */
export interface StackBond {
  readonly from: number;
  readonly to: number;
  /** Cells further along x and y, and repeats along z. */
  readonly cell: readonly [number, number, number];
  /** In units of temperature (divided by k_B). */
  readonly exchange: number;
}

/** A film of a checked stack. */
export interface Film {
  readonly name: string;
  readonly spin: SpinModel;
  readonly lattice: LatticeName;
  /** Its sites in {@link MagneticStack.sites}. */
  readonly sites: readonly number[];
}

/** A checked stack: films, the sites of its unit cell and its bonds. Made by {@link magneticStack}. */
export interface MagneticStack {
  readonly spec: MagneticStackSpec;
  readonly films: readonly Film[];
  readonly sites: readonly StackSite[];
  readonly bonds: readonly StackBond[];
  readonly lattice: LatticeName;
  readonly periodic: boolean;
  readonly units: "reduced" | "meV" | "kelvin";
}

function invalid(where: string, expected: string, received: unknown, hint?: string): CoupletError {
  return new CoupletError({
    code: "SPEC_INVALID",
    where,
    expected,
    received: typeof received === "string" ? `"${received}"` : String(received),
    ...(hint === undefined ? {} : { hint }),
  });
}

function finite(where: string, value: number): number {
  if (typeof value !== "number" || !Number.isFinite(value))
    throw invalid(where, "a finite number", value);
  return value;
}

function oneOf<T extends string>(where: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  const guess = nearest(String(value), allowed);
  throw invalid(
    where,
    `one of ${allowed.map((name) => `"${name}"`).join(", ")}`,
    value,
    guess === undefined ? undefined : `Did you mean "${guess}"?`,
  );
}

interface Draft {
  readonly films: Film[];
  readonly sites: StackSite[];
  readonly bonds: StackBond[];
  levels: number;
}

function addBonds(
  draft: Draft,
  lattice: LatticeName,
  contact: Contact,
  where: string,
  lower: readonly number[],
  upper: readonly number[],
  repeats: number,
  exchange: number,
): void {
  const bonds = contactBonds(lattice, contact);
  if (bonds === undefined) {
    throw invalid(
      where,
      `"atop" for a ${lattice} lattice`,
      contact,
      "A hollow site of it is not unique.",
    );
  }
  if (exchange === 0) return;
  for (const { from, to, dx, dy } of bonds) {
    draft.bonds.push({ from: lower[from]!, to: upper[to]!, cell: [dx, dy, repeats], exchange });
  }
}

function addFilm(draft: Draft, film: FilmSpec, where: string): void {
  const { lattice, spin, planes = 1, contact = "atop" } = film;
  oneOf(`${where}.lattice`, lattice, latticeNames);
  oneOf(`${where}.contact`, contact, contactNames);
  oneOf(`${where}.spin.kind`, spin?.kind, ["ising", "xy", "heisenberg", "quantum"]);
  if (!Number.isInteger(planes) || planes < 1)
    throw invalid(`${where}.planes`, "a positive integer", planes);
  const shells = typeof film.exchange === "number" ? [film.exchange] : film.exchange;
  const known = planeShells[lattice];
  if (!Array.isArray(shells) || shells.length === 0 || shells.length > known.length) {
    throw invalid(
      `${where}.exchange`,
      `a number or 1 to ${known.length} of them for "${lattice}"`,
      shells,
    );
  }
  shells.forEach((value, shell) =>
    finite(shells.length > 1 ? `${where}.exchange[${shell}]` : `${where}.exchange`, value),
  );
  const planeExchange = finite(`${where}.planeExchange`, film.planeExchange ?? shells[0]!);

  const index = draft.films.length;
  const sites: number[] = [];
  let below: number[] | undefined;
  for (let plane = 0; plane < planes; plane++) {
    const here: number[] = [];
    for (let sublattice = 0; sublattice < sublattices(lattice); sublattice++) {
      here.push(draft.sites.length);
      draft.sites.push({ film: index, plane, level: draft.levels, sublattice, spin });
    }
    draft.levels++;
    shells.forEach((exchange, shell) => {
      if (exchange === 0) return;
      for (const { from, to, dx, dy } of known[shell]!) {
        draft.bonds.push({ from: here[from]!, to: here[to]!, cell: [dx, dy, 0], exchange });
      }
    });
    if (below !== undefined)
      addBonds(draft, lattice, contact, `${where}.contact`, below, here, 0, planeExchange);
    sites.push(...here);
    below = here;
  }
  const name = film.name ?? `film ${index + 1}`;
  if (draft.films.some((other) => other.name === name))
    throw invalid(`${where}.name`, "a name of its own", name);
  draft.films.push({ name, spin, lattice, sites });
}

function filmIndex(films: readonly Film[], key: string | number, where: string): number {
  const index = typeof key === "number" ? key : films.findIndex((film) => film.name === key);
  if (Number.isInteger(index) && index >= 0 && index < films.length) return index;
  const names = films.map((film) => film.name);
  const guess = typeof key === "string" ? nearest(key, names) : undefined;
  throw invalid(
    where,
    typeof key === "number"
      ? `a film from 0 to ${films.length - 1}`
      : `one of ${names.map((n) => `"${n}"`).join(", ")}`,
    key,
    guess === undefined ? undefined : `Did you mean "${guess}"?`,
  );
}

/** The lattice of all films; refuses none and two. */
function oneLattice(films: readonly Film[], layerCount: number): Film["lattice"] {
  if (films.length === 0)
    throw invalid(
      "stack.layers",
      "at least one magnetic film",
      `${layerCount} layers, none magnetic`,
    );
  const lattice = films[0]!.lattice;
  const other = films.find((film) => film.lattice !== lattice);
  if (other !== undefined) {
    throw invalid(
      "stack.layers",
      `films on one lattice (${lattice}, as "${films[0]!.name}")`,
      `${other.lattice} in "${other.name}"`,
      "Two lattices that do not match have no common unit cell; describe such films by molecularField().",
    );
  }
  return lattice;
}

/** A coupling between two films, checked. */
function readCoupling(
  coupling: NonNullable<MagneticStackSpec["couplings"]>[number],
  films: readonly Film[],
  stacking: "open" | "periodic",
  where: string,
): {
  readonly between: readonly [number, number];
  readonly repeats: number;
  readonly exchange: number;
  readonly contact: Contact;
} {
  if (!Array.isArray(coupling.between) || coupling.between.length !== 2) {
    throw invalid(`${where}.between`, "two films", String(coupling.between));
  }
  const [a, b] = coupling.between.map((key) => filmIndex(films, key, `${where}.between`)) as [
    number,
    number,
  ];
  const exchange = finite(`${where}.exchange`, coupling.exchange);
  const contact = oneOf(`${where}.contact`, coupling.contact ?? "atop", contactNames);
  const repeats = coupling.repeats ?? 0;
  if (!Number.isInteger(repeats) || (stacking === "open" && repeats !== 0)) {
    throw invalid(
      `${where}.repeats`,
      stacking === "open" ? "0 in an open stack" : "an integer",
      repeats,
    );
  }
  if (a === b && repeats === 0) {
    throw invalid(
      `${where}.between`,
      "two different films (or `repeats`)",
      films[a]!.name,
      "Exchange inside a film is its `exchange` and `planeExchange`.",
    );
  }
  return { between: [a, b], repeats, exchange, contact };
}

/**
 * Checks a stack and lays out its unit cell.
 *
 *   E = -1/2 sum_{i != j} J_ij s_i . s_j = - sum over bonds J s_i . s_j
 *
 * @throws CoupletError USAGE for unknown names; SPEC_INVALID naming the field: unknown lattice or film, a number that is not
 *   finite, films on different lattices, a coupling of a film with itself, no exchange at all
 */
export function magneticStack(spec: MagneticStackSpec): MagneticStack {
  checkStack(spec);
  const { layers, couplings = [], stacking = "open", units = "reduced" } = spec;
  oneOf("stack.stacking", stacking, ["open", "periodic"]);
  oneOf("stack.units", units, ["reduced", "meV", "kelvin"]);
  if (!Array.isArray(layers)) throw invalid("stack.layers", "an array", typeof layers);
  const draft: Draft = { films: [], sites: [], bonds: [], levels: 0 };
  const spacers: { readonly spec: SpacerSpec; readonly below: number; readonly where: string }[] =
    [];
  layers.forEach((layer, i) => {
    const where = `stack.layers[${i}]`;
    const kind = oneOf(`${where}.kind`, layer.kind ?? "film", ["film", "spacer"]);
    if (kind === "film") addFilm(draft, layer as FilmSpec, where);
    else spacers.push({ spec: layer as SpacerSpec, below: draft.films.length - 1, where });
  });
  const { films, sites, bonds } = draft;
  const lattice = oneLattice(films, layers.length);

  const plane = (film: Film, end: "top" | "bottom"): number[] => {
    const levels = film.sites.map((s) => sites[s]!.level);
    const level = end === "top" ? Math.max(...levels) : Math.min(...levels);
    return film.sites.filter((s) => sites[s]!.level === level);
  };
  const connect = (
    a: number,
    b: number,
    repeats: number,
    exchange: number,
    contact: Contact,
    where: string,
  ): void => {
    // The contact is written from the lower plane to the upper; a coupling may name them either way round.
    const [low, high, up] =
      repeats > 0 || (repeats === 0 && a < b) ? [a, b, repeats] : [b, a, -repeats];
    addBonds(
      draft,
      lattice,
      contact,
      where,
      plane(films[low]!, "top"),
      plane(films[high]!, "bottom"),
      up,
      exchange,
    );
  };
  for (const spacer of spacers) {
    const thickness = finite(`${spacer.where}.thickness`, spacer.spec.thickness);
    if (thickness <= 0) throw invalid(`${spacer.where}.thickness`, "a positive number", thickness);
    if (spacer.spec.coupling === undefined) continue;
    const wraps = spacer.below < 0 || spacer.below === films.length - 1;
    if (wraps && stacking === "open") {
      throw invalid(
        `${spacer.where}.coupling`,
        "a film on both sides of the spacer",
        "a spacer at the end of an open stack",
      );
    }
    const low = spacer.below < 0 ? films.length - 1 : spacer.below;
    const exchange = spacerExchange(spacer.spec.coupling, thickness);
    connect(low, wraps ? 0 : low + 1, wraps ? 1 : 0, exchange, "atop", spacer.where);
  }
  couplings.forEach((coupling, i) => {
    const where = `stack.couplings[${i}]`;
    const { between, repeats, exchange, contact } = readCoupling(coupling, films, stacking, where);
    connect(...between, repeats, exchange, contact, `${where}.contact`);
  });
  if (bonds.length === 0) throw invalid("stack", "at least one exchange that is not zero", "none");
  const scale = units === "meV" ? 1 / BOLTZMANN_MEV : 1;
  return {
    spec,
    films,
    sites,
    lattice,
    periodic: stacking === "periodic",
    units,
    bonds: bonds.map((bond) => ({ ...bond, exchange: bond.exchange * scale })),
  };
}

/** Spin components of the order parameter; undefined when films differ. */
export function stackComponents(stack: MagneticStack): 1 | 2 | 3 | undefined {
  const kinds = new Set(stack.sites.map((site) => components(site.spin)));
  return kinds.size === 1 ? [...kinds][0] : undefined;
}

/** Curie constants of the sites. */
export function siteCurie(stack: MagneticStack): Float64Array {
  return Float64Array.from(stack.sites, (site) => curieConstant(site.spin));
}
