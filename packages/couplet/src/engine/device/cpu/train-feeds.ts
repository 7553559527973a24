/** What a training step reads and where: its rows of the epoch's order, and the addresses of a program's inputs and outputs. */
import type { BoundProgram } from "./executor.ts";
import type { TrainAddresses } from "./protocol.ts";

/** Rows of step `epochStep`: [first, end) in the epoch's order. */
export function batchRange(
  state: TrainAddresses,
  batch: number,
  epochStep: number,
): [number, number] {
  const first = epochStep * batch;
  return [first, Math.min(state.orderLength, first + batch)];
}

/** The part of a batch [first, end) that lanes `lane` .. `lane + count` have. */
export function rangeOfLanes(
  [first, end]: readonly [number, number],
  rows: number,
  lane: number,
  count: number,
): [number, number] {
  const start = Math.min(end, first + lane * rows);
  return [start, Math.min(end, start + count * rows)];
}

/** A feed of a tile: addresses, and columns. */
export interface Feed {
  readonly from: number;
  readonly to: number;
  readonly cols: number;
}

/** Where each feed of a tile is read from and written to. */
export function feedsOf(program: BoundProgram, state: TrainAddresses): Feed[] {
  const sources = new Map(state.feeds.map(({ name, address }) => [name, address]));
  return program.program.inputs.flatMap(({ name, offset, cols }) => {
    const from = sources.get(name);
    return from === undefined || cols === 0
      ? []
      : [{ from, to: program.bases.arena + offset, cols }];
  });
}

/** Address of an input or output of a program in its arena; 0 where it has none of that name. */
export function portAddress(
  program: BoundProgram,
  side: "inputs" | "outputs",
  name: string,
): number {
  const port = program.program[side].find((p) => p.name === name);
  return port === undefined ? 0 : program.bases.arena + port.offset;
}
