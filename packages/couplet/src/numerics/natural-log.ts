/** The natural logarithm with the same bits in every engine; `Math.log` may differ in the last digit. */

// ln 2 in two parts: a multiple of the first by an exponent is exact (fdlibm, e_log.c).
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;

/** Terms of the series: t^2 is at most 0.0295, and the next term would be below 1e-18 of the sum. */
const TERMS = 11;

const view = new DataView(new ArrayBuffer(8));

/**
 * ln x by additions, multiplications and divisions alone, within two units of the last digit.
 *
 * With x = m 2^e, m in [sqrt(1/2), sqrt(2)) and t = (m - 1) / (m + 1):
 *
 *   ln x = e ln 2 + 2 (t + t^3 / 3 + t^5 / 5 + ...)
 *
 * @param x a positive, finite number; no other is checked for
 */
export function naturalLog(x: number): number {
  // A subnormal number has no exponent of its own.
  const isSmall = x < 2 ** -1022;
  view.setFloat64(0, isSmall ? x * 2 ** 54 : x);
  const high = view.getUint32(0);
  let exponent = (high >>> 20) - 1023 - (isSmall ? 54 : 0);
  view.setUint32(0, (high & 0xfffff) | 0x3ff00000);
  let mantissa = view.getFloat64(0);
  if (mantissa >= Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  const t = (mantissa - 1) / (mantissa + 1);
  const square = t * t;
  let series = 0;
  for (let k = TERMS; k > 0; k--) series = square * (1 / (2 * k + 1) + series);
  return exponent * LN2_HIGH + (2 * (t + t * series) + exponent * LN2_LOW);
}
