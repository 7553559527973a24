/** Where a table's bytes come from: memory, a file of a page, a response, a stream of the platform or of Node. */
import { CoupletError } from "../../error.ts";
import { checkUnread } from "../../file/bytes-of.ts";
import type { BytesSource } from "../../file/bytes-of.ts";

/** The bytes of a table: all of them, a `Blob`, `File` or `Response`, or a stream of pieces (of the platform, or of Node). */
export type TableSource = BytesSource | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** Bytes handed on at once: a piece of this many is decoded and parsed within a few milliseconds. */
const PIECE_BYTES = 1 << 18;

/** Bytes that can be read from any place. */
export interface RandomAccess {
  readonly size: number;
  slice(from: number, to: number): Promise<Uint8Array>;
}

/** A source that is open: its pieces in order and, where all of it is at hand, any part. */
export interface OpenSource {
  /** The bytes in order. Can be called once. */
  pieces(): AsyncGenerator<Uint8Array, void, void>;
  readonly random?: RandomAccess;
}

/**
 * Opens a source.
 *
 * @throws CoupletError USAGE for another kind of value; FILE_NOT_FOUND for a response of another status than success
 */
export function openSource(source: TableSource, where: string): OpenSource {
  if (source instanceof Uint8Array) return ofBytes(source);
  const tag = Object.prototype.toString.call(source);
  if (tag === "[object ArrayBuffer]") return ofBytes(new Uint8Array(source as ArrayBuffer));
  if (typeof source === "object" && source !== null) {
    const given = source as Partial<Blob & Response & ReadableStream & AsyncIterable<Uint8Array>>;
    if (typeof given.slice === "function" && typeof given.size === "number")
      return ofBlob(source as Blob);
    if (typeof given.arrayBuffer === "function") {
      checkUnread(source, where);
      const { body } = source as Partial<Response>;
      if (body !== null && body !== undefined) return ofPieces(piecesOfStream(body));
      const whole = (source as Response).arrayBuffer();
      return ofPieces(
        (async function* () {
          yield new Uint8Array(await whole);
        })(),
      );
    }
    if (typeof given.getReader === "function")
      return ofPieces(piecesOfStream(source as ReadableStream<Uint8Array>));
    if (typeof given[Symbol.asyncIterator] === "function")
      return ofPieces(source as AsyncIterable<Uint8Array>);
  }
  throw new CoupletError({
    code: "USAGE",
    where,
    expected: "bytes, a Blob, a File, a Response or a stream of bytes",
    received: typeof source === "string" ? "a string" : typeof source,
    hint:
      typeof source === "string"
        ? "Pass the bytes of the file: await readFile(path), or await fetch(url)."
        : "A file's bytes are a Uint8Array.",
  });
}

/** The same bytes without a subclass: `slice` of a `Buffer` of Node copies nothing. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function ofBytes(given: Uint8Array): OpenSource {
  const bytes = plain(given);
  const slice = (from: number, to: number) => Promise.resolve(bytes.subarray(from, to));
  return {
    // eslint-disable-next-line require-await -- a generator that nobody waits for within
    async *pieces() {
      for (let at = 0; at < bytes.length; at += PIECE_BYTES)
        yield bytes.subarray(at, at + PIECE_BYTES);
    },
    random: { size: bytes.length, slice },
  };
}

function ofBlob(blob: Blob): OpenSource {
  const slice = async (from: number, to: number) =>
    new Uint8Array(await blob.slice(from, to).arrayBuffer());
  return {
    async *pieces() {
      for (let at = 0; at < blob.size; at += PIECE_BYTES) yield await slice(at, at + PIECE_BYTES);
    },
    random: { size: blob.size, slice },
  };
}

function ofPieces(source: AsyncIterable<Uint8Array>): OpenSource {
  return {
    async *pieces() {
      for await (const piece of source) {
        if (!(piece instanceof Uint8Array))
          throw new CoupletError({
            code: "USAGE",
            where: "source",
            expected: "a stream of bytes",
            received: `a piece that is a ${typeof piece}`,
            hint: "A stream with an encoding gives text: leave the encoding to readTable.",
          });
        for (let at = 0; at < piece.length; at += PIECE_BYTES)
          yield plain(piece).subarray(at, at + PIECE_BYTES);
      }
    },
  };
}

/** Pieces of a stream of the platform; not every browser iterates over one. */
async function* piecesOfStream(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Who sends is told that nobody reads on; at the end this does nothing.
    await reader.cancel().catch(() => undefined);
  }
}
