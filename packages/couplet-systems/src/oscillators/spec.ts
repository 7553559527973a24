import type { Frequencies } from "./frequencies.ts";

/** A link between two oscillators of a layer, by their positions, and its weight (default 1). */
export type OscillatorLink = readonly [from: number, to: number, weight?: number];

/** How the n oscillators of a layer couple: every pair with strength / n (`complete`), or each link with strength times weight. */
export type LayerPull =
  | { readonly kind: "complete"; readonly strength: number }
  | {
      readonly kind: "links";
      readonly strength: number;
      readonly links: readonly OscillatorLink[];
    };

/** A layer of oscillators. */
export interface OscillatorLayer {
  readonly name: string;
  readonly frequencies: Frequencies;
  /** Couplings inside the layer; default: none. */
  readonly coupling?: LayerPull;
}

/**
 * How two layers of n and m oscillators couple: each oscillator with the one at its position, with `strength` (`matched`), or
 * every pair with strength / sqrt(n m) (`complete`).
 */
export interface LayerBridge {
  readonly layers: readonly [string, string];
  readonly kind: "matched" | "complete";
  readonly strength: number;
}

/** A system of coupled oscillators as plain data. */
export interface OscillatorSpec {
  readonly layers: readonly OscillatorLayer[];
  readonly between?: readonly LayerBridge[];
}
