// Wolff clusters (Wolff 1989, Phys. Rev. Lett. 62, 361) on an arbitrary table of neighbours, with
// couplings of any sign: Ising spins, and O(n) spins by embedding (reflection at a random plane).
//
// Sites are numbered type by type (type = site of the unit cell), `cells` sites each. A site has
// `slots` neighbour slots; the slots past its type's own number point to itself with coupling 0.
import { nextU32, nextUnit, openStream } from "../kernel/philox";

let marks: u32 = 0;

/** Starts the random stream of a run and forgets the marks of an earlier one. */
export function clusterOpen(seed0: u32, seed1: u32, stream: u32): void {
  openStream(seed0, seed1, stream);
  marks = 0;
}

// @ts-ignore: decorator
@inline
function pick(sites: i32): u32 {
  return <u32>((<u64>nextU32() * <u64>sites) >> 32);
}

/**
 * Flips `clusters` clusters of Ising spins (int8) and returns the number of spins flipped.
 * typeOf: uint16[sites]; thresholds: uint32[types][slots], 2^32 (1 - exp(-2 |J| / T)); signs: int8[types][slots], sign of J.
 * mark, stack: uint32[sites].
 */
export function clusterIsing(
  spins: usize, sites: i32, typeOf: usize, table: usize, slots: i32, thresholds: usize, signs: usize,
  mark: usize, stack: usize, clusters: i32,
): f64 {
  let flipped: f64 = 0;
  for (let c = 0; c < clusters; c++) {
    marks++;
    const start = pick(sites);
    store<u32>(mark + (<usize>start << 2), marks);
    store<i8>(spins + start, -load<i8>(spins + start));
    store<u32>(stack, start);
    let depth = 1, size = 1;
    while (depth > 0) {
      depth--;
      const i = load<u32>(stack + ((<usize>depth) << 2));
      const before: i32 = -(<i32>load<i8>(spins + i));
      const row = <i32>load<u16>(typeOf + ((<usize>i) << 1)) * slots;
      const neighbours = table + ((<usize>(i * slots)) << 2);
      for (let j: i32 = 0; j < slots; j++) {
        const k = load<u32>(neighbours + ((<usize>j) << 2));
        const spin = load<i8>(spins + k);
        if (<i32>spin * <i32>load<i8>(signs + row + j) != before) continue;
        // With frustrated bonds a spin of this cluster can look like a candidate again: hence the marks.
        if (load<u32>(mark + ((<usize>k) << 2)) == marks) continue;
        if (nextU32() >= load<u32>(thresholds + ((<usize>(row + j)) << 2))) continue;
        store<u32>(mark + ((<usize>k) << 2), marks);
        store<i8>(spins + k, -spin);
        store<u32>(stack + ((<usize>depth) << 2), k);
        depth++;
        size++;
      }
    }
    flipped += <f64>size;
  }
  return flipped;
}

/** The same for unit vectors (float64 x, y, z a site); n = 2 keeps them in the x-y plane. couplings: float64[types][slots], J / T. */
export function clusterVector(
  spins: usize, sites: i32, typeOf: usize, table: usize, slots: i32, couplings: usize, n: i32,
  mark: usize, stack: usize, clusters: i32,
): f64 {
  let flipped: f64 = 0;
  for (let c = 0; c < clusters; c++) {
    marks++;
    const angle = 2 * Math.PI * nextUnit();
    const rz = n == 2 ? 0 : 2 * nextUnit() - 1;
    const radius = Math.sqrt(1 - rz * rz);
    const rx = radius * Math.cos(angle), ry = radius * Math.sin(angle);
    const start = pick(sites);
    store<u32>(mark + (<usize>start << 2), marks);
    store<u32>(stack, start);
    let depth = 1, size = 1;
    while (depth > 0) {
      depth--;
      const i = load<u32>(stack + ((<usize>depth) << 2));
      const at = spins + <usize>i * 24;
      const x = load<f64>(at), y = load<f64>(at, 8), z = load<f64>(at, 16);
      const along = rx * x + ry * y + rz * z;
      store<f64>(at, x - 2 * along * rx);
      store<f64>(at, y - 2 * along * ry, 8);
      store<f64>(at, z - 2 * along * rz, 16);
      const row = <i32>load<u16>(typeOf + ((<usize>i) << 1)) * slots;
      const neighbours = table + ((<usize>(i * slots)) << 2);
      for (let j: i32 = 0; j < slots; j++) {
        const k = load<u32>(neighbours + ((<usize>j) << 2));
        if (load<u32>(mark + ((<usize>k) << 2)) == marks) continue;
        const other = spins + <usize>k * 24;
        const bond = 2 * along * load<f64>(couplings + ((<usize>(row + j)) << 3)) *
          (rx * load<f64>(other) + ry * load<f64>(other, 8) + rz * load<f64>(other, 16));
        if (bond <= 0 || nextUnit() < Math.exp(-bond)) continue;
        store<u32>(mark + ((<usize>k) << 2), marks);
        store<u32>(stack + ((<usize>depth) << 2), k);
        depth++;
        size++;
      }
    }
    flipped += <f64>size;
  }
  return flipped;
}

/**
 * Energy and signed magnetisation of each type: out = float64 [E, M_0, M_1, ...].
 * forward: float64[types][slots], J where a bond is counted from this end, else 0. gauge: int8[sites].
 */
export function clusterMeasureIsing(
  spins: usize, types: i32, cells: i32, table: usize, slots: i32, forward: usize, gauge: usize, out: usize,
): void {
  let energy: f64 = 0;
  for (let a = 0; a < types; a++) {
    let total = 0;
    const first = a * cells;
    for (let i = first; i < first + cells; i++) total += <i32>load<i8>(spins + i) * <i32>load<i8>(gauge + i);
    store<f64>(out + ((<usize>(a + 1)) << 3), <f64>total);
    for (let j = 0; j < slots; j++) {
      const coupling = load<f64>(forward + ((<usize>(a * slots + j)) << 3));
      if (coupling == 0) continue;
      let aligned = 0;
      for (let i = first; i < first + cells; i++) {
        aligned += <i32>load<i8>(spins + i) * <i32>load<i8>(spins + load<u32>(table + ((<usize>(i * slots + j)) << 2)));
      }
      energy -= coupling * <f64>aligned;
    }
  }
  store<f64>(out, energy);
}

/** The same for unit vectors: out = float64 [E, Mx_0, My_0, Mz_0, Mx_1, ...]. Also restores unit length. */
export function clusterMeasureVector(
  spins: usize, types: i32, cells: i32, table: usize, slots: i32, forward: usize, gauge: usize, out: usize,
): void {
  let energy: f64 = 0;
  for (let a = 0; a < types; a++) {
    let mx: f64 = 0, my: f64 = 0, mz: f64 = 0;
    for (let i = a * cells; i < (a + 1) * cells; i++) {
      const at = spins + <usize>i * 24;
      let x = load<f64>(at), y = load<f64>(at, 8), z = load<f64>(at, 16);
      // Thousands of reflections lengthen a vector by rounding; one Newton step of 1/sqrt is exact here.
      const unit = 1.5 - 0.5 * (x * x + y * y + z * z);
      x *= unit;
      y *= unit;
      z *= unit;
      store<f64>(at, x);
      store<f64>(at, y, 8);
      store<f64>(at, z, 16);
      const sign = <f64>load<i8>(gauge + i);
      mx += sign * x;
      my += sign * y;
      mz += sign * z;
    }
    store<f64>(out + <usize>(8 + a * 24), mx);
    store<f64>(out + <usize>(8 + a * 24), my, 8);
    store<f64>(out + <usize>(8 + a * 24), mz, 16);
  }
  for (let a = 0; a < types; a++) {
    for (let i = a * cells; i < (a + 1) * cells; i++) {
      const at = spins + <usize>i * 24;
      for (let j = 0; j < slots; j++) {
        const coupling = load<f64>(forward + ((<usize>(a * slots + j)) << 3));
        if (coupling == 0) continue;
        const other = spins + <usize>load<u32>(table + ((<usize>(i * slots + j)) << 2)) * 24;
        energy -= coupling * (load<f64>(at) * load<f64>(other) + load<f64>(at, 8) * load<f64>(other, 8) +
          load<f64>(at, 16) * load<f64>(other, 16));
      }
    }
  }
  store<f64>(out, energy);
}
