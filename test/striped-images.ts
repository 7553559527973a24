/** Small images with a class each for tests: stripes across, stripes down, or a checkerboard, at any phase, in noise. */
import { generator } from "./random.ts";

export interface StripedImages {
  readonly images: Uint8Array<ArrayBuffer>;
  readonly labels: Uint8Array<ArrayBuffer>;
  readonly shape: readonly [number, number, number];
}

/** Images of `side` x `side` x 1 bytes and labels from 0 to 2. */
export function stripedImages(count: number, seed: number, side = 8): StripedImages {
  const { uniform, normal } = generator(seed);
  const images = new Uint8Array(count * side * side);
  const labels = new Uint8Array(count);
  for (let r = 0; r < count; r++) {
    const label = Math.floor(3 * uniform());
    const phase = Math.floor(2 * uniform());
    labels[r] = label;
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const place = label === 0 ? y : label === 1 ? x : x + y;
        const value = 128 + ((place + phase) % 2 === 0 ? 40 : -40) + 25 * normal();
        images[(r * side + y) * side + x] = Math.max(0, Math.min(255, Math.round(value)));
      }
  }
  return { images, labels, shape: [side, side, 1] };
}
