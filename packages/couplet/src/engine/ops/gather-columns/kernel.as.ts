/** Copies columns [column, column + n) of x (rows x width) to columns [start, start + n) of y (rows x outWidth). */
export function copyColumns(
  x: usize,
  width: i32,
  column: i32,
  y: usize,
  outWidth: i32,
  start: i32,
  rows: i32,
  n: i32,
): void {
  let from = x + ((<usize>column) << 2);
  let to = y + ((<usize>start) << 2);
  const bytes = (<usize>n) << 2;
  const body = bytes & ~15;
  const stepFrom = (<usize>width) << 2,
    stepTo = (<usize>outWidth) << 2;
  for (let r = 0; r < rows; r++) {
    for (let i: usize = 0; i < body; i += 16) v128.store(to + i, v128.load(from + i));
    for (let i = body; i < bytes; i += 4) store<f32>(to + i, load<f32>(from + i));
    from += stepFrom;
    to += stepTo;
  }
}

/** y[:, to_k] = x[:, from_k] for pairs (from_k, to_k) of int32. */
export function gatherColumns(
  x: usize,
  width: i32,
  y: usize,
  outWidth: i32,
  rows: i32,
  pairs: usize,
  count: i32,
): void {
  const stepFrom = (<usize>width) << 2,
    stepTo = (<usize>outWidth) << 2;
  const end = pairs + ((<usize>count) << 3);
  for (let r = 0; r < rows; r++) {
    for (let p = pairs; p < end; p += 8) {
      store<f32>(y + ((<usize>load<i32>(p, 4)) << 2), load<f32>(x + ((<usize>load<i32>(p)) << 2)));
    }
    x += stepFrom;
    y += stepTo;
  }
}

/** Copies a rows x n batch; nothing to do when both are one. */
export function copyRows(x: usize, y: usize, rows: i32, n: i32): void {
  if (x != y) memory.copy(y, x, (<usize>(rows * n)) << 2);
}

/** Zeroes a rows x n batch. */
export function zeroRows(x: usize, rows: i32, n: i32): void {
  memory.fill(x, 0, (<usize>(rows * n)) << 2);
}
