import { CoupletError, checkOptions, norm } from "couplet/kit";
import type { OptionNames } from "couplet/kit";
import { bandMatrix } from "./banded.ts";
import type { FieldValues, Step, SyncParticipant } from "../participant.ts";
import { lineMesh, type PointMesh } from "../point-mesh.ts";

/** An elastic tube with flow in it. Density 1, unstressed cross-section 1; units are free but consistent. */
export interface TubeOptions {
  /** Default 10. */
  readonly length?: number;
  /** Cells along the tube; unknowns live at `cells + 1` points. */
  readonly cells: number;
  /** Elasticity of the wall. */
  readonly elasticity: number;
  /** Velocity at the inlet. Default `10 + 3 sin(10 pi t)`. */
  readonly inflow?: (time: number) => number;
  /** Velocity everywhere at the start. Default 10. */
  readonly initialVelocity?: number;
  /** Participant's name. */
  readonly name?: string;
  /** Longest time step of the flow. */
  readonly timeStep?: number;
}

/** The names of {@link TubeOptions}. */
export const tubeOptionNames: OptionNames<TubeOptions> = {
  length: 0,
  cells: 0,
  elasticity: 0,
  inflow: "function",
  initialVelocity: 0,
  name: "",
  timeStep: 0,
};

/** `c^2 = E / (2 r_0)` with `r_0 = 1 / sqrt(pi)`: the wave speed squared at rest. */
function waveSpeedSquared(elasticity: number): number {
  return (elasticity / 2) * Math.sqrt(Math.PI);
}

/** The points of a tube, the same for both participants. */
function tubePoints({ length = 10, cells }: Pick<TubeOptions, "length" | "cells">): PointMesh {
  return lineMesh(Array.from({ length: cells + 1 }, (_, i) => (i * length) / cells));
}

/**
 * The wall of the tube: a membrane without mass.
 *
 *   a(p) = ((2 c^2) / (2 c^2 - p))^2,   c^2 = E sqrt(pi) / 2
 *
 * Reads `pressure`, writes `crossSection`.
 *
 * @throws CoupletError DIVERGED when the pressure reaches `2 c^2`, where the tube bursts
 * @see Degroote et al. 2008, "Stability of a coupling technique for partitioned solvers in FSI applications"
 */
export function tubeWall(
  options: Pick<TubeOptions, "length" | "cells" | "elasticity" | "name">,
): SyncParticipant {
  checkOptions("tubeWall", options, { length: 0, cells: 0, elasticity: 0, name: "" });
  const mesh = tubePoints(options);
  const squared = waveSpeedSquared(options.elasticity);
  return {
    name: options.name ?? "wall",
    reads: { pressure: { mesh } },
    writes: { crossSection: { mesh, initial: 1 } },
    solve({ pressure }: FieldValues): FieldValues {
      return { crossSection: pressure!.map((p) => ((2 * squared) / (2 * squared - p)) ** 2) };
    },
    save: () => undefined,
    restore: () => undefined,
  };
}

/** Velocity and pressure along the tube, as the flow solver left them. */
export interface TubeFlow extends SyncParticipant {
  readonly velocity: Float64Array;
  readonly pressure: Float64Array;
}

/**
 * Incompressible inviscid flow in the tube, one velocity v and one pressure p per point, for a given cross-section a:
 *
 *   da/dt + d(a v)/dx = 0,   d(a v)/dt + d(a v^2)/dx + a dp/dx = 0
 *
 * Finite volumes, face values are means of neighbours, upwind momentum (v > 0), implicit Euler, Newton with the exact
 * Jacobian (banded). v is given at the inlet; v and p are extrapolated at the outlet and inlet; the outlet lets waves out:
 * `p = 2 (c^2 - (sqrt(c^2 - p_old / 2) - (v - v_old) / 4)^2)`. Reads `crossSection`, writes `pressure`.
 *
 * @throws CoupletError DIVERGED when Newton finds no solution
 * @see Degroote et al. 2008, "Stability of a coupling technique for partitioned solvers in FSI applications"
 */
export function tubeFlow(options: TubeOptions): TubeFlow {
  checkOptions("tubeFlow", options, tubeOptionNames);
  const {
    length = 10,
    cells: n,
    elasticity,
    inflow = (t: number): number => 10 + 3 * Math.sin(10 * Math.PI * t),
  } = options;
  if (!(n >= 3) || !(length > 0) || !(elasticity > 0)) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: "tubeFlow",
      expected: "at least 3 cells, a length and an elasticity above 0",
      received: `${n} cells, length ${length}, elasticity ${elasticity}`,
    });
  }
  const mesh = tubePoints(options);
  const state = {
    velocity: new Float64Array(n + 1).fill(options.initialVelocity ?? 10),
    pressure: new Float64Array(n + 1),
    section: new Float64Array(n + 1).fill(1),
  };
  let current: { velocity: Float64Array; pressure: Float64Array; section: Float64Array } = state;
  return {
    name: options.name ?? "flow",
    reads: { crossSection: { mesh } },
    writes: { pressure: { mesh, initial: 0 } },
    ...(options.timeStep === undefined ? {} : { timeStep: options.timeStep }),
    get velocity(): Float64Array {
      return current.velocity;
    },
    get pressure(): Float64Array {
      return current.pressure;
    },
    solve({ crossSection }: FieldValues, step: Step): FieldValues {
      const old = current;
      let z = new Float64Array(2 * n + 2);
      for (let i = 0; i <= n; i++) [z[2 * i], z[2 * i + 1]] = [old.velocity[i]!, old.pressure[i]!];
      const system = {
        n,
        dx: length / n,
        dt: step.size,
        inlet: inflow(step.end),
        squared: waveSpeedSquared(elasticity),
      };
      for (let k = 0; ; k++) {
        const change = newtonStep(system, z, crossSection!, old);
        z = z.map((value, i) => value + change[i]!);
        const [moved, size] = [norm(change), norm(z)];
        if (moved < 1e-11 * size) break;
        if (Number.isFinite(moved) && k < 30) continue;
        throw new CoupletError({
          code: "DIVERGED",
          where: `participant "${options.name ?? "flow"}"`,
          expected: "Newton to converge within 30 steps",
          received: `a last step of ${moved.toExponential(2)}`,
        });
      }
      const part = (offset: number): Float64Array =>
        Float64Array.from({ length: n + 1 }, (_, i) => z[2 * i + offset]!);
      current = { velocity: part(0), pressure: part(1), section: crossSection!.slice() };
      return { pressure: current.pressure.slice() };
    },
    save: () => current, // never modified, only replaced
    restore(saved: unknown): void {
      current = saved as typeof current;
    },
  };
}

interface FlowSystem {
  readonly n: number;
  readonly dx: number;
  readonly dt: number;
  readonly inlet: number;
  readonly squared: number;
}

/** One Newton step for the unknowns v_0, p_0, v_1, p_1, ...: in this order the matrix has a band of 4. */
function newtonStep(
  { n, dx, dt, inlet, squared }: FlowSystem,
  z: Float64Array,
  a: Float64Array,
  old: {
    readonly velocity: Float64Array;
    readonly pressure: Float64Array;
    readonly section: Float64Array;
  },
): Float64Array {
  const matrix = bandMatrix(2 * n + 2, 4, 4);
  const right = new Float64Array(2 * n + 2);
  const v = (i: number): number => z[2 * i]!;
  const p = (i: number): number => z[2 * i + 1]!;
  for (let i = 1; i < n; i++) {
    const [mass, momentum] = [2 * i + 1, 2 * i];
    const [ae, aw] = [(a[i]! + a[i + 1]!) / 2, (a[i]! + a[i - 1]!) / 2];
    const [fe, fw] = [(ae * (v(i) + v(i + 1))) / 2, (aw * (v(i) + v(i - 1))) / 2];
    right[mass] = -(((a[i]! - old.section[i]!) * dx) / dt + fe - fw);
    matrix.add(mass, 2 * i - 2, -aw / 2);
    matrix.add(mass, 2 * i, (ae - aw) / 2);
    matrix.add(mass, 2 * i + 2, ae / 2);
    right[momentum] = -(
      ((a[i]! * v(i) - old.section[i]! * old.velocity[i]!) * dx) / dt +
      fe * v(i) -
      fw * v(i - 1) +
      0.5 * (ae * (p(i + 1) - p(i)) + aw * (p(i) - p(i - 1)))
    );
    matrix.add(momentum, 2 * i - 2, -fw - (aw / 2) * v(i - 1));
    matrix.add(momentum, 2 * i, (a[i]! * dx) / dt + fe + (ae / 2) * v(i) - (aw / 2) * v(i - 1));
    matrix.add(momentum, 2 * i + 2, (ae / 2) * v(i));
    matrix.add(momentum, 2 * i - 1, -aw / 2);
    matrix.add(momentum, 2 * i + 1, (aw - ae) / 2);
    matrix.add(momentum, 2 * i + 3, ae / 2);
  }
  matrix.add(0, 0, 1);
  right[0] = inlet - v(0);
  const extrapolate = (row: number, first: number, second: number, third: number): void => {
    right[row] = -(z[first]! - 2 * z[second]! + z[third]!);
    matrix.add(row, first, 1);
    matrix.add(row, second, -2);
    matrix.add(row, third, 1);
  };
  extrapolate(1, 1, 3, 5);
  extrapolate(2 * n, 2 * n, 2 * n - 2, 2 * n - 4);
  const root = Math.sqrt(squared - old.pressure[n]! / 2) - (v(n) - old.velocity[n]!) / 4;
  right[2 * n + 1] = -(p(n) - 2 * (squared - root * root));
  matrix.add(2 * n + 1, 2 * n + 1, 1);
  matrix.add(2 * n + 1, 2 * n, -root);
  return matrix.solve(right);
}
