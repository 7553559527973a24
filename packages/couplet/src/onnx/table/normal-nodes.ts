/**
 * The standard normal distribution as nodes, by the approximations of `statistics/normal.ts` and with their accuracy in both tails: ONNX has
 * no error function that runtimes compute in float64.
 */
import { normalCoefficients } from "../../statistics/normal.ts";
import type { Arithmetic, Term } from "./arithmetic.ts";

const { A, B, C, D, P, Q, QA, QB, QC, QD, QE, QF } = normalCoefficients();

const LOG_2PI = Math.log(2 * Math.PI);
const INV_SQRT_2PI = 0.3989422804014327;
/** Where Cody's central approximation ends, and where that of the tail changes. */
const CENTRE = 0.67448975;
const SQRT_32 = 5.656854249492381;
/** Below this a normal mass loses digits as a denormal: logarithms instead. */
const TINY = 1e-290;
/** A gap of logarithms this small is that of a sliver, on which the density is flat. */
const SLIVER = -1e-9;

/** log of the standard normal density. */
export function logDensity(m: Arithmetic, z: Term): string {
  return m.subtract(m.multiply(m.multiply(-0.5, z), z), 0.5 * LOG_2PI);
}

/** log(1 + x), with the digits of a small x (Kahan). */
export function log1p(m: Arithmetic, x: Term): string {
  const u = m.add(x, 1);
  const exact = m.divide(m.multiply(m.of("Log", u), x), m.subtract(u, 1));
  const large = m.compare("Greater", u, 1e15);
  return m.where(m.compare("Equal", u, 1), x, m.where(large, m.of("Log", u), exact));
}

/** e^x - 1 for x <= 0, with the digits of a small x (Kahan). */
export function expm1(m: Arithmetic, x: Term): string {
  const u = m.of("Exp", x);
  const less = m.subtract(u, 1);
  const exact = m.divide(m.multiply(less, x), m.of("Log", u));
  const flat = m.compare("Equal", u, 1);
  return m.where(flat, x, m.where(m.compare("Equal", less, -1), -1, exact));
}

/** What both forms of the distribution function have in common: 1/2 + the central mass, and `(1 - Phi(y)) exp(y^2/2)` of y = |z|. */
function partsOf(m: Arithmetic, z: Term) {
  const size = m.of("Abs", z);
  const square = m.multiply(z, z);
  const inverse = m.divide(1, square);
  const [central, near, far] = m.ratios([
    {
      x: square,
      top: [A[3]!, A[2]!, A[1]!, A[0]!, A[4]!],
      bottom: [B[3]!, B[2]!, B[1]!, B[0]!, 1],
    },
    {
      x: size,
      top: [C[7]!, C[6]!, C[5]!, C[4]!, C[3]!, C[2]!, C[1]!, C[0]!, C[8]!],
      bottom: [D[7]!, D[6]!, D[5]!, D[4]!, D[3]!, D[2]!, D[1]!, D[0]!, 1],
    },
    {
      x: inverse,
      top: [P[4]!, P[3]!, P[2]!, P[1]!, P[0]!, P[5]!],
      bottom: [Q[4]!, Q[3]!, Q[2]!, Q[1]!, Q[0]!, 1],
    },
  ]);
  const beyond = m.divide(m.subtract(INV_SQRT_2PI, m.multiply(inverse, far!)), size);
  return {
    central: m.add(m.multiply(z, central!), 0.5),
    isCentral: m.compare("LessOrEqual", size, CENTRE),
    scaled: m.where(m.compare("LessOrEqual", size, SQRT_32), near!, beyond),
    bell: m.multiply(-0.5, square),
  };
}

/** Phi(z) and log Phi(z), with full relative accuracy in the lower tail. */
export function cdf(m: Arithmetic, z: Term): { readonly mass: string; readonly log: string } {
  const { central, isCentral, scaled, bell } = partsOf(m, z);
  const tail = m.multiply(m.of("Exp", bell), scaled);
  const isLow = m.compare("Less", z, 0);
  return {
    mass: m.where(isCentral, central, m.where(isLow, tail, m.subtract(1, tail))),
    log: m.where(
      isCentral,
      m.of("Log", central),
      m.where(isLow, m.add(bell, m.of("Log", scaled)), log1p(m, m.of("Neg", tail))),
    ),
  };
}

/** z with log Phi(z) = logP for logP at most log(1/2). */
function lowerQuantile(m: Arithmetic, logP: string): string {
  const r = m.of("Sqrt", m.of("Neg", logP));
  // Far out: z^2 = s with s + log s + 2 / s = -2 logP - log 2 pi, nearly; Newton's step does the rest.
  const w = m.subtract(m.multiply(-2, logP), LOG_2PI);
  const again = (s: string): string => m.subtract(m.subtract(w, m.of("Log", s)), m.divide(2, s));
  const far = m.of("Neg", m.of("Sqrt", again(again(m.subtract(w, m.of("Log", w))))));
  const q = m.subtract(m.of("Exp", logP), 0.5);
  const [centre, beside, middle] = m.ratios([
    { x: m.subtract(0.180625, m.multiply(q, q)), top: QA, bottom: [1, ...QB] },
    { x: m.subtract(r, 1.6), top: QC, bottom: [1, ...QD] },
    { x: m.subtract(r, 5), top: QE, bottom: [1, ...QF] },
  ]);
  const near = m.where(
    m.compare("LessOrEqual", m.of("Abs", q), 0.425),
    m.multiply(q, centre!),
    m.of("Neg", beside!),
  );
  const start = m.where(
    m.compare("Greater", r, 27),
    far,
    m.where(m.compare("Greater", r, 5), m.of("Neg", middle!), near),
  );
  const { log } = cdf(m, start);
  const slope = m.of("Exp", m.subtract(log, logDensity(m, start)));
  const z = m.subtract(start, m.multiply(m.subtract(log, logP), slope));
  return m.where(m.compare("Less", logP, -Number.MAX_VALUE), -Infinity, z);
}

/** The standard normal quantile of a probability given by its logarithm. */
export function quantileOfLog(m: Arithmetic, logP: Term): string {
  const p = m.limit("Min", logP, 0);
  const isUpper = m.compare("Greater", p, -Math.LN2);
  const other = m.of("Log", m.of("Neg", expm1(m, p)));
  const z = lowerQuantile(m, m.where(isUpper, other, p));
  return m.where(isUpper, m.of("Neg", z), z);
}

/** Intervals of the axis, [rows, n] each. */
export interface Ends {
  readonly lower: string;
  readonly upper: string;
}

/** Intervals with the masses below their ends: in the lower half, or with 0 inside; what lies above 0 is mirrored, where small masses keep their digits. */
export interface MeasuredEnds extends Ends {
  readonly isMirrored: string;
  readonly a: string;
  readonly b: string;
  readonly below: Mass;
  readonly above: Mass;
}

interface Mass {
  readonly mass: string;
  readonly log: string;
}

/** @param count intervals of a row, the n of [rows, n] */
export function measured(m: Arithmetic, { lower, upper }: Ends, count: number): MeasuredEnds {
  const isMirrored = m.compare("Greater", lower, 0);
  const a = m.where(isMirrored, m.of("Neg", upper), lower);
  const b = m.where(isMirrored, m.of("Neg", lower), upper);
  // Both ends side by side: the approximations are long.
  const { mass, log } = cdf(m, m.beside([a, b]));
  const half = (value: string, i: number): string =>
    m.g.slice(value, 1, i * count, (i + 1) * count);
  const part = (i: number): Mass => ({ mass: half(mass, i), log: half(log, i) });
  return { lower, upper, isMirrored, a, b, below: part(0), above: part(1) };
}

/** log(Phi(upper) - Phi(lower)), without cancellation; -Infinity where nothing lies between. */
export function logMassOf(m: Arithmetic, { a, b, below, above }: MeasuredEnds): string {
  const straddles = m.all(m.compare("Greater", b, 0), m.compare("Less", a, 0));
  const gap = m.subtract(below.log, above.log);
  const sliver = m.add(logDensity(m, m.multiply(0.5, m.add(a, b))), m.of("Log", m.subtract(b, a)));
  const apart = m.add(above.log, m.of("Log", m.of("Neg", expm1(m, gap))));
  const mass = m.where(
    straddles,
    m.of("Log", m.subtract(above.mass, below.mass)),
    m.where(m.compare("Greater", gap, SLIVER), sliver, apart),
  );
  return m.where(m.compare("Greater", b, a), mass, -Infinity);
}

/** `drawInInterval`: a point of the interval with the density of a standard normal cut off at its ends, from u in (0, 1). */
export function drawIn(m: Arithmetic, ends: MeasuredEnds, u: string): string {
  const { lower, upper, isMirrored, below, above } = ends;
  const p = m.add(below.mass, m.multiply(u, m.subtract(above.mass, below.mass)));
  const isTiny = m.compare("LessOrEqual", above.mass, TINY);
  const isUpper = m.compare("Greater", p, 0.5);
  const share = m.of("Exp", m.subtract(below.log, above.log));
  const tiny = m.add(above.log, m.of("Log", m.add(u, m.multiply(m.subtract(1, u), share))));
  // 1 - p is exact for p above one half.
  const log = m.of("Log", m.where(isUpper, m.subtract(1, p), p));
  const half = lowerQuantile(m, m.where(isTiny, tiny, log));
  const own = m.where(isUpper, m.of("Neg", half), half);
  const z = m.where(isMirrored, m.of("Neg", own), own);
  const inside = m.subtract(
    upper,
    m.limit("Max", Number.MIN_VALUE, m.multiply(m.of("Abs", upper), 2 ** -52)),
  );
  const kept = m.where(m.compare("Less", z, lower), lower, z);
  return m.where(m.compare("GreaterOrEqual", kept, upper), inside, kept);
}
