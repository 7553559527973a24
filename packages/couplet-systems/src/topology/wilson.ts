/** Wilson loops: Wannier charge centres and the Z2 invariant of a plane of the Brillouin zone. */
import { CoupletError, innerProduct, requireOptions } from "couplet/kit";
import { requireNames } from "../spec-value.ts";
import { multiply } from "../linear-algebra/matrix/algebra.ts";
import type { ComplexDenseMatrix } from "../linear-algebra/matrix/matrix.ts";
import { eigenGeneral } from "../linear-algebra/eigen/dense-general.ts";
import { singularValues } from "../linear-algebra/eigen/svd.ts";
import type { TightBindingModel } from "./model.ts";
import { fixAxis } from "./fixed-axis.ts";
import { bandsAt } from "./occupied.ts";
import { finish } from "./steps.ts";

/** A closed line through the Brillouin zone along one axis. */
export interface WilsonLine {
  readonly model: TightBindingModel;
  readonly occupied: number;
  /** The axis along which the loop runs once around. */
  readonly axis: number;
  /** The wave vector; its entry at `axis` is ignored. */
  readonly k: readonly number[];
  /** Points of the loop. Default: doubled from 24 until the centres settle to 0.003. */
  readonly points?: number;
}

/**
 * Wannier charge centres of the occupied bands along a line, in units of the cell, ascending in [0, 1):
 *
 *   W = prod_i U(<u(k_i)|u(k_{i+1})>),   centres = -arg(eig W) / 2 pi
 *
 * with U(.) the unitary part (by SVD).
 *
 * @throws CoupletError NOT_CONVERGED if 768 points do not settle the centres
 * @see Yu, Qi, Bernevig, Fang & Dai 2011, PRB 84, 075119; Soluyanov & Vanderbilt 2011, PRB 83, 235401
 */
export function wannierCentres(line: WilsonLine): Float64Array {
  requireOptions("wannierCentres", line, {
    model: true,
    occupied: 0,
    axis: 0,
    k: true,
    points: 0,
  });
  requireNames("wannierCentres", line, ["model", "k"]);
  if (line.points !== undefined) return centresOf(statesOn(line, line.points));
  let states = statesOn(line, 24);
  let before = centresOf(states);
  while (states.length < 768) {
    // Every second point of twice as many is there already.
    const between = statesOn(line, states.length, 0.5);
    states = states.flatMap((here, i) => [here, between[i]!]);
    const centres = centresOf(states);
    // The tracked gaps between centres are at least 1 / occupied; 0.003 keeps far below that.
    if (circleDistance(before, centres) < 0.003) return centres;
    before = centres;
  }
  throw new CoupletError({
    code: "NOT_CONVERGED",
    where: "wannierCentres",
    expected: "centres that settle within 768 points",
    received: "centres that still move",
    hint: "The gap may be very small on this line.",
  });
}

/** Occupied states at equal steps along a line, the first at 0 or `offset` steps from it. */
function statesOn(line: WilsonLine, points: number, offset = 0): (readonly Float64Array[])[] {
  const { occupied, axis } = line;
  // Along the line only the cells of its axis are left.
  const model = line.k.reduce(
    (left, value, a) => (a === axis ? left : fixAxis(left, a, value)),
    line.model,
  );
  return Array.from({ length: points }, (_, i) => {
    const k = line.k.map((v, a) => (a === axis ? (2 * Math.PI * (i + offset)) / points : v));
    return bandsAt(model, k).vectors.slice(0, occupied);
  });
}

function centresOf(states: readonly (readonly Float64Array[])[]): Float64Array {
  const points = states.length;
  let loop: ComplexDenseMatrix | undefined;
  for (let i = 0; i < points; i++) {
    const link = unitaryPart(overlap(states[i]!, states[(i + 1) % points]!));
    loop = loop === undefined ? link : multiply(loop, link);
  }
  const { re, im } = eigenGeneral(loop!);
  return Float64Array.from(re, (x, i) => {
    const centre = -Math.atan2(im[i]!, x) / (2 * Math.PI);
    const wrapped = centre - Math.floor(centre);
    return wrapped >= 1 ? 0 : wrapped;
  }).sort();
}

/** <a_m | b_n> */
export function overlap(
  a: readonly Float64Array[],
  b: readonly Float64Array[],
): ComplexDenseMatrix {
  const n = a.length;
  const [re, im] = [new Float64Array(n * n), new Float64Array(n * n)];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) [re[i * n + j], im[i * n + j]] = innerProduct(a[i]!, b[j]!, true);
  }
  return { kind: "complexDense", rows: n, cols: n, re, im };
}

/** U V^H of the singular value decomposition: the nearest unitary matrix. */
function unitaryPart(m: ComplexDenseMatrix): ComplexDenseMatrix {
  const n = m.rows;
  const { left, right } = singularValues(m);
  const [re, im] = [new Float64Array(n * n), new Float64Array(n * n)];
  for (let s = 0; s < n; s++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const [a, b, c, d] = [left[s]![i]!, left[s]![n + i]!, right[s]![j]!, right[s]![n + j]!];
        re[i * n + j]! += a * c + b * d;
        im[i * n + j]! += b * c - a * d;
      }
    }
  }
  return { kind: "complexDense", rows: n, cols: n, re, im };
}

/** A plane of the Brillouin zone that time reversal maps to itself: one wave number fixed at 0 or pi. */
export interface Z2Plane {
  readonly model: TightBindingModel;
  readonly occupied: number;
  /** The axis along which the loops run. */
  readonly loopAxis: number;
  /** The axis along which the loops are moved, from 0 to pi. */
  readonly moveAxis: number;
  /** The wave vector; its entries at the two axes are ignored. */
  readonly k: readonly number[];
}

/** The Z2 invariant of a plane with the centres that it was counted from. */
export interface Z2PlaneResult {
  readonly z2: 0 | 1;
  readonly columns: readonly { readonly k: number; readonly centres: Float64Array }[];
}

/** Centres may move by this fraction of the largest gap between two lines, or lines are put between. */
const moveTolerance = 0.3;
/** A Kramers pair may be split by this fraction of the largest gap. */
const largestPair = 0.2;
/** The closest that two lines may come, in radians: refinement beyond it would follow a closed gap. */
const closestLines = Math.PI / 1024;

/**
 * The Z2 invariant of a plane by following the largest gap between the Wannier charge centres over
 * half the Brillouin zone: the parity of the number of centres that the middle of the gap jumps over.
 * Lines are added where the centres move fast.
 *
 * @throws CoupletError DATA_INVALID if the centres are not in Kramers pairs at both ends (time reversal is broken)
 * @see Soluyanov & Vanderbilt 2011, PRB 83, 235401; Gresch et al. 2017 (Z2Pack), PRB 95, 075146
 */
export function z2OfPlane(plane: Z2Plane): Z2PlaneResult {
  return finish(z2PlaneSteps(plane));
}

/** The steps of {@link z2OfPlane}: after each line the fraction of the work done, about. */
export function* z2PlaneSteps(plane: Z2Plane): Generator<number, Z2PlaneResult> {
  requireOptions("z2OfPlane", plane, {
    model: true,
    occupied: 0,
    loopAxis: 0,
    moveAxis: 0,
    k: true,
  });
  requireNames("z2OfPlane", plane, ["model", "k"]);
  const { occupied, loopAxis, moveAxis } = plane;
  // What is fixed on the whole plane is summed once.
  const model = plane.k.reduce(
    (left, value, a) => (a === loopAxis || a === moveAxis ? left : fixAxis(left, a, value)),
    plane.model,
  );
  const column = (k: number): { k: number; centres: Float64Array } => {
    const at = plane.k.map((v, a) => (a === moveAxis ? k : v));
    return { k, centres: wannierCentres({ model, occupied, axis: loopAxis, k: at }) };
  };
  const columns: { k: number; centres: Float64Array }[] = [];
  for (let i = 0; i <= 12; i++) {
    columns.push(column((Math.PI * i) / 12));
    yield (i + 1) / 26;
  }
  for (const end of [columns[0]!, columns[12]!]) requireKramersPairs(end.centres, end.k);
  for (let i = 0; i + 1 < columns.length;) {
    const [a, b] = [columns[i]!, columns[i + 1]!];
    if (b.k - a.k > closestLines && !followable(a.centres, b.centres)) {
      columns.splice(i + 1, 0, column((a.k + b.k) / 2));
      yield 0.5 + a.k / (2 * Math.PI);
    } else i++;
  }
  let jumps = 0;
  for (let i = 0; i + 1 < columns.length; i++) {
    const [from, to] = [
      middleOfGap(columns[i]!.centres).middle,
      middleOfGap(columns[i + 1]!.centres).middle,
    ];
    const [low, high] = from < to ? [from, to] : [to, from];
    for (const c of columns[i + 1]!.centres) if (c > low && c < high) jumps++;
  }
  return { z2: jumps % 2 === 0 ? 0 : 1, columns };
}

/** Whether the centres move little, and stay clear of the middle of the gap of the column before. */
function followable(a: Float64Array, b: Float64Array): boolean {
  const gap = middleOfGap(a);
  if (circleDistance(a, b) > moveTolerance * Math.min(gap.size, middleOfGap(b).size)) return false;
  return Array.from(b).every(
    (c) => Math.abs(c - gap.middle - Math.round(c - gap.middle)) > moveTolerance * 0.5 * gap.size,
  );
}

/** The middle and the size of the largest gap between centres on the circle. */
function middleOfGap(centres: Float64Array): { middle: number; size: number } {
  let best = { middle: 0, size: -1 };
  centres.forEach((c, i) => {
    const next = i + 1 < centres.length ? centres[i + 1]! : centres[0]! + 1;
    if (next - c > best.size) best = { middle: ((c + next) / 2) % 1, size: next - c };
  });
  return best;
}

/** The largest move of a centre between two sets on the circle, over the cyclic matching that is best. */
export function circleDistance(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  let best = Infinity;
  for (let offset = 0; offset < n; offset++) {
    let worst = 0;
    for (let i = 0; i < n; i++) {
      const d = a[i]! - b[(i + offset) % n]!;
      worst = Math.max(worst, Math.abs(d - Math.round(d)));
    }
    best = Math.min(best, worst);
  }
  return best;
}

function requireKramersPairs(centres: Float64Array, k: number): void {
  // On a circle of pairs each centre has its partner next to it; which one depends on the cut.
  const n = centres.length;
  const defect = (first: number): number => {
    let worst = 0;
    for (let i = 0; i < n; i += 2) {
      const d = centres[(first + i) % n]! - centres[(first + i + 1) % n]!;
      worst = Math.max(worst, Math.abs(d - Math.round(d)));
    }
    return worst;
  };
  // Centres are settled to 0.003, so that pairs are apart by twice that and a little; noise that breaks time reversal
  // splits them more. Counting needs pairs that are narrow beside the gap whose middle is followed.
  const allowed = Math.max(0.01, largestPair * middleOfGap(centres).size);
  if (Math.min(defect(0), defect(1)) <= allowed) return;
  throw new CoupletError({
    code: "DATA_INVALID",
    where: "z2OfPlane",
    expected: `Wannier centres in Kramers pairs at k = ${k.toFixed(4)}`,
    received: Array.from(centres, (c) => c.toFixed(4)).join(", "),
    hint: "Time reversal is broken, or the plane does not map to itself.",
  });
}
