/** Opens what a model computes with. */
import type { Device } from "../../engine/device/device.ts";
import { deviceOf } from "../../engine/device/open.ts";
import type { DeviceOptions } from "../../engine/device/open.ts";
import type { Graph } from "../../engine/graph.ts";
import { Runner } from "./runner.ts";

/** A model's parameters, on a device. */
export interface OpenedRunner {
  readonly runner: Runner;
  readonly parameters: Float32Array;
  /** Whether the device was opened here, so that the model has to dispose it. */
  readonly own: boolean;
}

/**
 * The device that options ask for, with what `graph` needs of it and the parameters that `make` gives. The device is closed again where
 * something fails.
 *
 * @throws CoupletError USAGE for a device or a number of threads that cannot be, OUT_OF_MEMORY; what `make` throws
 */
export async function openRunner(
  options: DeviceOptions,
  graph: Graph,
  make: (device: Device) => Float32Array | Promise<Float32Array>,
): Promise<OpenedRunner> {
  const { device, own } = await deviceOf(options);
  try {
    // What runs on the caller's stack cannot wait for it.
    await device.prepare(graph);
    const parameters = await make(device);
    return { runner: new Runner(device, parameters), parameters, own };
  } catch (error) {
    if (own) device.dispose();
    throw error;
  }
}
