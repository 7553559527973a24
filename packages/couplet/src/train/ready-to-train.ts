/** The device of a training, before its first step. */
import type { Device } from "../engine/device/device.ts";
import { CoupletError } from "../error.ts";

/**
 * Loads what training takes of a device.
 *
 * @param where the call, for messages
 * @throws CoupletError NOT_SUPPORTED for a device that does not train
 */
export async function readyToTrain(device: Device, where: string): Promise<void> {
  if (device.trains) return device.prepareTraining();
  throw new CoupletError({
    code: "NOT_SUPPORTED",
    where: `${where}: device`,
    expected: '"cpu"',
    received: `"${device.name}"`,
    hint: "The float64 device computes with models; it does not train them.",
  });
}
