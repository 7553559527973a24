import { CoupletError, checkOptions } from "couplet/kit";
import { connectivity } from "./connectivity.ts";
import { groundStateOrder, meanFieldInstability } from "./luttinger-tisza.ts";
import type { OrderLabel } from "./luttinger-tisza.ts";
import { defaultTolerance, monteCarloTransition } from "./monte-carlo/transition.ts";
import type {
  MonteCarloTransition,
  TransitionOptions,
  TransitionPair,
} from "./monte-carlo/transition.ts";
import { stackComponents } from "./stack.ts";
import type { MagneticStack } from "./stack.ts";

/** Where and how a stack orders. */
export interface OrderingTemperature {
  readonly method: "meanField" | "monteCarlo";
  /** In the stack's unit of temperature. */
  readonly value: number;
  /**
   * Monte Carlo: one standard error, statistical and of the extrapolation to infinite size together. Mean field: of
   * the eigenvalue only; the approximation itself is usually too high by 10 to 80 %.
   */
  readonly error: number;
  /** Monte Carlo: the two parts of the error, to be added as squares. */
  readonly errorParts?: { readonly statistical: number; readonly finiteSize: number };
  readonly units: MagneticStack["units"];
  /** Ground-state order ("F", "A", "C", "G", "helix", ...). */
  readonly order: OrderLabel;
  /** Limits of the number, as sentences; empty if none apply. */
  readonly warnings: readonly string[];
  /** Monte Carlo: crossings of the Binder ratio for each pair of sizes, and whether the wanted error was reached. */
  readonly crossings?: readonly TransitionPair[];
  readonly converged?: boolean;
  readonly spinUpdates?: number;
}

/** Options of {@link orderingTemperature}. */
export type OrderingTemperatureOptions =
  | { readonly method: "meanField" }
  | ({ readonly method: "monteCarlo" } & TransitionOptions);

/**
 * The temperature at which a stack orders.
 *
 * - "meanField": largest eigenvalue of C^1/2 J(k) C^1/2 over all wave vectors.
 * - "monteCarlo": where the Binder ratios of two lattice sizes cross (Wolff clusters, reweighting), with an error bar.
 *
 * Spins that can turn have no order above T = 0 in a stack of finitely many planes (Mermin and Wagner 1966): mean
 * field says so in `warnings`, Monte Carlo refuses.
 *
 * @throws CoupletError USAGE for an unknown method or option; NOT_SUPPORTED where Monte Carlo has no answer (see above; frustrated,
 *   disconnected or quantum stacks); NOT_CONVERGED if the Binder ratios do not cross; `signal.reason` if aborted
 * @example
 * import { ising, magneticStack, orderingTemperature } from "couplet-systems/magnets";
 * const film = { spin: ising(), lattice: "square", exchange: 1 } as const;
 * const bilayer = magneticStack({ layers: [film, film], couplings: [{ between: [0, 1], exchange: 0.5 }] });
 * const { value, order } = await orderingTemperature(bilayer, { method: "meanField" }); // 4.5, "F"
 */
export async function orderingTemperature(
  stack: MagneticStack,
  options: OrderingTemperatureOptions,
): Promise<OrderingTemperature> {
  checkOptions<{ readonly method: string } & TransitionOptions>("orderingTemperature", options, {
    method: "",
    sizes: true,
    tolerance: 0,
    maxRounds: 0,
    measurements: 0,
    seed: 0,
    threads: 0,
    signal: "AbortSignal",
    onProgress: "function",
  });
  const { label, frustrated, exact } = groundStateOrder(stack);
  const warnings = forbidden(stack);
  if (options.method === "meanField") {
    const { value } = meanFieldInstability(stack);
    if (frustrated) warnings.push("frustrated: mean field is then too high by more than usual");
    if (!exact)
      warnings.push(
        "the wave vector comes from a bound (Luttinger-Tisza, several inequivalent sites)",
      );
    const { components } = connectivity(stack);
    if (components > 1)
      warnings.push("disconnected: this is the highest of several independent transitions");
    const temperature = Math.max(0, value);
    return {
      // Eigenvalues carry a few units of rounding of the largest entry.
      method: "meanField",
      value: temperature,
      error: 1e-14 * temperature,
      units: stack.units,
      order: label,
      warnings,
    };
  }
  if (options.method !== "monteCarlo") {
    throw new CoupletError({
      code: "USAGE",
      where: "orderingTemperature: method",
      expected: '"meanField" or "monteCarlo"',
      received: JSON.stringify((options as { method: unknown }).method),
    });
  }
  refuse(stack, warnings, frustrated);
  const transition = await monteCarloTransition(stack, meanFieldInstability(stack).value, options);
  warnings.push(...doubts(transition, options));
  return {
    method: "monteCarlo",
    value: transition.value,
    error: transition.error,
    errorParts: { statistical: transition.statistical, finiteSize: transition.finiteSize },
    units: stack.units,
    order: label,
    warnings,
    crossings: transition.pairs,
    converged: transition.converged,
    spinUpdates: transition.spinUpdates,
  };
}

/** Why a transition has not converged; nothing if it has. */
function doubts(
  { converged, follows, simulations, value, error }: MonteCarloTransition,
  { tolerance = defaultTolerance }: TransitionOptions,
): string[] {
  if (converged) return [];
  if (!follows)
    return [
      "the sizes do not follow one form of finite-size scaling, and the error bar is widened for that: leave out the smallest, or allow larger ones",
    ];
  const twoSizes =
    simulations.length === 2
      ? [
          "two sizes cannot show how their crossing drifts: the error bar takes the drift that simple magnets have; give three sizes",
        ]
      : [];
  return error <= tolerance * value
    ? twoSizes
    : [
        ...twoSizes,
        `the wanted error was not reached (it is ${error.toPrecision(2)}): allow larger sizes, more rounds or more measurements`,
      ];
}

/** Theorems that forbid order at T > 0. */
function forbidden(stack: MagneticStack): string[] {
  const { dimension } = connectivity(stack);
  const components = stackComponents(stack);
  const isContinuous = stack.sites.every(({ spin }) => spin.kind !== "ising");
  if (dimension <= 1)
    return ["one-dimensional: no order above T = 0, the mean-field value is an artefact"];
  if (dimension === 2 && isContinuous && components === 2) {
    return [
      "two-dimensional XY spins: no long-range order above T = 0 (Mermin-Wagner), only a Kosterlitz-Thouless transition; the mean-field value is an artefact",
    ];
  }
  if (dimension === 2 && isContinuous) {
    return [
      "two-dimensional spins without anisotropy: no order above T = 0 (Mermin-Wagner); the mean-field value is an artefact",
    ];
  }
  return [];
}

function refuse(stack: MagneticStack, warnings: readonly string[], frustrated: boolean): void {
  const where = "orderingTemperature: monteCarlo";
  if (warnings.length > 0) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where,
      expected: "a stack that can order at T > 0",
      received: warnings[0]!,
      hint: 'Repeat the stack (stacking: "periodic"), or use Ising spins for strong uniaxial anisotropy.',
    });
  }
  if (frustrated) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where,
      expected: "bonds that can all be satisfied at once",
      received: "a frustrated stack",
      hint: "simulateStack() with local updates gives its averages at any temperature.",
    });
  }
  const { components } = connectivity(stack);
  if (components > 1) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where,
      expected: "a connected stack",
      received: `${components} parts that do not interact`,
      hint: "Each has its own transition: ask for one at a time.",
    });
  }
}
