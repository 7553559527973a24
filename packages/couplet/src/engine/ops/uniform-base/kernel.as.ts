/** logProb = constant where every |z| <= bound, -infinity where one is larger, NaN where one is NaN. */
export function uniformLogProb(
  z: usize,
  logProb: usize,
  rows: i32,
  n: i32,
  bound: f32,
  constant: f64,
): void {
  for (let r = 0; r < rows; r++) {
    let value = constant;
    for (let j = 0; j < n; j++) {
      const v = load<f32>(z);
      if (v != v) value = NaN;
      else if (abs(v) > bound) value += -Infinity;
      z += 4;
    }
    store<f64>(logProb + ((<usize>r) << 3), value);
  }
}
