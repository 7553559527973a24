import { CoupletError, checkOptions, checkWord, requireOptions } from "couplet/kit";
import { requireNames } from "../spec-value.ts";
import {
  checkBoundaries,
  checkDistribution,
  type BoundaryNames,
  type RequiredNames,
} from "./check-boundaries.ts";
import {
  boundaryEdges,
  boundaryNodes,
  type ElementMesh,
  nodeCount,
  volumeSite,
} from "./element/mesh.ts";
import { overEdges, overVolume, type VolumePoint } from "./element/integrate.ts";
import { elementProblem } from "./element/problem.ts";
import type { Distribution, Property } from "./heat.ts";
import type { FieldValues, Step, SyncParticipant } from "./participant.ts";

/**
 * A boundary condition of an elastic body. A boundary without a condition is free.
 *
 * - `displacement`: components given (`x`, `y`); a component left out is free.
 * - `traction`: force per area, N/m2.
 * - `pressure`: against the outward normal, N/m2.
 * - `spring`: resists displacement by `stiffness u`, N/m3 (1-D: N/m per area).
 */
export type ElasticBoundary =
  | { readonly kind: "displacement"; readonly x?: Distribution; readonly y?: Distribution }
  | { readonly kind: "traction"; readonly x?: Distribution; readonly y?: Distribution }
  | { readonly kind: "pressure"; readonly value: Distribution }
  | { readonly kind: "spring"; readonly stiffness: number };

const boundaryNames: BoundaryNames<ElasticBoundary> = {
  displacement: { x: true, y: true },
  traction: { x: true, y: true },
  pressure: { value: true },
  spring: { stiffness: 0 },
};

const requiredNames: RequiredNames<ElasticBoundary> = {
  displacement: [],
  traction: [],
  pressure: ["value"],
  spring: ["stiffness"],
};

/** A linear-elastic body. */
export interface ElasticityOptions {
  /** Default "elastic". */
  readonly name?: string;
  readonly mesh: ElementMesh;
  /** E, N/m2. */
  readonly youngsModulus: Property;
  /** Default 0.3. Not used in 1-D. */
  readonly poissonRatio?: number;
  /** Default "stress" (thin); "strain" for a long body held at its ends. Not used in 1-D. */
  readonly plane?: "stress" | "strain";
  /** Secant coefficient of thermal expansion, 1/K, from `referenceTemperature`. Default 0. */
  readonly expansion?: Property;
  /** Default 0. */
  readonly referenceTemperature?: number;
  /** `true` (default): reads `temperature` at all nodes. A number: the same temperature everywhere, nothing is read. */
  readonly temperature?: true | number;
  readonly boundaries: Readonly<Record<string, ElasticBoundary>>;
  /** Single nodes held: the node nearest to (x, y) gets zero displacement in the listed components. */
  readonly pins?: readonly {
    readonly at: readonly [number, number?];
    readonly components: readonly ("x" | "y")[];
  }[];
  /** Force per volume, N/m3. */
  readonly force?: { readonly x?: Distribution; readonly y?: Distribution };
}

/** An elastic body as a participant. */
export interface ElasticParticipant extends SyncParticipant {
  readonly mesh: ElementMesh;
  /** Displacement per node, interleaved in 2-D. */
  readonly displacement: Float64Array;
  /** Stress per element, means over its points: sigma_xx, sigma_yy, sigma_xy, sigma_zz (1-D: sigma only). */
  readonly stress: Float64Array;
  /** Von Mises stress per element. */
  readonly vonMises: Float64Array;
}

const value = (property: Property, t: number, x: number, y: number): number =>
  typeof property === "number" ? property : property(t, x, y);
const at = (distribution: Distribution | undefined, x: number, y: number): number =>
  distribution === undefined
    ? 0
    : typeof distribution === "number"
      ? distribution
      : distribution(x, y, 0);

/** Isotropic elasticity at one point: `sigma = D (eps - thermal)` with entries of D for (xx, yy, xy). */
interface Law {
  readonly direct: number;
  readonly cross: number;
  readonly shear: number;
  /** Stress that the expansion alone would cause if held, per direction. */
  readonly thermal: number;
}

function checkBody(options: ElasticityOptions): void {
  requireOptions("elasticity", options, {
    name: "",
    mesh: true,
    youngsModulus: true,
    poissonRatio: 0,
    plane: ["strain", "stress"],
    expansion: true,
    referenceTemperature: 0,
    temperature: true,
    boundaries: true,
    pins: true,
    force: true,
  });
  requireNames("elasticity", options, ["mesh", "youngsModulus"]);
  for (const name of ["youngsModulus", "expansion"] as const)
    checkDistribution(`elasticity: ${name}`, options[name]);
  checkBoundaries("elasticity", options.boundaries, boundaryNames, requiredNames);
  for (const [i, one] of (options.pins ?? []).entries()) {
    requireOptions(`elasticity: pins[${i}]`, one, { at: true, components: true });
    requireNames(`elasticity: pins[${i}]`, one, ["at", "components"]);
    for (const component of one.components)
      checkWord(`elasticity: pins[${i}].components`, component, ["x", "y"]);
  }
  checkOptions("elasticity: force", options.force, { x: true, y: true });
}

/**
 * Small-strain thermo-elasticity `div sigma + f = 0`, `sigma = D(T) (eps(u) - alpha(T) (T - T_ref) 1)` by finite elements in 1-D or 2-D.
 *
 * Quasi-static: the answer depends on the temperature at the end of the step only. Displacements are second order in the mesh width
 * with linear elements, third order with quadratic triangles. Writes `displacement` (all nodes).
 *
 * @throws CoupletError USAGE for unknown options and kinds of boundaries; DATA_INVALID when rigid motion is possible, or E is not
 *   positive; SPEC_INVALID for settings that do not fit
 */
export function elasticity(options: ElasticityOptions): ElasticParticipant {
  checkBody(options);
  const { mesh, name = "elastic", poissonRatio: nu = 0.3, plane = "stress" } = options;
  const { dimension } = mesh;
  if (!(nu > -1 && nu < 0.5)) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: `participant "${name}".poissonRatio`,
      expected: "a number between -1 and 0.5",
      received: String(nu),
      hint: "Displacement elements cannot describe an incompressible body.",
    });
  }
  const problem = elementProblem(mesh, dimension);
  const law = lawOf(options, name, dimension);
  const body: Body = { options, mesh, dimension, plane, problem, law };
  for (const boundary of Object.keys(options.boundaries)) boundaryEdges(mesh, boundary);
  const uniform = typeof options.temperature === "number" ? options.temperature : undefined;
  const elements = mesh.elements.length / nodesPerElement(mesh);
  let displacement: Float64Array = new Float64Array(nodeCount(mesh) * dimension);
  let stress: Float64Array = new Float64Array(elements * (dimension === 1 ? 1 : 4));

  const site = volumeSite(mesh);
  return {
    name,
    mesh,
    reads: uniform === undefined ? { temperature: { mesh: site } } : {},
    writes: { displacement: { mesh: site, components: dimension } },
    get displacement(): Float64Array {
      return displacement;
    },
    get stress(): Float64Array {
      return stress;
    },
    get vonMises(): Float64Array {
      if (dimension === 1) return stress.map(Math.abs);
      return Float64Array.from({ length: elements }, (_, e) => {
        const [xx, yy, xy, zz] = stress.subarray(4 * e, 4 * e + 4);
        return Math.sqrt(
          0.5 * ((xx! - yy!) ** 2 + (yy! - zz!) ** 2 + (zz! - xx!) ** 2) + 3 * xy! * xy!,
        );
      });
    },
    solve(input: FieldValues, _step: Step): FieldValues {
      const temperature =
        uniform === undefined ? input.temperature : new Float64Array(nodeCount(mesh)).fill(uniform);
      problem.clear();
      const fixed = new Map<number, number>();
      assembleVolume(body, temperature!);
      for (const [boundary, condition] of Object.entries(options.boundaries))
        assembleBoundary(body, boundary, condition, fixed);
      pin(body, fixed);
      displacement = problem.solve(fixed);
      stress = recoverStress(body, displacement, temperature!);
      return { displacement: displacement.slice() };
    },
    save: () => ({ displacement, stress }), // replaced, never modified
    restore(state: unknown): void {
      ({ displacement, stress } = state as { displacement: Float64Array; stress: Float64Array });
    },
  };
}

/** A body as its parts of the equations read it. */
interface Body {
  readonly options: ElasticityOptions;
  readonly mesh: ElementMesh;
  readonly dimension: number;
  readonly plane: "stress" | "strain";
  readonly problem: ReturnType<typeof elementProblem>;
  /** The material law at a temperature and a place. */
  law(t: number, x: number, y: number): Law;
}

/** The material law at a temperature and a place. @throws CoupletError DATA_INVALID when E is not positive */
function lawOf(options: ElasticityOptions, name: string, dimension: number): Body["law"] {
  const { poissonRatio: nu = 0.3, plane = "stress" } = options;
  return (t, x, y) => {
    const e = value(options.youngsModulus, t, x, y);
    if (!(e > 0)) {
      throw new CoupletError({
        code: "DATA_INVALID",
        where: `participant "${name}"`,
        expected: "a positive Young's modulus",
        received: `${e} at temperature ${t}`,
      });
    }
    const free = value(options.expansion ?? 0, t, x, y) * (t - (options.referenceTemperature ?? 0));
    if (dimension === 1) return { direct: e, cross: 0, shear: 0, thermal: e * free };
    const shear = e / (2 * (1 + nu));
    if (plane === "stress") {
      const direct = e / (1 - nu * nu);
      return { direct, cross: nu * direct, shear, thermal: (e / (1 - nu)) * free };
    }
    const lame = (e * nu) / ((1 + nu) * (1 - 2 * nu));
    return { direct: lame + 2 * shear, cross: lame, shear, thermal: (e / (1 - 2 * nu)) * free };
  };
}

function assembleVolume(body: Body, temperature: Float64Array): void {
  const { mesh, dimension, problem, law } = body;
  const { force } = body.options;
  overVolume(mesh, (point) => {
    const { nodes, measure, shape, gradient: g, x, y } = point;
    const { direct, cross, shear, thermal } = law(interpolate(point, temperature), x, y);
    for (let i = 0; i < nodes.length; i++) {
      for (let d = 0; d < dimension; d++) {
        const load = at(d === 0 ? force?.x : force?.y, x, y);
        problem.load(
          nodes[i]! * dimension + d,
          measure * (shape[i]! * load + g[i * dimension + d]! * thermal),
        );
      }
      for (let j = 0; j < nodes.length; j++) {
        if (dimension === 1) {
          problem.stiffness(nodes[i]!, nodes[j]!, measure * direct * g[i]! * g[j]!);
          continue;
        }
        const [ix, iy, jx, jy] = [g[2 * i], g[2 * i + 1], g[2 * j], g[2 * j + 1]];
        const [a, b] = [2 * nodes[i]!, 2 * nodes[j]!];
        problem.stiffness(a, b, measure * (direct * ix! * jx! + shear * iy! * jy!));
        problem.stiffness(a, b + 1, measure * (cross * ix! * jy! + shear * iy! * jx!));
        problem.stiffness(a + 1, b, measure * (cross * iy! * jx! + shear * ix! * jy!));
        problem.stiffness(a + 1, b + 1, measure * (direct * iy! * jy! + shear * ix! * jx!));
      }
    }
  });
}

function assembleBoundary(
  { mesh, dimension, problem }: Body,
  boundary: string,
  condition: ElasticBoundary,
  fixed: Map<number, number>,
): void {
  const coordinates = (node: number): [number, number] => [
    mesh.points[node * dimension]!,
    dimension === 2 ? mesh.points[node * 2 + 1]! : 0,
  ];
  if (condition.kind === "displacement") {
    for (const node of boundaryNodes(mesh, boundary)) {
      if (condition.x !== undefined)
        fixed.set(node * dimension, at(condition.x, ...coordinates(node)));
      if (condition.y !== undefined && dimension === 2)
        fixed.set(node * 2 + 1, at(condition.y, ...coordinates(node)));
    }
    return;
  }
  overEdges(mesh, boundaryEdges(mesh, boundary), ({ nodes, measure, shape, normal, x, y }) => {
    for (let i = 0; i < nodes.length; i++) {
      for (let d = 0; d < dimension; d++) {
        const unknown = nodes[i]! * dimension + d;
        if (condition.kind === "traction")
          problem.load(
            unknown,
            measure * shape[i]! * at(d === 0 ? condition.x : condition.y, x, y),
          );
        if (condition.kind === "pressure")
          problem.load(unknown, -measure * shape[i]! * normal[d]! * at(condition.value, x, y));
        if (condition.kind !== "spring") continue;
        for (let j = 0; j < nodes.length; j++) {
          problem.stiffness(
            unknown,
            nodes[j]! * dimension + d,
            measure * condition.stiffness * shape[i]! * shape[j]!,
          );
        }
      }
    }
  });
}

function pin({ options, mesh, dimension }: Body, fixed: Map<number, number>): void {
  for (const {
    at: [px, py = 0],
    components,
  } of options.pins ?? []) {
    let best = 0;
    let bestSquare = Infinity;
    for (let node = 0; node < nodeCount(mesh); node++) {
      const square =
        (mesh.points[node * dimension]! - px) ** 2 +
        (dimension === 2 ? (mesh.points[node * 2 + 1]! - py) ** 2 : 0);
      if (square < bestSquare) [best, bestSquare] = [node, square];
    }
    for (const component of components)
      fixed.set(best * dimension + (component === "x" ? 0 : 1), 0);
  }
}

function recoverStress(
  { mesh, dimension, plane, law }: Body,
  displacement: Float64Array,
  temperature: Float64Array,
): Float64Array {
  const elements = mesh.elements.length / nodesPerElement(mesh);
  const width = dimension === 1 ? 1 : 4;
  const sums = new Float64Array(elements * width);
  const areas = new Float64Array(elements);
  overVolume(mesh, (point) => {
    const { nodes, measure, gradient: g, x, y, element } = point;
    const { direct, cross, shear, thermal } = law(interpolate(point, temperature), x, y);
    let [xx, yy, xy] = [0, 0, 0];
    nodes.forEach((node, k) => {
      xx += g[k * dimension]! * displacement[node * dimension]!;
      if (dimension === 1) return;
      yy += g[2 * k + 1]! * displacement[2 * node + 1]!;
      xy += g[2 * k + 1]! * displacement[2 * node]! + g[2 * k]! * displacement[2 * node + 1]!;
    });
    const sxx = direct * xx + cross * yy - thermal;
    const syy = direct * yy + cross * xx - thermal;
    // Plane strain: sigma_zz = lambda (eps_xx + eps_yy) - thermal; plane stress: none.
    const szz = plane === "strain" ? cross * (xx + yy) - thermal : 0;
    const all = dimension === 1 ? [sxx] : [sxx, syy, shear * xy, szz];
    areas[element]! += measure;
    all.forEach((component, c) => (sums[element * width + c]! += measure * component));
  });
  return sums.map((sum, i) => sum / areas[Math.floor(i / width)]!);
}

function nodesPerElement(mesh: ElementMesh): number {
  return { line2: 2, triangle3: 3, triangle6: 6, quad4: 4 }[mesh.kind];
}

function interpolate({ nodes, shape }: VolumePoint, values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < nodes.length; k++) sum += shape[k]! * values[nodes[k]!]!;
  return sum;
}
