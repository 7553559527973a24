import { checkOptions } from "../../options.ts";
/** @ts-ignore: declarations that name charts compile also where this optional peer is not installed. */
import type * as PlotLibrary from "@observablehq/plot";
import { optionalPackage } from "../../optional-package.ts";
import { escapeHtml, type Html } from "./html.ts";

/** Draws charts as SVG text; see {@link openCharts}. */
export interface Charts {
  /** Observable Plot, for its marks: `charts.Plot.dot(...)`. */
  readonly Plot: typeof PlotLibrary;
  /**
   * A chart as an SVG, which takes its colours from the page.
   *
   * @param options what Plot takes. Legends are {@link legend}'s task: Plot's own would repeat
   *   colours that a theme changes
   * @param alt what the chart shows, for people who do not see it
   */
  draw(options: PlotLibrary.PlotOptions, alt: string): Html;
}

/** Options of {@link openCharts}. */
export interface ChartsOptions {
  /** The document to draw in. Default: the page's own in a browser, else one of linkedom. */
  readonly document?: Document;
}

/**
 * Loads Observable Plot and, where there is no browser, linkedom: optional peers of the library that
 * only reports need.
 *
 * @throws CoupletError DEVICE_UNAVAILABLE naming the package to install
 */
export async function openCharts(options: ChartsOptions = {}): Promise<Charts> {
  checkOptions("openCharts", options, { document: true });
  const Plot = await optionalPackage(
    "@observablehq/plot",
    (elsewhere) => import("@observablehq/plot").catch(elsewhere),
    "Charts",
  );
  const document = options.document ?? globalThis.document ?? (await offlineDocument());
  return {
    Plot,
    draw(plot, alt) {
      const drawn = Plot.plot({
        marginBottom: 42,
        style: { background: "none", fontSize: "12px" },
        ...plot,
        document,
      });
      return { html: labelled(withoutSurplus(drawn.outerHTML), alt) };
    },
  };
}

async function offlineDocument(): Promise<Document> {
  const { parseHTML } = await optionalPackage(
    "linkedom",
    (elsewhere) => import("linkedom").catch(elsewhere),
    "Charts outside browsers",
  );
  return parseHTML("<!doctype html><html><body></body></html>").document as unknown as Document;
}

/** Coordinates with more digits than a screen has pixels are most of a chart's weight; text keeps its digits. */
export function withoutSurplus(svg: string): string {
  return svg
    .replaceAll(/<[^>]+>/g, (tag) => tag.replaceAll(/(-?\d+\.\d\d)\d+/g, "$1"))
    .replaceAll(/ ?class="plot-[0-9a-f]+"/g, ' class="plot"')
    .replaceAll(/<style>[^<]*<\/style>/g, "");
}

function labelled(svg: string, alt: string): string {
  return svg.replace("<svg", `<svg role="img" aria-label="${escapeHtml(alt)}"`);
}
