/** How far reversible mode rebuilds a training step's input from what it was. */
import type { BoundProgram } from "./executor.ts";
import { portAddress } from "./train-feeds.ts";

/** The first row of a tile, before and after. */
export interface Sentinel {
  readonly original: Float32Array;
  readonly rebuilt: Float32Array;
}

/** In reversible mode the program gives the rebuilt input back; the first row of a tile is watched. */
export function sentinelOf(program: BoundProgram, buffer: ArrayBufferLike): Sentinel | undefined {
  const cols = program.program.outputs.find((p) => p.name === "sentinel")?.cols;
  if (cols === undefined) return undefined;
  return {
    original: new Float32Array(buffer, portAddress(program, "outputs", "original"), cols),
    rebuilt: new Float32Array(buffer, portAddress(program, "outputs", "sentinel"), cols),
  };
}

/** The largest difference of the two. */
export function sentinelDrift({ original, rebuilt }: Sentinel): number {
  let worst = 0;
  for (let j = 0; j < original.length; j++)
    worst = Math.max(worst, Math.abs(original[j]! - rebuilt[j]!));
  return worst;
}
