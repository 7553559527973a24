/** Feature probes: tiny modules that validate only where the feature is there. */

// (module (func (result v128) v128.const x3, f32x4.relaxed_madd))
const vector = [0xfd, 0x0c, ...Array.from({ length: 16 }, () => 0)];
const relaxedMadd = Uint8Array.from([
  0,
  0x61,
  0x73,
  0x6d,
  1,
  0,
  0,
  0, // magic, version
  1,
  5,
  1,
  0x60,
  0,
  1,
  0x7b, // type: () -> v128
  3,
  2,
  1,
  0, // one function of that type
  10,
  61,
  1,
  59,
  0, // code: one body of 59 bytes, no locals
  ...vector,
  ...vector,
  ...vector,
  0xfd,
  0x85,
  0x02,
  0x0b, // f32x4.relaxed_madd, end
]);

/** Whether the engine takes relaxed SIMD (fused multiply-add) as it stands. */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(relaxedMadd);
}
