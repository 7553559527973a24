/**
 * A checksum against accidents (a cut file, a flipped bit, other data than last time), not against
 * forgery: two MurmurHash3 lanes (Appleby 2011, MurmurHash3_x86_32). Each of its rounds is a
 * bijection of the state, so a change within one 32-bit word never goes unseen, and any other change
 * does with probability 2^-64. Unlike the page's own digests it works on pages without https.
 */

/** 16 hexadecimal digits for the pieces, taken one after the other. */
export function checksum(...pieces: readonly Uint8Array[]): string {
  return [0, 1]
    .map((seed) => pieces.reduce((hash, piece) => murmur3(piece, hash), seed))
    .map((hash) => hash.toString(16).padStart(8, "0"))
    .join("");
}

/** MurmurHash3_x86_32 of the bytes, an unsigned 32-bit integer. */
export function murmur3(bytes: Uint8Array, seed: number): number {
  let h = seed | 0;
  const whole = bytes.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    h ^= scramble(k);
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let i = bytes.length - 1; i >= whole; i--) tail = (tail << 8) | bytes[i]!;
  if (whole < bytes.length) h ^= scramble(tail);
  h ^= bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function scramble(word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}
