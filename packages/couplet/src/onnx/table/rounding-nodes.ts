/** Rounding as nodes: what `relations/rounding.ts` and `read-number.ts` do with decimals, by arithmetic where the library writes decimals out. */
import type { Rounding } from "../../table/schema/relation.ts";
import type { Arithmetic, Term } from "./arithmetic.ts";

/** Digits that a double holds for sure. */
const SURE_DIGITS = 15;
/** The size up to which doubles have digits behind the point that a person could have meant. */
const MOST_DIGITS = 1e15;
/** Splits a double in two halves of 26 bits (Veltkamp). */
const SPLIT = 2 ** 27 + 1;

/** The nearest whole number, halves up, as Math.round does. */
export function rounded(m: Arithmetic, value: Term): string {
  return m.of("Floor", m.add(value, 0.5));
}

/** The nearest number of so many decimals: of numbers that lie near one anyway. */
export function roundedTo(m: Arithmetic, value: string, decimals: number): string {
  if (decimals >= SURE_DIGITS) return value;
  const isSmall = m.compare("Less", m.of("Abs", value), MOST_DIGITS / 10 ** decimals);
  const scale = 10 ** decimals;
  return m.where(isSmall, m.divide(rounded(m, m.multiply(value, scale)), scale), value);
}

/**
 * A computed number as its column writes it. A half is one up to the 15th digit of the number, which is found by a multiplication with a power
 * of ten: the library, which writes the digits out, may have another 15th digit where the 16th and 17th lie within an ulp of a half.
 *
 * @param decimals undefined: all digits of a double
 */
export function asWritten(
  m: Arithmetic,
  value: string,
  decimals: number | undefined,
  rounding: Rounding = "half-up",
): string {
  if (decimals === undefined) return value;
  const scale = 10 ** decimals;
  const up =
    rounding === "binary" || rounding === "binary-even"
      ? upByBits(m, value, scale, rounding)
      : upByDigits(m, value, scale, rounding);
  const isSmall = m.compare("Less", m.of("Abs", value), MOST_DIGITS);
  // + 0: rounding from below zero gives -0.
  return m.add(m.where(isSmall, m.divide(up, scale), value), 0);
}

/** Whether a whole number is odd. */
function isOdd(m: Arithmetic, whole: string): string {
  const pairs = m.multiply(2, m.of("Floor", m.divide(whole, 2)));
  return m.compare("Greater", m.subtract(whole, pairs), 0.5);
}

/** Of the digits that people see. */
function upByDigits(
  m: Arithmetic,
  value: string,
  scale: number,
  rounding: "half-up" | "half-even",
): string {
  const scaled = withoutNoise(m, m.multiply(withoutNoise(m, value, scale), scale), 1);
  const below = m.of("Floor", scaled);
  const rest = m.subtract(scaled, below);
  const isHalf = m.compare("Equal", rest, 0.5);
  const atHalf = rounding === "half-up" ? isHalf : m.all(isHalf, isOdd(m, below));
  const isUp = m.any(m.compare("Greater", rest, 0.5), atHalf);
  return m.add(below, m.g.cast(isUp, "double"));
}

/** Of the double as it is: its exact product with the power of ten is the rounded one and its error (Dekker). */
function upByBits(
  m: Arithmetic,
  value: string,
  scale: number,
  rounding: "binary" | "binary-even",
): string {
  const product = m.multiply(value, scale);
  const large = m.multiply(value, SPLIT);
  const high = m.subtract(large, m.subtract(large, value));
  const low = m.subtract(value, high);
  const scaleHigh = SPLIT * scale - (SPLIT * scale - scale);
  const scaleLow = scale - scaleHigh;
  const error = m.add(
    m.subtract(m.multiply(high, scaleHigh), product),
    m.multiply(high, scaleLow),
    m.multiply(low, scaleHigh),
    m.multiply(low, scaleLow),
  );
  const below = m.of("Floor", product);
  const rest = m.add(m.subtract(m.subtract(product, below), 0.5), error);
  // Halves go away from zero, as toFixed has them of a size, or to the even digit.
  const goesUp = rounding === "binary" ? m.of("Not", m.compare("Less", value, 0)) : isOdd(m, below);
  const isUp = m.any(m.compare("Greater", rest, 0), m.all(m.compare("Equal", rest, 0), goesUp));
  return m.add(below, m.g.cast(isUp, "double"));
}

/** The number of 15 digits nearest to a value below 1e15; sizes that no decimal of the column reaches may keep more. */
function withoutNoise(m: Arithmetic, value: string, scale: number): string {
  const least = -(Math.ceil(Math.log10(scale)) + 2);
  const exponents = Array.from({ length: SURE_DIGITS - least }, (_, i) => least + i);
  const size = m.of("Abs", value);
  const passed = m.count(
    m.compare("GreaterOrEqual", size, m.row(exponents.map((e) => Number(`1e${e}`)))),
  );
  // 10^(14 - e) of a number with e + 1 digits before the point.
  const factor = m.lookUp(
    [least - 1, ...exponents].map((e) => Number(`1e${SURE_DIGITS - 1 - e}`)),
    passed,
  );
  const digits = m.divide(rounded(m, m.multiply(size, factor)), factor);
  const signed = m.where(m.compare("Less", value, 0), m.of("Neg", digits), digits);
  return m.where(m.compare("Less", size, MOST_DIGITS), signed, value);
}
