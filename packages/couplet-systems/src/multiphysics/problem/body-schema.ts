/** Bodies in a multiphysics problem file, and the participants that they stand for. */
import { record } from "couplet/kit";
import * as v from "valibot";
import { elasticity, type ElasticBoundary, type ElasticParticipant } from "../elasticity.ts";
import { intervalMesh, rectangleMesh } from "../element/generate.ts";
import type { ElementMesh } from "../element/mesh.ts";
import {
  heatConduction,
  type Distribution,
  type HeatBoundary,
  type HeatParticipant,
  type Property,
} from "../heat.ts";
import { count, name, number, positive } from "../../problem/fields.ts";
import { compileFormula } from "../../formula/compile-formula.ts";

/** A mesh of a body: a line cut in equal elements, or a rectangle cut in equal cells. */
export type MeshSpec =
  | {
      readonly kind: "interval";
      readonly from?: number;
      readonly to?: number;
      readonly elements: number;
    }
  | {
      readonly kind: "rectangle";
      readonly x?: readonly [number, number];
      readonly y?: readonly [number, number];
      readonly columns: number;
      readonly rows: number;
      readonly element?: "triangle3" | "triangle6" | "quad4";
    };

/** A number, or a formula: in x, y and t for places, in T, x and y for materials, in gap for contacts. */
export type FormulaText = number | string;

/** A boundary condition of a heat-conducting body; see `HeatBoundary`, with formulas for functions. */
export type HeatBoundarySpec =
  | { readonly kind: "temperature" | "flux"; readonly value: FormulaText }
  | {
      readonly kind: "convection";
      readonly coefficient: FormulaText;
      readonly ambient: FormulaText;
    }
  | {
      readonly kind: "contact";
      readonly coefficient: FormulaText;
      readonly ambient: FormulaText;
      readonly clearance: number;
      readonly field: string;
      readonly anchor?: "mean" | "none";
    }
  | { readonly kind: "coupledTemperature"; readonly field: string; readonly flow: string }
  | { readonly kind: "coupledFlow"; readonly field: string; readonly temperature: string };

/** A boundary condition of an elastic body; see `ElasticBoundary`, with formulas for functions. */
export type ElasticBoundarySpec =
  | {
      readonly kind: "displacement" | "traction";
      readonly x?: FormulaText;
      readonly y?: FormulaText;
    }
  | { readonly kind: "pressure"; readonly value: FormulaText }
  | { readonly kind: "spring"; readonly stiffness: number };

/** A body: heat conduction or elasticity. */
export type BodySpec =
  | {
      readonly kind: "heat";
      readonly name: string;
      readonly mesh: MeshSpec;
      readonly conductivity: FormulaText;
      readonly capacity?: number;
      readonly source?: FormulaText;
      readonly boundaries: Readonly<Record<string, HeatBoundarySpec>>;
      readonly initial?: FormulaText;
      readonly timeStep?: number;
    }
  | {
      readonly kind: "elastic";
      readonly name: string;
      readonly mesh: MeshSpec;
      readonly youngsModulus: FormulaText;
      readonly poissonRatio?: number;
      readonly plane?: "stress" | "strain";
      readonly expansion?: FormulaText;
      readonly referenceTemperature?: number;
      readonly temperature?: true | number;
      readonly boundaries: Readonly<Record<string, ElasticBoundarySpec>>;
      readonly pins?: readonly {
        readonly at: readonly [number, number?];
        readonly components: readonly ("x" | "y")[];
      }[];
      readonly force?: { readonly x?: FormulaText; readonly y?: FormulaText };
    };

const formula = v.union([number, v.string()]);
const interval = v.tuple([number, number]);
const mesh = v.variant("kind", [
  record({
    kind: v.literal("interval"),
    from: v.optional(number),
    to: v.optional(number),
    elements: count(1, 100_000),
  }),
  record({
    kind: v.literal("rectangle"),
    x: v.optional(interval),
    y: v.optional(interval),
    columns: count(1, 1000),
    rows: count(1, 1000),
    element: v.optional(v.picklist(["triangle3", "triangle6", "quad4"])),
  }),
]);
const heatBoundary = v.variant("kind", [
  record({ kind: v.literal("temperature"), value: formula }),
  record({ kind: v.literal("flux"), value: formula }),
  record({ kind: v.literal("convection"), coefficient: formula, ambient: formula }),
  record({
    kind: v.literal("contact"),
    coefficient: formula,
    ambient: formula,
    clearance: number,
    field: name,
    anchor: v.optional(v.picklist(["mean", "none"])),
  }),
  record({ kind: v.literal("coupledTemperature"), field: name, flow: name }),
  record({ kind: v.literal("coupledFlow"), field: name, temperature: name }),
]);
const elasticBoundary = v.variant("kind", [
  record({ kind: v.literal("displacement"), x: v.optional(formula), y: v.optional(formula) }),
  record({ kind: v.literal("traction"), x: v.optional(formula), y: v.optional(formula) }),
  record({ kind: v.literal("pressure"), value: formula }),
  record({ kind: v.literal("spring"), stiffness: positive }),
]);

/** Schema of a {@link BodySpec}. */
export const body: v.GenericSchema<BodySpec> = v.variant("kind", [
  record({
    kind: v.literal("heat"),
    name,
    mesh,
    conductivity: formula,
    capacity: v.optional(positive),
    source: v.optional(formula),
    boundaries: v.record(v.string(), heatBoundary),
    initial: v.optional(formula),
    timeStep: v.optional(positive),
  }),
  record({
    kind: v.literal("elastic"),
    name,
    mesh,
    youngsModulus: formula,
    poissonRatio: v.optional(number),
    plane: v.optional(v.picklist(["stress", "strain"])),
    expansion: v.optional(formula),
    referenceTemperature: v.optional(number),
    temperature: v.optional(v.union([v.literal(true), number])),
    boundaries: v.record(v.string(), elasticBoundary),
    pins: v.optional(
      v.array(
        record({
          at: v.union([v.tuple([number]), v.tuple([number, number])]),
          components: v.array(v.picklist(["x", "y"])),
        }),
      ),
    ),
    force: v.optional(record({ x: v.optional(formula), y: v.optional(formula) })),
  }),
]) as unknown as v.GenericSchema<BodySpec>;

const place = (value: FormulaText, where: string): Distribution =>
  compileFormula(value, ["x", "y", "t"], where) as Distribution;
const material = (value: FormulaText, where: string): Property =>
  compileFormula(value, ["T", "x", "y"], where) as Property;

function meshOf(spec: MeshSpec): ElementMesh {
  if (spec.kind === "interval") return intervalMesh(without(spec, "kind"));
  const { element, ...rest } = without(spec, "kind");
  return rectangleMesh({ ...rest, ...(element === undefined ? {} : { kind: element }) });
}

function without<T extends object, K extends keyof T>(object: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = object;
  return rest;
}

/** A participant with what it is made of. */
export type Body =
  | { readonly kind: "heat"; readonly participant: HeatParticipant }
  | { readonly kind: "elastic"; readonly participant: ElasticParticipant };

/**
 * The participant that a body in a file stands for.
 * @throws CoupletError SPEC_INVALID for text that is not a formula; what `heatConduction` and `elasticity` throw
 */
export function bodyOf(spec: BodySpec, where: string): Body {
  const each = <A, B>(record_: Readonly<Record<string, A>>, of: (a: A, at: string) => B) =>
    Object.fromEntries(
      Object.entries(record_).map(([key, value]) => [key, of(value, `${where}.boundaries.${key}`)]),
    );
  if (spec.kind === "heat") {
    return {
      kind: "heat",
      participant: heatConduction({
        name: spec.name,
        mesh: meshOf(spec.mesh),
        conductivity: material(spec.conductivity, `${where}.conductivity`),
        boundaries: each(spec.boundaries, heatBoundaryOf),
        ...(spec.capacity === undefined ? {} : { capacity: spec.capacity }),
        ...(spec.source === undefined ? {} : { source: place(spec.source, `${where}.source`) }),
        ...(spec.initial === undefined ? {} : { initial: place(spec.initial, `${where}.initial`) }),
        ...(spec.timeStep === undefined ? {} : { timeStep: spec.timeStep }),
      }),
    };
  }
  const {
    mesh: mesh_,
    youngsModulus,
    expansion,
    boundaries,
    force,
    ...rest
  } = without(spec, "kind");
  return {
    kind: "elastic",
    participant: elasticity({
      ...rest,
      mesh: meshOf(mesh_),
      youngsModulus: material(youngsModulus, `${where}.youngsModulus`),
      boundaries: each(boundaries, elasticBoundaryOf),
      ...(expansion === undefined ? {} : { expansion: material(expansion, `${where}.expansion`) }),
      ...(force === undefined ? {} : { force: vectorOf(force, `${where}.force`) }),
    }),
  };
}

function heatBoundaryOf(spec: HeatBoundarySpec, where: string): HeatBoundary {
  switch (spec.kind) {
    case "temperature":
    case "flux":
      return { kind: spec.kind, value: place(spec.value, `${where}.value`) };
    case "convection":
      return {
        kind: "convection",
        coefficient: place(spec.coefficient, `${where}.coefficient`),
        ambient: place(spec.ambient, `${where}.ambient`),
      };
    case "contact": {
      const law = compileFormula(spec.coefficient, ["gap"], `${where}.coefficient`);
      return {
        ...spec,
        coefficient: typeof law === "number" ? () => law : law,
        ambient: place(spec.ambient, `${where}.ambient`),
      };
    }
    case "coupledTemperature":
    case "coupledFlow":
      return spec;
  }
}

function elasticBoundaryOf(spec: ElasticBoundarySpec, where: string): ElasticBoundary {
  switch (spec.kind) {
    case "displacement":
    case "traction":
      return { kind: spec.kind, ...vectorOf(spec, where) };
    case "pressure":
      return { kind: "pressure", value: place(spec.value, `${where}.value`) };
    case "spring":
      return spec;
  }
}

function vectorOf(
  spec: { readonly x?: FormulaText; readonly y?: FormulaText },
  where: string,
): { x?: Distribution; y?: Distribution } {
  return {
    ...(spec.x === undefined ? {} : { x: place(spec.x, `${where}.x`) }),
    ...(spec.y === undefined ? {} : { y: place(spec.y, `${where}.y`) }),
  };
}
