import { checkWord, requireOptions, type OptionNames } from "couplet/kit";

/** The names that a boundary condition of each kind has. */
export type BoundaryNames<Boundary extends { readonly kind: string }> = {
  readonly [K in Boundary["kind"]]: OptionNames<
    Omit<Extract<Boundary, { readonly kind: K }>, "kind">
  >;
};

/**
 * Refuses boundary conditions of an unknown kind, and unknown names in them: a misspelt kind would be an insulated or a free boundary.
 *
 * @param where the participant, for messages
 * @throws CoupletError USAGE with the boundary's name
 */
export function checkBoundaries<Boundary extends { readonly kind: string }>(
  where: string,
  boundaries: Readonly<Record<string, Boundary>>,
  names: BoundaryNames<Boundary>,
): void {
  const kinds = Object.keys(names);
  for (const [boundary, condition] of Object.entries(boundaries)) {
    const at = `${where}: boundaries.${boundary}`;
    checkWord(`${at}.kind`, condition?.kind, kinds);
    const known = { ...names[condition.kind as Boundary["kind"]], kind: kinds };
    requireOptions<object>(at, condition, known as OptionNames<object>);
  }
}
