/** Two columns: the model's density as a surface, rows of the table as points on it, axes by Plot. */
import type * as PlotLibrary from "@observablehq/plot";
import { countText, fixedText } from "couplet/report";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Axis, PairAnswer } from "../worker/answers.ts";
import { onThemeChange, themeColours } from "./theme-colours.ts";
import type { Rgb } from "./theme-colours.ts";

/** Nearest point that the pointer is told of, pixels. */
const NEAR = 14;
const SHADES = Array.from({ length: 9 }, (_, i) => `--seq-${i}`);

interface PairPictureProps {
  readonly pair: PairAnswer;
  readonly height?: number;
  /** Called with the row under the pointer. */
  readonly onRow?: (row: number) => void;
}

/** Where axes put a place, in pixels. */
interface Scales {
  readonly x: (place: number) => number;
  readonly y: (place: number) => number;
}

export function PairPicture({ pair, height = 420, onRow }: PairPictureProps) {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const axes = useRef<HTMLDivElement>(null);
  const scales = useRef<Scales | undefined>(undefined);
  const [near, setNear] = useState<{
    readonly index: number;
    readonly x: number;
    readonly y: number;
  }>();

  useEffect(() => {
    let isGone = false;
    const redraw = async (): Promise<void> => {
      const plot = await import("@observablehq/plot");
      const width = Math.floor(place.current?.clientWidth ?? 0);
      if (isGone || width === 0) return;
      const drawn = drawAxes(plot, pair, width, height);
      axes.current!.replaceChildren(drawn);
      scales.current = scalesOf(drawn);
      paint(canvas.current!, pair, scales.current, width, height);
    };
    const observer = new ResizeObserver(() => void redraw());
    observer.observe(place.current!);
    const forget = onThemeChange(() => void redraw());
    return () => {
      isGone = true;
      observer.disconnect();
      forget();
    };
  }, [pair, height]);

  return (
    <figure class="pair">
      <div
        class="pair-place"
        ref={place}
        style={{ height: `${height}px` }}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setNear(nearest(pair, scales.current, event.clientX - box.left, event.clientY - box.top));
        }}
        onPointerLeave={() => setNear(undefined)}
        onClick={() => near !== undefined && onRow?.(pair.rows[near.index]!)}
      >
        <canvas ref={canvas} role="img" aria-label={altText(pair)} />
        <div ref={axes} class="axes" aria-hidden="true" />
        {near !== undefined && <PointWords pair={pair} {...near} />}
      </div>
      <figcaption>{caption(pair)}</figcaption>
    </figure>
  );
}

function PointWords({
  pair,
  index,
  x,
  y,
}: {
  readonly pair: PairAnswer;
  readonly index: number;
  readonly x: number;
  readonly y: number;
}) {
  const nats = pair.nats?.[index];
  return (
    <div class="tip" style={{ left: `${x}px`, top: `${y}px` }}>
      <strong>Row {countText(pair.rows[index]! + 1)}</strong>
      <span>
        {pair.x.name} {placeText(pair.x, pair.points[2 * index]!)}
      </span>
      <span>
        {pair.y.name} {placeText(pair.y, pair.points[2 * index + 1]!)}
      </span>
      {nats !== undefined && (
        <span>
          {fixedText(nats, 2)} nats, less likely than{" "}
          {fixedText(100 - pair.percentiles![index]!, 1)} % of held-out rows
        </span>
      )}
    </div>
  );
}

/** A place on an axis, for people. */
export function placeText(axis: Axis, place: number): string {
  if (Number.isNaN(place)) return "missing";
  if (axis.labels !== undefined) return axis.labels[Math.round(place)] ?? "";
  if (axis.kind === "date") return new Date(place).toISOString().replace(/T00:00:00.000Z$/, "");
  return String(Number(place.toPrecision(6)));
}

function caption({ method, drawn, rows, tableRows }: PairAnswer): string {
  const density =
    method === "exact"
      ? "Shade: the model's density, exact."
      : `Shade: ${countText(drawn)} rows of the model, smoothed.`;
  if (rows.length === 0) return density;
  const shown =
    rows.length === tableRows
      ? `all ${countText(tableRows)} rows`
      : `${countText(rows.length)} of ${countText(tableRows)} rows`;
  return `${density} Points: ${shown} of the table.`;
}

function altText({ x, y, method }: PairAnswer): string {
  return `${y.name} against ${x.name}: the model's density (${method}) under rows of the table`;
}

function drawAxes(plot: typeof PlotLibrary, { x, y }: PairAnswer, width: number, height: number) {
  const longest = Math.max(0, ...(y.labels ?? []).map((label) => label.length));
  const scale = (axis: Axis, room: number): PlotLibrary.ScaleOptions => ({
    domain:
      axis.kind === "date" ? [new Date(axis.low), new Date(axis.high)] : [axis.low, axis.high],
    label: axis.name,
    ...(axis.kind === "date" ? { type: "utc" as const } : {}),
    ...(axis.labels === undefined
      ? { ticks: Math.max(3, Math.round(room / 90)) }
      : {
          ticks: axis.labels.map((_, i) => i),
          tickFormat: (i: number) => shortened(axis.labels![i] ?? ""),
          tickSize: 0,
        }),
  });
  return plot.plot({
    width,
    height,
    marginLeft: y.labels === undefined ? 52 : Math.min(130, 24 + 7 * longest),
    marginBottom: 42,
    marginTop: 24,
    marginRight: 14,
    style: { background: "none", fontSize: "12px" },
    x: {
      ...scale(x, width),
      ...(x.labels !== undefined && x.labels.length * 60 > width ? { tickRotate: -35 } : {}),
    },
    y: scale(y, height),
    marks: [plot.frame({ stroke: "var(--rule)" })],
  }) as SVGSVGElement & PlotLibrary.Plot;
}

function shortened(text: string): string {
  return text.length > 16 ? `${text.slice(0, 15)}…` : text;
}

function scalesOf(drawn: PlotLibrary.Plot): Scales {
  const [x, y] = [drawn.scale("x")!, drawn.scale("y")!];
  return { x: (place) => x.apply(place) as number, y: (place) => y.apply(place) as number };
}

function paint(
  canvas: HTMLCanvasElement,
  pair: PairAnswer,
  { x, y }: Scales,
  width: number,
  height: number,
): void {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d")!;
  context.scale(ratio, ratio);
  const [paper, point, ...shades] = themeColours(canvas.parentElement!, [
    "--paper",
    "--series-2",
    ...SHADES,
  ]);
  const [left, right] = [x(pair.x.low), x(pair.x.high)];
  const [bottom, top] = [y(pair.y.low), y(pair.y.high)];
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  // Lattices of numbers flow, categories have edges.
  context.imageSmoothingEnabled = pair.x.labels === undefined && pair.y.labels === undefined;
  context.imageSmoothingQuality = "high";
  context.drawImage(surface(pair, paper!, shades), left, top, right - left, bottom - top);
  context.fillStyle = `rgb(${point!.join(" ")} / ${pair.rows.length > 1500 ? 0.45 : 0.7})`;
  const size = pair.rows.length > 1500 ? 1.4 : 2.2;
  for (let i = 0; i < pair.rows.length; i++) {
    const [px, py] = [x(pair.points[2 * i]!), y(pair.points[2 * i + 1]!)];
    if (!Number.isFinite(px + py)) continue;
    context.beginPath();
    context.arc(px, py, size, 0, 2 * Math.PI);
    context.fill();
  }
}

/** The lattice as a picture, a pixel for each cell. Shades go with the root of the density, so that thin parts show. */
function surface(
  { across, up, density }: PairAnswer,
  paper: Rgb,
  shades: readonly Rgb[],
): OffscreenCanvas {
  const picture = new OffscreenCanvas(across, up);
  const context = picture.getContext("2d")!;
  const image = context.createImageData(across, up);
  const steps = [paper, ...shades];
  for (let j = 0; j < up; j++)
    for (let i = 0; i < across; i++) {
      const share = Math.sqrt(density[j * across + i]!) * (steps.length - 1);
      const low = Math.min(steps.length - 2, Math.floor(share));
      const [from, to] = [steps[low]!, steps[low + 1]!];
      const at = 4 * ((up - 1 - j) * across + i);
      for (let c = 0; c < 3; c++)
        image.data[at + c] = from[c]! + (share - low) * (to[c]! - from[c]!);
      image.data[at + 3] = 255;
    }
  context.putImageData(image, 0, 0);
  return picture;
}

function nearest(pair: PairAnswer, scales: Scales | undefined, left: number, top: number) {
  if (scales === undefined) return undefined;
  let best: { readonly index: number; readonly x: number; readonly y: number } | undefined;
  let least = NEAR * NEAR;
  for (let i = 0; i < pair.rows.length; i++) {
    const [x, y] = [scales.x(pair.points[2 * i]!), scales.y(pair.points[2 * i + 1]!)];
    const distance = (x - left) ** 2 + (y - top) ** 2;
    if (distance < least) {
      least = distance;
      best = { index: i, x, y };
    }
  }
  return best;
}
