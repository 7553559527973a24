/** Rows that are images: what parts for images need of a row's axes. */
import type { Fault } from "../../validation.ts";
import type { Grid } from "../../engine/build.ts";
import type { PartPlace } from "./part.ts";

/** The axes as height, width and channels; undefined when they are no image's. */
export function gridOf(shape: readonly number[]): Grid | undefined {
  const [height, width, channels] = shape;
  return shape.length === 3 ? [height!, width!, channels!] : undefined;
}

/** What is wrong with a part for images at a place where rows are none. */
export function imageProblems({ path, shape }: PartPlace, part: string): readonly Fault[] {
  if (shape.length === 3) return [];
  const received = shape.length === 1 ? `rows of ${shape[0]} variables` : `[${shape.join(", ")}]`;
  return [
    {
      path,
      expected: `images (a shape of height, width and channels) for ${part}`,
      received,
      hint: "Give the flow a shape: flow({ shape: [28, 28, 1], ... }).",
    },
  ];
}

/** The same, and that every pixel has at least two channels to split. */
export function channelProblems(place: PartPlace, part: string): readonly Fault[] {
  const faults = imageProblems(place, part);
  const channels = place.shape[2]!;
  if (faults.length > 0 || channels > 1) return faults;
  return [
    {
      path: place.path,
      expected: `at least 2 channels for ${part}`,
      received: "1",
      hint: "A squeeze before it makes four channels of one.",
    },
  ];
}
