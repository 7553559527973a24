/** out = factor v, one float64 per row; out may be v. */
export function scalePerRow(v: usize, out: usize, rows: i32, factor: f64): void {
  for (let i: usize = 0; i < (<usize>rows) << 3; i += 8)
    store<f64>(out + i, factor * load<f64>(v + i));
}
