/**
 * The standard normal distribution in float64, accurate in both tails and in logarithms: what turns
 * probabilities into latent coordinates and back.
 *
 * CDF: W. J. Cody 1969, "Rational Chebyshev approximations for the error function" (relative error below 1e-15).
 * Quantile: M. J. Wichura 1988, algorithm AS 241 (PPND16), then Newton steps in the logarithm.
 */

const LOG_SQRT_2PI = 0.9189385332046727;
const SQRT_32 = 5.656854249492381;
const INV_SQRT_2PI = 0.3989422804014327;
// Where Cody's central approximation ends: the 75 % quantile.
const CENTRE = 0.67448975;

// prettier-ignore
const A = [2.2352520354606839287, 161.02823106855587881, 1067.6894854603709582, 18154.981253343561249, 0.065682337918207449113];
// prettier-ignore
const B = [47.20258190468824187, 976.09855173777669322, 10260.932208618978205, 45507.789335026729956];
// prettier-ignore
const C = [0.39894151208813466764, 8.8831497943883759412, 93.506656132177855979, 597.27027639480026226, 2494.5375852903726711, 6848.1904505362823326, 11602.651437647350124, 9842.7148383839780218, 1.0765576773720192317e-8];
// prettier-ignore
const D = [22.266688044328115691, 235.38790178262499861, 1519.377599407554805, 6485.558298266760755, 18615.571640885098091, 34900.952721145977266, 38912.003286093271411, 19685.429676859990727];
// prettier-ignore
const P = [0.21589853405795699, 0.1274011611602473639, 0.022235277870649807, 0.001421619193227893466, 2.9112874951168792e-5, 0.02307344176494017303];
// prettier-ignore
const Q = [1.28426009614491121, 0.468238212480865118, 0.0659881378689285515, 0.00378239633202758244, 7.29751555083966205e-5];

/** The coefficients, for these functions in another language; names as in this file. */
export const normalCoefficients = (): Readonly<Record<NormalCoefficients, readonly number[]>> => ({
  A,
  B,
  C,
  D,
  P,
  Q,
  QA,
  QB,
  QC,
  QD,
  QE,
  QF,
});
type NormalCoefficients =
  | "A"
  | "B"
  | "C"
  | "D"
  | "P"
  | "Q"
  | "QA"
  | "QB"
  | "QC"
  | "QD"
  | "QE"
  | "QF";

/** log of the standard normal density, `-z^2/2 - log sqrt(2 pi)`. */
export function logNormalDensity(z: number): number {
  return -0.5 * z * z - LOG_SQRT_2PI;
}

/** `Phi(z) - 1/2` for |z| at most the 75 % quantile. */
function centralMass(z: number): number {
  const square = z * z;
  let numerator = A[4]! * square;
  let denominator = square;
  for (let i = 0; i < 3; i++) {
    numerator = (numerator + A[i]!) * square;
    denominator = (denominator + B[i]!) * square;
  }
  return (z * (numerator + A[3]!)) / (denominator + B[3]!);
}

/** `(1 - Phi(y)) exp(y^2/2)` for y above the 75 % quantile: the upper tail without its exponential. */
function scaledTail(y: number): number {
  if (y <= SQRT_32) {
    let numerator = C[8]! * y;
    let denominator = y;
    for (let i = 0; i < 7; i++) {
      numerator = (numerator + C[i]!) * y;
      denominator = (denominator + D[i]!) * y;
    }
    return (numerator + C[7]!) / (denominator + D[7]!);
  }
  const square = 1 / (y * y);
  let numerator = P[5]! * square;
  let denominator = square;
  for (let i = 0; i < 4; i++) {
    numerator = (numerator + P[i]!) * square;
    denominator = (denominator + Q[i]!) * square;
  }
  return (INV_SQRT_2PI - (square * (numerator + P[4]!)) / (denominator + Q[4]!)) / y;
}

/** The standard normal CDF `Phi(z)`, with full relative accuracy in the lower tail. */
export function normalCdf(z: number): number {
  const y = Math.abs(z);
  if (y <= CENTRE) return 0.5 + centralMass(z);
  const tail = Math.exp(-0.5 * y * y) * scaledTail(y);
  return z < 0 ? tail : 1 - tail;
}

/** `log Phi(z)`, finite for every finite z (down to about -1e154). */
export function logNormalCdf(z: number): number {
  if (z === -Infinity) return -Infinity;
  if (z > CENTRE) return Math.log1p(-Math.exp(-0.5 * z * z) * scaledTail(z));
  if (z >= -CENTRE) return Math.log(0.5 + centralMass(z));
  return -0.5 * z * z + Math.log(scaledTail(-z));
}

const ratio = (numerator: readonly number[], denominator: readonly number[], r: number): number => {
  let top = 0;
  for (let i = numerator.length - 1; i >= 0; i--) top = top * r + numerator[i]!;
  let bottom = 0;
  for (let i = denominator.length - 1; i >= 0; i--) bottom = bottom * r + denominator[i]!;
  return top / (bottom * r + 1);
};

// prettier-ignore
const QA = [3.3871328727963666080, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3];
// prettier-ignore
const QB = [4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3];
// prettier-ignore
const QC = [1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504, 1.27045825245236838258, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4];
// prettier-ignore
const QD = [2.05319162663775882187, 1.67638483018380384940, 6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9];
// prettier-ignore
const QE = [6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7];
// prettier-ignore
const QF = [5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15];

/** z with `log Phi(z) = logP` for logP at most log(1/2): the lower half. */
function lowerQuantile(logP: number): number {
  const r = Math.sqrt(-logP);
  let z: number;
  if (r > 27) z = -Math.SQRT2 * r;
  else if (r > 5) z = -ratio(QE, QF, r - 5);
  else {
    const q = Math.exp(logP) - 0.5;
    z = Math.abs(q) <= 0.425 ? q * ratio(QA, QB, 0.180625 - q * q) : -ratio(QC, QD, r - 1.6);
  }
  // Beyond r = 27 the start is only asymptotic; log Phi is concave, so Newton from its left side
  // converges from one side: four steps reach the last bits for any double.
  for (let step = r > 27 ? 4 : 1; step > 0; step--) {
    const logCdf = logNormalCdf(z);
    z -= (logCdf - logP) * Math.exp(logCdf - logNormalDensity(z));
  }
  return z;
}

/** The standard normal quantile of a probability given by its logarithm, for `logP <= 0`. */
export function normalQuantileOfLog(logP: number): number {
  if (logP >= 0) return Infinity;
  if (logP === -Infinity) return -Infinity;
  return logP <= -Math.LN2 ? lowerQuantile(logP) : -lowerQuantile(Math.log(-Math.expm1(logP)));
}

/** The standard normal quantile `Phi^-1(p)`; -Infinity at 0, Infinity at 1. */
export function normalQuantile(p: number): number {
  return p <= 0.5 ? normalQuantileOfLog(Math.log(p)) : -normalQuantileOfLog(Math.log1p(-p));
}

/** `log(Phi(upper) - Phi(lower))` for lower < upper, without cancellation far out in either tail. */
export function logNormalMass(lower: number, upper: number): number {
  if (lower > 0) return logNormalMass(-upper, -lower);
  const logUpper = logNormalCdf(upper);
  const logLower = logNormalCdf(lower);
  if (upper > 0 && lower < 0) return Math.log(normalCdf(upper) - normalCdf(lower));
  const gap = logLower - logUpper;
  // log(1 - e^gap); a gap this small means a sliver on which the density is flat.
  if (gap > -1e-9) return logNormalDensity(0.5 * (lower + upper)) + Math.log(upper - lower);
  return logUpper + Math.log(-Math.expm1(gap));
}
