/** Flows that a model's file has beside its own, as text. */
import { CoupletError } from "../../error.ts";
import type { DeviceOptions } from "../../engine/device/open.ts";
import { FlowModel } from "../../flow/model/model.ts";
import { modelToBytes } from "../../flow/model/write.ts";

/** A flow's file in base 64. */
export function flowToText(flow: FlowModel): string {
  const bytes = modelToBytes(flow);
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000)
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/** @throws CoupletError FILE_INVALID for text that is no flow of so many variables and context variables */
export async function flowFromText(
  text: string,
  { dims, context }: { readonly dims: number; readonly context: number },
  options: DeviceOptions,
): Promise<FlowModel> {
  const where = "anyCondition";
  const binary = atob(text);
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  const flow = await FlowModel.fromBytes(bytes, { ...options, where });
  const { spec } = flow;
  if (spec.dims === dims && spec.context === context) return flow;
  flow.dispose();
  throw new CoupletError({
    code: "FILE_INVALID",
    where,
    expected: `a flow of ${dims} variables given ${context}`,
    received: `one of ${spec.dims} given ${spec.context}`,
  });
}
