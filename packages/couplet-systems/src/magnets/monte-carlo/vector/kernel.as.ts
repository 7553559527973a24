// Local updates of unit vectors in four replicas at once, one per float32 lane: heat bath, Metropolis
// and over-relaxation. A site is three v128: x, y, z of the four replicas.
import { philoxRounds } from "../../../../../couplet/src/random/kernel/philox";
import { lanes } from "../kernel/philox";
import { cosSmall, exp4, fma, log4, sinSmall, unit4 } from "../kernel/float32";

const random = memory.data(64, 16);
const direction = memory.data(48, 16);
const HALF_SIGN: i32 = <i32>0x80000000;

/** Field of the site's neighbours over the temperature: sum_j (J_j / T) s_j, written to `direction`. */
// @ts-ignore: decorator
@inline
function field(spins: usize, row: usize, slots: i32, couplings: usize): void {
  let x = f32x4.splat(0), y = f32x4.splat(0), z = f32x4.splat(0);
  for (let j = 0; j < slots; j++) {
    const at = spins + load<u32>(row + ((<usize>j) << 2));
    const coupling = v128.load32_splat(couplings + ((<usize>j) << 2));
    x = fma(coupling, v128.load(at), x);
    y = fma(coupling, v128.load(at, 16), y);
    z = fma(coupling, v128.load(at, 32), z);
  }
  v128.store(direction, x);
  v128.store(direction, y, 16);
  v128.store(direction, z, 32);
}

/** A random angle as (cos, sin): 2 bits choose the quadrant, the others an angle in [-pi/4, pi/4]. */
// @ts-ignore: decorator
@inline
function cosOf(bits: v128): v128 {
  const angle = f32x4.mul(f32x4.sub(unit4(bits), f32x4.splat(0.5)), f32x4.splat(1.5707963));
  const swap = i32x4.ne(v128.and(bits, i32x4.splat(1)), i32x4.splat(0));
  const sign = v128.and(i32x4.shl(bits, 30), i32x4.splat(HALF_SIGN));
  return v128.xor(v128.bitselect(sinSmall(angle), cosSmall(angle), swap), sign);
}

// @ts-ignore: decorator
@inline
function sinOf(bits: v128): v128 {
  const angle = f32x4.mul(f32x4.sub(unit4(bits), f32x4.splat(0.5)), f32x4.splat(1.5707963));
  const swap = i32x4.ne(v128.and(bits, i32x4.splat(1)), i32x4.splat(0));
  // Rotation by quadrant q: (c, s), (-s, c) or its mirror image; any four right angles do, so bit 0
  // swaps (c, s) -> (s, -c) and bit 1 turns both round.
  const sign = v128.and(i32x4.shl(v128.xor(bits, i32x4.shl(bits, 1)), 30), i32x4.splat(HALF_SIGN));
  return v128.xor(v128.bitselect(cosSmall(angle), sinSmall(angle), swap), sign);
}

/** c along the unit vector (nx, ny, nz), the rest perpendicular at the random angle; stores the spin. */
// @ts-ignore: decorator
@inline
function storeAround(site: usize, nx: v128, ny: v128, nz: v128, c: v128, bits: v128): void {
  const one = f32x4.splat(1);
  // Orthonormal frame without branches (Duff et al. 2017, J. Comput. Graph. Tech. 6, 1).
  const sign = v128.or(v128.and(nz, i32x4.splat(HALF_SIGN)), one);
  const a = f32x4.div(f32x4.splat(-1), f32x4.add(sign, nz));
  const b = f32x4.mul(f32x4.mul(nx, ny), a);
  const s = f32x4.sqrt(f32x4.max(f32x4.sub(one, f32x4.mul(c, c)), f32x4.splat(0)));
  const u = f32x4.mul(s, cosOf(bits)), v = f32x4.mul(s, sinOf(bits));
  const tx = fma(f32x4.mul(f32x4.mul(sign, nx), nx), a, one);
  const ty = f32x4.mul(sign, b), tz = f32x4.neg(f32x4.mul(sign, nx));
  const by = fma(f32x4.mul(ny, ny), a, sign);
  v128.store(site, fma(v, b, fma(u, tx, f32x4.mul(c, nx))));
  v128.store(site, fma(v, by, fma(u, ty, f32x4.mul(c, ny))), 16);
  v128.store(site, fma(v, f32x4.neg(ny), fma(u, tz, f32x4.mul(c, nz))), 32);
}

/** s drawn from exp(h . s) on the sphere, h = field / T: cos = 1 + ln(u + (1 - u) exp(-2 |h|)) / |h|. */
// @ts-ignore: decorator
@inline
function heatBath(site: usize): void {
  const one = f32x4.splat(1);
  const hx = v128.load(direction), hy = v128.load(direction, 16), hz = v128.load(direction, 32);
  const h = f32x4.sqrt(fma(hx, hx, fma(hy, hy, f32x4.mul(hz, hz))));
  const zero = f32x4.lt(h, f32x4.splat(1e-20));
  const over = f32x4.div(one, f32x4.max(h, f32x4.splat(1e-20)));
  const u = unit4(v128.load(random));
  const tail = f32x4.mul(f32x4.sub(one, u), exp4(f32x4.mul(h, f32x4.splat(-2))));
  const exact = fma(log4(f32x4.add(u, tail)), over, one);
  // Below |h| = 0.02 the logarithm of a number near 1 loses digits; the first order is right to |h|^2.
  const flat = f32x4.sub(f32x4.add(u, u), one);
  const series = fma(f32x4.mul(h, f32x4.splat(0.5)), f32x4.sub(one, f32x4.mul(flat, flat)), flat);
  let c = v128.bitselect(series, exact, f32x4.lt(h, f32x4.splat(0.02)));
  c = f32x4.max(f32x4.min(c, one), f32x4.splat(-1));
  storeAround(
    site, v128.andnot(f32x4.mul(hx, over), zero), v128.andnot(f32x4.mul(hy, over), zero),
    v128.bitselect(one, f32x4.mul(hz, over), zero), c, v128.load(random, 16),
  );
}

/** Proposes a uniform direction (on the sphere, or the circle for n = 2); returns the lanes that took it. */
// @ts-ignore: decorator
@inline
function metropolis(site: usize, n: i32): v128 {
  const bits = v128.load(random, 16);
  const c = n == 2 ? f32x4.splat(0) : f32x4.sub(f32x4.mul(unit4(v128.load(random)), f32x4.splat(2)), f32x4.splat(1));
  const s = f32x4.sqrt(f32x4.sub(f32x4.splat(1), f32x4.mul(c, c)));
  const x = f32x4.mul(s, cosOf(bits)), y = f32x4.mul(s, sinOf(bits));
  const ox = v128.load(site), oy = v128.load(site, 16), oz = v128.load(site, 32);
  const gain = fma(
    v128.load(direction), f32x4.sub(x, ox),
    fma(v128.load(direction, 16), f32x4.sub(y, oy), f32x4.mul(v128.load(direction, 32), f32x4.sub(c, oz))),
  );
  const accept = f32x4.lt(unit4(v128.load(random, 32)), exp4(gain));
  v128.store(site, v128.bitselect(x, ox, accept));
  v128.store(site, v128.bitselect(y, oy, accept), 16);
  v128.store(site, v128.bitselect(c, oz, accept), 32);
  return accept;
}

/** Reflects s at its field, s -> 2 (h.s) h / h.h - s: the energy stays. */
// @ts-ignore: decorator
@inline
function overRelax(site: usize): void {
  const hx = v128.load(direction), hy = v128.load(direction, 16), hz = v128.load(direction, 32);
  const x = v128.load(site), y = v128.load(site, 16), z = v128.load(site, 32);
  const square = fma(hx, hx, fma(hy, hy, f32x4.mul(hz, hz)));
  const along = fma(hx, x, fma(hy, y, f32x4.mul(hz, z)));
  const none = f32x4.lt(square, f32x4.splat(1e-30));
  const k = v128.andnot(f32x4.div(f32x4.add(along, along), f32x4.max(square, f32x4.splat(1e-30))), none);
  v128.store(site, f32x4.sub(f32x4.mul(k, hx), x));
  v128.store(site, f32x4.sub(f32x4.mul(k, hy), y), 16);
  v128.store(site, f32x4.sub(f32x4.mul(k, hz), z), 32);
}

/**
 * `sweeps` sweeps, each of one `update` (0 heat bath, 1 Metropolis) and then `relaxations` over-relaxing
 * sweeps. table: uint32[sites][slots], byte offsets into `spins`; couplings: float32[types][slots], J / T.
 */
export function vectorSweeps(
  spins: usize, types: i32, cells: i32, table: usize, slots: i32, couplings: usize, n: i32, update: i32,
  relaxations: i32, seed0: u32, seed1: u32, stream: u32, firstSweep: u32, sweeps: i32,
): void {
  for (let t = 0; t < sweeps; t++) {
    for (let pass = 0; pass <= relaxations; pass++) {
      let site = spins, row = table;
      let address: u32 = 0;
      for (let a = 0; a < types; a++) {
        const coupling = couplings + ((<usize>(a * slots)) << 2);
        for (let i = 0; i < cells; i++) {
          field(spins, row, slots, coupling);
          if (pass > 0) {
            overRelax(site);
          } else {
            philoxRounds(
              lanes(address << 2), i32x4.splat(0), i32x4.splat(firstSweep + t), i32x4.splat(stream),
              seed0, seed1, random,
            );
            if (update == 0) heatBath(site);
            else metropolis(site, n);
          }
          site += 48;
          row += (<usize>slots) << 2;
          address++;
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function addPair(to: usize, low: v128, high: v128): void {
  v128.store(to, f64x2.add(v128.load(to), low));
  v128.store(to, f64x2.add(v128.load(to, 16), high), 16);
}

// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3));
}

/** out = float64 [quantity][4 replicas]: E, then Mx, My, Mz of each type, signed by gauge (float32[sites]). */
export function vectorMeasure(
  spins: usize, types: i32, cells: i32, table: usize, slots: i32, forward: usize, gauge: usize, out: usize,
): void {
  memory.fill(out, 0, <usize>(32 * (1 + 3 * types)));
  let site = spins, row = table;
  for (let a = 0; a < types; a++) {
    const to = out + <usize>(32 * (1 + 3 * a));
    for (let i = 0; i < cells; i++) {
      const x = v128.load(site), y = v128.load(site, 16), z = v128.load(site, 32);
      const sign = v128.load32_splat(gauge);
      const sx = f32x4.mul(sign, x), sy = f32x4.mul(sign, y), sz = f32x4.mul(sign, z);
      addPair(to, f64x2.promote_low_f32x4(sx), upper(sx));
      addPair(to + 32, f64x2.promote_low_f32x4(sy), upper(sy));
      addPair(to + 64, f64x2.promote_low_f32x4(sz), upper(sz));
      for (let j = 0; j < slots; j++) {
        const coupling = load<f32>(forward + ((<usize>(a * slots + j)) << 2));
        if (coupling == 0) continue;
        const other = spins + load<u32>(row + ((<usize>j) << 2));
        const dot = fma(x, v128.load(other), fma(y, v128.load(other, 16), f32x4.mul(z, v128.load(other, 32))));
        const energy = f32x4.mul(dot, f32x4.splat(-coupling));
        addPair(out, f64x2.promote_low_f32x4(energy), upper(energy));
      }
      site += 48;
      gauge += 4;
      row += (<usize>slots) << 2;
    }
  }
}
