/** The checkpoint of a training of images: that of the flow, with the plan and the samples so far. */
import { CoupletError } from "../error.ts";
import { JsonFields } from "../file/json-fields.ts";
import { parseJson } from "../file/parse-json.ts";
import { readSafetensors } from "../file/read-safetensors.ts";
import { writeSafetensors } from "../file/write-safetensors.ts";
import { parseTrainingSamples } from "./image-model.ts";
import type { TrainingSamples } from "./image-model.ts";
import { parsePlan } from "./image-plan.ts";
import type { ImagePlan } from "./image-plan.ts";

/** The name of the plan in the metadata of a checkpoint. */
const PLAN = "images";

/** What a checkpoint of images holds besides the state of the training. */
export interface PlanAndHistory {
  readonly plan: ImagePlan;
  readonly history: TrainingSamples[];
}

/** Adds plan and history to the bytes of a checkpoint. */
export function withPlanAndHistory(
  bytes: Uint8Array,
  words: PlanAndHistory,
): Uint8Array<ArrayBuffer> {
  const { tensors, metadata } = readSafetensors(bytes, "checkpoint");
  return writeSafetensors(tensors, { ...metadata, [PLAN]: JSON.stringify(words) });
}

/**
 * Separates plan and history from the bytes of a checkpoint.
 *
 * @throws CoupletError FILE_INVALID
 */
export function readImageCheckpoint(bytes: Uint8Array): {
  readonly bytes: Uint8Array;
  readonly words: PlanAndHistory;
} {
  const { tensors, metadata } = readSafetensors(bytes, "resume");
  const { [PLAN]: text, ...rest } = metadata;
  if (text === undefined)
    throw new CoupletError({
      code: "FILE_INVALID",
      where: "resume",
      expected: "a checkpoint of a training of images",
      received: "a checkpoint of other rows",
    });
  const fields = new JsonFields(parseJson(text, "resume"), "resume");
  const words = {
    plan: parsePlan(fields.object("plan")),
    history: fields.list("history").map((entry) => parseTrainingSamples(entry, "resume")),
  };
  return { bytes: writeSafetensors(tensors, rest), words };
}
