import { checkOptions } from "couplet/kit";
import type { AccelerationSpec } from "couplet/kit";
import { couple, type CouplingOptions, type CouplingResult } from "../couple.ts";
import { tubeFlow, type TubeOptions, tubeOptionNames, tubeWall } from "./tube.ts";

/** A run of the elastic tube. */
export interface ElasticTubeOptions extends TubeOptions {
  readonly windows: { readonly size: number; readonly count: number };
  readonly acceleration?: AccelerationSpec;
  /** `||H(x) - x|| <= tolerance ||H(x)||` on the cross-section. Default 1e-5. */
  readonly tolerance?: number;
  /** Default 200. */
  readonly maxIterations?: number;
  /** Passed on to {@link couple}. */
  readonly settings?: Pick<
    CouplingOptions,
    "stall" | "predictorOrder" | "signal" | "onIteration" | "onWindow" | "scheme"
  >;
}

/** The tube at the end. */
export interface ElasticTubeResult extends CouplingResult {
  readonly velocity: Float64Array;
  readonly pressure: Float64Array;
  readonly crossSection: Float64Array;
}

/**
 * Runs {@link tubeFlow} and {@link tubeWall} of an elastic tube as one system: the standard test for strongly coupled, added-mass dominated
 * problems. The softer the wall and the shorter the time step, the harder: plain iteration diverges at once.
 *
 * @throws CoupletError USAGE for unknown options; what {@link couple} throws
 */
export async function elasticTube(options: ElasticTubeOptions): Promise<ElasticTubeResult> {
  checkOptions("elasticTube", options, {
    windows: true,
    acceleration: true,
    tolerance: 0,
    maxIterations: 0,
    settings: true,
    ...tubeOptionNames,
  });
  checkOptions("elasticTube: settings", options.settings, {
    stall: true,
    predictorOrder: 0,
    signal: "AbortSignal",
    onIteration: "function",
    onWindow: "function",
    scheme: true,
  });
  const {
    windows,
    acceleration,
    tolerance = 1e-5,
    maxIterations = 200,
    settings,
    ...tube
  } = options;
  const flow = tubeFlow(tube);
  const wall = tubeWall({
    cells: options.cells,
    elasticity: options.elasticity,
    length: options.length ?? 10,
  });
  const result = await couple({
    participants: [flow, wall],
    exchanges: [
      { field: "pressure", from: flow.name, to: wall.name },
      { field: "crossSection", from: wall.name, to: flow.name },
    ],
    convergence: [{ kind: "relative", limit: tolerance }],
    maxIterations,
    windows,
    ...(acceleration === undefined ? {} : { acceleration }),
    ...settings,
  });
  return {
    ...result,
    velocity: flow.velocity,
    pressure: flow.pressure,
    crossSection: result.values["wall.crossSection"]!,
  };
}
