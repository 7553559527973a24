/** What the networks that come with the library have in common. */
import * as v from "valibot";
import type { OptionNames } from "../../../options.ts";
import { probability } from "../fields.ts";

/** Activations of hidden layers. */
export type ActivationKind = (typeof ACTIVATIONS)[number];

/** The words for {@link ActivationKind}. */
export const ACTIVATIONS = ["relu", "tanh", "gelu", "silu"] as const;

/** Fields of a network's spec. */
export interface NetworkSpec {
  readonly activation: ActivationKind;
  readonly dropout: number;
  readonly layerNorm: boolean;
}

/** Options of every network. */
export interface NetworkOptions {
  /** Default relu. */
  readonly activation?: ActivationKind;
  /** Probability of dropping a hidden value in training. Default 0. */
  readonly dropout?: number;
  /** Default false. */
  readonly layerNorm?: boolean;
}

export const networkOptionNames: OptionNames<NetworkOptions> = {
  activation: ACTIVATIONS,
  dropout: 0,
  layerNorm: false,
};

/** Schemas of a network's fields. */
export const networkFields: {
  readonly [K in keyof NetworkSpec]: v.GenericSchema<unknown, NetworkSpec[K]>;
} = {
  activation: v.picklist(ACTIVATIONS),
  dropout: probability,
  layerNorm: v.boolean(),
};

/** The fields with their defaults filled in. */
export function networkSpec({
  activation = "relu",
  dropout = 0,
  layerNorm = false,
}: NetworkOptions): NetworkSpec {
  return { activation, dropout, layerNorm };
}
