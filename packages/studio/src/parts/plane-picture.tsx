/** The plane between two steps of a flow: lattice lines and rows, coloured by where they began. */
import { useEffect, useRef } from "preact/hooks";
import type { PlaneSteps } from "../worker/answers.ts";
import { onThemeChange, themeColours } from "./theme-colours.ts";

interface PlanePictureProps {
  readonly plane: PlaneSteps;
  /** Step, and between two steps the share of the way. */
  readonly at: number;
  readonly size: number;
}

export function PlanePicture({ plane, at, size }: PlanePictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const redraw = (): void => paint(canvas.current!, plane, at, size);
    redraw();
    return onThemeChange(redraw);
  }, [plane, at, size]);
  const { title } = plane.steps[Math.round(at)]!;
  return (
    <canvas
      ref={canvas}
      class="plane"
      role="img"
      aria-label={`The plane of ${plane.names.join(" and ")}, after: ${title}`}
    />
  );
}

function paint(
  canvas: HTMLCanvasElement,
  { steps, lines, linePoints, rows, reach }: PlaneSteps,
  at: number,
  size: number,
): void {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(size * ratio);
  canvas.height = canvas.width;
  const context = canvas.getContext("2d")!;
  context.scale(ratio, ratio);
  const [muted, from, to] = themeColours(canvas.parentElement!, [
    "--muted",
    "--series-1",
    "--series-2",
  ]);
  const low = Math.min(steps.length - 1, Math.floor(at));
  const [before, after] = [steps[low]!.states, steps[Math.min(steps.length - 1, low + 1)]!.states];
  const share = at - low;
  const place = (i: number): number => {
    const value = before[i]! + share * (after[i]! - before[i]!);
    return ((value + reach) / (2 * reach)) * size;
  };
  context.strokeStyle = `rgb(${muted!.join(" ")} / 0.55)`;
  context.lineWidth = 0.8;
  for (let line = 0; line < lines; line++) {
    context.beginPath();
    for (let i = 0; i < linePoints; i++) {
      const point = 2 * (line * linePoints + i);
      context.lineTo(place(point), size - place(point + 1));
    }
    context.stroke();
  }
  const first = steps[0]!.states;
  for (let r = 0; r < rows; r++) {
    const point = 2 * (lines * linePoints + r);
    const hue = Math.max(0, Math.min(1, (first[point]! + reach) / (2 * reach)));
    const mixed = from!.map((value, c) => Math.round(value + hue * (to![c]! - value)));
    context.fillStyle = `rgb(${mixed.join(" ")} / 0.8)`;
    context.beginPath();
    context.arc(place(point), size - place(point + 1), 1.7, 0, 2 * Math.PI);
    context.fill();
  }
}
