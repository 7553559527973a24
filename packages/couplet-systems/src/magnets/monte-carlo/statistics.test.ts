import { describe, expect, it } from "vitest";
import { arena, kernelModule } from "./kernels.ts";
import { autocorrelationTime, blockingAnalysis, jackknife } from "./statistics.ts";

/** x_t = a x_(t-1) + noise: tau = 1/2 (1 + a) / (1 - a), variance 1 / (1 - a^2). */
function autoregressive(n: number, a: number): Float64Array {
  let state = 12345;
  const uniform = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) / 2 ** 32;
  const out = new Float64Array(n);
  let x = 0;
  for (let i = 0; i < n; i++) {
    let noise = -6;
    for (let k = 0; k < 12; k++) noise += uniform();
    out[i] = x = a * x + noise;
  }
  return out;
}

describe("errors of correlated series", () => {
  const a = 0.9,
    n = 1 << 17;
  const series = autoregressive(n, a);
  const exactTau = (0.5 * (1 + a)) / (1 - a);
  const exactError = Math.sqrt((2 * exactTau) / (1 - a * a) / n);

  it("finds the autocorrelation time", () => {
    // sigma(tau) / tau = sqrt(2 (2 W + 1) / n) = 0.055 with the window W = 5 tau; three of them.
    expect(autocorrelationTime(series) / exactTau).toBeGreaterThan(0.84);
    expect(autocorrelationTime(series) / exactTau).toBeLessThan(1.16);
    expect(autocorrelationTime(new Float64Array(100).fill(2))).toBe(0.5);
  });

  it("blocks to the true error, which the naive one misses by a factor of 4", () => {
    const { error, reached, levels } = blockingAnalysis(series);
    expect(reached).toBe(true);
    // The plateau lies at blocks of about 128: 1024 of them give the error to 2 %, bias of finite blocks 4 %.
    expect(error / exactError).toBeGreaterThan(0.85);
    expect(error / exactError).toBeLessThan(1.15);
    expect(levels[0]!.error / exactError).toBeLessThan(0.3);
  });

  it("says when a series is too short for a plateau", () => {
    expect(blockingAnalysis(series.slice(0, 64)).reached).toBe(false);
  });

  it("jackknife: the error of a mean is the textbook one, of a square twice the mean times it", () => {
    const blocks = Array.from({ length: 50 }, (_, i) =>
      Float64Array.of(1, 10 + Math.sin(12.9898 * i)),
    );
    const values = blocks.map((b) => b[1]!);
    const mean = values.reduce((sum, x) => sum + x, 0) / 50;
    const error = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 49 / 50);
    expect(jackknife(blocks, (s) => s[1]! / s[0]!).error).toBeCloseTo(error, 12);
    // First order in error / mean = 0.01.
    expect(jackknife(blocks, (s) => (s[1]! / s[0]!) ** 2).error / (2 * mean * error)).toBeCloseTo(
      1,
      2,
    );
  });
});

describe("random numbers", () => {
  // Known answers of Philox4x32-10, from the Random123 distribution (kat_vectors).
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])("Philox of counter %j and key %j", async (counter, key, expected) => {
    const heap = arena(await kernelModule());
    const out = heap.reserve(16);
    const [c0, c1, c2, c3] = counter as [number, number, number, number];
    heap.kernels.magnetPhilox(out, c0, c1, c2, c3, key[0]!, key[1]!);
    expect([...new Uint32Array(heap.buffer(), out, 4)]).toEqual(expected);
  });
});
