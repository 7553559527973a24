/** What differs between Node and a page. `#platform` (package.json, imports) is one or the other. */
import type { FromWorker, ToWorker } from "../protocol.ts";
import type { BlasLoader } from "../worker/serve.ts";

export interface PoolWorker {
  post(message: ToWorker, transfer?: ArrayBuffer[]): void;
  onMessage(listener: (message: FromWorker) => void): void;
  /** Calls the listener when the worker fails or ends, however that comes. */
  onError(listener: (error: Error) => void): void;
  /** While busy, a worker keeps the process alive; an idle one does not. */
  setBusy(busy: boolean): void;
  terminate(): void;
}

export interface Platform {
  readonly name: "node" | "browser";
  /** Hardware threads. */
  readonly cores: number;
  /** Whether memory can be shared with workers. */
  readonly sharesMemory: boolean;
  /** Why it cannot, in one line. */
  readonly sharingReason: string | undefined;
  /** The bytes of a kernel build. Relaxed SIMD may have to be switched on first. */
  loadKernels(relaxed: boolean): Promise<BufferSource>;
  /** Switches relaxed SIMD on where it is behind a flag; says whether it is on. */
  enableRelaxedSimd(): boolean;
  spawn(): PoolWorker;
  readonly loadBlas: BlasLoader | undefined;
}
