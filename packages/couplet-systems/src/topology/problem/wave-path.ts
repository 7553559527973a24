/** Straight paths of wave vectors through a Brillouin zone. */
import type { TightBindingModel } from "../model.ts";
import { axisNames } from "./model.ts";

/** A path of wave vectors with the names of its corners. */
export interface WavePath {
  /** Length walked to each point, in radians per cell. */
  readonly distance: readonly number[];
  readonly corners: readonly { readonly at: number; readonly name: string }[];
}

/** A path with its wave vectors. */
export interface Walk extends WavePath {
  readonly points: readonly (readonly number[])[];
}

/** Straight lines between corners, with points in proportion to their lengths. */
export function walk(
  corners: readonly { name: string; k: readonly number[] }[],
  points: number,
): Walk {
  const lengths = corners
    .slice(1)
    .map(({ k }, i) => Math.hypot(...k.map((value, j) => value - corners[i]!.k[j]!)));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const distance: number[] = [];
  const places: (readonly number[])[] = [];
  const marks: { at: number; name: string }[] = [];
  let walked = 0;
  lengths.forEach((length, i) => {
    const steps = Math.max(1, Math.round((points * length) / total));
    marks.push({ at: walked, name: corners[i]!.name });
    for (let s = 0; s < steps; s++) {
      const [a, b] = [corners[i]!.k, corners[i + 1]!.k];
      distance.push(walked + (length * s) / steps);
      places.push(a.map((value, j) => value + ((b[j]! - value) * s) / steps));
    }
    walked += length;
  });
  const end = corners.at(-1)!;
  distance.push(walked);
  places.push(end.k);
  marks.push({ at: walked, name: end.name });
  return { distance, corners: marks, points: places };
}

/** The path without its wave vectors, as results hold it. */
export const pathOf = ({ distance, corners }: Walk): WavePath => ({ distance, corners });

/** Path through the surface zone of a cut along an axis. */
export function surfacePath(model: TightBindingModel, axis: number, points: number): Walk {
  const pi = Math.PI;
  const names = axisNames.filter((_, i) => i !== axis && i < model.axes);
  if (names.length === 0) return { distance: [0], corners: [{ at: 0, name: "" }], points: [[]] };
  if (names.length === 1)
    return walk(
      [
        { name: "−π", k: [-pi] },
        { name: "0", k: [0] },
        { name: "π", k: [pi] },
      ],
      points,
    );
  const [a, b] = names;
  return walk(
    [
      { name: "Γ", k: [0, 0] },
      { name: `${a} = π`, k: [pi, 0] },
      { name: "M", k: [pi, pi] },
      { name: `${b} = π`, k: [0, pi] },
      { name: "Γ", k: [0, 0] },
    ],
    points,
  );
}
