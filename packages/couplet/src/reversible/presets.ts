/** Reversible classifiers that are known to work. */
import { checkInteger } from "../check-integer.ts";
import { CoupletError } from "../error.ts";
import { requireOptions } from "../options.ts";
import type { OptionNames } from "../options.ts";
import { parseNetwork } from "./spec.ts";
import type { NetworkSpec, StageSpec } from "./spec.ts";

/** What both networks take. */
export interface NetworkOptions {
  /** Height, width, channels. Both sides have to halve once between stages. */
  readonly shape: readonly number[];
  readonly classes: number;
  /** Channels of the state in each stage, even numbers. Default 32, 64, 112; with `squeeze` the first, and four times as many at each stage. */
  readonly channels?: readonly number[];
  /** Pairs of couplings in each stage, or one number for all. Default 3. */
  readonly units?: number | readonly number[];
  /** How 2 x 2 pixels become one between stages; see `NetworkSpec`. Default `stored`. */
  readonly transition?: NetworkSpec["transition"];
}

const optionNames: OptionNames<NetworkOptions> = {
  shape: true,
  classes: 0,
  channels: true,
  units: true,
  transition: ["stored", "squeeze"],
};

/**
 * A RevNet (Gomez et al. 2017, section 3): a stem of 3 x 3, stages of units of two residual functions of two 3 x 3 convolutions each, and a
 * head of average pooling and one dense layer. The defaults are the widths of RevNet-38 on CIFAR-10. Layer norm over the channels of each
 * pixel takes the place of batch normalisation, which would tie rows together and see every batch twice.
 *
 * @throws CoupletError SPEC_INVALID, USAGE
 */
export function revNet(options: NetworkOptions): NetworkSpec {
  requireOptions("revNet", options, optionNames);
  return networkOf("revNet", options, { kind: "residual" });
}

/** Options of {@link denseNet}. */
export interface DenseNetOptions extends NetworkOptions {
  /** Layers of each dense block. Default 4. */
  readonly layers?: number;
  /** Channels that each layer adds. Default 16. */
  readonly growth?: number;
}

/**
 * A reversible DenseNet: the functions F and G of each coupling are dense blocks (Huang et al. 2017), whose features live only while one
 * coupling is computed, whatever the number of couplings.
 *
 * @throws CoupletError SPEC_INVALID, USAGE
 */
export function denseNet(options: DenseNetOptions): NetworkSpec {
  requireOptions("denseNet", options, { ...optionNames, layers: 0, growth: 0 });
  const { layers = 4, growth = 16 } = options;
  checkInteger("denseNet: layers", layers, 1);
  checkInteger("denseNet: growth", growth, 1);
  return networkOf("denseNet", options, { kind: "dense", layers, growth });
}

function networkOf(
  where: string,
  { shape, classes, channels, units = 3, transition = "stored" }: NetworkOptions,
  block: StageSpec["block"],
): NetworkSpec {
  const widths = channels ?? defaultChannels(transition);
  const counts = typeof units === "number" ? widths.map(() => units) : units;
  if (counts.length !== widths.length) {
    throw new CoupletError({
      code: "USAGE",
      where: `${where}: units`,
      expected: `one number, or ${widths.length}: one a stage`,
      received: `${counts.length} numbers`,
    });
  }
  return parseNetwork({
    version: 1,
    shape: Array.isArray(shape) ? [...shape] : shape,
    classes,
    stages: widths.map((width, i) => ({ channels: width, units: counts[i], block })),
    transition,
  });
}

function defaultChannels(transition: NetworkSpec["transition"]): readonly number[] {
  return transition === "squeeze" ? [16, 64, 256] : [32, 64, 112];
}
