/** A worker's side of the protocol: the same in Node and in a page. */
import { CoupletError } from "../../../../error.ts";
import type { WorkerPort } from "../../../../threads/host.ts";
import { diagnose } from "../diagnose.ts";
import type { Gemm, Kernels } from "../executor.ts";
import { forwardTiles } from "../forward.ts";
import type { KernelTable } from "../instantiate.ts";
import { GEMM_SCRATCH_BYTES, wasmGemm } from "../gemm/gemm.ts";
import { instantiate, instantiateNow } from "../instantiate.ts";
import { shareOf } from "../lanes.ts";
import { createMemory, directAccess } from "../memory.ts";
import { ProgramTable } from "../programs.ts";
import { control } from "../protocol.ts";
import type { FromWorker, Start, ToWorker } from "../protocol.ts";
import { trainSteps } from "../train-loop.ts";

type Port = WorkerPort<ToWorker, FromWorker>;

/** The machine's BLAS as a matrix product, or the reason for its absence. */
export type FoundBlas =
  | {
      readonly library: string;
      /** The matrix product of one thread, with that thread's scratch. */
      readonly gemm: (memory: WebAssembly.Memory, kernels: Kernels, scratch: number) => Gemm;
    }
  | { readonly library: undefined; readonly reason: string };

/** How a platform finds a BLAS; the page has none. */
export type BlasLoader = () => Promise<FoundBlas>;

/** Handles messages from the host, in order, from now on. */
export function serve(port: Port, loadBlas: BlasLoader | undefined): void {
  let state: WorkerState | undefined;
  // The first message is answered asynchronously; the others wait for it.
  let ready: Promise<void> = Promise.resolve();
  port.onMessage((message) => {
    if (message.type === "start") {
      ready = start(message, loadBlas).then((started) => {
        state = started.state;
        port.post({ type: "ready", gemm: started.state.gemm.name, blasReason: started.blasReason });
      });
      return;
    }
    if (state !== undefined) handle(state, port, message);
    else void ready.then(() => handle(state!, port, message));
  });
}

interface WorkerState {
  readonly start: Start;
  readonly memory: WebAssembly.Memory;
  readonly kernels: KernelTable;
  readonly gemm: Gemm;
  readonly programs: ProgramTable;
}

async function start(
  message: Start,
  loadBlas: BlasLoader | undefined,
): Promise<{ state: WorkerState; blasReason: string | undefined }> {
  const memory = message.memory ?? createMemory();
  const kernels = await instantiate(message.module, memory);
  const { gemm, blasReason } = await chooseGemm(message, memory, kernels, loadBlas);
  const programs = new ProgramTable(kernels, gemm, message.thread);
  return { state: { start: message, memory, kernels, gemm, programs }, blasReason };
}

async function chooseGemm(
  message: Start,
  memory: WebAssembly.Memory,
  kernels: Kernels,
  loadBlas?: BlasLoader,
) {
  if (message.blas && loadBlas !== undefined) {
    const blas = await loadBlas();
    if (blas.library !== undefined) {
      const gemm = blas.gemm(memory, kernels, scratchOf(message));
      return { gemm, blasReason: undefined };
    }
    return { gemm: ownGemm(message, kernels), blasReason: blas.reason };
  }
  return {
    gemm: ownGemm(message, kernels),
    blasReason: message.blas ? "a page has no BLAS" : "switched off",
  };
}

function ownGemm(message: Start, kernels: Kernels): Gemm {
  return wasmGemm(kernels["gemm"]!, scratchOf(message));
}

function scratchOf({ gemmScratch, thread }: Start): number {
  return gemmScratch + thread * GEMM_SCRATCH_BYTES;
}

function handle(state: WorkerState, port: Port, message: Exclude<ToWorker, Start>): void {
  const {
    memory,
    kernels,
    programs,
    start: { thread, control: controlAt },
  } = state;
  try {
    switch (message.type) {
      case "kernels":
        Object.assign(kernels, instantiateNow(message.module, memory));
        return;
      case "load":
        programs.load(message);
        return;
      case "unload":
        programs.unload(message.id);
        return;
      case "forward": {
        const program = programs.bind(message.program, message.parameters, 0);
        const ints = new Int32Array(memory.buffer, controlAt, 16);
        forwardTiles(memory, program, message, () => Atomics.add(ints, control.nextTile, 1));
        port.post({ type: "done", job: message.job, result: undefined });
        return;
      }
      case "train": {
        const { parameters, gradients, gradientStride, lanes } = message.state;
        const [first, end] = shareOf(lanes.count, thread, message.threads);
        const bound = Array.from({ length: end - first }, (_, i) =>
          programs.bind(message.program, parameters, gradients + (first + i) * gradientStride),
        );
        const result = trainSteps(
          {
            thread,
            control: controlAt,
            memory,
            kernels,
            meet: () => port.post({ type: "meet", job: message.job }),
          },
          { first, programs: bound },
          message,
        );
        port.post({ type: "done", job: message.job, result });
        return;
      }
      case "diagnose": {
        const { parameters, gradients } = message.state;
        // The other threads may have no part in the training.
        const result =
          thread === 0
            ? diagnose(
                memory,
                kernels,
                programs.bind(message.program, parameters, gradients),
                message,
              )
            : undefined;
        port.post({ type: "done", job: message.job, result });
        return;
      }
      case "write":
        new Uint8Array(memory.buffer).set(message.bytes, message.address);
        return;
      case "read": {
        const bytes = new Uint8Array(memory.buffer, message.address, message.byteLength).slice();
        port.post({ type: "done", job: message.job, result: bytes }, [bytes.buffer as ArrayBuffer]);
        return;
      }
      case "grow":
        directAccess(memory).grow(message.byteLength);
        return;
    }
  } catch (cause) {
    port.post({ type: "failed", job: "job" in message ? message.job : -1, ...inWords(cause) });
  }
}

function inWords(cause: unknown) {
  return cause instanceof CoupletError
    ? { code: cause.code, message: cause.message }
    : { code: undefined, message: String((cause as Error).stack ?? cause) };
}
