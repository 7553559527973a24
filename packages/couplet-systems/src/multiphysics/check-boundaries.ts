import { checkWord, requireOptions, type OptionNames } from "couplet/kit";
import { refuseValue, requireNames, requireObject } from "../spec-value.ts";

/** The names that a boundary condition of each kind has. */
export type BoundaryNames<Boundary extends { readonly kind: string }> = {
  readonly [K in Boundary["kind"]]: OptionNames<
    Omit<Extract<Boundary, { readonly kind: K }>, "kind">
  >;
};

/** Those of each kind that cannot be left out. */
export type RequiredNames<Boundary extends { readonly kind: string }> = {
  readonly [K in Boundary["kind"]]: readonly RequiredOf<Extract<Boundary, { readonly kind: K }>>[];
};

type RequiredOf<T> = {
  [K in keyof T & string]: K extends "kind" ? never : undefined extends T[K] ? never : K;
}[keyof T & string];

/**
 * Refuses boundary conditions of an unknown kind, and unknown or absent names in them: a misspelt kind would be an insulated or a free boundary.
 *
 * @param where the participant, for messages
 * @throws CoupletError USAGE with the boundary's name
 */
export function checkBoundaries<Boundary extends { readonly kind: string }>(
  where: string,
  boundaries: Readonly<Record<string, Boundary>>,
  names: BoundaryNames<Boundary>,
  required: RequiredNames<Boundary>,
): void {
  requireObject(`${where}: boundaries`, "an object of conditions by boundary", boundaries);
  const kinds = Object.keys(names);
  for (const [boundary, condition] of Object.entries(boundaries)) {
    const at = `${where}: boundaries.${boundary}`;
    checkWord(`${at}.kind`, condition?.kind, kinds);
    const known = { ...names[condition.kind as Boundary["kind"]], kind: kinds };
    requireOptions<object>(at, condition, known as OptionNames<object>);
    const needed: readonly string[] = required[condition.kind as Boundary["kind"]];
    requireNames<Readonly<Record<string, unknown>>>(at, condition, needed);
    for (const [name, kind] of Object.entries<unknown>(known))
      if (kind === true) checkDistribution(`${at}.${name}`, condition[name as keyof Boundary]);
  }
}

/** Requires a number or a function of place, unless left out. @throws CoupletError DATA_INVALID */
export function checkDistribution(where: string, value: unknown): void {
  if (value !== undefined && typeof value !== "number" && typeof value !== "function")
    refuseValue(where, "a number or a function", value);
}
