/** sum = a + b over rows x n float32; sum may be a or b. */
export function addRows(a: usize, b: usize, sum: usize, rows: i32, n: i32): void {
  const bytes = (<usize>(rows * n)) << 2;
  const body = bytes & ~15;
  for (let i: usize = 0; i < body; i += 16)
    v128.store(sum + i, f32x4.add(v128.load(a + i), v128.load(b + i)));
  for (let i = body; i < bytes; i += 4) store<f32>(sum + i, load<f32>(a + i) + load<f32>(b + i));
}

/** The same over one float64 per row. */
export function addPerRow(a: usize, b: usize, sum: usize, rows: i32): void {
  for (let i: usize = 0; i < (<usize>rows) << 3; i += 8)
    store<f64>(sum + i, load<f64>(a + i) + load<f64>(b + i));
}
