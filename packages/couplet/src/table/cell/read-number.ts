const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
// 00123 is a postcode, a phone number or a key: reading it as 123 would lose it.
const LEADING_ZERO = /^[+-]?0\d/;

/** A decimal number written in full, or NaN. No thousands separators, hexadecimal, infinities or leading zeros. */
export function readNumber(text: string): number {
  const trimmed = text.trim();
  if (!NUMBER.test(trimmed) || LEADING_ZERO.test(trimmed)) return NaN;
  return Number(trimmed);
}

/** Decimals of the shortest spelling of a number: 0 for 18, 1 for 39.1; 18 for what needs an exponent. */
export function decimalsOf(value: number): number {
  if (Number.isInteger(value)) return 0;
  const text = String(value);
  const exponent = text.indexOf("e-");
  const point = text.indexOf(".");
  if (exponent < 0) return text.length - point - 1;
  const mantissa = point < 0 ? 0 : exponent - point - 1;
  return mantissa + Number(text.slice(exponent + 2));
}

/** Powers of ten: doubles without an error. */
const POWERS = Float64Array.from({ length: 16 }, (_, k) => Number(`1e${k}`));
const EXACT = 2 ** 53;

/** `value` rounded to `decimals` places as a decimal would be: 0.1 + 0.2 becomes 0.3. */
export function roundTo(value: number, decimals: number): number {
  if (decimals > 15 || Math.abs(value) >= 1e21) return value;
  // The quotient of two integers that doubles hold is the double nearest to it, which is what the decimal's text reads as. Only where the
  // product may have crossed a half by its own rounding the digits decide.
  const scale = POWERS[decimals]!;
  const scaled = value * scale;
  const nearest = Math.round(scaled);
  const size = Math.abs(scaled);
  const fromHalf = Math.abs(Math.abs(scaled - nearest) - 0.5);
  if (nearest !== 0 && size < EXACT && fromHalf > size * Number.EPSILON) return nearest / scale;
  return Number(value.toFixed(decimals));
}
