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

/**
 * Copies of numbers within rows, each five nested loops (count, step in x, step in y; outermost first) behind the places that it
 * starts from: 17 int32 a copy. A copy that starts from -1 writes zeros. With `adds` the numbers are added to those of y.
 */
export function copyStrided(
  x: usize,
  width: i32,
  y: usize,
  outWidth: i32,
  rows: i32,
  table: usize,
  copies: i32,
  adds: i32,
): void {
  for (let r = 0; r < rows; r++) {
    let t = table;
    for (let k = 0; k < copies; k++) {
      const from = load<i32>(t);
      copyLoops(
        from < 0 ? 0 : x + ((<usize>from) << 2),
        y + ((<usize>load<i32>(t, 4)) << 2),
        t + 8,
        t + 56,
        adds,
      );
      t += 68;
    }
    x += (<usize>width) << 2;
    y += (<usize>outWidth) << 2;
  }
}

/** All loops but the last one, from the first that has more than one round. */
function copyLoops(x: usize, y: usize, loop: usize, last: usize, adds: i32): void {
  while (loop != last && load<i32>(loop) == 1) loop += 12;
  if (loop == last) return copyRun(x, y, loop, adds);
  const count = load<i32>(loop);
  const stepX = (<usize>load<i32>(loop, 4)) << 2;
  const stepY = (<usize>load<i32>(loop, 8)) << 2;
  const isInner = loop + 12 == last;
  if (isInner && adds == 0 && load<i32>(last) == 2 && load<i32>(last, 8) == 1) {
    if (x == 0 || load<i32>(last, 4) == 1) return copyPairs(x, y, count, stepX, stepY);
  }
  for (let i = 0; i < count; i++) {
    if (isInner) copyRun(x, y, last, adds);
    else copyLoops(x, y, loop + 12, last, adds);
    if (x != 0) x += stepX;
    y += stepY;
  }
}

/** Runs of two numbers: the halves of four channels, and what makes pixels of 2 x 2. */
function copyPairs(x: usize, y: usize, count: i32, stepX: usize, stepY: usize): void {
  for (let i = 0; i < count; i++) {
    store<i64>(y, x == 0 ? 0 : load<i64>(x));
    if (x != 0) x += stepX;
    y += stepY;
  }
}

/** The last loop. */
function copyRun(x: usize, y: usize, loop: usize, adds: i32): void {
  const count = load<i32>(loop);
  const stepX = (<usize>load<i32>(loop, 4)) << 2;
  const stepY = (<usize>load<i32>(loop, 8)) << 2;
  let i = 0;
  if (stepY == 4 && (stepX == 4 || x == 0)) {
    for (; i + 4 <= count; i += 4) {
      let v = f32x4.splat(0);
      if (x != 0) {
        v = v128.load(x);
        if (adds) v = f32x4.add(v, v128.load(y));
        x += 16;
      }
      v128.store(y, v);
      y += 16;
    }
  }
  for (; i < count; i++) {
    let v: f32 = 0;
    if (x != 0) {
      v = load<f32>(x);
      if (adds) v += load<f32>(y);
      x += stepX;
    }
    store<f32>(y, v);
    y += stepY;
  }
}
