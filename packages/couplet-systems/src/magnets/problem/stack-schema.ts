/** A magnetic stack in a problem file. */
import { record } from "couplet/kit";
import * as v from "valibot";
import { rkky } from "../rkky.ts";
import { heisenberg, ising, quantumSpin, type SpinModel, xy } from "../spin.ts";
import type { FilmCoupling, FilmSpec, MagneticStackSpec, SpacerSpec } from "../stack-spec.ts";
import { count, name, number, positive } from "../../problem/fields.ts";

/** A spin by name; `{ "quantum": 1.5 }` for a quantum spin of that length. */
export type SpinText = "ising" | "xy" | "heisenberg" | { readonly quantum: number };

/** A layer of a stack in a file: a film with its spin by name, or a spacer. */
export type LayerText =
  | (Omit<FilmSpec, "spin"> & { readonly spin: SpinText })
  | (Omit<SpacerSpec, "coupling"> & {
      readonly coupling?: {
        readonly kind?: "rkky";
        readonly amplitude: number;
        readonly fermiWaveNumber: number;
        readonly phase?: number;
        readonly exponent?: number;
        readonly decayLength?: number;
      };
    });

/** A {@link MagneticStackSpec} in a problem file. */
export interface StackText extends Omit<MagneticStackSpec, "layers"> {
  readonly layers: readonly LayerText[];
  readonly couplings?: readonly FilmCoupling[];
}

/** Schema of a {@link SpinText}. */
export const spin: v.GenericSchema<SpinText> = v.lazy((input) =>
  typeof input === "object" && input !== null
    ? record({ quantum: positive })
    : v.picklist(["ising", "xy", "heisenberg"]),
) as unknown as v.GenericSchema<SpinText>;

const film = record({
  kind: v.optional(v.literal("film")),
  name: v.optional(name),
  spin,
  lattice: v.picklist(["square", "triangular", "honeycomb"]),
  exchange: v.union([number, v.pipe(v.array(number), v.minLength(1))]),
  planes: v.optional(count(1, 200)),
  planeExchange: v.optional(number),
  contact: v.optional(v.picklist(["atop", "hollow"])),
});
const spacer = record({
  kind: v.literal("spacer"),
  name: v.optional(name),
  thickness: positive,
  coupling: v.optional(
    record({
      kind: v.optional(v.literal("rkky")),
      amplitude: number,
      fermiWaveNumber: positive,
      phase: v.optional(number),
      exponent: v.optional(number),
      decayLength: v.optional(positive),
    }),
  ),
});
const layer = v.lazy((input) =>
  (input as { kind?: unknown } | null)?.kind === "spacer" ? spacer : film,
);

/** Schema of a {@link StackText}. */
export const stackSchema: v.GenericSchema<StackText> = record({
  layers: v.pipe(v.array(layer), v.minLength(1)),
  couplings: v.optional(
    v.array(
      record({
        between: v.tuple([v.union([name, count(0)]), v.union([name, count(0)])]),
        exchange: number,
        contact: v.optional(v.picklist(["atop", "hollow"])),
        repeats: v.optional(count(0, 100)),
      }),
    ),
  ),
  stacking: v.optional(v.picklist(["open", "periodic"])),
  units: v.optional(v.picklist(["reduced", "meV", "kelvin"])),
}) as unknown as v.GenericSchema<StackText>;

/** The spin that a text stands for. */
export function spinOf(text: SpinText): SpinModel {
  if (typeof text === "object") return quantumSpin(text.quantum);
  return { ising, xy, heisenberg }[text]();
}

/** The stack that a text stands for, as `magneticStack` takes it. */
export function stackOf(text: StackText): MagneticStackSpec {
  return {
    ...text,
    layers: text.layers.map((one) => {
      if ("spin" in one) return { ...one, spin: spinOf(one.spin) };
      const { coupling, ...rest } = one;
      if (coupling === undefined) return rest;
      const { kind: _, ...options } = coupling;
      return { ...rest, coupling: rkky(options) };
    }),
  };
}
