/** Numbers of a checkpoint that no training leaves: they are refused when it is read, not met as a divergence later. */
import { invalidFile } from "../file/invalid-file.ts";

/**
 * Refuses a tensor of a training's state with numbers that it cannot have: parameters, their averages and the moments' means are
 * finite; mean squares are 0 or more (a large gradient's may be Infinity).
 *
 * @param where the call and its option, for messages
 * @throws CoupletError FILE_INVALID
 */
export function checkNumbers(name: string, data: Float32Array | Float64Array, where: string): void {
  const isSquare = name === "square";
  const bad = data.findIndex((value) => !(isSquare ? value >= 0 : Number.isFinite(value)));
  if (bad === -1) return;
  throw invalidFile(
    where,
    `${isSquare ? "numbers from 0 up" : "finite numbers"} in ${name}`,
    `${data[bad]} at ${bad}`,
    "The checkpoint was altered: start anew without it.",
  );
}
