/** How much rows speak for a wanted property. */
import { logMean } from "../statistics/log-sum-exp.ts";
import { logNormalDensity, normalQuantile } from "../statistics/normal.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { logIntegrals } from "./axis-integral.ts";
import type { LogIntegrand } from "./axis-integral.ts";
import type { PropertyAxes } from "./property-axes.ts";

/** Nodes reach so far at least: a standard normal has 2e-9 beyond. */
const REACH = 6;
const SPACING = 0.25;
/** Nodes beside the wanted coordinate, where the rows that are ranked have most of their mass. */
const BESIDE = [0, 0.03, 0.1];

/** Points for several targets: from the prior, and from ever narrower normals around the wanted ones. */
const PRIOR_DRAWS = 512;
const NARROW = [0.5, 0.2, 0.07, 0.025];
const NARROW_DRAWS = 256;

/** Rows of the flow that are asked for at a time. */
const CHUNK = 16_384;

/**
 * log p(x | y) - log p(x) = log p(y | x) - log p(y) of each row, nats: y in coordinates that are standard normal over the training rows, and
 *
 *   p(x) = integral of p(x | c) phi(c) dc   (or of p(x, c) dc, for a model of all columns).
 *
 * For one property by adaptive quadrature, the wanted coordinate among the nodes, to about 1e-3. For several by importance sampling:
 * c from a mixture of the prior and of normals around the wanted coordinates, to a few
 * hundredths where p(c | x) is not narrower than 0.02.
 *
 * @param z rows of the flow
 */
export async function evidence(
  flow: FlowModel<boolean>,
  z: Float64Array,
  axes: PropertyAxes,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const { dims } = flow.spec;
  const rows = z.length / dims;
  const several = axes.places.length;
  const density = jointDensity(flow, z, axes, signal);
  const all = Int32Array.from({ length: rows }, (_, r) => r);
  const own = Float64Array.from({ length: rows * several }, (_, i) => {
    const t = i % several;
    return axes.inRows ? z[Math.floor(i / several) * dims + axes.places[t]!]! : axes.wanted[t]!;
  });
  const joint = await density(all, own);
  const marginal =
    several === 1
      ? await logIntegrals(rows, startNodes(axes.wanted[0]!), density)
      : await sampledIntegrals(rows, axes.wanted, density);
  return joint.map((value, r) => {
    let prior = 0;
    for (let t = 0; t < several; t++) prior += logNormalDensity(own[r * several + t]!);
    return value - prior - marginal[r]!;
  });
}

/** log of p(x, c) of rows with coordinates of their own: rows x targets. */
function jointDensity(
  flow: FlowModel<boolean>,
  z: Float64Array,
  { inRows, places, context }: PropertyAxes,
  signal: AbortSignal | undefined,
): LogIntegrand {
  const { dims } = flow.spec;
  const width = context.length;
  return async (rows, at) => {
    const out = new Float64Array(rows.length);
    for (let first = 0; first < rows.length; first += CHUNK) {
      const count = Math.min(CHUNK, rows.length - first);
      const x = new Float64Array(count * dims);
      const given = new Float64Array(count * width);
      for (let i = 0; i < count; i++) {
        const r = rows[first + i]!;
        x.set(z.subarray(r * dims, (r + 1) * dims), i * dims);
        given.set(context, i * width);
        for (const [t, place] of places.entries()) {
          const c = at[(first + i) * places.length + t]!;
          if (inRows) x[i * dims + place] = c;
          else given[i * width + place] = c;
        }
      }
      const logProb = await flow.logProb(x, {
        ...(width === 0 ? {} : { context: given }),
        ...(signal === undefined ? {} : { signal }),
      });
      out.set(logProb, first);
    }
    if (inRows) return out;
    return out.map((value, i) => {
      let prior = 0;
      for (let t = 0; t < places.length; t++) prior += logNormalDensity(at[i * places.length + t]!);
      return value + prior;
    });
  };
}

function startNodes(wanted: number): number[] {
  const reach = Math.max(REACH, Math.abs(wanted) + 1);
  const steps = Math.ceil(reach / SPACING);
  const nodes = Array.from({ length: 2 * steps + 1 }, (_, k) => (k - steps) * SPACING);
  const beside = BESIDE.flatMap((by) => [wanted - by, wanted + by]);
  return [...new Set([...nodes, ...beside])].sort((a, b) => a - b);
}

/** The balance heuristic: each draw is weighted by the integrand over the mixture's density, whichever part it came from (Veach & Guibas 1995). */
async function sampledIntegrals(
  rows: number,
  wanted: readonly number[],
  density: LogIntegrand,
): Promise<Float64Array> {
  const parts = [
    { centre: wanted.map(() => 0), scale: 1, draws: PRIOR_DRAWS },
    ...NARROW.map((scale) => ({ centre: wanted, scale, draws: NARROW_DRAWS })),
  ];
  const draws = parts.flatMap(({ centre, scale, draws: count }, part) =>
    Array.from({ length: count }, (_, row) =>
      centre.map((c, t) => c + scale * normalQuantile(evenly(row, t, centre.length, part))),
    ),
  );
  const shares = parts.map(({ draws: count }) => count / draws.length);
  const logMixture = draws.map((c) =>
    Math.log(
      parts.reduce((sum, { centre, scale }, k) => {
        const log = c.reduce(
          (own, value, t) => own + logNormalDensity((value - centre[t]!) / scale) - Math.log(scale),
          0,
        );
        return sum + shares[k]! * Math.exp(log);
      }, 0),
    ),
  );
  const at = Float64Array.from(draws.flat());
  const out = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    const logs = await density(new Int32Array(draws.length).fill(r), at);
    out[r] = logMean(logs.map((value, k) => value - logMixture[k]!));
  }
  return out;
}

/**
 * Coordinate `t` of point `row` in (0, 1)^d, points that fill it evenly: frac(1/2 + n / g^(t+1)) with g^(d+1) = g + 1, from another place for each part.
 *
 * @see Roberts 2018, "The unreasonable effectiveness of quasirandom sequences"
 */
function evenly(row: number, t: number, d: number, part: number): number {
  let g = 1.5;
  for (let i = 0; i < 60; i++) g = (1 + g) ** (1 / (d + 1));
  const value = 0.5 + (1 + row + 1000 * part) / g ** (t + 1);
  return Math.max(1e-12, value - Math.floor(value));
}
