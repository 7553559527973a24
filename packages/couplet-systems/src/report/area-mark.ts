/** Marks that draw thousands of coloured pieces as a few paths: fields on triangles, maps of cells. */
import type * as PlotLibrary from "@observablehq/plot";

/** A piece of colour: corners in data coordinates, and a share of the scale from 0 to 1. */
export interface Piece {
  readonly corners: readonly (readonly [number, number])[];
  readonly share: number;
}

/** Steps of the colour scale: finer than the eye tells apart in a smooth field. */
const bands = 48;

const schemes = {
  /** Dark blue over violet and orange to yellow: for amounts. The same in both themes. */
  heat: [
    "#0d0829",
    "#3b0f70",
    "#641a80",
    "#8c2981",
    "#b73779",
    "#de4968",
    "#f7705c",
    "#fe9f6d",
    "#fecf92",
    "#fcfdbf",
  ],
  /** Dark violet over green to yellow. */
  cool: [
    "#440154",
    "#482777",
    "#3f4a8a",
    "#31678e",
    "#26838f",
    "#1f9d8a",
    "#6cce5a",
    "#b6de2b",
    "#fee825",
  ],
} as const;

/** A scale of colours. */
export type Scheme = keyof typeof schemes;

/** The colour at a share from 0 to 1. */
export function schemeColour(scheme: Scheme, share: number): string {
  const stops = schemes[scheme];
  const at = Math.max(0, Math.min(1, share)) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(at));
  const part = at - i;
  const channel = (text: string, c: number): number =>
    Number.parseInt(text.slice(1 + 2 * c, 3 + 2 * c), 16);
  const mixed = [0, 1, 2].map((c) =>
    Math.round(channel(stops[i]!, c) * (1 - part) + channel(stops[i + 1]!, c) * part),
  );
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** The colours of a scale for a legend. */
export function schemeSteps(scheme: Scheme, count = 12): string[] {
  return Array.from({ length: count }, (_, i) => schemeColour(scheme, (i + 0.5) / count));
}

/** A mark that fills pieces, one path for each step of the scale. */
export function pieces(list: readonly Piece[], scheme: Scheme): PlotLibrary.Markish {
  return (_index, { x, y }, _channels, _dimensions, context) => {
    const { document } = context as unknown as { document: Document };
    const paths = new Map<number, string>();
    for (const { corners, share } of list) {
      const band = Math.max(0, Math.min(bands - 1, Math.floor(share * bands)));
      const points = corners.map(([a, b]) => `${short(x!(a))},${short(y!(b))}`).join("L");
      paths.set(band, `${paths.get(band) ?? ""}M${points}Z`);
    }
    const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
    for (const [band, d] of paths) {
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      const fill = schemeColour(scheme, (band + 0.5) / bands);
      path.setAttribute("d", d);
      path.setAttribute("fill", fill);
      // Smoothed edges and gaps of a hair would show the paper between neighbours as a net of lines.
      path.setAttribute("shape-rendering", "crispEdges");
      path.setAttribute("stroke", fill);
      path.setAttribute("stroke-width", "0.7");
      group.append(path);
    }
    return group as unknown as SVGElement;
  };
}

const short = (value: number): string => String(Math.round(value * 10) / 10);

/** A rectangular grid of values as pieces: `values` row by row from the first y. */
export function gridPieces(
  xs: readonly number[],
  ys: readonly number[],
  share: (i: number, j: number) => number,
): Piece[] {
  const [left, bottom] = [edges(xs), edges(ys)];
  return ys.flatMap((_, j) =>
    xs.map((__, i) => ({
      corners: [
        [left[i]!, bottom[j]!],
        [left[i + 1]!, bottom[j]!],
        [left[i + 1]!, bottom[j + 1]!],
        [left[i]!, bottom[j + 1]!],
      ] as const,
      share: share(i, j),
    })),
  );
}

/** Borders between the places of a grid: half way, and the same beyond the ends. */
export function edges(places: readonly number[]): number[] {
  if (places.length === 1) return [places[0]! - 0.5, places[0]! + 0.5];
  const inner = places.slice(1).map((place, i) => (place + places[i]!) / 2);
  const [first, second] = places as [number, number];
  const [last, before] = [places.at(-1)!, places.at(-2)!];
  return [first - (second - first) / 2, ...inner, last + (last - before) / 2];
}
