/** Fields on a mesh as SVG: coloured triangles, one path for each band of colours, outlines and colour bars. */
import * as Plot from "@observablehq/plot";
import type { ElementMesh } from "couplet-systems/multiphysics";

const ink = "#1b1e28";

/** Where a mesh is drawn: the pixel of its origin, and pixels per metre. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}
const bands = 40;

/** The triangles of a field, coloured by its values. */
export function fieldPaths(
  mesh: ElementMesh,
  values: Float64Array,
  color: (value: number) => string,
  domain: readonly [number, number],
  shift: (node: number) => readonly [number, number],
  place: Place,
): string {
  const paths = new Map<number, string>();
  const size = mesh.kind === "triangle6" ? 6 : 3;
  const at = (node: number): [number, number, number] => {
    const [dx, dy] = shift(node);
    return [
      place.left + (mesh.points[2 * node]! + dx) * place.scale,
      place.top - (mesh.points[2 * node + 1]! + dy) * place.scale,
      values[node]!,
    ];
  };
  const mix = (a: readonly number[], b: readonly number[]): [number, number, number] => [
    (a[0]! + b[0]!) / 2,
    (a[1]! + b[1]!) / 2,
    (a[2]! + b[2]!) / 2,
  ];
  const paint = (corners: readonly (readonly number[])[]): void => {
    const mean = (corners[0]![2]! + corners[1]![2]! + corners[2]![2]!) / 3;
    const band = Math.max(
      0,
      Math.min(bands - 1, Math.floor(((mean - domain[0]) / (domain[1] - domain[0])) * bands)),
    );
    paths.set(
      band,
      `${paths.get(band) ?? ""}M${corners.map(([x, y]) => `${x!.toFixed(1)},${y!.toFixed(1)}`).join("L")}Z`,
    );
  };
  for (let e = 0; e < mesh.elements.length; e += size) {
    const [a, b, c] = [0, 1, 2].map((k) => at(mesh.elements[e + k]!)) as unknown as [
      number[],
      number[],
      number[],
    ];
    const [ab, bc, ca] =
      size === 6
        ? ([3, 4, 5].map((k) => at(mesh.elements[e + k]!)) as unknown as [
            number[],
            number[],
            number[],
          ])
        : [mix(a, b), mix(b, c), mix(c, a)];
    for (const part of [
      [a, ab, ca],
      [ab, b, bc],
      [ca, bc, c],
      [ab, bc, ca],
    ])
      paint(part);
  }
  return [...paths]
    .map(([band, d]) => {
      const fill = color(domain[0] + ((band + 0.5) / bands) * (domain[1] - domain[0]));
      return `<path d="${d}" fill="${fill}" stroke="${fill}" stroke-width="0.4"/>`;
    })
    .join("");
}

/** The edges of a mesh. */
export function outline(
  mesh: ElementMesh,
  shift: (node: number) => readonly [number, number],
  place: Place,
  style: string,
): string {
  const step = mesh.kind === "triangle6" ? 3 : 2;
  const point = (node: number): string => {
    const [dx, dy] = shift(node);
    return `${(place.left + (mesh.points[2 * node]! + dx) * place.scale).toFixed(1)},${(place.top - (mesh.points[2 * node + 1]! + dy) * place.scale).toFixed(1)}`;
  };
  const d = Object.values(mesh.boundaries)
    .map((edges) => {
      let path = "";
      for (let k = 0; k < edges.length; k += step)
        path += `M${point(edges[k]!)}L${point(edges[k + 1]!)}`;
      return path;
    })
    .join("");
  return `<path d="${d}" fill="none" ${style}/>`;
}

/** No displacement. */
export const still = (): readonly [number, number] => [0, 0];
/** Colours from a scheme over a range of values. */
export const ramp = (
  scheme: "inferno" | "viridis" | "magma",
  domain: readonly [number, number],
): ((value: number) => string) => {
  const scale = Plot.scale({ color: { type: "linear", scheme, domain: [...domain] } });
  return (value) => scale.apply(value);
};

/** A bar of the colours with its values. */
export function colorBar(
  color: (value: number) => string,
  domain: readonly [number, number],
  label: string,
  x: number,
  y: number,
  width: number,
): string {
  const cells = Array.from({ length: bands }, (_, i) => {
    const value = domain[0] + ((i + 0.5) / bands) * (domain[1] - domain[0]);
    return `<rect x="${(x + (i * width) / bands).toFixed(2)}" y="${y}" width="${(width / bands + 0.4).toFixed(2)}" height="9" fill="${color(value)}"/>`;
  });
  const span = domain[1] - domain[0];
  const step = [10, 20, 50, 100, 200].find((size) => span / size <= 5) ?? 500;
  const first = Math.ceil(domain[0] / step);
  const ticks = Array.from(
    { length: Math.floor(domain[1] / step) - first + 1 },
    (_, i) => (first + i) * step,
  ).map((value) => {
    const place = (x + ((value - domain[0]) / span) * width).toFixed(1);
    return `<path d="M${place},${y + 9}v3" stroke="${ink}"/><text x="${place}" y="${y + 23}" text-anchor="middle" font-size="11" fill="${ink}">${value}</text>`;
  });
  return `${cells.join("")}${ticks.join("")}<text x="${x + width + 8}" y="${y + 9}" font-size="11" fill="${ink}">${label}</text>`;
}

/** Element values as means at the nodes. */
export function atNodes(mesh: ElementMesh, perElement: Float64Array): Float64Array {
  const size = mesh.kind === "triangle6" ? 6 : 3;
  const sum = new Float64Array(mesh.points.length / 2);
  const count = new Float64Array(sum.length);
  mesh.elements.forEach((node, i) => {
    sum[node] = sum[node]! + perElement[Math.floor(i / size)]!;
    count[node] = count[node]! + 1;
  });
  return sum.map((value, i) => value / count[i]!);
}
