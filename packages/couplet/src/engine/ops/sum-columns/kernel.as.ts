/** out_r = sum_j x_rj, in float64. */
export function sumColumns(x: usize, out: usize, rows: i32, cols: i32): void {
  for (let r = 0; r < rows; r++) {
    let sum: f64 = 0;
    for (let j = 0; j < cols; j++, x += 4) sum += <f64>load<f32>(x);
    store<f64>(out + ((<usize>r) << 3), sum);
  }
}

/** out_rj = v_r. */
export function spreadColumns(v: usize, out: usize, rows: i32, cols: i32): void {
  for (let r = 0; r < rows; r++) {
    const value = <f32>load<f64>(v + ((<usize>r) << 3));
    for (let j = 0; j < cols; j++, out += 4) store<f32>(out, value);
  }
}
