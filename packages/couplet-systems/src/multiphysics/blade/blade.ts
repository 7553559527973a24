import { checkOptions } from "couplet/kit";
import type { AccelerationSpec, OptionNames } from "couplet/kit";
import { type BladeSection, bladeSection } from "./section.ts";
import type { ElementMesh } from "../element/mesh.ts";
import { couple, type CouplingOptions, type CouplingResult } from "../couple.ts";
import { elasticity, type ElasticParticipant } from "../elasticity.ts";
import { type HeatBoundary, heatConduction, type HeatParticipant } from "../heat.ts";
import { projection } from "../mapping/mapping.ts";

/** A cooled blade section in hot gas. SI units, temperatures in kelvin, heat per metre of span. */
export interface TurbineBladeOptions {
  readonly section?: BladeSection;
  /** Gas temperature. Default 1600. */
  readonly gas?: number;
  /** Coolant temperature; also the temperature at which the clearances are given. Default 850. */
  readonly coolant?: number;
  /** Gap between the wall of a passage and its insert at coolant temperature, m. Default 6e-6. */
  readonly clearance?: number;
  /** Gap, m, at which the contact's share `contactConductance` has fallen to half. Default 6e-6. */
  readonly contactWidth?: number;
  /** The contact's share of the conductance of a closed gap, W/(m2 K), beside `openConductance`. Default 30,000. */
  readonly contactConductance?: number;
  /** Conductance of a wide gap, W/(m2 K). Default 400. */
  readonly openConductance?: number;
  /** `false` keeps every gap at its clearance: heat conduction, then elasticity, without feedback. Default `true`. */
  readonly feedback?: boolean;
  readonly acceleration?: AccelerationSpec;
  /** `||H(x) - x|| <= tolerance ||H(x)||` on the temperature field. Default 1e-8. */
  readonly tolerance?: number;
  /** Time windows, from the coolant temperature everywhere. Default: the steady state. */
  readonly windows?: CouplingOptions["windows"];
  /** Longest time step of the heat conduction: shorter than a window means sub-cycling. */
  readonly timeStep?: number;
  readonly settings?: Pick<
    CouplingOptions,
    "maxIterations" | "stall" | "signal" | "onIteration" | "onWindow" | "predictorOrder" | "scheme"
  >;
}

/** A solved blade. */
export interface TurbineBladeResult extends CouplingResult {
  readonly heat: HeatParticipant;
  readonly elastic: ElasticParticipant;
  /** Highest metal temperature, K. */
  readonly hottest: number;
  /** Heat that the coolant takes away, W/m. */
  readonly cooling: number;
}

/** Nickel alloy: numbers of the right size for a cast superalloy, falling or rising with temperature as they do. */
const ALLOY = {
  conductivity: (t: number): number => 8.5 + 0.014 * (t - 293),
  /** 220 GPa cold, 150 GPa at 1200 K, then falling faster; never below 10 GPa. */
  youngsModulus: (t: number): number =>
    Math.max(10e9, 220e9 - 70e6 * (t - 293) - 90e3 * Math.max(0, t - 1150) ** 2),
  expansion: (t: number): number => 12e-6 + 4e-9 * (t - 293),
  /** Density 8,300 kg/m3 times specific heat 550 J/(kg K). */
  capacity: 4.6e6,
};

const bladeOptionNames: OptionNames<TurbineBladeOptions> = {
  section: true,
  gas: 0,
  coolant: 0,
  clearance: 0,
  contactWidth: 0,
  contactConductance: 0,
  openConductance: 0,
  feedback: false,
  acceleration: true,
  tolerance: 0,
  windows: true,
  timeStep: 0,
  settings: true,
};

const settingNames: OptionNames<NonNullable<TurbineBladeOptions["settings"]>> = {
  maxIterations: 0,
  stall: true,
  signal: "AbortSignal",
  onIteration: "function",
  onWindow: "function",
  predictorOrder: 0,
  scheme: true,
};

const passages = ["passage1", "passage2", "passage3"];

/**
 * The turbine-blade problem: a section heated by gas outside and cooled through three passages.
 *
 * Each passage holds a cooled insert that lies against its wall; the contact's conductance depends on the gap,
 *
 *   h(g) = open + contact / (1 + (g / width)^2),
 *
 * and the gap on how far the wall moves: hot walls expand, gaps open, cooling weakens, walls get hotter. The sweep's
 * slope is about 0.75, so one pass heat -> deformation (no feedback) underestimates the metal temperature by tens of kelvin.
 * Stiffness falls and expansion grows with temperature. Heat conduction (fine linear triangles) and elasticity (coarse quadratic triangles, plane
 * stress, held statically determinate) run on different meshes; fields are carried over by projection.
 *
 * @throws CoupletError USAGE for unknown options; what {@link couple} throws
 * @example
 * import { turbineBlade } from "couplet-systems/multiphysics";
 * const { status, hottest } = await turbineBlade({ section: { refinement: 2 } });
 */
export async function turbineBlade(options: TurbineBladeOptions = {}): Promise<TurbineBladeResult> {
  checkOptions("turbineBlade", options, bladeOptionNames);
  checkOptions("turbineBlade: settings", options.settings, settingNames);
  const {
    gas = 1600,
    coolant = 850,
    clearance = 6e-6,
    contactWidth = 6e-6,
    contactConductance = 30_000,
    openConductance = 400,
  } = options;
  const refinement = options.section?.refinement ?? 3;
  const coarse = {
    ...options.section,
    refinement: Math.max(1, Math.round(refinement / 2)),
    kind: "triangle6",
  } as const;
  const chord = options.section?.chord ?? 0.05;
  const feedback = options.feedback ?? true;
  // Stagnation at the nose, a turbulent suction side, a calmer pressure side.
  const outside = (level: number): HeatBoundary => ({
    kind: "convection",
    coefficient: (x) => level * (1 + 1.6 * Math.exp(-Math.max(0, x / chord) / 0.06)),
    ambient: gas,
  });
  const contact = (gap: number): number =>
    openConductance + contactConductance / (1 + (Math.max(gap, 0) / contactWidth) ** 2);
  const heat = heatConduction({
    mesh: bladeSection({ ...options.section, refinement }),
    conductivity: ALLOY.conductivity,
    capacity: ALLOY.capacity,
    initial: coolant,
    ...(options.timeStep === undefined ? {} : { timeStep: options.timeStep }),
    boundaries: {
      suction: outside(1_500),
      pressure: outside(1_200),
      trailing: { kind: "convection", coefficient: 900, ambient: gas },
      ...Object.fromEntries(
        passages.map((passage): [string, HeatBoundary] => [
          passage,
          feedback
            ? {
                kind: "contact",
                coefficient: contact,
                ambient: coolant,
                clearance,
                field: passage,
                anchor: "mean",
              }
            : { kind: "convection", coefficient: contact(clearance), ambient: coolant },
        ]),
      ),
    },
  });
  const elastic = elasticBlade(bladeSection(coarse), chord, coolant);
  const result = await couple({
    // Elasticity first: the temperature field is what is iterated.
    participants: feedback ? [elastic, heat] : [heat, elastic],
    exchanges: exchangesOf(feedback),
    convergence: [{ kind: "relative", limit: options.tolerance ?? 1e-8 }],
    ...(options.acceleration === undefined ? {} : { acceleration: options.acceleration }),
    ...(options.windows === undefined ? {} : { windows: options.windows }),
    ...options.settings,
  });
  return {
    ...result,
    heat,
    elastic,
    hottest: heat.temperature.reduce((most, t) => Math.max(most, t), 0),
    cooling: -passages.reduce((sum, passage) => sum + (heat.heatIn[passage] ?? 0), 0),
  };
}

/** The temperature for the elastic body; with feedback, the displacement of each passage for the heat. */
function exchangesOf(feedback: boolean): CouplingOptions["exchanges"] {
  const back = passages.map((passage) => ({
    field: "displacement",
    as: passage,
    from: "elastic",
    to: "heat",
    mapping: projection(),
  }));
  return [
    { field: "temperature", from: "heat", to: "elastic", mapping: projection() },
    ...(feedback ? back : []),
  ];
}

/** The blade as an elastic body under gas and coolant pressure, held at nose and tail. */
function elasticBlade(mesh: ElementMesh, chord: number, coolant: number): ElasticParticipant {
  return elasticity({
    mesh,
    youngsModulus: ALLOY.youngsModulus,
    expansion: ALLOY.expansion,
    referenceTemperature: coolant,
    boundaries: {
      pressure: { kind: "pressure", value: 1.5e6 },
      suction: { kind: "pressure", value: 1.1e6 },
      trailing: { kind: "pressure", value: 1.1e6 },
      ...Object.fromEntries(
        passages.map((passage) => [passage, { kind: "pressure", value: 1.8e6 } as const]),
      ),
    },
    pins: [
      { at: [0, 0], components: ["x", "y"] },
      { at: [chord, 0], components: ["y"] },
    ],
  });
}
