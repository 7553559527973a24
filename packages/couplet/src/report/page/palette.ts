/**
 * The page's colours, as CSS variables: each has a light and a dark value, so that a chart drawn once
 * fits both themes. The series are Okabe and Ito's, which people with any kind of colour vision tell
 * apart, moved in lightness until each has a contrast of 3 : 1 or more with its paper.
 *
 * @see Okabe & Ito 2008, "Color Universal Design", https://jfly.uni-koeln.de/color/
 */
export const colours = {
  /** Text and axes. */
  ink: "var(--ink)",
  /** Text and lines of less weight. */
  muted: "var(--muted)",
  /** Grid lines and borders. */
  rule: "var(--rule)",
  /** Behind everything. */
  paper: "var(--paper)",
  /** Data as it was given. */
  real: "var(--series-1)",
  /** What a model made. */
  sampled: "var(--series-2)",
  /** What would be seen by chance: confidence bands. */
  band: "var(--band)",
  /** What deserves attention. */
  alarm: "var(--series-4)",
} as const;

/** Series by number: blue, orange, green, vermilion, purple, sky blue. */
export const series = [
  "var(--series-1)",
  "var(--series-2)",
  "var(--series-3)",
  "var(--series-4)",
  "var(--series-5)",
  "var(--series-6)",
] as const;

/** Steps of the scales below. */
export const SCALE_STEPS = 9;

/** From nearly paper to full colour: for amounts. */
export const sequential: readonly string[] = steps("seq");

/** Blue, paper, orange: for differences; the middle one is none. */
export const diverging: readonly string[] = steps("div");

function steps(name: string): string[] {
  return Array.from({ length: SCALE_STEPS }, (_, i) => `var(--${name}-${i})`);
}

/** `series` as [light, dark]. */
const seriesValues = [
  ["#0069a6", "#5ab4ea"],
  ["#b86e00", "#f0a93c"],
  ["#00805e", "#2fbf95"],
  ["#c44f00", "#ff8a4c"],
  ["#a8527f", "#df97bf"],
  ["#2787bd", "#9ad2f5"],
] as const;

/** The plain variables as [light, dark]; the scales are mixed from them. */
const plainValues: readonly (readonly [name: string, light: string, dark: string])[] = [
  ["paper", "#ffffff", "#16181c"],
  ["card", "#f6f7f9", "#1e2126"],
  ["ink", "#1c1f24", "#e4e6ea"],
  ["muted", "#5b626c", "#a2a9b4"],
  ["rule", "#d9dde3", "#3a3f47"],
  ["band", "#dfe4ea", "#343a43"],
  ["link", "#00588c", "#7cc4f2"],
  ...seriesValues.map(([light, dark], i) => [`series-${i + 1}`, light, dark] as const),
];

/** A theme of pages and pictures. */
export type Theme = "light" | "dark";

/** Every plain variable with its colour in a theme, a scale's steps not among them. */
export function themeColours(theme: Theme): ReadonlyMap<string, string> {
  return new Map(
    plainValues.map(([name, light, dark]) => [`var(--${name})`, theme === "light" ? light : dark]),
  );
}

/** The declarations of every variable, for the page's style. */
export function paletteStyle(): string {
  const lines = [
    ...plainValues.map(([name, light, dark]) => [name, `light-dark(${light}, ${dark})`] as const),
    ...sequential.map(
      (_, i) => [`seq-${i}`, mix("--series-1", (i + 0.6) / (SCALE_STEPS - 0.4))] as const,
    ),
    ...diverging.map((_, i) => {
      const side = (i - (SCALE_STEPS - 1) / 2) / ((SCALE_STEPS - 1) / 2);
      return [`div-${i}`, mix(side < 0 ? "--series-1" : "--series-4", Math.abs(side))] as const;
    }),
  ];
  return lines.map(([name, value]) => `--${name}:${value};`).join("");
}

function mix(colour: string, share: number): string {
  // A step that is not quite paper even at 0, so that an empty cell and a cell of value 0 differ.
  return `color-mix(in oklab, var(--card), var(${colour}) ${Math.round(100 * share)}%)`;
}

/**
 * The colour of a difference: `diverging` over [-most, most], clipped.
 *
 * @param most the greatest size that the scale tells apart, above 0
 */
export function divergingColour(value: number, most: number): string {
  const half = (SCALE_STEPS - 1) / 2;
  const step = Math.round(half + half * Math.max(-1, Math.min(1, value / most)));
  return diverging[step] ?? colours.rule;
}

/** The colour of an amount: `sequential` over [0, most], clipped. */
export function sequentialColour(value: number, most: number): string {
  const step = Math.round((SCALE_STEPS - 1) * Math.max(0, Math.min(1, value / most)));
  return sequential[step] ?? colours.rule;
}
