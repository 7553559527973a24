/** Finds the first op of a training step that writes a number that is not finite. */
import type { Instruction } from "./program.ts";
import type { BoundProgram, Kernels } from "./executor.ts";
import type { DiagnoseJob } from "./protocol.ts";
import type { Diagnosis } from "../device.ts";
import { batchRange, feedsOf, portAddress, rangeOfLanes } from "./train-feeds.ts";

export function diagnose(
  memory: WebAssembly.Memory,
  kernels: Kernels,
  program: BoundProgram,
  job: DiagnoseJob,
): Diagnosis | undefined {
  const [first, end] = batchRange(job.state, job.batch, job.epochStep);
  const { lanes } = job.state;
  const [start, stop] = rangeOfLanes([first, end], lanes.rows, lanes.first, lanes.count);
  const { tile } = program.program;
  const feeds = feedsOf(program, job.state);
  const cotangent = new Float64Array(
    memory.buffer,
    portAddress(program, "inputs", "cotangent"),
    tile,
  );
  for (let from = start; from < stop; from += tile) {
    const rows = Math.min(tile, stop - from);
    for (const feed of feeds)
      kernels["gatherRows"]!(feed.from, feed.cols, job.state.places + from * 4, rows, feed.to);
    cotangent.fill(1 / (end - first), 0, rows);
    program.setTile({
      rows,
      row0: from - first,
      seedLow: job.seed[0],
      seedHigh: job.seed[1],
      step: job.step,
      training: 1,
      first: 0,
    });
    const guilty = program.runWatched(
      (instruction) => !allFinite(memory, program, instruction, rows),
    );
    if (guilty !== undefined) return { op: guilty.op, path: guilty.path };
  }
  return undefined;
}

function allFinite(
  memory: WebAssembly.Memory,
  program: BoundProgram,
  instruction: Instruction,
  rows: number,
): boolean {
  return instruction.writes.every(({ offset, cols }) => {
    const at = program.bases.arena + offset;
    const numbers =
      cols === 0
        ? new Float64Array(memory.buffer, at, rows)
        : new Float32Array(memory.buffer, at, rows * cols);
    return numbers.every((value) => Number.isFinite(value));
  });
}
