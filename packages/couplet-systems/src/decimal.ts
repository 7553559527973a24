/** Whether a text is a decimal number, with blanks around it or without. `Number()` also reads hexadecimal, "Infinity" and an empty text. */
export function isDecimal(text: string): boolean {
  return /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/.test(text);
}
