/** The common parts of the charts of coupled systems. */
import type * as PlotLibrary from "@observablehq/plot";
import { series } from "couplet/report";

/** Size and margins of a chart in one column of a page. */
export const frame = {
  width: 500,
  height: 320,
  marginTop: 16,
  marginRight: 22,
  marginBottom: 44,
  marginLeft: 60,
} as const;

/** Options of a scale and of the marks of its axis, which Plot takes together. */
export type AxisOptions = PlotLibrary.ScaleOptions & {
  readonly tickFormat?: string | ((value: number) => string);
  readonly tickSize?: number;
};

/** An axis: label in the middle, no arrow, a grid. */
export function axis(label: string, more: AxisOptions = {}): PlotLibrary.ScaleOptions {
  return { label, labelAnchor: "center", labelArrow: "none", grid: true, ...more };
}

/**
 * A logarithmic axis that holds some values: ticks at powers of ten inside it, written as 10⁻³; where there are fewer
 * than two of them also at 2 and 5 times these.
 *
 * @param domain the ends of the axis; default what the values span
 */
export function logTicks(
  values: readonly number[],
  domain: readonly [number, number] = extent(values.filter((value) => value > 0)),
): {
  readonly type: "log";
  readonly domain: [number, number];
  readonly ticks: number[];
  readonly tickFormat: (value: number) => string;
} {
  const [low, high] = domain;
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const inside = (tick: number): boolean => tick >= low * 0.999 && tick <= high * 1.001;
  const step = Math.max(1, Math.ceil((to - from) / 7));
  const powers: number[] = [];
  for (let power = from; power <= to; power += step) powers.push(10 ** power);
  const whole = powers.filter(inside);
  const ticks =
    whole.length >= 2
      ? whole
      : powers.flatMap((power) => [power, 2 * power, 5 * power]).filter(inside);
  return { type: "log", domain: [low, high], ticks, tickFormat: powerText };
}

/** 1, 10, 0.1, 0.5, and 10⁻³ for powers of ten beyond. */
export function powerText(value: number): string {
  const lead = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  if (Math.abs(lead - 1) > 1e-6) return String(Number(value.toPrecision(3)));
  const power = Math.round(Math.log10(value));
  if (Math.abs(power) <= 1) return String(Number((10 ** power).toPrecision(1)));
  return `10${String(power).replaceAll(/./g, (digit) => superscripts[digit]!)}`;
}

const superscripts: Readonly<Record<string, string>> = {
  "-": "⁻",
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
};

/** The colour of a series by number; beyond six they begin again. */
export const colourOf = (i: number): string => series[order[i % order.length]!]!;

/** Orange and vermilion stand far apart, so that two lines of a small chart are never these two. */
const order = [0, 1, 2, 4, 5, 3] as const;

/** Smallest and largest of some numbers, those that are not finite left out. */
export function extent(values: readonly number[]): readonly [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}
