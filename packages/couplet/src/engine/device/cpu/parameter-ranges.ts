/** Ranges of parameters, [start, end) in floats, in order. */

/** The parts of [start, end) that lie in ranges. */
export function within(
  start: number,
  end: number,
  ranges: readonly (readonly [number, number])[],
): [number, number][] {
  return ranges.flatMap(([from, to]) => {
    const part: [number, number] = [Math.max(start, from), Math.min(end, to)];
    return part[0] < part[1] ? [part] : [];
  });
}

/** [start, end, decays] segments that cover [first, end). */
export function decaySegments(
  first: number,
  end: number,
  ranges: readonly (readonly [number, number])[],
): [number, number, boolean][] {
  const segments: [number, number, boolean][] = [];
  let at = first;
  for (const [from, to] of ranges) {
    const start = Math.max(at, from);
    const stop = Math.min(end, to);
    if (start >= stop) continue;
    if (at < start) segments.push([at, start, false]);
    segments.push([start, stop, true]);
    at = stop;
  }
  if (at < end) segments.push([at, end, false]);
  return segments;
}
