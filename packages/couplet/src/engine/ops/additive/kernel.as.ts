/** difference = a - b over rows x n float32; difference may be a or b. */
export function subtractRows(a: usize, b: usize, difference: usize, rows: i32, n: i32): void {
  const bytes = (<usize>(rows * n)) << 2;
  const body = bytes & ~15;
  for (let i: usize = 0; i < body; i += 16) {
    v128.store(difference + i, f32x4.sub(v128.load(a + i), v128.load(b + i)));
  }
  for (let i = body; i < bytes; i += 4)
    store<f32>(difference + i, load<f32>(a + i) - load<f32>(b + i));
}

/** out = -g over rows x n float32; out may be g. */
export function negateRows(g: usize, out: usize, rows: i32, n: i32): void {
  const bytes = (<usize>(rows * n)) << 2;
  const body = bytes & ~15;
  for (let i: usize = 0; i < body; i += 16) v128.store(out + i, f32x4.neg(v128.load(g + i)));
  for (let i = body; i < bytes; i += 4) store<f32>(out + i, -load<f32>(g + i));
}
