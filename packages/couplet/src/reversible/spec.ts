/** What a reversible classifier of images is: plain data, checked. */
import * as v from "valibot";
import type { Fault } from "../validation.ts";
import { faultError, record, validated } from "../validation.ts";
import { count } from "../flow/parts/fields.ts";

/** A residual function of two 3 x 3 convolutions: K2 relu(norm(K1 relu(norm(x)))). */
export interface ResidualBlock {
  readonly kind: "residual";
}

/** A dense block: each layer adds `growth` channels from all that came before. */
export interface DenseBlock {
  readonly kind: "dense";
  readonly layers: number;
  readonly growth: number;
}

/** A stage: images of one size, and couplings that keep it. */
export interface StageSpec {
  /** Channels of the state, of which a coupling moves one half. */
  readonly channels: number;
  /** Pairs of couplings: y1 = x1 + F(x2), y2 = x2 + G(y1). */
  readonly units: number;
  readonly block: ResidualBlock | DenseBlock;
}

/** A classifier of images that is reversible within each stage. */
export interface NetworkSpec {
  readonly version: 1;
  /** Height, width, channels of an image. */
  readonly shape: readonly number[];
  readonly classes: number;
  readonly stages: readonly StageSpec[];
  /**
   * Between stages, 2 x 2 pixels become one: `stored`, a convolution of 2 x 2 with stride 2, whose input is kept for the way back; `squeeze`,
   * the four pixels' channels side by side, which is undone exactly and makes four times the channels.
   */
  readonly transition: "stored" | "squeeze";
}

const MOST = 65_536;

const block = v.variant("kind", [
  record({ kind: v.literal("residual") }),
  record({ kind: v.literal("dense"), layers: count(1, 1000), growth: count(1, MOST) }),
]);

const schema = record({
  version: v.literal(1),
  shape: v.pipe(v.array(count(1, MOST)), v.length(3)),
  classes: count(2, MOST),
  stages: v.pipe(
    v.array(record({ channels: count(2, MOST), units: count(1, 100_000), block })),
    v.minLength(1),
  ),
  transition: v.picklist(["stored", "squeeze"]),
});

/**
 * The value as a spec.
 *
 * @throws CoupletError SPEC_INVALID listing every problem with its path
 */
export function parseNetwork(value: unknown): NetworkSpec {
  const spec: NetworkSpec = validated(schema, value, "spec");
  const faults = [...stageFaults(spec), ...sizeFaults(spec)];
  if (faults.length > 0) throw faultError(faults);
  return spec;
}

function stageFaults({ stages, transition }: NetworkSpec): Fault[] {
  return stages.flatMap(({ channels }, i): Fault[] => {
    const path = `spec.stages[${i}].channels`;
    const before = stages[i - 1]?.channels;
    if (channels % 2 !== 0)
      return [
        { path, expected: "an even number: a coupling moves half", received: String(channels) },
      ];
    if (transition === "stored" || before === undefined || channels === 4 * before) return [];
    const expected = `${4 * before}: a squeeze makes four channels of each`;
    return [{ path, expected, received: String(channels) }];
  });
}

function sizeFaults({ shape: [height, width], stages }: NetworkSpec): Fault[] {
  const halvings = stages.length - 1;
  const step = 2 ** halvings;
  if (height! % step === 0 && width! % step === 0) return [];
  return [
    {
      path: "spec.shape",
      expected: `sides that halve ${halvings} times, once between stages`,
      received: `${height} x ${width}`,
      hint: "Pad or crop the images, or use fewer stages.",
    },
  ];
}
