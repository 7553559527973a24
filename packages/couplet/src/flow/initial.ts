/** Initial parameters, from a seed, the same on every machine. */
import type { Graph } from "../engine/graph.ts";
import type { Parameter } from "../engine/value.ts";
import { philoxKey } from "../random/philox.ts";
import { MOST_PAIRS, wordPairs } from "../random/word-pairs.ts";
import type { WordPairs } from "../random/word-pairs.ts";

/** Stream number of initial weights. */
const STREAM = 0x1417;

/** @param words where random words come from: a device gives the same ones faster */
export function initialParameters(
  graph: Graph,
  seed: number,
  words: WordPairs = wordPairs(),
): Float32Array<ArrayBuffer> {
  const buffer = new Float32Array(graph.parameterCount);
  for (const parameter of graph.parameters) fill(buffer, parameter, seed, words);
  return buffer;
}

function fill(
  buffer: Float32Array,
  { init, offset, size, shape }: Parameter,
  seed: number,
  words: WordPairs,
): void {
  const target = buffer.subarray(offset, offset + size);
  switch (init.kind) {
    case "zeros":
      return;
    case "constant":
      target.fill(init.value);
      return;
    case "glorot": {
      const limit = Math.sqrt(6 / Math.max(1, shape.rows + shape.cols));
      eachPart(target.length, offset, seed, words, (start, count, first) => {
        for (let i = 0; i < count; i++) target[start + i] = limit * (2 * unit(first[i]!) - 1);
      });
      return;
    }
    case "he": {
      const deviation = Math.sqrt(2 / Math.max(1, shape.rows));
      eachPart(target.length, offset, seed, words, (start, count, first, second) => {
        // Box and Muller's transform.
        for (let i = 0; i < count; i++) {
          const radius = deviation * Math.sqrt(-2 * Math.log(unit(first[i]!)));
          target[start + i] = radius * Math.cos(2 * Math.PI * unit(second[i]!));
        }
      });
    }
  }
}

/** Half a step up, so that it is never 0 and its logarithm is finite. */
function unit(word: number): number {
  return (word + 0.5) / 2 ** 32;
}

/** Element i of the flat buffer has its own random words: adding a layer behind changes nothing before it. */
function eachPart(
  length: number,
  offset: number,
  seed: number,
  words: WordPairs,
  part: (start: number, count: number, first: Uint32Array, second: Uint32Array) => void,
): void {
  const key = philoxKey(seed);
  for (let start = 0; start < length; start += MOST_PAIRS) {
    const count = Math.min(MOST_PAIRS, length - start);
    const [first, second] = words(offset + start, count, STREAM, key);
    part(start, count, first, second);
  }
}
