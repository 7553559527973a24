/**
 * What the fast device runs on: one memory with regions by address, programs in it, and a pool of
 * threads that run them.
 */
import { platform } from "#platform";
import { threadHost } from "#threads";
import { CoupletError, internalError } from "../../../error.ts";
import type { DeviceReport, Diagnosis, StepReducer, TrainResult } from "../device.ts";
import type { CpuOptions } from "../options.ts";
import type { Program } from "./program.ts";
import { MOST_PAIRS } from "../../../random/word-pairs.ts";
import type { WordPairs } from "../../../random/word-pairs.ts";
import { forwardTiles } from "./forward.ts";
import { GEMM_SCRATCH_BYTES, wasmGemm } from "./gemm/gemm.ts";
import { instantiate, instantiateNow } from "./instantiate.ts";
import type { KernelTable } from "./instantiate.ts";
import { EngineKernels, takesRelaxed } from "./kernels.ts";
import { laneSteps } from "./lanes.ts";
import type { Lanes } from "./lanes.ts";
import { createMemory, directAccess, INITIAL_BYTES, Regions } from "./memory.ts";
import type { MemoryAccess } from "./memory.ts";
import { poolWorker } from "./pool-worker.ts";
import { Pool } from "./pool.ts";
import { ProgramTable } from "./programs.ts";
import { control, CONTROL_BYTES } from "./protocol.ts";
import type { DiagnoseJob, ForwardJob, LoadProgram, TrainJob } from "./protocol.ts";
import type { FoundBlas } from "./worker/serve.ts";

/** A program in the device's memory. */
export interface LoadedProgram {
  readonly id: number;
  readonly program: Program;
  /** Frees the program's memory. */
  dispose(): void;
}

/** More threads than this gain nothing on batches of a few hundred rows. */
const MOST_THREADS = 16;

/** Calls below this many floating-point operations run on the caller's thread: under a millisecond. */
const INLINE_FLOPS = 1e7;

/** The same while no thread has been started yet: a few milliseconds, where starting threads takes tens of them. */
const FIRST_INLINE_FLOPS = 5e7;

/** See this file's head. Dispose it when done. */
export class CpuHost {
  readonly threads: number;
  readonly simd: "relaxed" | "simd128";
  readonly #kernels: EngineKernels;
  /** The memory, where the host can see it. */
  readonly #memory: WebAssembly.Memory | undefined;
  readonly #blas: boolean;
  readonly #access: MemoryAccess;
  readonly #regions: Regions;
  readonly #control: number;
  readonly #gemmScratch: number;
  readonly #programs = new Map<number, LoadProgram>();
  #pool: Pool | undefined;
  /** How many files of kernels the pool and the caller's thread have. */
  #poolFiles = 0;
  #inlineFiles = 0;
  /** The programs as the caller's thread runs them. */
  #inline: ProgramTable | undefined;
  #inlineKernels: KernelTable | undefined;
  #nextProgram = 1;
  #disposed = false;

  private constructor(
    kernels: EngineKernels,
    threads: number,
    blas: boolean,
    memoryIsHere: boolean = threadHost.sharesMemory,
  ) {
    this.#kernels = kernels;
    this.threads = threads;
    this.simd = kernels.relaxed ? "relaxed" : "simd128";
    this.#blas = blas;
    this.#memory = memoryIsHere ? createMemory() : undefined;
    this.#access = this.#memory === undefined ? this.#remoteAccess() : directAccess(this.#memory);
    this.#regions = new Regions(this.#access);
    this.#control = this.#regions.allocate(CONTROL_BYTES);
    this.#gemmScratch = this.#regions.allocate((threads + 1) * GEMM_SCRATCH_BYTES);
  }

  /** A device; its threads start with the first large job. Throws USAGE on a bad thread count. */
  static async create(options: CpuOptions = {}): Promise<CpuHost> {
    const wanted = options.threads ?? Math.min(threadHost.cores, MOST_THREADS);
    if (!Number.isInteger(wanted) || wanted < 1 || wanted > 256) {
      throw new CoupletError({
        code: "USAGE",
        where: "threads",
        expected: "an integer from 1 to 256",
        received: String(options.threads),
      });
    }
    const kernels = await EngineKernels.open(takesRelaxed(options));
    return new CpuHost(kernels, threadHost.sharesMemory ? wanted : 1, options.blas !== false);
  }

  /** Whether the caller's thread reaches the memory: then it can compute by itself. */
  get reachesMemory(): boolean {
    return this.#memory !== undefined;
  }

  /** A host of the same kernels whose memory is on the caller's thread, for a page that cannot share memory. */
  onThisThread(): CpuHost {
    return new CpuHost(this.#kernels, 1, this.#blas, true);
  }

  /** Starts the threads and says what they found. */
  async report(): Promise<DeviceReport> {
    const { gemm, blasReason } = await this.#started().report;
    return {
      device: "cpu",
      platform: threadHost.name,
      cores: threadHost.cores,
      threads: this.threads,
      threadsReason: threadHost.sharingReason,
      trainingThreads: laneSteps(),
      simd: this.simd,
      gemm,
      blasReason,
    };
  }

  /** A region of device memory, by address. */
  allocate(byteLength: number): number {
    return this.#regions.allocate(byteLength);
  }

  /** Gives a region back. */
  release(address: number): void {
    this.#regions.release(address);
  }

  /** Copies bytes into device memory. */
  write(address: number, data: ArrayBufferView): void {
    this.#access.write(address, data);
  }

  /** Copies bytes out of device memory. */
  read(address: number, byteLength: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#access.read(address, byteLength);
  }

  /** Copies float32 numbers out of device memory. */
  async readFloat32(address: number, length: number): Promise<Float32Array<ArrayBuffer>> {
    return new Float32Array((await this.read(address, length * 4)).buffer);
  }

  /** Copies bytes out of device memory that the caller's thread reaches. */
  readNow(address: number, byteLength: number): Uint8Array<ArrayBuffer> {
    if (this.#access.readNow === undefined) throw internalError("memory of another thread");
    return this.#access.readNow(address, byteLength);
  }

  /** Sets the word that a training job looks at once a step. Without shared memory it ends with its time slice. */
  requestAbort(requested: boolean): void {
    this.#access.write(this.#control + control.abort * 4, Int32Array.of(requested ? 1 : 0));
  }

  /**
   * Places a program in device memory and gives it to the threads.
   *
   * @param arenas of the first so many threads; default all, and the caller's
   */
  load(program: Program, arenas: number = this.threads + 1): LoadedProgram {
    const arenaStride = Math.ceil(program.arenaBytes / 4096) * 4096 + 64;
    const arena = this.#regions.allocate(arenas * arenaStride);
    const table = this.#regions.allocate(program.table.length * 4);
    this.write(table, Int32Array.from(program.table));
    const message: LoadProgram = {
      type: "load",
      id: this.#nextProgram++,
      program,
      arena,
      arenaStride,
      table,
    };
    this.#programs.set(message.id, message);
    this.#pool?.tell(message);
    this.#inline?.load(message);
    return {
      id: message.id,
      program,
      dispose: () => {
        if (!this.#programs.delete(message.id) || this.#disposed) return;
        this.#pool?.tell({ type: "unload", id: message.id });
        this.#inline?.unload(message.id);
        this.#regions.release(arena);
        this.#regions.release(table);
      },
    };
  }

  /** Random words by a kernel on the caller's thread; undefined where the memory is a worker's. */
  async wordPairs(): Promise<WordPairs | undefined> {
    const memory = this.#memory;
    if (memory === undefined) return undefined;
    const kernel = (await instantiate(this.#kernels.modules[0]!, memory))["philoxWords"]!;
    return (first, count, stream, key) => {
      const whole = (count + 3) & ~3;
      // Taken for the call alone: between calls the memory may be given to another.
      const at = this.#regions.allocate(MOST_PAIRS * 8 + 64);
      kernel(at, whole, first, stream, key[0], key[1], at + MOST_PAIRS * 8);
      const words = new Uint32Array(memory.buffer, at, 2 * whole).slice();
      this.#regions.release(at);
      return [words.subarray(0, whole), words.subarray(whole)];
    };
  }

  /** Runs a program over a batch. Small ones run on the caller's thread. */
  async forward(job: Omit<ForwardJob, "type" | "job">): Promise<void> {
    this.#alive();
    const { program } = this.#programs.get(job.program)!;
    await this.haveKernels(program.instructions);
    const most = this.#pool === undefined ? FIRST_INLINE_FLOPS : INLINE_FLOPS;
    const isSmall = job.rows <= program.tile && program.gemmFlopsPerRow * job.rows <= most;
    if (this.#memory !== undefined && isSmall) {
      await this.#prepareInline(this.#memory);
      this.forwardNow(job);
      return;
    }
    await this.#started().run(
      { type: "forward", ...job },
      {
        before: () => this.#access.write(this.#control + control.nextTile * 4, Int32Array.of(0)),
      },
    );
  }

  /** Runs a program over a batch on the caller's stack: the bits of {@link forward}. */
  forwardNow(job: Omit<ForwardJob, "type" | "job">): void {
    this.#alive();
    const memory = this.#memory;
    if (memory === undefined) throw internalError("memory of another thread");
    const { modules } = this.#kernels;
    this.#inline ??= this.#inlinePrograms(
      memory,
      instantiateNow(modules[0]!, memory),
      this.#blas ? platform.loadBlasNow?.() : undefined,
    );
    while (this.#inlineFiles < modules.length) {
      const module = modules[this.#inlineFiles++]!;
      Object.assign(this.#inlineKernels!, instantiateNow(module, memory));
    }
    let tile = 0;
    const program = this.#inline.bind(job.program, job.parameters, 0);
    forwardTiles(memory, program, job, () => tile++);
  }

  /** Threads that share so many lanes. */
  trainingThreads({ count }: Lanes): number {
    return Math.min(this.threads, count);
  }

  /** Runs training steps on the threads that share the lanes. */
  async train(
    job: Omit<TrainJob, "type" | "job" | "meets">,
    reducer: StepReducer | undefined,
  ): Promise<TrainResult> {
    await this.#haveTraining(job.program);
    const memory = this.#memory;
    if (reducer !== undefined && memory === undefined) {
      throw new CoupletError({
        code: "NOT_SUPPORTED",
        where: "fit: reducer",
        expected: "memory that threads share, in which processes meet",
        received: threadHost.sharingReason ?? "none",
      });
    }
    const meeting =
      reducer === undefined || memory === undefined
        ? undefined
        : new (await import("./meeting.ts")).Meeting(memory, this.#control, reducer);
    const [result] = (await this.#started().run(
      { type: "train", ...job, meets: meeting !== undefined },
      { onMeet: meeting === undefined ? undefined : () => void meeting.hold(job.state) },
    )) as TrainResult[];
    return meeting?.failure === undefined ? result! : { ...result!, failure: meeting.failure };
  }

  /** Finds the first op of a step that writes a number that is not finite. */
  async diagnose(job: Omit<DiagnoseJob, "type" | "job">): Promise<Diagnosis | undefined> {
    await this.#haveTraining(job.program);
    return (await this.#started().run({ type: "diagnose", ...job }))[0] as Diagnosis | undefined;
  }

  /** Ends the threads; later calls throw DISPOSED. */
  dispose(): void {
    this.#disposed = true;
    this.#pool?.dispose();
    this.#pool = undefined;
    this.#inline = undefined;
  }

  #alive(): void {
    if (!this.#disposed) return;
    throw new CoupletError({
      code: "DISPOSED",
      where: "cpu device",
      expected: "a live device",
      received: "a disposed one",
    });
  }

  #started(): Pool {
    this.#alive();
    if (this.#pool !== undefined) return this.#withKernels(this.#pool);
    const starts = Array.from({ length: this.threads }, (_, thread) => ({
      module: this.#kernels.modules[0]!,
      memory: this.#memory,
      thread,
      threads: this.threads,
      control: this.#control,
      gemmScratch: this.#gemmScratch,
      blas: this.#blas,
    }));
    // The host's thread loads the BLAS first: what it finds holds for the others.
    const prepared =
      this.#blas && platform.loadBlas !== undefined ? platform.loadBlas() : undefined;
    this.#pool = new Pool(() => threadHost.spawn(poolWorker), starts, Promise.resolve(prepared));
    this.#poolFiles = 1;
    for (const message of this.#programs.values()) this.#pool.tell(message);
    return this.#withKernels(this.#pool);
  }

  /** Gives the pool the files of kernels that came since it was last asked for anything. */
  #withKernels(pool: Pool): Pool {
    const { modules } = this.#kernels;
    while (this.#poolFiles < modules.length)
      pool.tell({ type: "kernels", module: modules[this.#poolFiles++]! });
    return pool;
  }

  /** Loads the files of kernels that these calls need. Throws DEVICE_UNAVAILABLE. */
  haveKernels(calls: readonly { readonly kernel: string }[]): Promise<void> {
    return this.#kernels.have(calls);
  }

  async #haveTraining(program: number): Promise<void> {
    const { instructions } = this.#programs.get(program)!.program;
    await Promise.all([this.#kernels.haveOptimiser(), this.haveKernels(instructions)]);
  }

  /** Loads without blocking what `forwardNow` would load on its way. */
  async #prepareInline(memory: WebAssembly.Memory): Promise<void> {
    const { modules } = this.#kernels;
    if (this.#inline === undefined) {
      const kernels = await instantiate(modules[0]!, memory);
      const blas = this.#blas ? await platform.loadBlas?.() : undefined;
      this.#inline ??= this.#inlinePrograms(memory, kernels, blas);
    }
    for (let at = this.#inlineFiles; at < modules.length; at++) {
      const kernels = await instantiate(modules[at]!, memory);
      // Another call may have been here in the meantime.
      if (at < this.#inlineFiles) continue;
      Object.assign(this.#inlineKernels!, kernels);
      this.#inlineFiles = at + 1;
    }
  }

  #inlinePrograms(
    memory: WebAssembly.Memory,
    kernels: KernelTable,
    blas: FoundBlas | undefined,
  ): ProgramTable {
    // The same matrix product as in the threads, so that a small call gives the same bits.
    const scratch = this.#gemmScratch + this.threads * GEMM_SCRATCH_BYTES;
    const gemm =
      blas?.library === undefined
        ? wasmGemm(kernels["gemm"]!, scratch)
        : blas.gemm(memory, kernels, scratch);
    this.#inlineKernels = kernels;
    this.#inlineFiles = 1;
    const programs = new ProgramTable(kernels, gemm, this.threads);
    for (const message of this.#programs.values()) programs.load(message);
    return programs;
  }

  #remoteAccess(): MemoryAccess {
    return {
      write: (address, data) => {
        const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
        this.#started().tell({ type: "write", address, bytes });
      },
      read: async (address, byteLength) => {
        const [bytes] = await this.#started().run({ type: "read", address, byteLength });
        return bytes as Uint8Array<ArrayBuffer>;
      },
      grow: (byteLength) => {
        // The first regions are made before the worker is there; its memory is born large enough.
        if (byteLength > INITIAL_BYTES) this.#started().tell({ type: "grow", byteLength });
      },
    };
  }
}
