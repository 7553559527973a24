/** The layers of a flow as lines, where a block that repeats is written once. */
import type { FlowDescription } from "couplet";
import { count } from "../../terminal/quantities.ts";

/** A block of more layers than this is no repetition that anybody sees. */
const LONGEST_BLOCK = 12;

type Layer = FlowDescription["layers"][number];

/**
 * Lines such as
 *
 *   0      actNorm  (20)
 *   1-12   6 times:
 *            lu  (110)
 *            coupling: ...  (4,210)
 */
export function foldedLayers(layers: readonly Layer[]): string[] {
  const lines: string[] = [];
  for (let i = 0; i < layers.length;) {
    const { length, times } = repetitionAt(layers, i);
    const block = layers.slice(i, i + length);
    const last = i + length * times - 1;
    const place = times === 1 ? String(layers[i]!.layer) : `${layers[i]!.layer}-${last}`;
    if (times === 1) lines.push(`  ${place.padEnd(6)} ${lineOf(layers[i]!)}`);
    else {
      lines.push(`  ${place.padEnd(6)} ${times} times:`);
      for (const [k, layer] of block.entries()) {
        const copies = Array.from({ length: times }, (_, t) => layers[i + k + t * length]!);
        lines.push(`  ${"".padEnd(8)} ${lineOf({ ...layer, text: textOf(copies) })}`);
      }
    }
    i = last + 1;
  }
  return lines;
}

function lineOf({ text, parameters }: Layer): string {
  return `${text}  (${count(parameters)})`;
}

const SEED = /\(seed (\d+)\)/;

/** Seeds that are listed. */
const MOST_SEEDS = 4;

/** The text of layers that differ in their seeds alone. */
function textOf(copies: readonly Layer[]): string {
  const seeds = copies.flatMap(({ text }) => SEED.exec(text)?.[1] ?? []);
  const distinct = [...new Set(seeds)];
  if (distinct.length < 2) return copies[0]!.text;
  const listed =
    distinct.length > MOST_SEEDS
      ? [...distinct.slice(0, MOST_SEEDS - 1), "...", distinct.at(-1)!]
      : distinct;
  return copies[0]!.text.replace(SEED, `(seeds ${listed.join(", ")})`);
}

/** The block from layer `i` on that, written once, stands for most layers; the shorter of two that stand for as many. */
function repetitionAt(
  layers: readonly Layer[],
  i: number,
): { readonly length: number; readonly times: number } {
  const same = (a: number, b: number): boolean =>
    layers[a]!.text.replace(SEED, "") === layers[b]!.text.replace(SEED, "") &&
    layers[a]!.parameters === layers[b]!.parameters;
  let best = { length: 1, times: 1 };
  for (let length = 1; length <= LONGEST_BLOCK && i + 2 * length <= layers.length; length++) {
    let end = i + length;
    while (end < layers.length && same(end, end - length)) end++;
    const times = Math.floor((end - i) / length);
    if (times > 1 && times * length > best.times * best.length) best = { length, times };
  }
  return best;
}
