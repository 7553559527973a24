/** Runs a networks problem file. */
import { parseNetworksProblem } from "./problem.ts";
import { CoupletError, checkOptions } from "couplet/kit";
import {
  algebraicConnectivity,
  layerConnectivity,
  structuralTransition,
  superdiffusion,
} from "../connectivity.ts";
import { diffuse } from "../diffusion.ts";
import { epidemicThreshold, spectralMeasures } from "../spectral-measures.ts";
import { spectralImportance, type SpectralImportance } from "../spectral-importance.ts";
import type { MultilayerNetwork } from "../multilayer.ts";
import { removalCurve } from "../robustness.ts";
import { valuesOf } from "../../problem/fields.ts";
import { paceOf, type Pace, type ProblemResult, type RunOptions } from "../../problem/running.ts";
import { type CascadeReport, runCascades } from "./cascades.ts";
import { runInfluence, type InfluenceReport } from "./influence.ts";
import { fastLayerReport, type FastLayerReport } from "./fast-layer.ts";
import { drawingOf, type NetworkDrawing } from "./drawing.ts";
import type { NetworksProblem } from "./problem.ts";
import { readNetwork } from "./read.ts";

/** The result of {@link runNetworksProblem}. */
export interface NetworksResult extends ProblemResult {
  readonly domain: "networks";
  readonly layers: readonly {
    readonly name: string;
    readonly nodes: number;
    readonly links: number;
    readonly directed: boolean;
    /** lambda_2 of the layer alone; null for a directed layer. */
    readonly algebraicConnectivity: number | null;
  }[];
  /** State nodes, and links between layers. */
  readonly size: number;
  readonly linksBetween: number;
  readonly linksFromDependencies: boolean;
  /** At the problem's strength of coupling. */
  readonly measures: {
    readonly strength: number;
    readonly algebraicConnectivity: number | null;
    readonly components: number | null;
    readonly residual: number | null;
    readonly spectralRadius: number;
    readonly epidemicThreshold: number;
    /** Measures that need the whole spectrum; null for directed networks and above 600 state nodes. */
    readonly naturalConnectivity: number | null;
    readonly kirchhoffIndex: number | null;
    readonly logSpanningTrees: number | null;
    readonly eigenratio: number | null;
  };
  readonly spectra: {
    readonly strengths: readonly number[];
    readonly algebraicConnectivity: readonly number[];
    readonly spectralRadius: readonly number[];
    /** Limit of lambda_2 for strong coupling, and whether it exceeds every layer's own. */
    readonly limit: number | null;
    readonly superdiffusive: boolean | null;
    /** p*: where two layers turn from two networks into one; null where it is not defined. */
    readonly transition: number | null;
    /** While the layers are apart lambda_2 grows like this times the strength; null where that is not so. */
    readonly slope: number | null;
  } | null;
  readonly removal: readonly {
    readonly strategy: string;
    readonly removed: readonly number[];
    readonly working: readonly number[];
    readonly robustness: number;
    readonly breakingPoint: number;
  }[];
  readonly cascades: CascadeReport | null;
  /** How an opinion spreads; null where the problem does not ask for it, or the layers are not of people (`warnings` has the reason). */
  readonly influence: InfluenceReport | null;
  /** The network that remains when the fast layer is in balance; null without one, or where it is refused (`warnings` has the reason). */
  readonly effective: FastLayerReport | null;
  /** Importance of nodes and links for each measure. */
  readonly importance: readonly SpectralImportance[];
  readonly diffusion: {
    readonly from: readonly [string, string];
    readonly times: readonly number[];
    /** Share in each layer over time. */
    readonly perLayer: readonly (readonly number[])[];
    readonly largestErrorEstimate: number;
  } | null;
  readonly drawing: NetworkDrawing;
}

/**
 * Runs a networks problem: measures, spectra against the coupling, removal, cascades, diffusion, a drawing.
 *
 * Parts that a network does not allow (spectra of a directed network) are left out and reported in `warnings`.
 *
 * @throws CoupletError FILE_INVALID with file and line, DATA_INVALID for names that do not exist; `signal.reason`
 */
export async function runNetworksProblem(
  problem: NetworksProblem,
  options: RunOptions = {},
): Promise<NetworksResult> {
  checkOptions("runNetworksProblem", options, {
    read: "function",
    signal: "AbortSignal",
    onProgress: "function",
    threads: 0,
  });
  parseNetworksProblem(problem);
  const pace = paceOf(options);
  await pace("reading");
  const { network, dependencies, linksFromDependencies } = await readNetwork(problem, options);
  const warnings: string[] = [...network.warnings];
  const { strength = 1 } = problem;
  const unless = <T>(what: string, work: () => T | Promise<T>): Promise<T | null> =>
    orWarning(what, work, warnings);
  const measures = await measuresOf(network, strength, pace, unless);
  const importance = await runImportance(network, problem, pace, unless);
  const layers = await layerMeasures(network, pace);
  const spectra =
    problem.spectra === false || network.between.length === 0
      ? null
      : await unless("spectra", () => runSpectra(network, problem, pace));
  const removal =
    problem.removal === false
      ? []
      : ((await unless("removal", () => runRemoval(network, problem.removal || {}, pace))) ?? []);
  const { influence } = problem;
  const opinions =
    influence === undefined
      ? null
      : await unless("influence", () => runInfluence(network, influence, pace));
  await pace("fast layer");
  const { fast } = problem;
  const effective =
    fast === undefined
      ? null
      : await unless("effective network", () => fastLayerReport(network, fast, strength));
  const cascades =
    dependencies.length === 0
      ? null
      : await runCascades(network, dependencies, problem.failures, pace);
  const diffusion =
    problem.diffusion === undefined ? null : runDiffusion(network, problem.diffusion, strength);
  if (linksFromDependencies)
    warnings.push(
      "the layers are joined by their dependencies only: each counts as one link in spectra and diffusion",
    );
  if (cascades !== null && cascades.idle > 0)
    warnings.push(
      `${cascades.idle} nodes do not work even with nothing broken (cut off, or without a working supplier); the counts exclude them`,
    );
  await pace("layout");
  return {
    schemaVersion: 1,
    domain: "networks",
    title: problem.title ?? network.layers.map(({ name }) => name).join(", "),
    converged: fast === undefined || effective !== null,
    warnings,
    layers,
    size: network.size,
    linksBetween: network.between.reduce((sum, links) => sum + links.from.length, 0),
    linksFromDependencies,
    measures,
    spectra,
    removal,
    cascades,
    influence: opinions,
    effective,
    importance,
    diffusion,
    drawing: drawingOf(network, cascades),
  };
}

/** Measures of the coupled network at one strength. */
async function measuresOf(
  network: MultilayerNetwork,
  strength: number,
  pace: Pace,
  unless: <T>(what: string, work: () => T | Promise<T>) => Promise<T | null>,
): Promise<NetworksResult["measures"]> {
  await pace("algebraic connectivity");
  const lambda2 = await unless("algebraic connectivity", () =>
    algebraicConnectivity(network, { coupling: strength }),
  );
  await pace("epidemic threshold");
  const epidemic = epidemicThreshold(network, { coupling: strength });
  await pace("spectral measures");
  const whole =
    network.size > wholeSpectrumSize || network.directed
      ? null
      : await unless("spectral measures", () => spectralMeasures(network, { coupling: strength }));
  return {
    strength,
    algebraicConnectivity: lambda2?.value ?? null,
    components: lambda2?.components ?? null,
    residual: lambda2?.residual ?? null,
    spectralRadius: epidemic.spectralRadius,
    epidemicThreshold: epidemic.threshold,
    naturalConnectivity: whole?.naturalConnectivity ?? null,
    kirchhoffIndex: finite(whole?.kirchhoffIndex),
    logSpanningTrees: finite(whole?.logSpanningTrees),
    eigenratio: finite(whole?.eigenratio),
  };
}

/** Whole spectra of this size take a second. */
const wholeSpectrumSize = 600;

const finite = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : value;

/** Drops of each measure; a network of one layer has nothing to compare with, unless the problem requests it. */
async function runImportance(
  network: MultilayerNetwork,
  { importance, strength = 1 }: NetworksProblem,
  pace: Pace,
  unless: <T>(what: string, work: () => T | Promise<T>) => Promise<T | null>,
): Promise<SpectralImportance[]> {
  const all = ["spectralRadius", "algebraicConnectivity", "naturalConnectivity"] as const;
  const chosen =
    importance === false
      ? []
      : (importance?.measures ??
        (network.layers.length < 2 || network.directed
          ? []
          : all.slice(0, network.size > wholeSpectrumSize ? 2 : 3)));
  const found: SpectralImportance[] = [];
  for (const measure of chosen) {
    await pace("importance", found.length / chosen.length, measure);
    const method = importance === false ? undefined : importance?.method;
    const one = await unless(`importance for ${measure}`, () =>
      spectralImportance(network, measure, {
        coupling: strength,
        ...(method === undefined ? {} : { method }),
      }),
    );
    if (one !== null) found.push(one);
  }
  return found;
}

/** The result of the work; null, with a warning, where the network does not allow it. */
async function orWarning<T>(
  what: string,
  work: () => T | Promise<T>,
  warnings: string[],
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    const known =
      error instanceof CoupletError && ["NOT_SUPPORTED", "DATA_INVALID"].includes(error.code);
    if (!known) throw error;
    warnings.push(`no ${what}: ${error.message}`);
    return null;
  }
}

/** Nodes, links and algebraic connectivity of each layer alone. */
async function layerMeasures(
  network: MultilayerNetwork,
  pace: Pace,
): Promise<NetworksResult["layers"]> {
  const layers: NetworksResult["layers"][number][] = [];
  for (const [a, layer] of network.layers.entries()) {
    await pace("layers", a / network.layers.length);
    layers.push({
      name: layer.name,
      nodes: layer.nodes.length,
      links: layer.from.length,
      directed: layer.directed,
      algebraicConnectivity: layer.directed ? null : layerConnectivity(network, a),
    });
  }
  return layers;
}

async function runSpectra(
  network: MultilayerNetwork,
  problem: NetworksProblem,
  pace: Pace,
): Promise<NonNullable<NetworksResult["spectra"]>> {
  const points = network.size > 1500 ? 9 : network.size > 400 ? 13 : 21;
  const settings = problem.spectra || {};
  const strengths = valuesOf(
    settings.strengths ??
      Array.from({ length: points }, (_, i) => 10 ** (-2 + (4 * i) / (points - 1))),
  );
  const lambda: number[] = [];
  const radius: number[] = [];
  for (const [i, coupling] of strengths.entries()) {
    await pace("spectra", i / strengths.length, `coupling ${coupling.toPrecision(2)}`);
    lambda.push(algebraicConnectivity(network, { coupling }).value);
    radius.push(epidemicThreshold(network, { coupling }).spectralRadius);
  }
  await pace("structural transition");
  const defined = <T>(work: () => T): T | null => {
    try {
      return work();
    } catch (error) {
      // Not every network has it: two connected layers on the same nodes do.
      if (error instanceof CoupletError && ["DATA_INVALID", "NOT_SUPPORTED"].includes(error.code))
        return null;
      throw error;
    }
  };
  const weight = replicaWeight(network);
  const transition = weight === null ? null : defined(() => structuralTransition(network));
  // Layers without a node in common do not merge under strong coupling, and have no limit to compare with.
  const strong =
    network.nodes.length < network.size ? defined(() => superdiffusion(network)) : null;
  return {
    strengths,
    algebraicConnectivity: lambda,
    spectralRadius: radius,
    limit: strong?.limit ?? null,
    superdiffusive: strong?.superdiffusive ?? null,
    // p* is the coupling of a node with its replica: the strength times the weight of such a link.
    transition: transition === null ? null : transition.coupling / weight!,
    slope: transition === null ? null : 2 * weight!,
  };
}

/** The weight with which each node is linked to itself in the other of two layers; null where layers have other links, too. */
function replicaWeight(network: MultilayerNetwork): number | null {
  const [links, ...others] = network.between;
  if (links === undefined || others.length > 0 || !network.aligned) return null;
  const { from, to, weights } = links;
  const own = from.length === network.nodes.length && from.every((node, e) => node === to[e]);
  return own && weights.every((weight) => weight === weights[0]) ? weights[0]! : null;
}

async function runRemoval(
  network: MultilayerNetwork,
  settings: Exclude<NetworksProblem["removal"], false | undefined>,
  pace: Pace,
): Promise<NetworksResult["removal"]> {
  const {
    strategies = ["random", "degree", "eigenvector"],
    works = "giant",
    seed = 1,
    points,
  } = settings;
  const curves = [];
  for (const kind of strategies) {
    await pace("removal", curves.length / strategies.length, kind);
    const strategy =
      kind === "random"
        ? { kind, seed }
        : kind === "degree"
          ? // Counting links again after each removal takes a second at some thousand nodes.
            { kind, adaptive: network.nodes.length <= 3000 }
          : { kind };
    const curve = removalCurve(network, {
      strategy,
      works,
      ...(points === undefined ? {} : { points }),
    });
    const n = network.nodes.length;
    curves.push({
      strategy: kind,
      removed: Array.from(curve.removed, (count) => count / n),
      working: [...curve.working],
      robustness: curve.robustness,
      breakingPoint: curve.breakingPoint,
    });
  }
  return curves;
}

function runDiffusion(
  network: MultilayerNetwork,
  settings: NonNullable<NetworksProblem["diffusion"]>,
  strength: number,
): NetworksResult["diffusion"] {
  const { from, times, process } = settings;
  const run = diffuse(network, {
    from,
    times: valuesOf(times),
    coupling: strength,
    ...(process === undefined ? {} : { process }),
  });
  return {
    from: [from[0], from[1]],
    times: [...run.times],
    perLayer: run.perLayer.map((amounts) => [...amounts]),
    largestErrorEstimate: Math.max(...run.errorEstimates),
  };
}
