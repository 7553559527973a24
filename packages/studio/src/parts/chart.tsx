/** A chart by Observable Plot, as wide as its place. */
import type * as PlotLibrary from "@observablehq/plot";
import { useEffect, useRef } from "preact/hooks";

type Plot = typeof PlotLibrary;

interface ChartProps {
  /** What Plot draws, at this width. */
  readonly draw: (plot: Plot, width: number) => PlotLibrary.PlotOptions;
  /** The chart in words, for people who do not see it. */
  readonly label: string;
  /** A change in any of these draws it anew. */
  readonly by: readonly unknown[];
  readonly height?: number;
}

export function Chart({ draw, label, by, height = 220 }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current!;
    let width = 0;
    let isGone = false;
    const redraw = async (): Promise<void> => {
      const plot = await import("@observablehq/plot");
      if (isGone || width === 0) return;
      const drawn = plot.plot({
        width,
        height,
        style: { background: "none", fontSize: "12px" },
        ...draw(plot, width),
      });
      // The picture has one name; those of its groups are for nobody then.
      for (const group of drawn.querySelectorAll("[aria-label]"))
        group.removeAttribute("aria-label");
      drawn.setAttribute("role", "img");
      drawn.setAttribute("aria-label", label);
      element.replaceChildren(drawn);
    };
    const observer = new ResizeObserver(([entry]) => {
      const next = Math.floor(entry!.contentRect.width);
      if (next === width) return;
      width = next;
      void redraw();
    });
    observer.observe(element);
    return () => {
      isGone = true;
      observer.disconnect();
    };
  }, by);
  return <div class="chart" ref={place} style={{ minHeight: `${height}px` }} />;
}
