/** Packed bytes, a piece at a time, and no more of them than they can mean. */

/**
 * The pieces that packed bytes unpack to. Node and pages both have the stream.
 *
 * @param checkSize called with the number of bytes so far; what it throws ends the unpacking
 * @throws what the platform throws for bytes that do not unpack
 */
export async function* unpackedPieces(
  parts: readonly Uint8Array<ArrayBuffer>[],
  format: "gzip" | "deflate",
  checkSize: (size: number) => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const stream = new Blob([...parts]).stream().pipeThrough(new DecompressionStream(format));
  const reader = stream.getReader();
  try {
    for (let size = 0; ;) {
      const { done, value } = await reader.read();
      if (done) return;
      checkSize((size += value.length));
      yield value as Uint8Array<ArrayBuffer>;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
