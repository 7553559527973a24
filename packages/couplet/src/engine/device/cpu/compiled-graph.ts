/** A graph on the CPU device: programs are made when first used, and large batches go through in chunks. */
import { throwIfAborted } from "../../../abort.ts";
import type { Graph } from "../../graph.ts";
import type { CompiledGraph, Floats, RunBatch } from "../device.ts";
import { addressIn } from "./buffer.ts";
import type { CpuHost, LoadedProgram } from "./host.ts";
import { padTo, placeIn } from "./place.ts";
import { portBytes } from "./program.ts";
import type { Program } from "./program.ts";
import { isLongCall, planForward } from "./tile.ts";

/** Rows that go through at a time: bounds the memory, and the time until an abort is heard. */
const CHUNK_ROWS = 32_768;

/** Bytes of a chunk's inputs and outputs, unless a tile needs more: images are wide. */
const CHUNK_BYTES = 2 ** 28;

export class CpuGraph implements CompiledGraph {
  readonly #host: CpuHost;
  readonly #graph: Graph;
  #low: LoadedProgram | undefined;
  #tall: LoadedProgram | undefined;
  #disposed = false;

  constructor(host: CpuHost, graph: Graph) {
    this.#host = host;
    this.#graph = graph;
  }

  async run(batch: RunBatch): Promise<ReadonlyMap<string, Floats>> {
    const { rows, anyCut = false, seed, firstRow = 0 } = batch;
    if (!anyCut || rows === 0)
      return this.#run(this.#program(isLongCall(rows, seed !== undefined)), batch, CHUNK_ROWS);
    const loaded = this.#program(false);
    const { tile, outputs } = loaded.program;
    const place = placeIn(tile, firstRow, rows);
    const padded = {
      ...batch,
      rows: place.before + rows + place.after,
      firstRow: firstRow - place.before,
      inputs: Object.fromEntries(
        Object.entries(batch.inputs).map(([name, values]) => [name, padTo(values, rows, place)]),
      ),
    };
    const results = await this.#run(loaded, padded, Math.floor(CHUNK_ROWS / tile) * tile);
    return new Map(
      outputs.map(({ name, cols }) => {
        const width = Math.max(1, cols);
        const from = place.before * width;
        return [name, results.get(name)!.slice(from, from + rows * width)];
      }),
    );
  }

  dispose(): void {
    this.#disposed = true;
    this.#low?.dispose();
    this.#tall?.dispose();
    this.#low = undefined;
    this.#tall = undefined;
  }

  async #run(
    { id, program }: LoadedProgram,
    { parameters, inputs, rows, firstRow = 0, seed = [0, 0], signal }: RunBatch,
    chunkRows: number,
  ): Promise<ReadonlyMap<string, Floats>> {
    const host = this.#host;
    const chunk = Math.min(rows, chunkRows, rowsOfBytes(program));
    const results = new Map<string, Floats>(
      program.outputs.map(({ name: port, cols }) => [
        port,
        cols === 0 ? new Float64Array(rows) : new Float32Array(rows * cols),
      ]),
    );
    const regions = new Map(
      [...program.inputs, ...program.outputs].map((port) => [
        port,
        host.allocate(portBytes(port, chunk)),
      ]),
    );
    try {
      for (let first = 0; first < rows; first += chunk) {
        throwIfAborted(signal);
        const count = Math.min(chunk, rows - first);
        for (const port of program.inputs) {
          const width = Math.max(1, port.cols);
          const source = inputs[port.name]!.subarray(first * width, (first + count) * width);
          host.write(regions.get(port)!, inPrecision(source, port.cols));
        }
        await host.forward({
          program: id,
          parameters: addressIn(parameters),
          rows: count,
          row0: firstRow + first,
          seed,
          inputs: program.inputs.map((port) => ({ name: port.name, address: regions.get(port)! })),
          outputs: program.outputs.map((port) => ({
            name: port.name,
            address: regions.get(port)!,
          })),
        });
        for (const port of program.outputs) {
          const target = results.get(port.name)!;
          const address = regions.get(port)!;
          if (port.cols === 0) target.set(await host.readFloat64(address, count), first);
          else target.set(await host.readFloat32(address, count * port.cols), first * port.cols);
        }
      }
    } finally {
      if (!this.#disposed) for (const address of regions.values()) host.release(address);
    }
    return results;
  }

  #program(tall: boolean): LoadedProgram {
    if (tall) return (this.#tall ??= this.#host.load(planForward(this.#graph, true)));
    return (this.#low ??= this.#host.load(planForward(this.#graph, false)));
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
