import { CoupletError, requireOptions } from "couplet/kit";
import type { OptionNames } from "couplet/kit";
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
  boundarySite,
  type ElementMesh,
  nodeCount,
  volumeSite,
} from "./element/mesh.ts";
import { type EdgePoint, overEdges, overVolume } from "./element/integrate.ts";
import { elementProblem } from "./element/problem.ts";
import type { FieldSite, FieldValues, Participant, Step, SyncParticipant } from "./participant.ts";

/** A number, or a function of place (and time). */
export type Distribution = number | ((x: number, y: number, time: number) => number);
/** A material property: a number, or a function of temperature (and place). */
export type Property = number | ((temperature: number, x: number, y: number) => number);

/**
 * What happens at a boundary of a heat-conducting body. A boundary without a condition is insulated.
 *
 * - `temperature`: given.
 * - `flux`: given heat flux into the body, W/m2.
 * - `convection`: `coefficient (ambient - T)` into the body, W/(m2 K).
 * - `contact`: convection whose coefficient depends on a gap that the body's own deformation opens or closes:
 *   `gap = clearance - n . (u - u_mean)` with the outward normal n and the boundary displacement u, read under the name `field`.
 *   `anchor: "mean"` takes the mean displacement of the boundary out (what is in the gap moves with the body), `"none"` does not.
 * - `coupledTemperature`: temperature per node read as `field`; the heat flow per node out of the body is written as `flow`, W.
 * - `coupledFlow`: heat flow per node into the body read as `field`, W; the boundary temperature is written as `temperature`.
 */
export type HeatBoundary =
  | { readonly kind: "temperature"; readonly value: Distribution }
  | { readonly kind: "flux"; readonly value: Distribution }
  | {
      readonly kind: "convection";
      readonly coefficient: Distribution;
      readonly ambient: Distribution;
    }
  | {
      readonly kind: "contact";
      /** W/(m2 K), of the gap in m. */
      readonly coefficient: (gap: number) => number;
      readonly ambient: Distribution;
      readonly clearance: number;
      readonly field: string;
      readonly anchor?: "mean" | "none";
    }
  | { readonly kind: "coupledTemperature"; readonly field: string; readonly flow: string }
  | { readonly kind: "coupledFlow"; readonly field: string; readonly temperature: string };

/** A heat-conducting body. */
export interface HeatOptions {
  /** Default "heat". */
  readonly name?: string;
  readonly mesh: ElementMesh;
  /** k, W/(m K). */
  readonly conductivity: Property;
  /** Density times specific heat, J/(m3 K). Only for time-dependent problems. Default 0. */
  readonly capacity?: number;
  /** Heat source, W/m3. */
  readonly source?: Distribution;
  readonly boundaries: Readonly<Record<string, HeatBoundary>>;
  /** Temperature at the start, and the first guess of a steady problem. Default 0. */
  readonly initial?: Distribution;
  readonly timeStep?: number;
}

/** A heat-conducting body as a participant. */
export interface HeatParticipant extends SyncParticipant {
  readonly mesh: ElementMesh;
  /** Temperature per node. */
  readonly temperature: Float64Array;
  /** Heat that flowed in through each boundary at the last solve, W (per metre of depth in 2-D). */
  readonly heatIn: Readonly<Record<string, number>>;
}

const at = (value: Distribution, x: number, y: number, time: number): number =>
  typeof value === "number" ? value : value(x, y, time);

const heatOptionNames: OptionNames<HeatOptions> = {
  name: "",
  mesh: true,
  conductivity: true,
  capacity: 0,
  source: true,
  boundaries: true,
  initial: true,
  timeStep: 0,
};

const boundaryNames: BoundaryNames<HeatBoundary> = {
  temperature: { value: true },
  flux: { value: true },
  convection: { coefficient: true, ambient: true },
  contact: {
    coefficient: "function",
    ambient: true,
    clearance: 0,
    field: "",
    anchor: ["mean", "none"],
  },
  coupledTemperature: { field: "", flow: "" },
  coupledFlow: { field: "", temperature: "" },
};

const requiredNames: RequiredNames<HeatBoundary> = {
  temperature: ["value"],
  flux: ["value"],
  convection: ["coefficient", "ambient"],
  contact: ["coefficient", "ambient", "clearance", "field"],
  coupledTemperature: ["field", "flow"],
  coupledFlow: ["field", "temperature"],
};

function checkBody(options: HeatOptions): void {
  requireOptions("heatConduction", options, heatOptionNames);
  requireNames("heatConduction", options, ["mesh", "conductivity"]);
  for (const name of ["conductivity", "source", "initial"] as const)
    checkDistribution(`heatConduction: ${name}`, options[name]);
  checkBoundaries("heatConduction", options.boundaries, boundaryNames, requiredNames);
}

/**
 * Heat conduction `c dT/dt - div(k(T) grad T) = q` by finite elements in 1-D or 2-D, implicit Euler in time
 * (a step of infinite length is the steady problem).
 *
 * Linear elements are second order in the mesh width, quadratic triangles third order, time is first order. A conductivity that depends on
 * temperature is iterated to 1e-12 inside. Writes `temperature` (all nodes) and what coupled boundaries add.
 *
 * @throws CoupletError USAGE for unknown options and kinds of boundaries; SPEC_INVALID for a boundary that the mesh does not have; DATA_INVALID when no boundary determines the temperature of a steady body;
 *   NOT_CONVERGED when k(T) does not settle
 */
export function heatConduction(options: HeatOptions): HeatParticipant {
  checkBody(options);
  const { mesh, name = "heat", boundaries } = options;
  const problem = elementProblem(mesh, 1);
  const count = nodeCount(mesh);
  const conditions = Object.entries(boundaries);
  for (const [boundary] of conditions) boundaryEdges(mesh, boundary);
  const nodesOf = new Map(
    conditions.map(([boundary]) => [boundary, boundaryNodes(mesh, boundary)]),
  );
  const body: Body = { options, mesh, name, problem, nodesOf };
  let current: Float64Array = Float64Array.from({ length: count }, (_, i) =>
    at(options.initial ?? 0, ...placeOf(mesh, i), 0),
  );
  // First guess for k(T): the last solution, also after a restore. It moves the answer by the inner tolerance only.
  let warm = current;
  let heatIn: Record<string, number> = {};

  function solve(input: FieldValues, step: Step): FieldValues {
    const old = current;
    const constant = typeof options.conductivity === "number";
    let guess = constant ? old : warm;
    for (let k = 0; ; k++) {
      problem.clear();
      const fixed = new Map<number, number>();
      assembleVolume(body, guess, old, step);
      const flows = conditions.map(([boundary, condition]) =>
        assembleBoundary(body, boundary, condition, input, step.end, fixed),
      );
      const next = problem.solve(fixed);
      const change = next.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - guess[i]!)),
        0,
      );
      const size = next.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      guess = next;
      if (!Number.isFinite(change) || (!constant && k >= 100)) {
        throw new CoupletError({
          code: "NOT_CONVERGED",
          where: `participant "${name}"`,
          expected: "k(T) to settle within 100 iterations",
          received: `a last change of ${change.toExponential(2)}`,
        });
      }
      if (!constant && change > 1e-12 * size) continue;
      current = next;
      warm = next;
      const reaction = problem.reaction(next);
      heatIn = Object.fromEntries(
        conditions.map(([boundary, { kind }], i) => {
          const given = kind === "temperature" || kind === "coupledTemperature";
          return [
            boundary,
            given
              ? nodesOf.get(boundary)!.reduce((sum, node) => sum + reaction[node]!, 0)
              : flows[i]!(next),
          ];
        }),
      );
      return output(body, current, reaction);
    }
  }

  return {
    name,
    mesh,
    ...heatSites(mesh, conditions, current),
    ...(options.timeStep === undefined ? {} : { timeStep: options.timeStep }),
    get temperature(): Float64Array {
      return current;
    },
    get heatIn(): Readonly<Record<string, number>> {
      return heatIn;
    },
    solve,
    save: () => current, // replaced, never modified
    restore(state: unknown): void {
      current = state as Float64Array;
    },
  };
}

/** A body as its parts of the equation read it. */
interface Body {
  readonly options: HeatOptions;
  readonly mesh: ElementMesh;
  readonly name: string;
  readonly problem: ReturnType<typeof elementProblem>;
  /** The nodes of each boundary. */
  readonly nodesOf: ReadonlyMap<string, ReturnType<typeof boundaryNodes>>;
}

function placeOf(mesh: ElementMesh, node: number): readonly [x: number, y: number] {
  return [
    mesh.points[node * mesh.dimension]!,
    mesh.dimension === 2 ? mesh.points[node * 2 + 1]! : 0,
  ];
}

/** The temperature, and what each coupled boundary tells its neighbour. */
function output(
  { options, nodesOf }: Body,
  temperature: Float64Array,
  reaction: Float64Array,
): FieldValues {
  const result: Record<string, Float64Array> = { temperature: temperature.slice() };
  for (const [boundary, condition] of Object.entries(options.boundaries)) {
    const nodes = nodesOf.get(boundary)!;
    if (condition.kind === "coupledTemperature")
      result[condition.flow] = Float64Array.from(nodes, (node) => -reaction[node]!);
    if (condition.kind === "coupledFlow")
      result[condition.temperature] = Float64Array.from(nodes, (node) => temperature[node]!);
  }
  return result;
}

/** Conduction, source and inertia of the volume, with k at the temperature `guess`. */
function assembleVolume(
  { options, mesh, name, problem }: Body,
  guess: Float64Array,
  old: Float64Array,
  step: Step,
): void {
  const lumped = mesh.kind === "line2"; // one quadrature point cannot hold a consistent mass matrix
  const inertia = (options.capacity ?? 0) / step.size;
  overVolume(mesh, ({ nodes, measure, shape, gradient, x: px, y: py }) => {
    const temperature = nodes.reduce((sum, node, k) => sum + shape[k]! * guess[node]!, 0);
    const k =
      typeof options.conductivity === "number"
        ? options.conductivity
        : options.conductivity(temperature, px, py);
    if (!(k > 0)) throw notPositive(name, "conductivity", k, temperature);
    const source = options.source === undefined ? 0 : at(options.source, px, py, step.end);
    const before = nodes.reduce((sum, node, i) => sum + shape[i]! * old[node]!, 0);
    for (let i = 0; i < nodes.length; i++) {
      problem.load(
        nodes[i]!,
        measure * shape[i]! * (source + inertia * (lumped ? old[nodes[i]!]! : before)),
      );
      if (lumped) problem.stiffness(nodes[i]!, nodes[i]!, measure * inertia * shape[i]!);
      for (let j = 0; j < nodes.length; j++) {
        let value = lumped ? 0 : inertia * shape[i]! * shape[j]!;
        for (let d = 0; d < mesh.dimension; d++)
          value += k * gradient[i * mesh.dimension + d]! * gradient[j * mesh.dimension + d]!;
        problem.stiffness(nodes[i]!, nodes[j]!, measure * value);
      }
    }
  });
}

/** Adds `coefficient (ambient - T)` at a point of an edge. */
function exchangeAt(
  problem: Body["problem"],
  point: EdgePoint,
  coefficient: number,
  ambient: number,
): void {
  const { nodes, measure, shape } = point;
  for (let i = 0; i < nodes.length; i++) {
    problem.load(nodes[i]!, measure * shape[i]! * coefficient * ambient);
    for (let j = 0; j < nodes.length; j++)
      problem.stiffness(nodes[i]!, nodes[j]!, measure * coefficient * shape[i]! * shape[j]!);
  }
}

/** Adds a boundary's terms; fixed temperatures go to the map. Returns the heat flowing in as a function of the solution. */
function assembleBoundary(
  { mesh, name, problem, nodesOf }: Body,
  boundary: string,
  condition: HeatBoundary,
  input: FieldValues,
  time: number,
  fixed: Map<number, number>,
): (temperature: Float64Array) => number {
  const edges = boundaryEdges(mesh, boundary);
  const nodes = nodesOf.get(boundary)!;
  const parts: ((temperature: Float64Array) => number)[] = [];
  const exchange = (point: EdgePoint, coefficient: number, ambient: number): void => {
    exchangeAt(problem, point, coefficient, ambient);
    const { nodes: own, shape, measure } = point;
    const [ids, weights] = [Int32Array.from(own), [...shape]];
    parts.push(
      (t) =>
        measure *
        coefficient *
        (ambient - ids.reduce((sum, node, k) => sum + weights[k]! * t[node]!, 0)),
    );
  };
  if (condition.kind === "temperature")
    for (const node of nodes) fixed.set(node, at(condition.value, ...placeOf(mesh, node), time));
  if (condition.kind === "coupledTemperature")
    nodes.forEach((node, i) => fixed.set(node, input[condition.field]![i]!));
  if (condition.kind === "coupledFlow") {
    nodes.forEach((node, i) => problem.load(node, input[condition.field]![i]!));
    const total = input[condition.field]!.reduce((sum, value) => sum + value, 0);
    parts.push(() => total);
  }
  if (condition.kind === "flux") {
    overEdges(mesh, edges, (point) => {
      const flux = at(condition.value, point.x, point.y, time);
      point.nodes.forEach((node, k) => problem.load(node, point.measure * point.shape[k]! * flux));
      parts.push(() => point.measure * flux);
    });
  }
  if (condition.kind === "convection") {
    overEdges(mesh, edges, (point) =>
      exchange(
        point,
        at(condition.coefficient, point.x, point.y, time),
        at(condition.ambient, point.x, point.y, time),
      ),
    );
  }
  if (condition.kind === "contact") {
    const gap = gapOf(mesh, boundary, condition, input[condition.field]!);
    overEdges(mesh, edges, (point) => {
      const coefficient = condition.coefficient(gap(point));
      if (!(coefficient >= 0))
        throw notPositive(name, "contact coefficient", coefficient, gap(point));
      exchange(point, coefficient, at(condition.ambient, point.x, point.y, time));
    });
  }
  return (temperature) => parts.reduce((sum, part) => sum + part(temperature), 0);
}

function heatSites(
  mesh: ElementMesh,
  conditions: readonly (readonly [string, HeatBoundary])[],
  initial: Float64Array,
): Pick<Participant, "reads" | "writes"> {
  const reads: Record<string, FieldSite> = {};
  const writes: Record<string, FieldSite> = { temperature: { mesh: volumeSite(mesh), initial } };
  for (const [boundary, condition] of conditions) {
    const site = { mesh: boundarySite(mesh, boundary) };
    const start = Float64Array.from(boundaryNodes(mesh, boundary), (node) => initial[node]!);
    if (condition.kind === "contact")
      reads[condition.field] = { ...site, components: mesh.dimension };
    if (condition.kind === "coupledTemperature") {
      reads[condition.field] = site;
      writes[condition.flow] = site;
    }
    if (condition.kind === "coupledFlow") {
      reads[condition.field] = site;
      writes[condition.temperature] = { ...site, initial: start };
    }
  }
  return { reads, writes };
}

/** The gap at points of a boundary, from the displacement of its nodes. */
function gapOf(
  mesh: ElementMesh,
  boundary: string,
  condition: Extract<HeatBoundary, { kind: "contact" }>,
  displacement: Float64Array,
): (point: EdgePoint) => number {
  const nodes = boundaryNodes(mesh, boundary);
  const { dimension } = mesh;
  const place = new Map(Array.from(nodes, (node, i) => [node, i]));
  const component = (node: number, d: number): number =>
    displacement[place.get(node)! * dimension + d]!;
  const mean = [0, 0];
  if (condition.anchor === "mean") {
    let length = 0;
    overEdges(mesh, boundaryEdges(mesh, boundary), ({ nodes: own, shape, measure }) => {
      length += measure;
      own.forEach((node, k) => {
        for (let d = 0; d < dimension; d++) mean[d]! += measure * shape[k]! * component(node, d);
      });
    });
    for (let d = 0; d < dimension; d++) mean[d]! /= length;
  }
  return ({ nodes: own, shape, normal }) => {
    let closing = 0;
    own.forEach((node, k) => {
      for (let d = 0; d < dimension; d++) closing += shape[k]! * normal[d]! * component(node, d);
    });
    for (let d = 0; d < dimension; d++) closing -= normal[d]! * mean[d]!;
    return condition.clearance - closing;
  };
}

function notPositive(name: string, what: string, value: number, where: number): CoupletError {
  return new CoupletError({
    code: "DATA_INVALID",
    where: `participant "${name}"`,
    expected: `a positive ${what}`,
    received: `${value} at ${where}`,
  });
}
