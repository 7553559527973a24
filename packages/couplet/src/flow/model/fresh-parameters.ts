/** The parameters that a model begins with. */
import type { Device } from "../../engine/device/device.ts";
import type { Graph } from "../../engine/graph.ts";
import { initialParameters } from "../initial.ts";
import { orOutOfMemory } from "./out-of-memory.ts";

/**
 * Fresh parameters of a graph, drawn at the device's speed.
 *
 * @throws CoupletError OUT_OF_MEMORY where they are too many
 */
export function freshParameters(
  graph: Graph,
  seed: number,
  device: Device,
): Promise<Float32Array<ArrayBuffer>> {
  return orOutOfMemory(
    "model",
    `The model has ${graph.parameterCount.toLocaleString("en")} parameters: make it smaller.`,
    async () => initialParameters(graph, seed, await device.wordPairs()),
  );
}
