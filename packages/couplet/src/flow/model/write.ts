/**
 * Writing a `.couplet` file: safetensors with every parameter under its name, and a JSON metadata
 * block with the spec, the standardisation and the training card.
 */
import { storage } from "#storage";
import { writeSafetensors } from "../../file/write-safetensors.ts";
import type { FileTensor } from "../../file/safetensors.ts";
import { version } from "../../version.ts";
import { specText } from "../spec/text.ts";
import { MODEL_FORMAT } from "./format.ts";
import type { ModelView } from "./view.ts";

/**
 * The model as the bytes of a `.couplet` file.
 *
 * @param more records to keep beside the training's, as plain JSON: a table's, say
 */
export function modelToBytes(
  model: ModelView,
  more: Readonly<Record<string, unknown>> = {},
): Uint8Array<ArrayBuffer> {
  const values = model.parameters;
  const tensors = new Map<string, FileTensor>(
    model.parameterList.map(({ name, shape, offset, size }) => [
      name,
      { shape: [shape.rows, shape.cols], data: values.subarray(offset, offset + size) },
    ]),
  );
  return writeSafetensors(tensors, {
    format: MODEL_FORMAT,
    library: `couplet ${version}`,
    spec: specText(model.spec),
    standardiser: JSON.stringify(model.standardiser),
    contextStandardiser: JSON.stringify(model.contextStandardiser),
    columns: JSON.stringify(model.columns ?? null),
    card: JSON.stringify({ ...model.training, ...model.records, ...more }),
  });
}

/** Writes the model to a file: to a temporary one first, then renamed, so no half file is ever left. Node only. */
export async function saveModel(
  model: ModelView,
  path: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await storage.write(path, modelToBytes(model, more));
}
