/** A guide's code, section by section: the programs of a page that print the titles of its sections before what those print. */
import { headingsIn, programsIn } from "./code-blocks.ts";
import type { GuideProgram, Heading } from "./code-blocks.ts";

/** The programs that a section takes. */
export interface Section {
  /** The programs of the page, up to the end of the section; each prints {@link titleLine} before the output of a section. */
  readonly programs: readonly Pick<GuideProgram, "language" | "line" | "code">[];
  /** The section's title as the programs print it; `undefined` for the whole page. */
  readonly from: string | undefined;
}

/** The line that a program prints where a section begins. */
export const titleLine = ({ level, title }: Heading): string => `${"#".repeat(level)} ${title}`;

/**
 * The programs of one section of a page, with the code before it that they go on from, or of the whole page without an anchor. A text says why
 * the section has none: the page has no such section, or no code in it.
 */
export function sectionOf(markdown: string, anchor?: string): Section | string {
  const headings = headingsIn(markdown);
  const heading = headings.find((one) => one.anchor === anchor);
  if (anchor !== undefined && heading === undefined) {
    const known = headings.map((one) => one.anchor).join(", ");
    return `expected one of the page's sections (${known}), got ${anchor}`;
  }
  const first = heading?.line ?? 1;
  const next = headings.find(({ line, level }) => line > first && level <= (heading?.level ?? 0));
  const last = next?.line ?? Infinity;
  const programs = programsIn(markdown).flatMap(({ language, line: start, code }) => {
    const begin = language === "ts" ? 1 : start + 1; // code of TypeScript has the page's line numbers
    const lines = code.split("\n").slice(0, Math.max(0, last - begin));
    if (!lines.some((text, i) => text.trim() !== "" && begin + i >= first)) return [];
    if (language === "ts")
      for (const [i, one] of headings.entries())
        if ((headings[i + 1]?.line ?? Infinity) > start && one.line <= lines.length)
          lines[one.line - 1] = `console.log(${JSON.stringify(titleLine(one))});`;
    return [{ language, line: start, code: `${lines.join("\n")}\n` }];
  });
  if (programs.length === 0)
    return `expected a section with code, got ${anchor ?? "a page without code"}`;
  return { programs, from: heading && titleLine(heading) };
}
