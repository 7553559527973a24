/** A graph on the CPU device: programs are made when first used, and large batches go through in chunks. */
import { throwIfAborted } from "../../../abort.ts";
import type { Graph } from "../../graph.ts";
import type { CompiledGraph, Floats, RunBatch } from "../device.ts";
import { GraphCall } from "./graph-call.ts";
import type { CpuHost, LoadedProgram } from "./host.ts";
import { loadOpsOf } from "./ops.ts";
import { padTo, placeIn } from "./place.ts";
import { isLongCall, planForward } from "./tile.ts";

/** Rows that go through at a time: bounds the memory, and the time until an abort is heard. */
const CHUNK_ROWS = 32_768;

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
    await loadOpsOf(this.#graph);
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

  runNow(batch: RunBatch): ReadonlyMap<string, Floats> {
    const loaded = this.#program(isLongCall(batch.rows, batch.seed !== undefined));
    const call = new GraphCall(this.#host, loaded, batch, CHUNK_ROWS);
    try {
      for (const chunk of call.chunks()) {
        this.#host.forwardNow(call.put(chunk));
        call.takeNow(chunk);
      }
    } finally {
      call.release();
    }
    return call.results;
  }

  dispose(): void {
    this.#disposed = true;
    this.#low?.dispose();
    this.#tall?.dispose();
    this.#low = undefined;
    this.#tall = undefined;
  }

  async #run(
    loaded: LoadedProgram,
    batch: RunBatch,
    chunkRows: number,
  ): Promise<ReadonlyMap<string, Floats>> {
    const call = new GraphCall(this.#host, loaded, batch, chunkRows);
    try {
      for (const chunk of call.chunks()) {
        throwIfAborted(batch.signal);
        await this.#host.forward(call.put(chunk));
        await call.take(chunk);
      }
    } finally {
      if (!this.#disposed) call.release();
    }
    return call.results;
  }

  #program(tall: boolean): LoadedProgram {
    if (tall) return (this.#tall ??= this.#host.load(planForward(this.#graph, true)));
    return (this.#low ??= this.#host.load(planForward(this.#graph, false)));
  }
}
