import { describe, expect, it } from "vitest";
import { checksum, murmur3 } from "./checksum.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("murmur3", () => {
  // Values of the reference implementation (SMHasher), as many ports quote them.
  it.each([
    ["", 0, 0],
    ["", 1, 0x514e28b7],
    ["test", 0, 0xba6bd213],
    ["test", 0x9747b28c, 0x704b81dc],
    ["Hello, world!", 0x9747b28c, 0x24884cba],
    ["The quick brown fox jumps over the lazy dog", 0x9747b28c, 0x2fa826cd],
  ])("of %j with seed %i", (text, seed, hash) => {
    expect(murmur3(bytes(text), seed)).toBe(hash);
  });
});

describe("checksum", () => {
  it("sees every single bit, and which piece it is in", () => {
    const data = bytes("thirty bytes of nothing at all");
    const sums = new Set([checksum(data)]);
    for (let bit = 0; bit < 8 * data.length; bit++) {
      const changed = data.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      sums.add(checksum(changed));
    }
    expect(sums.size).toBe(8 * data.length + 1);
    expect(checksum(bytes("ab"), bytes("c"))).not.toBe(checksum(bytes("a"), bytes("bc")));
    expect(checksum(data)).toMatch(/^[0-9a-f]{16}$/);
  });
});
