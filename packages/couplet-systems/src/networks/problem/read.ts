/** Reads the network of a problem, from itself or from files. */
import { CoupletError } from "couplet/kit";
import type { Dependency } from "../cascade.ts";
import { matchedDependencies } from "../matched-dependencies.ts";
import {
  multilayerNetwork,
  withLinks,
  type Coupling,
  type InterlayerEdge,
  type MultilayerNetwork,
  type NetworkLayerSpec,
} from "../multilayer.ts";
import { edgeListLayers } from "../read/edge-list.ts";
import { readGraphml } from "../read/graphml.ts";
import { readMultinet } from "../read/multinet.ts";
import {
  readExtendedEdges,
  readMultiplexEdges,
  readMuxViz,
  type MuxVizOptions,
} from "../read/muxviz.ts";
import { readPymnet } from "../read/pymnet.ts";
import type { RunOptions } from "../../problem/running.ts";
import type { DependencyText, NetworkFile, NetworkFormat, NetworksProblem } from "./problem.ts";

/** A network with what its nodes need from each other. */
export interface ReadNetwork {
  readonly network: MultilayerNetwork;
  readonly dependencies: readonly Dependency[];
  /** Whether the links between layers are those of the dependencies, because there were no others. */
  readonly linksFromDependencies: boolean;
}

/**
 * The network of a problem. Where nothing joins the layers but dependencies, each becomes a link, so that spectra
 * have a coupling to be drawn against.
 *
 * @throws CoupletError FILE_INVALID with file and line; DATA_INVALID for names that do not exist
 */
export async function readNetwork(
  problem: NetworksProblem,
  options: RunOptions,
): Promise<ReadNetwork> {
  const plain = await withoutDependencies(problem, options);
  const dependencies = (problem.dependencies ?? []).map((one) => dependencyOf(plain, one));
  if (plain.between.length > 0 || dependencies.length === 0)
    return { network: plain, dependencies, linksFromDependencies: false };
  const links: InterlayerEdge[] = dependencies.flatMap(({ layer, on, needs }) =>
    [...needs].flatMap(([node, suppliers]) =>
      suppliers.map((supplier): InterlayerEdge => [
        [on, supplier],
        [layer, node],
      ]),
    ),
  );
  return { network: withLinks(plain, links), dependencies, linksFromDependencies: true };
}

/** Layers that have the same nodes get them in the order of the first: what compares layers needs that. */
function inOneOrder(layers: readonly NetworkLayerSpec[]): readonly NetworkLayerSpec[] {
  const sets = layers.map(({ edges }) => new Set(edges.flatMap(([from, to]) => [from, to])));
  const [first] = sets;
  const same = sets.every(
    (set) => set.size === first?.size && [...set].every((node) => first.has(node)),
  );
  return same && layers.length > 1
    ? layers.map((layer) => ({ ...layer, nodes: [...first!] }))
    : layers;
}

async function withoutDependencies(
  problem: NetworksProblem,
  options: RunOptions,
): Promise<MultilayerNetwork> {
  const { layers, links, files, coupling } = problem;
  const joined = (
    all: readonly NetworkLayerSpec[],
    warnings: readonly string[] = [],
  ): MultilayerNetwork =>
    multilayerNetwork({
      layers: all,
      warnings,
      ...(coupling === undefined || coupling === "none" ? {} : { coupling }),
      ...(links === undefined ? {} : { links }),
    });
  if (layers !== undefined) return joined(layers);
  const texts = await Promise.all(
    files!.map(async (one) => ({ one, text: await readText(one.file, options) })),
  );
  const formats = texts.map(({ one, text }) => one.format ?? guessFormat(one.file, text));
  if (formats.every((format) => format === "edges")) {
    const lists = texts.map(({ one, text }) =>
      edgeListLayers(text, {
        where: one.file,
        layer: one.layer ?? stem(one.file),
        ...(one.directed === undefined ? {} : { directed: one.directed }),
      }),
    );
    return joined(
      inOneOrder(lists.flatMap((list) => list.layers)),
      lists.flatMap((list) => list.warnings),
    );
  }
  if (texts.length > 1 || links !== undefined) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: "problem.files",
      expected:
        links === undefined
          ? "several edge lists, or one file"
          : `"links" with "layers" or edge lists`,
      received: formats.join(", "),
      hint: "Only edge lists can be joined: each is a layer.",
    });
  }
  return readOne(texts[0]!.one, texts[0]!.text, formats[0]!, coupling, options);
}

async function readOne(
  file: NetworkFile,
  text: string,
  format: NetworkFormat,
  coupling: Coupling | "none" | undefined,
  options: RunOptions,
): Promise<MultilayerNetwork> {
  const where = file.file;
  const shared = {
    where,
    ...(coupling === undefined ? {} : { coupling }),
    ...(file.directed === undefined ? {} : { directed: file.directed }),
  };
  const extra: MuxVizOptions = {
    ...shared,
    ...(file.layout === undefined ? {} : { layout: await readText(file.layout, options) }),
    ...(file.layerInfo === undefined ? {} : { layerInfo: await readText(file.layerInfo, options) }),
  };
  switch (format) {
    case "muxviz":
      return readMuxViz(text, (path) => readText(beside(where, path), options), extra);
    case "multiplex":
      return readMultiplexEdges(text, extra);
    case "extended":
      return readExtendedEdges(text, extra);
    case "multinet":
      return readMultinet(text, { where, ...(coupling === undefined ? {} : { coupling }) });
    case "pymnet":
      return readPymnet(text, shared);
    case "graphml":
      return readGraphml(text, { where, ...(coupling === undefined ? {} : { coupling }) });
    case "edges":
      throw new Error("edge lists are joined");
  }
}

/** A file beside another one, unless its path is absolute. */
function beside(file: string, path: string): string {
  if (/^([a-z]:)?[\\/]/i.test(path)) return path;
  return file.replace(/[^\\/]*$/, "") + path;
}

async function readText(path: string, { read }: RunOptions): Promise<string> {
  if (read === undefined) {
    throw new CoupletError({
      code: "USAGE",
      where: path,
      expected: "a `read` function for files",
      received: "none",
    });
  }
  return read(path);
}

const stem = (path: string): string => path.replace(/^.*[\\/]/, "").replace(/(\.[a-z0-9]+)+$/i, "");

/**
 * The format of a network file from its name and first lines: GraphML by its markup, multinet by its sections, a
 * muxViz configuration by `path;label`, four or more columns of numbers as `layer i j w`, all else an edge list.
 */
export function guessFormat(path: string, text: string): NetworkFormat {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("--"));
  if (/^<(\?xml|graphml)/.test(lines[0] ?? "") || /\.graphml$/i.test(path)) return "graphml";
  if (/^#(TYPE|VERSION|LAYERS|ACTORS|VERTICES|EDGES|ACTOR|VERTEX|EDGE)/i.test(lines[0] ?? ""))
    return "multinet";
  const first = lines.find((line) => !line.startsWith("#")) ?? "";
  if (/^[^;,\s]+\.[a-z]+;[^;]*(;|$)/i.test(first)) return "muxviz";
  const columns = first.split(/\s+/);
  if (!/[,;\t]/.test(first) && columns.length === 4 && columns.every((field) => field !== ""))
    return "multiplex";
  if (!/[,;\t]/.test(first) && columns.length === 5) return "extended";
  return "edges";
}

function dependencyOf(network: MultilayerNetwork, text: DependencyText): Dependency {
  if ("needs" in text) {
    const { needs, ...rest } = text;
    return { ...rest, needs: new Map(Object.entries(needs)) };
  }
  return matchedDependencies(network, text);
}
