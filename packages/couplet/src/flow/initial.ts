/** Initial parameters, from a seed, the same on every machine. */
import type { Graph } from "../engine/graph.ts";
import type { Parameter } from "../engine/value.ts";
import { philox4x32Into, philoxKey } from "../engine/random/philox.ts";

/** Stream number of initial weights. */
const STREAM = 0x1417;

export function initialParameters(graph: Graph, seed: number): Float32Array<ArrayBuffer> {
  const buffer = new Float32Array(graph.parameterCount);
  for (const parameter of graph.parameters) fill(buffer, parameter, seed);
  return buffer;
}

function fill(buffer: Float32Array, { init, offset, size, shape }: Parameter, seed: number): void {
  const target = buffer.subarray(offset, offset + size);
  switch (init.kind) {
    case "zeros":
      return;
    case "constant":
      target.fill(init.value);
      return;
    case "glorot": {
      const limit = Math.sqrt(6 / Math.max(1, shape.rows + shape.cols));
      drawInto(target, offset, seed, (u) => limit * (2 * u - 1));
      return;
    }
    case "he": {
      const deviation = Math.sqrt(2 / Math.max(1, shape.rows));
      drawInto(
        target,
        offset,
        seed,
        (u, v) => deviation * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v),
      );
    }
  }
}

/** Element i of the flat buffer has its own random numbers: adding a layer behind changes nothing before it. */
function drawInto(
  target: Float32Array,
  offset: number,
  seed: number,
  draw: (u: number, v: number) => number,
): void {
  const key = philoxKey(seed);
  const words = new Uint32Array(4);
  for (let i = 0; i < target.length; i++) {
    philox4x32Into(words, 0, offset + i, 0, STREAM, 0, key[0], key[1]);
    // Half a step up, so that u is never 0 and its logarithm is finite.
    target[i] = draw((words[0]! + 0.5) / 2 ** 32, (words[1]! + 0.5) / 2 ** 32);
  }
}
