/** The 3 x 3 neighbourhoods of an image's pixels, side by side: pixel (y, x) has 9 channels-last pixels, zeros outside the image. */
import type { Loop, StridedCopy } from "./strided-copy.ts";

/** Rows (or columns) that have the same neighbours within the image: the first, those between, the last. */
interface Band {
  readonly start: number;
  readonly count: number;
  /** First neighbour inside, as an offset from 0 to 2, and how many there are. */
  readonly first: number;
  readonly inside: number;
}

function bandsOf(length: number): Band[] {
  const band = (start: number, count: number): Band => {
    const first = start === 0 ? 1 : 0;
    const last = start + count === length ? 1 : 2;
    return { start, count, first, inside: last - first + 1 };
  };
  if (length === 1) return [band(0, 1)];
  const middle = length > 2 ? [band(1, length - 2)] : [];
  return [band(0, 1), ...middle, band(length - 1, 1)];
}

/** The copies that make the patches of an image: height * width * 9 * channels numbers. */
export function patchCopies(height: number, width: number, channels: number): StridedCopy[] {
  const pixel = 9 * channels;
  const copies: StridedCopy[] = [];
  for (const y of bandsOf(height)) {
    for (const x of bandsOf(width)) {
      const at = (y.start * width + x.start) * pixel;
      const rows: Loop = [y.count, width * channels, width * pixel];
      const columns: Loop = [x.count, channels, pixel];
      copies.push({
        from: ((y.start + y.first - 1) * width + x.start + x.first - 1) * channels,
        to: at + (3 * y.first + x.first) * channels,
        loops: [
          rows,
          columns,
          [y.inside, width * channels, 3 * channels],
          [x.inside * channels, 1, 1],
        ],
      });
      copies.push(...outside(y, x, at, [rows, columns], channels));
    }
  }
  return copies;
}

/** Zeros for the neighbours outside the image. */
function outside(
  y: Band,
  x: Band,
  at: number,
  loops: readonly Loop[],
  channels: number,
): StridedCopy[] {
  const zeros: StridedCopy[] = [];
  for (let a = 0; a < 3; a++) {
    const inside = a >= y.first && a < y.first + y.inside;
    for (let b = 0; b < 3; b++) {
      if (inside && b >= x.first && b < x.first + x.inside) continue;
      zeros.push({
        from: -1,
        to: at + (3 * a + b) * channels,
        loops: [...loops, [channels, 0, 1]],
      });
    }
  }
  return zeros;
}
