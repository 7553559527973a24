import { CoupletError, requireOptions } from "couplet/kit";
import type { NamesOf } from "../spec-value.ts";
import type { SpacerCoupling } from "./rkky.ts";
import type { SpinModel } from "./spin.ts";
import type { FilmCoupling, FilmSpec, MagneticStackSpec, SpacerSpec } from "./stack-spec.ts";

/**
 * Refuses unknown names in a stack, its layers, spins and couplings, and names of films that are not text: callers in JavaScript have no
 * compiler, and a misspelt `planeExchange` or `contact` would leave the default in its place.
 *
 * @throws CoupletError USAGE with the nearest valid name; SPEC_INVALID for the name of a film
 */
export function checkStack(spec: MagneticStackSpec): void {
  requireOptions<NamesOf<MagneticStackSpec>>("stack", spec, {
    layers: true,
    couplings: true,
    stacking: true,
    units: true,
  });
  const { layers, couplings } = spec;
  if (Array.isArray(layers))
    for (const [i, layer] of spec.layers.entries()) checkLayer(`stack.layers[${i}]`, layer);
  if (couplings === undefined) return;
  if (!Array.isArray(couplings)) throw invalid("stack.couplings", "a list", couplings);
  for (const [i, one] of couplings.entries())
    requireOptions<NamesOf<FilmCoupling>>(`stack.couplings[${i}]`, one, {
      between: true,
      exchange: true,
      contact: true,
      repeats: true,
    });
}

function checkLayer(where: string, layer: FilmSpec | SpacerSpec): void {
  if (layer?.kind === "spacer") {
    requireOptions<NamesOf<SpacerSpec>>(where, layer, {
      kind: true,
      name: true,
      thickness: true,
      coupling: true,
    });
    if (layer.coupling !== undefined) checkSpacerCoupling(`${where}.coupling`, layer.coupling);
  } else {
    requireOptions<NamesOf<FilmSpec>>(where, layer, {
      kind: true,
      name: true,
      spin: true,
      lattice: true,
      exchange: true,
      planes: true,
      planeExchange: true,
      contact: true,
    });
    if (typeof layer.spin === "object" && layer.spin !== null)
      checkSpin(`${where}.spin`, layer.spin);
  }
  if (layer.name !== undefined && typeof layer.name !== "string")
    throw invalid(`${where}.name`, "a text", layer.name);
}

/** A spin as its factories make it; a quantum spin has its length. */
function checkSpin(where: string, spin: SpinModel): void {
  requireOptions<{ readonly kind: unknown; readonly spin?: unknown }>(where, spin, {
    kind: true,
    spin: true,
  });
  if (spin.kind === "quantum" && (!(spin.spin > 0) || !Number.isInteger(2 * spin.spin)))
    throw invalid(`${where}.spin`, "1/2, 1, 3/2, ...", spin.spin);
}

/** A coupling as `rkky` makes it: every number is there, so that no exchange is NaN. */
function checkSpacerCoupling(where: string, coupling: SpacerCoupling): void {
  requireOptions(where, coupling, {
    kind: ["rkky"],
    amplitude: 0,
    fermiWaveNumber: 0,
    phase: 0,
    exponent: 0,
    decayLength: 0,
  });
  for (const key of ["amplitude", "fermiWaveNumber", "phase", "exponent", "decayLength"] as const)
    if (typeof coupling[key] !== "number" || Number.isNaN(coupling[key]))
      throw invalid(`${where}.${key}`, "a number, as rkky() gives it", coupling[key]);
}

function invalid(where: string, expected: string, received: unknown): CoupletError {
  return new CoupletError({
    code: "SPEC_INVALID",
    where,
    expected,
    received: JSON.stringify(received) ?? "none",
  });
}
