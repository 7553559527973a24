/**
 * A number for people: a true minus sign, about `digits` significant digits, no exponent between
 * 0.001 and a million, thousands apart.
 */
export function numberText(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) return withMinus(value.toExponential(digits - 2));
  const before = size < 1 ? 1 : Math.floor(Math.log10(size)) + 1;
  return fixedText(value, Math.max(0, Math.min(digits - before, 6)));
}

/** A number with that many decimals, thousands apart, with a true minus sign. */
export function fixedText(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return numberText(value);
  const [whole, part] = Math.abs(value).toFixed(decimals).split(".") as [string, string?];
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  const text = part === undefined ? grouped : `${grouped}.${part}`;
  // Minus zero would claim a sign that rounding took away.
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

/** An integer, thousands apart. */
export function countText(value: number): string {
  return fixedText(value, 0);
}

/** A value with its standard error: as many decimals as two significant digits of the error ask for. */
export function withError(value: number, error: number): string {
  if (!Number.isFinite(value) || !Number.isFinite(error) || error <= 0) return numberText(value);
  const decimals = Math.max(0, Math.min(6, 1 - Math.floor(Math.log10(error))));
  return `${fixedText(value, decimals)} ± ${fixedText(error, decimals)}`;
}

/** A share as a percentage with one decimal (two where that would be 0). */
export function percentText(share: number): string {
  if (!Number.isFinite(share)) return "–";
  const percent = 100 * share;
  return `${fixedText(percent, percent !== 0 && Math.abs(percent) < 0.1 ? 2 : 1)} %`;
}

/** A duration in the units that people would use for it. */
export function durationText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 1) return `${Math.round(milliseconds)} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function withMinus(text: string): string {
  return text.replace("e+", "e").replaceAll("-", "−");
}
