/** Letters of a name that fit beside an axis. */
const MOST_LETTERS = 20;

/** Pixels of a figure in one of two columns. */
export const FIGURE_WIDTH = 480;

/** Width of a letter at 12 pixels, generously: labels must not be cut, also where a narrow page writes them larger. */
const LETTER = 8.4;

/** Of marks that are there to be pointed at: a line has no values of its own. */
export const unseen = { r: 5, fill: "transparent" } as const;

/** A name short enough for an axis; the figure's data hold it in full. */
export function shortName(name: string, letters: number = MOST_LETTERS): string {
  const all = Array.from(name);
  return all.length <= letters ? name : `${all.slice(0, letters - 1).join("")}…`;
}

/** Short names that stay different from each other: an axis would merge equal ones. */
export function shortNames(names: readonly string[], letters: number = MOST_LETTERS): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const short = shortName(name, letters);
    const before = seen.get(short) ?? 0;
    seen.set(short, before + 1);
    return before === 0 ? short : `${shortName(name, letters - 3)} ${before + 1}`;
  });
}

/** The margin in pixels that these labels need. */
export function marginFor(labels: readonly string[]): number {
  return 14 + Math.ceil(LETTER * labels.reduce((most, label) => Math.max(most, label.length), 2));
}

/** A part of an anchor: letters, digits and hyphens, numbered so that two names never meet. */
export function anchor(prefix: string, index: number, name: string): string {
  const letters = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  return `${prefix}-${index + 1}${letters === "" ? "" : `-${letters.slice(0, 40)}`}`;
}

/** Ticks of shares, as the page's text writes them: 12.5 %. */
export function percentTick(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`.replace("-", "−");
}

/** Ticks of differences of shares: +5 %. */
export function signedPercentTick(share: number): string {
  return `${share > 0 ? "+" : ""}${percentTick(share)}`;
}

/** Ticks of errors: 10⁻⁷. */
export function powerOfTen(value: number): string {
  const digits = Array.from(String(Math.round(Math.log10(value))), (d) => SUPERSCRIPT[d] ?? d);
  return `10${digits.join("")}`;
}

const SUPERSCRIPT: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from("-0123456789", (digit, i) => [digit, Array.from("⁻⁰¹²³⁴⁵⁶⁷⁸⁹")[i]!]),
);

/** Ticks for large numbers as 10k, 2M; Plot's own choice for others. */
export function tickFormat(low: number, high: number): { readonly tickFormat?: string } {
  return Math.max(Math.abs(low), Math.abs(high)) >= 1e4 ? { tickFormat: "~s" } : {};
}
