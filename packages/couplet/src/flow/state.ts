/**
 * The state of a flow while it is lowered: its variables, dealt out over some batches.
 *
 * A permutation only renames positions, and couplings that freeze the same sets in turn find their
 * parts as the last one left them; columns are copied only where the partition really changes.
 */
import { internalError } from "../error.ts";
import type { GraphBuilder } from "../engine/graph.ts";
import type { Value } from "../engine/value.ts";
import { repartition } from "../engine/ops/repartition/op.ts";

export interface Part {
  readonly value: Value;
  /** Position of each column at this point of the chain. */
  readonly positions: readonly number[];
}

export type State = readonly Part[];

export function stateOf(value: Value, dims: number): State {
  return [{ value, positions: range(dims) }];
}

/** The state as exactly these parts, in this order; empty sets give no part. */
export function regroup(
  b: GraphBuilder,
  state: State,
  groups: readonly (readonly number[])[],
): State {
  const wanted = groups.filter((group) => group.length > 0);
  const found = wanted.map((group) => state.find((part) => sameList(part.positions, group)));
  if (found.every((part) => part !== undefined) && state.length === wanted.length) return found;
  const place = new Map<number, readonly [number, number]>();
  for (const [source, part] of state.entries()) {
    for (const [column, position] of part.positions.entries())
      place.set(position, [source, column]);
  }
  const picks = wanted.map((group) =>
    group.map((position) => place.get(position) ?? missing(position)),
  );
  const values = b.emit(
    repartition,
    state.map((part) => part.value),
    {
      sources: picks.map((list) => list.map(([source]) => source)),
      columns: picks.map((list) => list.map(([, column]) => column)),
      widths: state.map((part) => part.positions.length),
    },
  );
  return wanted.map((positions, i) => ({ value: values[i]!, positions }));
}

/** The state as one batch with the variables in order. */
export function merged(b: GraphBuilder, state: State, dims: number): Value {
  return regroup(b, state, [range(dims)])[0]!.value;
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function missing(position: number): never {
  throw internalError(`variable ${position} is in no part`);
}

function sameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
