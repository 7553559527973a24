import { CoupletError, checkOptions } from "couplet/kit";
import { linearOperator } from "../linear-algebra/matrix/matrix.ts";
import type { LinearOperator } from "../linear-algebra/matrix/matrix.ts";
import { onThreads } from "../linear-algebra/sparse/parallel/parallel-operator.ts";
import { exponentialAction, type ExponentialOptions } from "./krylov-exponential.ts";
import type { MultilayerNetwork, StateNode } from "./multilayer.ts";
import { randomWalk, supraLaplacian, type SupraOptions } from "./supra-matrices.ts";

/** Options of {@link diffuse}. */
export interface DiffusionOptions extends SupraOptions, ExponentialOptions {
  /** Start state: one amount per state node, or a state node that holds 1. */
  readonly from: Float64Array | StateNode;
  /** Times at which to report, ascending from 0. */
  readonly times: readonly number[];
  /** `diffusion` (default): dx/dt = -L x. `walk`: the classical random walk in continuous time, dp/dt = -(I - P) p. */
  readonly process?: "diffusion" | "walk";
}

/** Amounts per state node over time. */
export interface Diffusion {
  readonly times: readonly number[];
  /** One state per time, in the order of the network's supra matrices. */
  readonly states: readonly Float64Array[];
  /** Estimated 2-norm of the error of each state. */
  readonly errorEstimates: readonly number[];
  /** Amount in each layer (by position) over time. */
  readonly perLayer: readonly Float64Array[];
  readonly products: number;
}

/**
 * Diffusion on a multilayer network, x(t) = exp(-t L) x(0), by Krylov steps from each time to the next.
 *
 * @throws CoupletError USAGE for times that do not ascend from 0; SHAPE_MISMATCH; NON_FINITE_INPUT
 */
export function diffuse(network: MultilayerNetwork, options: DiffusionOptions): Diffusion {
  checkOptions("diffuse", options, {
    from: true,
    times: true,
    process: ["diffusion", "walk"],
    coupling: 0,
    layerFactors: true,
    tolerance: 0,
    dimension: 0,
  });
  const { coupling, layerFactors } = options;
  const supra = {
    ...(coupling === undefined ? {} : { coupling }),
    ...(layerFactors === undefined ? {} : { layerFactors }),
  };
  const generator =
    options.process === "walk"
      ? randomWalk(network, supra).laplacian
      : supraLaplacian(network, supra);
  return onThreads(generator, undefined, (map) => follow(network, map, options));
}

function follow(
  network: MultilayerNetwork,
  generator: LinearOperator,
  options: DiffusionOptions,
): Diffusion {
  const n = network.size;
  const { tolerance, dimension } = options;
  const krylov = {
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(dimension === undefined ? {} : { dimension }),
  };
  let x: Float64Array;
  if (options.from instanceof Float64Array) x = options.from;
  else {
    x = new Float64Array(n);
    x[network.indexOf(...options.from)] = 1;
  }
  const minus = linearOperator({
    rows: n,
    cols: n,
    apply: (v, y) => {
      generator.apply(v, y);
      for (let i = 0; i < n; i++) y[i] = -y[i]!;
    },
  });
  let [now, error, products] = [0, 0, 0];
  const states: Float64Array[] = [];
  const errorEstimates: number[] = [];
  for (const time of options.times) {
    if (!(time >= now && Number.isFinite(time))) {
      throw new CoupletError({
        code: "USAGE",
        where: "diffuse.times",
        expected: `times that ascend, at least ${now}`,
        received: `${time}`,
      });
    }
    const step = exponentialAction(minus, time - now, x, krylov);
    // exp(-t L) does not stretch a symmetric problem, so errors of earlier steps do not grow
    error += step.errorEstimate;
    products += step.products;
    x = step.value;
    now = time;
    states.push(x);
    errorEstimates.push(error);
  }
  const perLayer = network.layers.map((layer) => {
    const start = network.order.offset(layer.name);
    return Float64Array.from(states, (state) =>
      state.subarray(start, start + layer.nodes.length).reduce((a, b) => a + b, 0),
    );
  });
  return { times: options.times, states, errorEstimates, perLayer, products };
}
