/** The problem file of `couplet systems networks`. */
import * as v from "valibot";
import { CoupletError, validated, record } from "couplet/kit";
import type { Coupling, InterlayerEdge, NetworkLayerSpec } from "../multilayer.ts";
import type { ImportanceMeasure } from "../spectral-drops.ts";
import { count, name, number, positive, range, type Range } from "../../problem/fields.ts";

/** Formats of network files. */
export const networkFormats = [
  "muxviz",
  "multiplex",
  "extended",
  "multinet",
  "pymnet",
  "graphml",
  "edges",
] as const;

/** A format by name: muxViz configuration, `layer i j w`, `i layer j layer w`, multinet, pymnet, GraphML, edge list. */
export type NetworkFormat = (typeof networkFormats)[number];

/** A network in a file. */
export interface NetworkFile {
  readonly file: string;
  /** Default: detected from the name and the first lines. */
  readonly format?: NetworkFormat;
  /** Name of the layer that an edge list without a layer column makes. */
  readonly layer?: string;
  /** muxViz layout: labels and positions of nodes. */
  readonly layout?: string;
  /** muxViz layer info: labels of layers. */
  readonly layerInfo?: string;
  readonly directed?: boolean;
}

/** The suppliers that nodes of a layer need in another layer: by a rule, or node by node. */
export type DependencyText = {
  readonly layer: string;
  readonly on: string;
  readonly atLeast?: number | "all";
} & (
  | { readonly needs: Readonly<Record<string, readonly string[]>> }
  | { readonly every?: number; readonly suppliers?: number }
);

/** A networks problem file. */
export interface NetworksProblem {
  readonly title?: string;
  /** The network itself ... */
  readonly layers?: readonly NetworkLayerSpec[];
  readonly links?: readonly InterlayerEdge[];
  /** ... or files to read it from; several edge lists become one network, a layer each. */
  readonly files?: readonly NetworkFile[];
  /** Links of nodes to themselves across layers; "none" leaves them out. */
  readonly coupling?: Coupling | "none";
  /** Factor on all links between layers; default 1. */
  readonly strength?: number;
  readonly dependencies?: readonly DependencyText[];
  /** Spectra against the strength of the coupling; false leaves them out. */
  readonly spectra?: false | { readonly strengths?: Range | readonly number[] };
  /** Removal of nodes; false leaves it out. */
  readonly removal?:
    | false
    | {
        readonly strategies?: readonly ("random" | "degree" | "eigenvector")[];
        readonly works?: "giant" | "mutual";
        readonly points?: number;
        readonly seed?: number;
      };
  readonly diffusion?: {
    readonly from: readonly [layer: string, node: string];
    readonly times: Range | readonly number[];
    readonly process?: "diffusion" | "walk";
  };
  /** An opinion that starts with some people of a multiplex: thresholds on all layers and on each, and copying. */
  readonly influence?: {
    readonly seeds: readonly string[];
    readonly threshold: number;
    readonly rule?: "together" | "any" | "all";
    /** Times of the voter model; default 0 to 20 in 41 points. */
    readonly times?: Range | readonly number[];
    /** Runs of the voter model, from seed 1 on; default 10. */
    readonly runs?: number;
  };
  /** A layer that is much faster than the rest, to be eliminated; `speed` is a factor on its links, default 1. */
  readonly fast?: { readonly layer: string; readonly speed?: number };
  /** Importance of nodes and links for spectral measures; false leaves it out. Default all three measures, where the size allows. */
  readonly importance?:
    | false
    | {
        readonly measures?: readonly ImportanceMeasure[];
        readonly method?: "exact" | "firstOrder";
      };
  /** Nodes broken at once at most in the cascade curves; default a tenth of all, at most 20. */
  readonly failures?: number;
}

const edge = v.lazy((input) =>
  Array.isArray(input) && input.length === 3
    ? v.tuple([name, name, number])
    : v.tuple([name, name]),
);
const stateNode = v.tuple([name, name]);
const coupling = v.lazy((input) =>
  typeof input === "string"
    ? v.literal("none")
    : v.variant("kind", [
        record({ kind: v.literal("categorical"), weight: v.optional(positive) }),
        record({ kind: v.literal("ordinal"), weight: v.optional(positive) }),
        record({ kind: v.literal("matrix"), weights: v.array(v.array(number)) }),
      ]),
);
const who = { layer: name, on: name, atLeast: v.optional(v.union([count(1), v.literal("all")])) };
const dependency = v.lazy((input) =>
  typeof input === "object" && input !== null && "needs" in input
    ? record({ ...who, needs: v.record(v.string(), v.array(name)) })
    : record({ ...who, every: v.optional(count(1)), suppliers: v.optional(count(1)) }),
);
const orFalse = (object: v.GenericSchema): v.GenericSchema =>
  v.lazy((input) => (typeof input === "boolean" ? v.literal(false) : object)) as v.GenericSchema;

const schema = record({
  title: v.optional(name),
  layers: v.optional(
    v.pipe(
      v.array(
        record({
          name,
          nodes: v.optional(v.array(name)),
          edges: v.array(edge),
          directed: v.optional(v.boolean()),
        }),
      ),
      v.minLength(1),
    ),
  ),
  links: v.optional(
    v.array(
      v.lazy((input) =>
        Array.isArray(input) && input.length === 3
          ? v.tuple([stateNode, stateNode, number])
          : v.tuple([stateNode, stateNode]),
      ),
    ),
  ),
  files: v.optional(
    v.pipe(
      v.array(
        record({
          file: name,
          format: v.optional(v.picklist(networkFormats)),
          layer: v.optional(name),
          layout: v.optional(name),
          layerInfo: v.optional(name),
          directed: v.optional(v.boolean()),
        }),
      ),
      v.minLength(1),
    ),
  ),
  coupling: v.optional(coupling as v.GenericSchema),
  strength: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  dependencies: v.optional(v.array(dependency)),
  spectra: v.optional(orFalse(record({ strengths: v.optional(range) }))),
  removal: v.optional(
    orFalse(
      record({
        strategies: v.optional(
          v.pipe(v.array(v.picklist(["random", "degree", "eigenvector"])), v.minLength(1)),
        ),
        works: v.optional(v.picklist(["giant", "mutual"])),
        points: v.optional(count(2, 10_000)),
        seed: v.optional(count(0, 2 ** 32 - 1)),
      }),
    ),
  ),
  diffusion: v.optional(
    record({
      from: stateNode,
      times: range,
      process: v.optional(v.picklist(["diffusion", "walk"])),
    }),
  ),
  influence: v.optional(
    record({
      seeds: v.pipe(v.array(name), v.minLength(1)),
      threshold: v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
      rule: v.optional(v.picklist(["together", "any", "all"])),
      times: v.optional(range),
      runs: v.optional(count(1, 10_000)),
    }),
  ),
  fast: v.optional(record({ layer: name, speed: v.optional(positive) })),
  importance: v.optional(
    orFalse(
      record({
        measures: v.optional(
          v.pipe(
            v.array(v.picklist(["spectralRadius", "algebraicConnectivity", "naturalConnectivity"])),
            v.minLength(1),
          ),
        ),
        method: v.optional(v.picklist(["exact", "firstOrder"])),
      }),
    ),
  ),
  failures: v.optional(count(1, 10_000)),
});

/**
 * Reads a networks problem from plain data.
 * @throws CoupletError SPEC_INVALID naming the path, or unless exactly one of `layers` and `files` is given
 */
export function parseNetworksProblem(value: unknown, where = "problem"): NetworksProblem {
  const problem = validated(
    schema as v.GenericSchema<unknown, unknown>,
    value,
    where,
  ) as NetworksProblem;
  if ((problem.layers === undefined) === (problem.files === undefined)) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where,
      expected: `one of "layers" and "files"`,
      received: problem.layers === undefined ? "neither" : "both",
    });
  }
  return problem;
}

/** A problem to start from: a small power grid and water net that need each other. */
export const networksExample: NetworksProblem = {
  title:
    "Power and water of a small town need each other: the link to one farm costs power little, and both together most",
  layers: [
    {
      name: "power",
      edges: [
        ["plant", "north"],
        ["north", "centre"],
        ["centre", "south"],
        ["south", "plant"],
        ["centre", "east"],
        ["east", "harbour"],
        ["harbour", "mill"],
        ["mill", "east"],
        ["south", "school"],
        ["school", "depot"],
        ["depot", "farm"],
      ],
    },
    {
      name: "water",
      edges: [
        ["well", "pump 1"],
        ["pump 1", "tower"],
        ["tower", "main st"],
        ["main st", "pump 2"],
        ["pump 2", "hill"],
        ["main st", "quay"],
        ["quay", "works"],
      ],
    },
  ],
  dependencies: [
    {
      layer: "water",
      on: "power",
      needs: { tower: ["farm"], "pump 2": ["centre", "east"], works: ["mill"] },
    },
    { layer: "power", on: "water", needs: { centre: ["pump 1"], mill: ["quay"] } },
  ],
  spectra: { strengths: [0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 30, 100] },
  removal: { strategies: ["random", "degree", "eigenvector"], seed: 1 },
  diffusion: { from: ["water", "well"], times: { from: 0, to: 60, points: 61 } },
};

/** Two channels of one group of people. */
export const emailChatExample: NetworksProblem = {
  title: "News travels faster over email and chat together than over either alone",
  layers: [
    {
      name: "email",
      edges: [
        ["Ann", "Bob"],
        ["Bob", "Cy"],
        ["Cy", "Dee"],
        ["Dee", "Eve"],
        ["Eve", "Fay"],
        ["Fay", "Gus"],
        ["Gus", "Hal"],
        ["Hal", "Ann"],
      ],
    },
    {
      name: "chat",
      edges: [
        ["Ann", "Dee"],
        ["Dee", "Gus"],
        ["Gus", "Bob"],
        ["Bob", "Eve"],
        ["Eve", "Hal"],
        ["Hal", "Cy"],
        ["Cy", "Fay"],
        ["Fay", "Ann"],
      ],
    },
  ],
  coupling: { kind: "categorical", weight: 1 },
  spectra: { strengths: [0.01, 0.03, 0.1, 0.3, 0.5, 1, 2, 3, 10, 30, 100] },
  diffusion: { from: ["email", "Ann"], times: { from: 0, to: 10, points: 51 } },
  influence: { seeds: ["Ann", "Bob"], threshold: 0.5, times: { from: 0, to: 20, points: 41 } },
};
