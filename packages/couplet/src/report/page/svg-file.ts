import { checkOptions } from "../../options.ts";
import { withoutSurplus } from "./charts.ts";
import { escapeHtml, type Html } from "./html.ts";
import { themeColours, type Theme } from "./palette.ts";
import { FONT } from "./style.ts";

/** A part of a picture: SVG markup, or what Plot drew, with its upper left corner. */
export interface SvgPanel {
  /** Markup, or an element such as Plot's. */
  readonly drawing: Html | { readonly outerHTML: string };
  /** Pixels from the left. Default 0. */
  readonly x?: number;
  /** Pixels from the top. Default 0. */
  readonly y?: number;
}

/** Options of {@link svgFile}. */
export interface SvgFileOptions {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** What the picture shows, for people who do not see it. */
  readonly alt: string;
  /** The parts, each over the ones before. */
  readonly panels: readonly SvgPanel[];
  /** "both" follows the reader's system; "light" and "dark" are for a `<picture>` that chooses. Default "both". */
  readonly theme?: Theme | "both";
}

/**
 * A picture as a file of its own, for `<img>`: in the font and the colours of the pages, light, and dark where its reader's
 * system is. Colours are those of `colours` and `series`. They are written as plain attributes with their light values, which
 * every viewer understands, and a style replaces them in the dark.
 *
 * @returns the text of the SVG file, without script, which loads nothing
 * @throws CoupletError CONFIG_INVALID for unknown options
 * @example
 * import { writeFileSync } from "node:fs";
 * import { colours, openCharts, svgFile } from "couplet/report";
 * const { Plot } = await openCharts();
 * const drawing = Plot.plot({ document, marks: [Plot.dot([[0, 1]], { fill: colours.real })] });
 * writeFileSync("points.svg", svgFile({ width: 640, height: 400, alt: "Points", panels: [{ drawing }] }));
 */
export function svgFile(options: SvgFileOptions): string {
  checkOptions("svgFile", options, {
    width: 0,
    height: 0,
    alt: "",
    panels: true,
    theme: ["both", "light", "dark"],
  });
  const { width, height, alt, panels, theme = "both" } = options;
  const drawn = panels.map(({ drawing, x = 0, y = 0 }) => {
    const markup = "html" in drawing ? drawing.html : nested(drawing.outerHTML);
    return x === 0 && y === 0 ? markup : `<g transform="translate(${x} ${y})">${markup}</g>`;
  });
  const paper = `<rect width="${width}" height="${height}" fill="var(--paper)"/>`;
  // Spaces count in text; line breaks beside a tag are those of the program that wrote it.
  const body = [paper, ...drawn]
    .map((markup) => markup.replaceAll(/(?<=>)\s*\n\s*|\s*\n\s*(?=<)/g, ""))
    .join("\n");
  const style = theme === "both" ? darkStyle(`${body} color="var(--ink)"`) : "";
  const size = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  const text = `color="var(--ink)" fill="currentColor" font-family='${FONT}' font-size="13"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${text} role="img" aria-label="${escapeHtml(alt)}">
<style>text,tspan{white-space:pre}${style}</style>
${body}
</svg>
`;
  return inColours(svg, themeColours(theme === "dark" ? "dark" : "light"));
}

/** What Plot drew, whose own style and font give way to the file's. */
function nested(svg: string): string {
  return withoutSurplus(svg)
    .replace(/^<svg[^>]*>/, (tag) =>
      tag.replaceAll(/ (?:style|font-family|font-size|fill|class)="[^"]*"/g, ""),
    )
    .replace("<svg", `<svg overflow="visible"`);
}

/** Rules that give each colour of the markup, by attribute and light value, its value in the dark. */
function darkStyle(markup: string): string {
  const [light, dark] = [themeColours("light"), themeColours("dark")];
  const used = new Set(
    [...markup.matchAll(/ (fill|stroke|color|stop-color)="(var\(--[\w-]+\))"/g)].map(
      ([, attribute, name]) => `${attribute} ${name}`,
    ),
  );
  const rules = [...used].sort().flatMap((use) => {
    const [attribute, name] = use.split(" ") as [string, string];
    const [from, to] = [light.get(name), dark.get(name)];
    return from === undefined ? [] : [`[${attribute}="${from}"]{${attribute}:${to}}`];
  });
  return `@media(prefers-color-scheme:dark){${rules.join("")}}`;
}

function inColours(markup: string, values: ReadonlyMap<string, string>): string {
  return markup.replaceAll(/var\(--[\w-]+\)/g, (name) => values.get(name) ?? name);
}
