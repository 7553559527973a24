/**
 * A number of a physical system for people: `digits` significant digits however small it is, thousands apart, a true
 * minus sign, an exponent below 0.001 and from ten million on. (Scores of tables want fixed decimals instead.)
 */
export function significant(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size === 0) return "0";
  if (size < 1e-3 || size >= 1e7) {
    const [lead, power] = size.toExponential(digits - 1).split("e") as [string, string];
    return `${sign}${trimmed(lead)}e${power.replace("+", "").replace("-", "−")}`;
  }
  const rounded = Number(size.toPrecision(digits));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(rounded)));
  const [whole, part] = (size >= 10 ** digits ? size.toFixed(0) : rounded.toFixed(decimals)).split(
    ".",
  ) as [string, string?];
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return `${sign}${trimmed(part === undefined ? grouped : `${grouped}.${part}`)}`;
}

/** 1.200 as 1.2, 3.000 as 3; 1,200 stays. */
function trimmed(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
