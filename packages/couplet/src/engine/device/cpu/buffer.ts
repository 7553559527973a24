/** Parameters in the CPU device's memory. */
import { internalError } from "../../../error.ts";
import type { DeviceBuffer } from "../device.ts";
import type { CpuHost } from "./host.ts";

/** A flat buffer of float32 numbers at a fixed address. */
export class CpuBuffer implements DeviceBuffer {
  readonly length: number;
  readonly address: number;
  readonly #host: CpuHost;

  constructor(host: CpuHost, values: Float32Array) {
    this.#host = host;
    this.length = values.length;
    this.address = host.allocate(values.byteLength);
    this.write(values);
  }

  write(values: Float32Array): void {
    this.#host.write(this.address, values);
  }

  dispose(): void {
    this.#host.release(this.address);
  }
}

/** Where a buffer that this device made stands. */
export function addressIn(buffer: DeviceBuffer): number {
  if (!(buffer instanceof CpuBuffer)) throw internalError("a buffer of another device");
  return buffer.address;
}
