/**
 * The 3 x 3 neighbourhoods of the pixels of images (`rows` of height x width x channels numbers), side by side: a pixel has its nine
 * neighbours' channels in y, neighbours outermost, zeros outside the image.
 */
export function patches(
  x: usize,
  y: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
): void {
  const pixel = (<usize>channels) << 2;
  const line = pixel * (<usize>width);
  const three = 3 * pixel;
  for (let r = 0; r < rows * height; r++) {
    const row = r % height;
    for (let column = 0; column < width; column++) {
      for (let a = -1; a <= 1; a++) {
        const from = x + (<usize>a) * line - pixel;
        if (row + a < 0 || row + a >= height) memory.fill(y, 0, three);
        else if (column > 0 && column + 1 < width) copyNumbers(from, y, three);
        else {
          const skipped: usize = column == 0 ? pixel : 0;
          const missing: usize = column + 1 == width ? pixel : 0;
          memory.fill(y, 0, skipped);
          copyNumbers(from + skipped, y + skipped, three - skipped - missing);
          memory.fill(y + three - missing, 0, missing);
        }
        y += three;
      }
      x += pixel;
    }
  }
}

/** The transpose of `patches`: adds each number of the patches y to the pixel of x that it stands for. */
export function addPatches(
  y: usize,
  x: usize,
  rows: i32,
  height: i32,
  width: i32,
  channels: i32,
): void {
  const pixel = (<usize>channels) << 2;
  const line = pixel * (<usize>width);
  const three = 3 * pixel;
  for (let r = 0; r < rows * height; r++) {
    const row = r % height;
    for (let column = 0; column < width; column++) {
      const skipped: usize = column == 0 ? pixel : 0;
      const missing: usize = column + 1 == width ? pixel : 0;
      for (let a = -1; a <= 1; a++) {
        if (row + a >= 0 && row + a < height) {
          const to = x + (<usize>a) * line - pixel + skipped;
          addNumbers(y + skipped, to, three - skipped - missing);
        }
        y += three;
      }
      x += pixel;
    }
  }
}

function copyNumbers(from: usize, to: usize, bytes: usize): void {
  const body = bytes & ~15;
  for (let i: usize = 0; i < body; i += 16) v128.store(to + i, v128.load(from + i));
  for (let i = body; i < bytes; i += 4) store<f32>(to + i, load<f32>(from + i));
}

function addNumbers(from: usize, to: usize, bytes: usize): void {
  const body = bytes & ~15;
  for (let i: usize = 0; i < body; i += 16)
    v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)));
  for (let i = body; i < bytes; i += 4) store<f32>(to + i, load<f32>(to + i) + load<f32>(from + i));
}
