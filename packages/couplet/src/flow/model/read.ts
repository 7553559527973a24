/** Reading a `.couplet` file. Everything in it is checked; loading never executes anything. */
import type { CoupletError } from "../../error.ts";
import { invalidFile } from "../../file/invalid-file.ts";
import { parseJson } from "../../file/parse-json.ts";
import { readSafetensors } from "../../file/read-safetensors.ts";
import type { FileTensor } from "../../file/safetensors.ts";
import { lowerLogProb } from "../lower.ts";
import { parseRecords } from "./metadata.ts";
import type { ModelParts } from "./view.ts";
import type { Graph } from "../../engine/graph.ts";
import { version } from "../../version.ts";
import type { Standardiser } from "./preprocess.ts";
import type { FlowSpec } from "../spec/types.ts";
import { loadSpec } from "../spec/load.ts";
import { CLASSIFIER_FORMAT, MODEL_FORMAT } from "./format.ts";

/**
 * The parts of a model from the bytes of a `.couplet` file, and the graph of its log-density.
 *
 * @param where the file's name, for messages
 * @throws CoupletError FILE_INVALID, SPEC_INVALID; USAGE where these are not bytes
 */
export async function readModel(
  bytes: Uint8Array,
  where: string,
): Promise<{ readonly parts: ModelParts; readonly graph: Graph }> {
  const { tensors, metadata } = readSafetensors(bytes, where);
  if (metadata["format"] !== MODEL_FORMAT) throw otherFormat(where, metadata);
  const spec = await loadSpec(parse(where, metadata, "spec"));
  const graph = lowerLogProb(spec);
  const parameters = readParameters(tensors, graph, where);
  return {
    graph,
    parts: {
      spec,
      parameters,
      standardiser: standardiserOf(where, metadata, "standardiser", spec.dims),
      contextStandardiser: standardiserOf(
        where,
        metadata,
        "contextStandardiser",
        spec.context as number,
      ),
      columns: columnsOf(where, metadata, spec),
      ...parseRecords(parse(where, metadata, "card") ?? {}, `${where}: card`),
    },
  };
}

/**
 * The flat parameter buffer of a graph from a file's tensors.
 *
 * @throws CoupletError FILE_INVALID where tensors and parameters do not belong together
 */
export function readParameters(
  tensors: ReadonlyMap<string, FileTensor>,
  graph: Graph,
  where: string,
): Float32Array<ArrayBuffer> {
  const missing = new Set(tensors.keys());
  for (const { name, shape, size } of graph.parameters) {
    const tensor = tensors.get(name);
    if (
      !(tensor?.data instanceof Float32Array) ||
      tensor.data.length !== size ||
      tensor.shape[0] !== shape.rows
    ) {
      throw invalidFile(
        where,
        `parameter ${name} of ${shape.rows} x ${shape.cols}`,
        tensor === undefined ? "nothing" : `shape [${tensor.shape.join(", ")}]`,
        "The file's spec and its parameters do not match.",
      );
    }
    const bad = tensor.data.findIndex((value) => !Number.isFinite(value));
    if (bad !== -1) {
      throw invalidFile(
        where,
        `finite numbers in parameter ${name}`,
        `${tensor.data[bad]} at ${bad}`,
      );
    }
    missing.delete(name);
  }
  if (missing.size > 0) {
    throw invalidFile(
      where,
      "only parameters of the file's spec",
      `also ${[...missing].slice(0, 3).join(", ")}`,
    );
  }
  // Only now: a spec that asks for more memory than its file has numbers was refused above.
  const parameters = new Float32Array(graph.parameterCount);
  for (const { name, offset } of graph.parameters) parameters.set(tensors.get(name)!.data, offset);
  return parameters;
}

/** A file of something else, or of a version that is newer than this one: says which wrote it and what it needs. */
function otherFormat(where: string, metadata: Readonly<Record<string, string>>): CoupletError {
  const { format, library } = metadata;
  const isNewer = format?.startsWith("couplet-model-") === true;
  const writer = library ?? "a newer version of couplet";
  const hint = isNewer
    ? `It needs ${writer} or a later one; this is couplet ${version}: update couplet.`
    : format === CLASSIFIER_FORMAT
      ? "ClassifierModel of couplet/reversible loads it."
      : undefined;
  return invalidFile(
    where,
    `a Couplet model (${MODEL_FORMAT})`,
    isNewer
      ? `${format}, written by ${writer}`
      : format === CLASSIFIER_FORMAT
        ? "a classifier"
        : (format ?? "a safetensors file of something else"),
    hint,
  );
}

function parse(where: string, metadata: Readonly<Record<string, string>>, key: string): unknown {
  return parseJson(metadata[key] ?? "null", `${where}: ${key}`);
}

/** Doubles around m differ by 2^-52 m, and one such step in a million rows has a deviation of a thousandth of it. */
const LEAST_RELATIVE_SCALE = 1e-6 * Number.EPSILON;

function standardiserOf(
  where: string,
  metadata: Readonly<Record<string, string>>,
  key: string,
  dims: number,
): Standardiser {
  const value = parse(where, metadata, key) as { shift?: unknown; scale?: unknown } | null;
  const list = (v: unknown, ok: (n: number) => boolean): v is number[] =>
    Array.isArray(v) &&
    v.length === dims &&
    v.every((n) => typeof n === "number" && Number.isFinite(n) && ok(n));
  if (!list(value?.shift, () => true) || !list(value?.scale, (n) => n > 0)) {
    throw invalidFile(
      `${where}: ${key}`,
      `${dims} shifts and ${dims} positive scales`,
      JSON.stringify(value).slice(0, 80),
    );
  }
  const { shift, scale } = value;
  const tiny = scale.findIndex((size, d) => size < LEAST_RELATIVE_SCALE * Math.abs(shift[d]!));
  if (tiny >= 0) {
    throw invalidFile(
      `${where}: ${key}.scale[${tiny}]`,
      `a scale that numbers around ${shift[tiny]} can have`,
      String(scale[tiny]),
    );
  }
  return { shift, scale };
}

function columnsOf(
  where: string,
  metadata: Readonly<Record<string, string>>,
  spec: FlowSpec,
): string[] | undefined {
  const value = parse(where, metadata, "columns");
  if (value === null) return undefined;
  if (
    Array.isArray(value) &&
    value.length === spec.dims &&
    value.every((n) => typeof n === "string")
  )
    return value;
  throw invalidFile(`${where}: columns`, `${spec.dims} names`, JSON.stringify(value).slice(0, 80));
}
