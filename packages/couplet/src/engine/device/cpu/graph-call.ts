/** One run of a program over a batch: chunks of its rows go into device memory, and their results come back. */
import type { Floats, RunBatch } from "../device.ts";
import { addressIn } from "./buffer.ts";
import type { CpuHost, LoadedProgram } from "./host.ts";
import { portBytes } from "./program.ts";
import type { Port, Program } from "./program.ts";
import type { ForwardJob } from "./protocol.ts";

/** Bytes of a chunk's inputs and outputs, unless a tile needs more: images are wide. */
const CHUNK_BYTES = 2 ** 28;

/** Rows that go through at a time. */
export interface Chunk {
  readonly first: number;
  readonly rows: number;
}

/** A call from its first chunk to its results; {@link GraphCall.release} ends it. */
export class GraphCall {
  readonly results: ReadonlyMap<string, Floats>;
  readonly #host: CpuHost;
  readonly #loaded: LoadedProgram;
  readonly #batch: RunBatch;
  readonly #chunk: number;
  readonly #regions: ReadonlyMap<Port, number>;

  /** @param chunkRows most rows of a chunk, in whole tiles */
  constructor(host: CpuHost, loaded: LoadedProgram, batch: RunBatch, chunkRows: number) {
    const { program } = loaded;
    this.#host = host;
    this.#loaded = loaded;
    this.#batch = batch;
    this.#chunk = Math.min(batch.rows, chunkRows, rowsOfBytes(program));
    this.results = new Map(
      program.outputs.map(({ name, cols }) => [
        name,
        cols === 0 ? new Float64Array(batch.rows) : new Float32Array(batch.rows * cols),
      ]),
    );
    this.#regions = new Map(
      [...program.inputs, ...program.outputs].map((port) => [
        port,
        host.allocate(portBytes(port, this.#chunk)),
      ]),
    );
  }

  *chunks(): Generator<Chunk> {
    const { rows } = this.#batch;
    for (let first = 0; first < rows; first += this.#chunk)
      yield { first, rows: Math.min(this.#chunk, rows - first) };
  }

  /** Puts a chunk's inputs into device memory; the job that computes its outputs. */
  put({ first, rows }: Chunk): Omit<ForwardJob, "type" | "job"> {
    const { program, id } = this.#loaded;
    const { inputs, parameters, firstRow = 0, seed = [0, 0] } = this.#batch;
    for (const port of program.inputs) {
      const width = Math.max(1, port.cols);
      const source = inputs[port.name]!.subarray(first * width, (first + rows) * width);
      this.#host.write(this.#regions.get(port)!, inPrecision(source, port.cols));
    }
    const placed = (port: Port) => ({ name: port.name, address: this.#regions.get(port)! });
    return {
      program: id,
      parameters: addressIn(parameters),
      rows,
      row0: firstRow + first,
      seed,
      inputs: program.inputs.map(placed),
      outputs: program.outputs.map(placed),
    };
  }

  /** Takes a chunk's outputs from device memory. */
  async take(chunk: Chunk): Promise<void> {
    for (const port of this.#loaded.program.outputs)
      this.#keep(
        port,
        chunk,
        await this.#host.read(this.#regions.get(port)!, portBytes(port, chunk.rows)),
      );
  }

  /** {@link take} of memory that the caller's thread reaches. */
  takeNow(chunk: Chunk): void {
    for (const port of this.#loaded.program.outputs)
      this.#keep(
        port,
        chunk,
        this.#host.readNow(this.#regions.get(port)!, portBytes(port, chunk.rows)),
      );
  }

  /** Gives the memory back. */
  release(): void {
    for (const address of this.#regions.values()) this.#host.release(address);
  }

  #keep({ name, cols }: Port, { first }: Chunk, { buffer }: Uint8Array<ArrayBuffer>): void {
    const target = this.results.get(name)!;
    if (cols === 0) target.set(new Float64Array(buffer), first);
    else target.set(new Float32Array(buffer), first * cols);
  }
}

/** One number per row is float64 on the device, everything else float32. */
function inPrecision(source: Floats, cols: number): Floats {
  if (cols === 0) return source instanceof Float64Array ? source : Float64Array.from(source);
  return source instanceof Float32Array ? source : Float32Array.from(source);
}

/** Rows of a chunk by its bytes, in whole tiles, so that where chunks end changes nothing. */
function rowsOfBytes({ tile, inputs, outputs }: Program): number {
  const bytes = [...inputs, ...outputs].reduce((sum, port) => sum + portBytes(port, 1), 0);
  return Math.max(tile, Math.floor(CHUNK_BYTES / Math.max(1, bytes) / tile) * tile);
}
