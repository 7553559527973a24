/** The devices by name. A further one is a folder beside this file, and a line here. */
import { CoupletError } from "../../error.ts";
import { beginCpu, openCpu } from "./cpu/device.ts";
import type { CpuOptions } from "./options.ts";
import type { Device } from "./device.ts";

/** The name of a device. */
export type DeviceName = "cpu" | "reference";

const openers: Readonly<Record<DeviceName, (options: CpuOptions) => Promise<Device>>> = {
  cpu: openCpu,
  // Few programs compute in float64: its mathematics is loaded when a program asks for it.
  reference: async () => (await import("./reference/device.ts")).openReference(),
};

/** Where a model computes. */
export interface DeviceOptions extends CpuOptions {
  /**
   * `cpu` (float32, fast; the default), `reference` (float64, slow), or a device that is open: several models may
   * compute on it, and none of them disposes it. Options beside it are those of the device that a name opens.
   */
  readonly device?: DeviceName | Device;
}

/** Begins to load the device that options ask for, while its caller has other things to do before {@link deviceOf}. */
export function beginDevice({ device = "cpu", ...options }: DeviceOptions): void {
  if (device === "cpu") beginCpu(options);
}

/** A device that the caller has to dispose. */
export interface OpenedDevice {
  readonly device: Device;
  /** Whether it was opened here, so that whoever asked for it has to dispose it. */
  readonly own: boolean;
}

/**
 * The device that options ask for.
 *
 * @throws CoupletError USAGE for a name that no device has, or a number of threads that cannot be
 */
export async function deviceOf({
  device = "cpu",
  ...options
}: DeviceOptions): Promise<OpenedDevice> {
  if (typeof device === "object" && device !== null) return { device, own: false };
  if (typeof device !== "string" || !Object.hasOwn(openers, device)) {
    throw new CoupletError({
      code: "USAGE",
      where: "model: device",
      expected: `${Object.keys(openers)
        .map((name) => `"${name}"`)
        .join(" or ")}, or an open device`,
      received: JSON.stringify(device),
    });
  }
  return { device: await openers[device](options), own: true };
}

/**
 * Opens a device by its name, for models that share it (`createModel(spec, { device })`).
 *
 * @throws CoupletError USAGE
 */
export async function openDevice(name: DeviceName, options: CpuOptions = {}): Promise<Device> {
  return (await deviceOf({ ...options, device: name })).device;
}
