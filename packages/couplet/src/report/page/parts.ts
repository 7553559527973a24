import { html, type Html, type HtmlValue } from "./html.ts";

/** A number that a page opens with. */
export interface Headline {
  readonly label: string;
  /** The number as text, with its unit and its uncertainty. */
  readonly value: string;
  /** What it is, in a few words. */
  readonly note?: string;
}

/** The numbers that a page opens with, side by side. */
export function headlines(items: readonly Headline[]): Html {
  return html`<div class="headlines">
    ${items.map(
      ({ label, value, note }) =>
        html`<div class="headline">
          <div class="label">${label}</div>
          <div class="value">${value}</div>
          ${note !== undefined && html`<div class="note">${note}</div>`}
        </div>`,
    )}
  </div>`;
}

/** The first card of a page: a grade and the sentence that gives its reasons, which begins with the grade and a colon. */
export function verdictCard({
  grade,
  sentence,
}: {
  readonly grade: "good" | "fair" | "poor";
  readonly sentence: string;
}): Html {
  const colon = sentence.indexOf(":");
  return html`<p class="verdict ${grade}">
    <strong>${sentence.slice(0, colon + 1)}</strong> ${sentence.slice(colon + 1).trim()}.
  </p>`;
}

/** A column of {@link dataTable}. */
export interface TableColumn {
  readonly name: string;
  /** Numbers stand right, so that their digits line up. Default "left". */
  readonly align?: "left" | "right";
}

/** Options of {@link dataTable}. */
export interface DataTableOptions {
  /** What the table says, above it. */
  readonly caption?: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly HtmlValue[])[];
  /** Rows to set off, by index. */
  readonly strong?: readonly number[];
}

/** A table whose text can be selected and copied; it scrolls sideways where the page is too narrow. */
export function dataTable({ caption, columns, rows, strong = [] }: DataTableOptions): Html {
  const align = (i: number) => (columns[i]?.align === "right" ? "number" : "text");
  return html`<div class="scroll">
    <table>
      ${
        caption !== undefined &&
        html`<caption>
          <div>${caption}</div>
        </caption>`
      }
      <thead>
        <tr>
          ${columns.map(({ name }, i) => html`<th scope="col" class="${align(i)}">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells, r) =>
            html`<tr class="${strong.includes(r) ? "strong" : ""}">
              ${cells.map((cell, i) => html`<td class="${align(i)}">${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Names with their values, one a line. */
export function facts(entries: readonly (readonly [name: string, value: HtmlValue])[]): Html {
  return html`<table class="facts">
    <tbody>
      ${entries.map(
        ([name, value]) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${value}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** A paragraph. */
export function paragraph(...content: readonly HtmlValue[]): Html {
  return html`<p>${content}</p>`;
}

/** Something that the reader should not miss, or should know ("note"). */
export function notice(kind: "warning" | "note", ...content: readonly HtmlValue[]): Html {
  return html`<p class="notice ${kind}" role="note">
    <strong>${kind === "warning" ? "Warning" : "Note"}</strong> ${content}
  </p>`;
}

/** What a colour of a chart stands for. */
export interface LegendEntry {
  readonly label: string;
  /** One of the page's colours. */
  readonly colour: string;
  readonly mark?: "line" | "dash" | "dot" | "area" | "bar";
}

/** The legend of a chart, above it. */
export function legend(entries: readonly LegendEntry[]): Html {
  return html`<div class="legend">
    ${entries.map(
      ({ label, colour, mark = "area" }) =>
        html`<span class="entry"
          ><svg class="key" viewBox="0 0 18 12" width="18" height="12" aria-hidden="true">
            ${keyMark(mark, colour)}</svg
          >${label}</span
        >`,
    )}
  </div>`;
}

function keyMark(mark: NonNullable<LegendEntry["mark"]>, colour: string): Html {
  if (mark === "dot") return html`<circle cx="9" cy="6" r="4" fill="${colour}" />`;
  if (mark === "bar") return html`<path d="M9 0V12" stroke="${colour}" stroke-width="2.5" />`;
  if (mark === "area") return html`<rect x="2" y="1" width="14" height="10" fill="${colour}" />`;
  const dash = mark === "dash" ? "4 3" : "none";
  return html`<path
    d="M0 6H18"
    stroke="${colour}"
    stroke-width="2.5"
    stroke-dasharray="${dash}"
  />`;
}

/** The legend of a scale of colours from one number to another. */
export function scaleLegend(colours: readonly string[], from: string, to: string): Html {
  const width = 16 * colours.length;
  return html`<div class="legend">
    <span class="entry"
      >${from}
      <svg class="key" viewBox="0 0 ${width} 12" width="${width}" height="12" aria-hidden="true">
        ${colours.map(
          (colour, i) => html`<rect x="${16 * i}" y="0" width="16" height="12" fill="${colour}" />`,
        )}
      </svg>
      ${to}</span
    >
  </div>`;
}
