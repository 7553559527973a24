/** Images and labels as callers give them, checked, and as the numbers that a network reads. */
import { CoupletError } from "../error.ts";
import { toBatch } from "../flow/model/rows.ts";
import type { Rows } from "../flow/model/rows.ts";
import { imageSize } from "./lower.ts";
import type { NetworkSpec } from "./spec.ts";

/** Images, a row each; bytes stay bytes. */
export interface ImageRows {
  readonly count: number;
  /** Numbers of an image. */
  readonly size: number;
  readonly data: Uint8Array | Float32Array | Float64Array;
}

/** A shift and a scale for each channel: the network reads (x - shift) / scale. */
export interface ChannelUnits {
  readonly shift: readonly number[];
  readonly scale: readonly number[];
}

/**
 * The images, checked: rows of the spec's height x width x channels, channels last.
 *
 * @throws CoupletError SHAPE_MISMATCH, NON_FINITE_INPUT
 */
export function imageRows(where: string, images: Rows, spec: NetworkSpec): ImageRows {
  const size = imageSize(spec);
  if (!(images instanceof Uint8Array)) {
    const { rows, data } = toBatch(where, images, size);
    return { count: rows, size, data };
  }
  const count = images.length / size;
  if (Number.isInteger(count)) return { count, size, data: images };
  throw new CoupletError({
    code: "SHAPE_MISMATCH",
    where,
    expected: `a multiple of ${size} bytes: images of ${spec.shape.join(" x ")}`,
    received: String(images.length),
  });
}

/**
 * One label an image, integers from 0 up to the number of classes.
 *
 * @throws CoupletError SHAPE_MISMATCH for another number of labels, DATA_INVALID for a label out of range
 */
export function checkLabels(
  where: string,
  labels: ArrayLike<number>,
  images: number,
  classes: number,
): Float32Array<ArrayBuffer> {
  if (labels?.length !== images) {
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: `${where}: labels`,
      expected: `${images}, one per image`,
      received: String(labels?.length ?? labels),
    });
  }
  for (let r = 0; r < images; r++) {
    const label = labels[r]!;
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw new CoupletError({
      code: "DATA_INVALID",
      where: `${where}: labels[${r}]`,
      expected: `an integer from 0 to ${classes - 1}`,
      received: String(label),
      hint: "Classes are numbered from 0; `classes` of the network is their number.",
    });
  }
  return Float32Array.from(labels);
}

/**
 * Mean and deviation of each channel over some of the images; a constant channel keeps scale 1. Squares are taken relative to a power of
 * two near the channel's largest value, so that the unit does not matter.
 */
export function channelUnits(
  { data, size }: ImageRows,
  rows: Int32Array,
  channels: number,
): ChannelUnits {
  const count = Math.max(1, (rows.length * size) / channels);
  const most = new Float64Array(channels);
  const shift = new Float64Array(channels);
  const squares = new Float64Array(channels);
  const over = (visit: (value: number, channel: number) => void) => {
    for (const row of rows)
      for (let i = 0, at = row * size; i < size; i++, at++) visit(data[at]!, i % channels);
  };
  over((value, c) => (most[c] = Math.max(most[c]!, Math.abs(value))));
  const unit = most.map((m) =>
    m === 0 ? 1 : 2 ** Math.max(-1022, Math.min(1023, Math.floor(Math.log2(m)))),
  );
  over((value, c) => (shift[c]! += value / unit[c]! / count));
  over((value, c) => (squares[c]! += (value / unit[c]! - shift[c]!) ** 2 / count));
  const deviation = squares.map(Math.sqrt);
  return {
    shift: Array.from(shift, (mean, c) => mean * unit[c]!),
    // Rounding leaves a constant channel with a spread of about 1e-16 of its value: not a scale.
    scale: Array.from(deviation, (spread, c) =>
      spread > 1e-15 * Math.abs(shift[c]!) ? Math.max(spread * unit[c]!, Number.MIN_VALUE) : 1,
    ),
  };
}

/** Some of the images in the network's units. */
export function inUnits(
  { data, size }: ImageRows,
  rows: Int32Array,
  { shift, scale }: ChannelUnits,
): Float32Array<ArrayBuffer> {
  const channels = shift.length;
  const out = new Float32Array(rows.length * size);
  // In such units a difference leaves the range of doubles.
  const isExtreme = scale.some((s) => s > 1e300);
  let to = 0;
  for (const row of rows)
    for (let i = 0, at = row * size; i < size; i++, at++, to++) {
      const c = i % channels;
      out[to] = isExtreme
        ? data[at]! / scale[c]! - shift[c]! / scale[c]!
        : (data[at]! - shift[c]!) / scale[c]!;
    }
  return out;
}
