/** The parameters of a flow in blocks: a coupling with the layers beside it. */
import type { ParameterRange } from "../../strategy.ts";

/** Parameters that a visit updates together. */
export interface ParameterBlock {
  /** The layer that gives the block its name: `layers[1]`, that of its coupling. */
  readonly name: string;
  /** [start, end) in floats of the parameter buffer. */
  readonly start: number;
  readonly end: number;
}

/**
 * One block for each coupling. Layers without a network of their own (normalisations, LU maps) join the next coupling, those
 * after the last one the last. Without any coupling each layer is a block.
 *
 * @param parameters in the order of the buffer, which is the layers' order
 */
export function blocksOf(parameters: readonly ParameterRange[]): readonly ParameterBlock[] {
  const layers: { name: string; start: number; end: number; coupling: boolean }[] = [];
  for (const { name, start, end } of parameters) {
    const layer = /^layers\[\d+\]/.exec(name)?.[0] ?? layers.at(-1)?.name ?? name;
    const last = layers.at(-1);
    const coupling = /^layers\[\d+\]\.conditioner\./.test(name);
    if (last?.name === layer)
      layers[layers.length - 1] = { ...last, end, coupling: last.coupling || coupling };
    else layers.push({ name: layer, start, end, coupling });
  }
  if (!layers.some(({ coupling }) => coupling))
    return layers.map(({ name, start, end }) => ({ name, start, end }));
  const blocks: ParameterBlock[] = [];
  let first: number | undefined;
  for (const { name, start, end, coupling } of layers) {
    first ??= start;
    if (!coupling) continue;
    blocks.push({ name, start: first, end });
    first = undefined;
  }
  if (first === undefined) return blocks;
  const last = blocks.pop()!;
  return [...blocks, { ...last, end: layers.at(-1)!.end }];
}
