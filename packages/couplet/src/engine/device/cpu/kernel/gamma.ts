/** log Gamma(x), x > 0, in float64: Stirling's series after shifting x above 10 (Abramowitz & Stegun 6.1.41). */
export function logGamma(x: f64): f64 {
  let product: f64 = 1;
  while (x < 10) {
    product *= x;
    x += 1;
  }
  const r = 1 / (x * x);
  const series = (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / x;
  return (x - 0.5) * Math.log(x) - x + 0.9189385332046727 + series - Math.log(product);
}

/** d log Gamma / dx, x > 0 (Abramowitz & Stegun 6.3.18). */
export function digamma(x: f64): f64 {
  let shift: f64 = 0;
  while (x < 10) {
    shift -= 1 / x;
    x += 1;
  }
  const r = 1 / (x * x);
  return shift + Math.log(x) - 0.5 / x - r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252 - r * (1.0 / 240 - r / 132))));
}
