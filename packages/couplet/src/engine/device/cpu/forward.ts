/** Runs a program over a batch: tiles of fixed size, dealt out to threads as they come free. */
import { portBytes } from "./program.ts";
import type { BoundProgram } from "./executor.ts";
import type { ForwardJob } from "./protocol.ts";

/**
 * @param nextTile gives the next tile's number; tiles are the same for any number of threads, so
 *   results are too
 */
export function forwardTiles(
  memory: WebAssembly.Memory,
  program: BoundProgram,
  job: Omit<ForwardJob, "type" | "job" | "program">,
  nextTile: () => number,
): void {
  const { tile, inputs, outputs } = program.program;
  const bytes = new Uint8Array(memory.buffer);
  const tiles = Math.ceil(job.rows / tile);
  const source = new Map(job.inputs.map(({ name, address }) => [name, address]));
  const target = new Map(job.outputs.map(({ name, address }) => [name, address]));
  for (let t = nextTile(); t < tiles; t = nextTile()) {
    const first = t * tile;
    const rows = Math.min(tile, job.rows - first);
    for (const port of inputs) {
      const from = source.get(port.name);
      if (from === undefined) continue;
      const start = from + portBytes(port, first);
      bytes.copyWithin(program.bases.arena + port.offset, start, start + portBytes(port, rows));
    }
    program.setTile({
      rows,
      row0: job.row0 + first,
      seedLow: job.seed[0],
      seedHigh: job.seed[1],
      step: 0,
      training: 0,
      first: 0,
    });
    program.run();
    for (const port of outputs) {
      const to = target.get(port.name);
      if (to === undefined) continue;
      const from = program.bases.arena + port.offset;
      bytes.copyWithin(to + portBytes(port, first), from, from + portBytes(port, rows));
    }
  }
}
