import { checkOptions } from "../../options.ts";
import { csvAddress, type CsvColumns } from "./csv.ts";
import { html, type Html } from "./html.ts";

/** Options of {@link figure}. */
export interface FigureOptions {
  /** Unique in the page: its anchor, and the name of its download. */
  readonly id: string;
  /** What is shown. */
  readonly title: string;
  /** One sentence on how to read it: what would be good, what would not. */
  readonly read: string;
  /** The chart, or several, of {@link Charts.draw}; a legend before it if it needs one. */
  readonly chart: Html | readonly Html[];
  /** What is drawn, for download. */
  readonly data?: CsvColumns;
  /** What was left out and why, or another thing to know. */
  readonly note?: string;
  /** As wide as the page, instead of one of the columns of a {@link figureGrid}. */
  readonly wide?: boolean;
}

/**
 * A figure: title, chart, one sentence on how to read it, and its data as a CSV that downloads
 * without a server.
 */
export function figure(options: FigureOptions): Html {
  checkOptions("figure", options, {
    id: "",
    title: "",
    read: "",
    chart: true,
    data: true,
    note: "",
    wide: false,
  });
  const { id, title, read, chart, data, note, wide = false } = options;
  return html`<figure id="${id}" class="${wide ? "wide" : ""}">
    <h3>${title}</h3>
    <div class="chart">${chart}</div>
    <figcaption>
      ${read}${note !== undefined && html` <span class="aside">${note}</span>`}${
        data !== undefined &&
        html` <a class="download" download="${id}.csv" href="${{ html: csvAddress(data) }}"
          >Data (CSV)</a
        >`
      }
    </figcaption>
  </figure> `;
}

/** Figures side by side where the page is wide enough. */
export function figureGrid(figures: readonly Html[]): Html {
  return html`<div class="grid">${figures}</div>`;
}
