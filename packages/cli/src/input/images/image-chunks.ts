/** The images of a source, some at a time. */
import type { ImageSource } from "couplet/images";
import { column } from "couplet/table";
import type { Column } from "couplet/table";

/** Images of a source that follow each other. */
export interface ImageChunk {
  /** Number of the first, from 0. */
  readonly first: number;
  readonly images: Uint8Array<ArrayBufferLike>;
  /** The column `image`: their numbers from 1. */
  readonly numbers: Column;
}

/** @param most images at a time */
export async function* imageChunks(source: ImageSource, most: number): AsyncGenerator<ImageChunk> {
  for (let first = 0; first < source.count; first += most) {
    const length = Math.min(most, source.count - first);
    const numbers = Int32Array.from({ length }, (_, i) => first + i);
    yield {
      first,
      images: await source.read(numbers),
      numbers: column(
        "image",
        Float64Array.from(numbers, (number) => number + 1),
      ),
    };
  }
}
