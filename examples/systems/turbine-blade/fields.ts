/** Fields on a mesh as SVG: an image of coloured triangles, outlines and colour bars. */
import * as Plot from "@observablehq/plot";
import type { ElementMesh } from "couplet-systems/multiphysics";
import { encodePng } from "couplet/images";
import { colours } from "couplet/report";

const { ink } = colours;

/** Where a mesh is drawn: the pixel of its origin, and pixels per metre. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}
const bands = 40;

/** Pixels of an image for one of the picture. */
const finer = 2;

/** A field as an image: each triangle's pixels in the colour of the value between its corners. As paths the triangles would take megabytes. */
export async function fieldImage(
  mesh: ElementMesh,
  values: Float64Array,
  color: (value: number) => string,
  shift: (node: number) => readonly [number, number],
  place: Place,
): Promise<string> {
  const nodes = Array.from({ length: mesh.points.length / 2 }, (_, node) => {
    const [dx, dy] = shift(node);
    return {
      x: finer * (place.left + (mesh.points[2 * node]! + dx) * place.scale),
      y: finer * (place.top - (mesh.points[2 * node + 1]! + dy) * place.scale),
      value: values[node]!,
    };
  });
  const [left, top] = [least(nodes, "x"), least(nodes, "y")].map((at) => Math.floor(at) - 1) as [
    number,
    number,
  ];
  const width = Math.ceil(Math.max(...nodes.map(({ x }) => x))) + 2 - left;
  const height = Math.ceil(Math.max(...nodes.map(({ y }) => y))) + 2 - top;
  const data = new Uint8Array(4 * width * height);
  const size = mesh.kind === "triangle6" ? 6 : 3;
  for (let e = 0; e < mesh.elements.length; e += size) {
    const [a, b, c, ...middles] = Array.from(
      mesh.elements.subarray(e, e + size),
      (node) => nodes[node]!,
    );
    const [ab, bc, ca] = middles;
    const parts = [
      [a!, ab!, ca!],
      [ab!, b!, bc!],
      [ca!, bc!, c!],
      [ab!, bc!, ca!],
    ] as const;
    for (const [p, q, r] of size === 6 ? parts : ([[a!, b!, c!]] as const)) {
      const area = (q.x - p.x) * (r.y - p.y) - (r.x - p.x) * (q.y - p.y);
      const [from, to] = [Math.floor(Math.min(p.y, q.y, r.y)), Math.ceil(Math.max(p.y, q.y, r.y))];
      const first = Math.floor(Math.min(p.x, q.x, r.x));
      const last = Math.ceil(Math.max(p.x, q.x, r.x));
      for (let y = from; y <= to; y++) {
        for (let x = first; x <= last; x++) {
          const u = ((x - p.x) * (r.y - p.y) - (r.x - p.x) * (y - p.y)) / area;
          const v = ((q.x - p.x) * (y - p.y) - (x - p.x) * (q.y - p.y)) / area;
          // A little beyond the edges, so that no gaps are left between triangles.
          if (u < -0.02 || v < -0.02 || u + v > 1.02) continue;
          const value = p.value + u * (q.value - p.value) + v * (r.value - p.value);
          data.set([...bytesOf(color(value)), 255], 4 * ((y - top) * width + x - left));
        }
      }
    }
  }
  const png = Buffer.from(await encodePng(data, [height, width, 4])).toString("base64");
  return `<image x="${left / finer}" y="${top / finer}" width="${width / finer}" height="${height / finer}" href="data:image/png;base64,${png}"/>`;
}

/** The three bytes of `#rrggbb` or `rgb(r, g, b)`. */
function bytesOf(color: string): number[] {
  return color.startsWith("#")
    ? [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16))
    : color.match(/\d+/g)!.map(Number);
}

function least(nodes: readonly { readonly x: number; readonly y: number }[], axis: "x" | "y") {
  return Math.min(...nodes.map((node) => node[axis]));
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
/** Colours from a scheme over a range of values, in steps. */
export const ramp = (
  scheme: "inferno" | "viridis" | "magma",
  [from, to]: readonly [number, number],
): ((value: number) => string) => {
  const scale = Plot.scale({ color: { type: "linear", scheme, domain: [from, to] } });
  const steps = Array.from({ length: bands }, (_, i) =>
    String(scale.apply(from + ((i + 0.5) / bands) * (to - from))),
  );
  return (value) =>
    steps[Math.max(0, Math.min(bands - 1, Math.floor((bands * (value - from)) / (to - from))))]!;
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
    return `<path d="M${place},${y + 9}v3" stroke="${ink}"/><text x="${place}" y="${y + 23}" text-anchor="middle" font-size="12" fill="${ink}">${value}</text>`;
  });
  return `${cells.join("")}${ticks.join("")}<text x="${x + width + 8}" y="${y + 9}" font-size="12" fill="${ink}">${label}</text>`;
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
