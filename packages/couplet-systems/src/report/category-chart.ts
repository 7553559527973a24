/** Charts of categories: a name for each value of one parameter, or of two. */
import type { Charts } from "couplet/report";
import { edges } from "./area-mark.ts";
import { axis, frame } from "./frame.ts";

/** Neighbouring values of one name as one stretch. */
export function stretchesOf(
  names: readonly string[],
  borders: ArrayLike<number>,
): { from: number; to: number; name: string }[] {
  const stretches: { from: number; to: number; name: string }[] = [];
  names.forEach((name, i) => {
    const last = stretches.at(-1);
    if (last?.name === name) stretches[stretches.length - 1] = { ...last, to: borders[i + 1]! };
    else stretches.push({ from: borders[i]!, to: borders[i + 1]!, name });
  });
  return stretches;
}

/** A parameter with its values. */
export interface NamedValues {
  readonly label: string;
  readonly values: readonly number[];
}

/** A cell for each pair of values, in the colour of its name (row by row from the first y). */
export function categoryMap(
  {
    x,
    y,
    names,
  }: { readonly x: NamedValues; readonly y: NamedValues; readonly names: readonly string[] },
  colour: (name: string) => string,
  alt: string,
  { Plot, draw }: Charts,
): ReturnType<Charts["draw"]> {
  const [left, bottom] = [edges(x.values), edges(y.values)];
  const cells = y.values.flatMap((_, j) =>
    x.values.map((__, i) => ({
      x1: left[i]!,
      x2: left[i + 1]!,
      y1: bottom[j]!,
      y2: bottom[j + 1]!,
      name: names[j * x.values.length + i]!,
    })),
  );
  return draw(
    {
      ...frame,
      height: 400,
      x: axis(x.label, { grid: false }),
      y: axis(y.label, { grid: false }),
      color: { type: "identity" },
      marks: [
        Plot.rect(cells, {
          x1: "x1",
          x2: "x2",
          y1: "y1",
          y2: "y2",
          fill: (d: { name: string }) => colour(d.name),
          shapeRendering: "crispEdges",
        }),
      ],
    },
    alt,
  );
}
