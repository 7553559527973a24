/** The first bytes of a table's file: enough to tell what it is. */

/** How a file is compressed. */
export type Compression = "none" | "gzip" | "zstd";

/** The beginning of a file. */
export interface FileHead {
  readonly compression: Compression;
  /** The first bytes, at most a quarter of a megabyte; none of what is compressed. */
  readonly bytes: Uint8Array;
  /** Whether `bytes` is the whole content. */
  readonly whole: boolean;
  /** Bytes of the file; Infinity where that is not known yet. */
  readonly size: number;
}

/** The most bytes of a head. */
export const HEAD_BYTES: number = 1 << 18;

/** The head of content of `size` bytes that begins with these. */
export function headOfBytes(start: Uint8Array, size: number): FileHead {
  const raw = start.subarray(0, HEAD_BYTES);
  const whole = raw.length >= size;
  const none = new Uint8Array(0);
  if (startsWith(raw, [0x1f, 0x8b])) return { compression: "gzip", bytes: none, whole, size };
  // Frames that decoders skip (RFC 8878, section 3.1.2) may come first: pzstd and seekable archives begin with one.
  const isSkipped = (raw[0]! & 0xf0) === 0x50 && startsWith(raw.subarray(1), [0x2a, 0x4d, 0x18]);
  if (isSkipped || startsWith(raw, [0x28, 0xb5, 0x2f, 0xfd]))
    return { compression: "zstd", bytes: none, whole, size };
  return { compression: "none", bytes: raw, whole, size };
}

/** Whether bytes begin with a magic word: bytes, or characters of Latin-1. */
export function startsWith(bytes: Uint8Array, magic: readonly number[] | string): boolean {
  for (let i = 0; i < magic.length; i++) {
    const wanted = typeof magic === "string" ? magic.charCodeAt(i) : magic[i];
    if (bytes[i] !== wanted) return false;
  }
  return true;
}

/** Bytes as characters of the same numbers (Latin-1). */
export function latin1(bytes: Uint8Array, from = 0, to: number = bytes.length): string {
  let text = "";
  for (let at = from; at < Math.min(to, bytes.length); at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, Math.min(to, at + 8192, bytes.length)));
  return text;
}
