/** Files of classifiers: safetensors as those of flows, under a format's name of their own. */
import { CoupletError } from "../error.ts";
import { JsonFields } from "../file/json-fields.ts";
import { parseJson } from "../file/parse-json.ts";
import { readSafetensors } from "../file/read-safetensors.ts";
import { writeSafetensors } from "../file/write-safetensors.ts";
import type { FileTensor } from "../file/safetensors.ts";
import { CLASSIFIER_FORMAT, MODEL_FORMAT } from "../flow/model/format.ts";
import { parseRecords } from "../flow/model/metadata.ts";
import type { TrainingRecord } from "../flow/model/metadata.ts";
import { readParameters } from "../flow/model/read.ts";
import type { Graph } from "../engine/graph.ts";
import type { Parameter } from "../engine/value.ts";
import { version } from "../version.ts";
import type { ChannelUnits } from "./image-rows.ts";
import { lowerLogits } from "./lower.ts";
import type { ClassificationMetrics } from "./metrics.ts";
import { parseNetwork } from "./spec.ts";
import type { NetworkSpec } from "./spec.ts";

/** What a classifier is saved as, besides its parameters. */
export interface ClassifierDescription {
  readonly spec: NetworkSpec;
  readonly units: ChannelUnits;
  readonly classNames: readonly string[] | undefined;
  /** How it was trained: losses are cross-entropies, and `gaussianLoss` is NaN. Undefined for a model that was not. */
  readonly training: TrainingRecord | undefined;
  /** On the held-out images of its training. */
  readonly heldOut: ClassificationMetrics | undefined;
}

/** What a classifier is made from. */
export interface ClassifierParts extends ClassifierDescription {
  readonly parameters: Float32Array;
}

export function writeClassifier(
  { spec, units, classNames, training, heldOut, parameters }: ClassifierParts,
  parameterList: readonly Parameter[],
): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, FileTensor>(
    parameterList.map(({ name, shape, offset, size }) => [
      name,
      { shape: [shape.rows, shape.cols], data: parameters.subarray(offset, offset + size) },
    ]),
  );
  return writeSafetensors(tensors, {
    format: CLASSIFIER_FORMAT,
    library: `couplet ${version}`,
    spec: JSON.stringify(spec),
    units: JSON.stringify(units),
    classNames: JSON.stringify(classNames ?? null),
    card: JSON.stringify({ ...training, ...(heldOut === undefined ? {} : { heldOut }) }),
  });
}

/**
 * The parts of a classifier from its file, and the graph of its logits.
 *
 * @param where the file's name, for messages
 * @throws CoupletError FILE_INVALID, SPEC_INVALID
 */
export function readClassifier(
  bytes: Uint8Array,
  where: string,
): { readonly parts: ClassifierParts; readonly graph: Graph } {
  const { tensors, metadata } = readSafetensors(bytes, where);
  if (metadata["format"] !== CLASSIFIER_FORMAT) throw otherFormat(where, metadata["format"]);
  const json = (key: string): unknown => parseJson(metadata[key] ?? "null", `${where}: ${key}`);
  const spec = parseNetwork(json("spec"));
  const graph = lowerLogits(spec);
  const parameters = readParameters(tensors, graph, where);
  const { training, records } = parseRecords(json("card") ?? {}, `${where}: card`);
  return {
    graph,
    parts: {
      spec,
      parameters,
      units: unitsOf(json("units"), spec.shape[2]!, `${where}: units`),
      classNames: namesOf(json("classNames"), spec.classes, `${where}: classNames`),
      training,
      heldOut: metricsOf(records["heldOut"], `${where}: card.heldOut`),
    },
  };
}

function otherFormat(where: string, format: string | undefined): CoupletError {
  const isFlow = format === MODEL_FORMAT;
  return new CoupletError({
    code: "FILE_INVALID",
    where,
    expected: `a classifier (${CLASSIFIER_FORMAT})`,
    received: isFlow ? "a flow" : (format ?? "a safetensors file of something else"),
    ...(isFlow ? { hint: "FlowModel of couplet, or TableModel of couplet/table, loads it." } : {}),
  });
}

function unitsOf(value: unknown, channels: number, where: string): ChannelUnits {
  const { shift, scale } = (value ?? {}) as { shift?: unknown; scale?: unknown };
  const list = (v: unknown, ok: (n: number) => boolean): v is number[] =>
    Array.isArray(v) &&
    v.length === channels &&
    v.every((n) => typeof n === "number" && Number.isFinite(n) && ok(n));
  if (list(shift, () => true) && list(scale, (n) => n > 0)) return { shift, scale };
  throw new CoupletError({
    code: "FILE_INVALID",
    where,
    expected: `${channels} shifts and ${channels} positive scales`,
    received: JSON.stringify(value).slice(0, 80),
  });
}

function namesOf(value: unknown, classes: number, where: string): string[] | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value) && value.length === classes && value.every((n) => typeof n === "string"))
    return value;
  throw new CoupletError({
    code: "FILE_INVALID",
    where,
    expected: `${classes} names`,
    received: JSON.stringify(value).slice(0, 80),
  });
}

function metricsOf(value: unknown, where: string): ClassificationMetrics | undefined {
  if (value === undefined) return undefined;
  const fields = new JsonFields(value, where);
  return {
    images: fields.count("images"),
    accuracy: fields.number("accuracy"),
    negativeLogLikelihood: fields.number("negativeLogLikelihood"),
    calibrationError: fields.number("calibrationError"),
  };
}
