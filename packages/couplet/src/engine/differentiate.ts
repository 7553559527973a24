/**
 * Reverse-mode differentiation, graph to graph.
 *
 * Walks the nodes backwards, asks each op's VJP rule to emit nodes, and adds cotangents where they
 * meet. Parameter gradients are not values: rules emit nodes that add into the gradient buffer.
 *
 * In reversible mode nothing of a bijection is kept from the forward pass. Its op gives its input
 * back from its output (`bijection.decode`), and its conditioner's nodes are emitted once more; that
 * one evaluation serves both the reconstruction and the gradient (Gomez et al. 2017, algorithm 1).
 */
import { internalError } from "../error.ts";
import type { GraphBuilder, Inverse, Node } from "./graph.ts";
import type { Value } from "./value.ts";
import { add } from "./ops/add/op.ts";

/** Options of {@link differentiate}. */
export interface DifferentiateOptions {
  /** Values whose cotangents are wanted besides the parameters'. */
  readonly wrt?: readonly Value[];
  /**
   * Whether parameters get gradients. Default true. Otherwise the values of `wrt` alone vary: each is taken as given,
   * whatever it was made from.
   */
  readonly parameters?: boolean;
  /** Keep activations (`store`), or rebuild them from outputs (`reversible`). */
  readonly memory?: "store" | "reversible";
  /**
   * In reversible mode: keep the true state in front of every so many bijections, so that rounding
   * does not pile up. Infinity keeps none.
   */
  readonly keepStateEvery?: number;
}

/** What {@link differentiate} gives. */
export interface Differentiated {
  /** Cotangents of `wrt`, in order; undefined where nothing depends on it. */
  readonly cotangents: readonly (Value | undefined)[];
  /** In reversible mode: reconstructions of forward values, by id of the forward value. */
  readonly reconstructed: ReadonlyMap<number, Value>;
}

/**
 * Appends to `b` the backward pass of everything emitted so far.
 *
 * @param outputs values with the cotangents to start from
 */
export function differentiate(
  b: GraphBuilder,
  outputs: readonly { readonly value: Value; readonly cotangent: Value }[],
  options: DifferentiateOptions = {},
): Differentiated {
  const { wrt = [], parameters = true } = options;
  const forward = [...b.nodes];
  const needed = reached(forward, wrt, parameters);
  const given = new Set(parameters ? [] : wrt.map((value) => value.id));
  const cotangents = new Map<number, Value>();
  const reversal = new Reversal(b, forward, options);
  for (const { value, cotangent } of outputs) cotangents.set(value.id, cotangent);
  for (let i = forward.length - 1; i >= 0; i--) {
    const node = forward[i]!;
    reversal.enter(node);
    const outGradients = node.outputs.map((output) =>
      given.has(output.id) ? undefined : cotangents.get(output.id),
    );
    if (outGradients.every((g) => g === undefined) || !node.inputs.some((v) => needed.has(v.id)))
      continue;
    const { vjp } = node.op;
    if (vjp === undefined) throw internalError(`${node.op.name} has no VJP rule`);
    const emitRule = () => {
      const taken = new Set<number>();
      const inGradients = vjp.call(node.op, {
        b,
        inputs: node.inputs.map((v) => reversal.resolve(v)),
        outputs: node.outputs.map((v) => reversal.resolve(v)),
        attrs: node.attrs,
        cotangents: outGradients,
        needs: node.inputs.map((v) => needed.has(v.id)),
        takePending(k) {
          const pending = cotangents.get(node.inputs[k]!.id);
          if (pending !== undefined) taken.add(k);
          return pending;
        },
      });
      for (const [k, gradient] of inGradients.entries()) {
        const input = node.inputs[k]!;
        if (gradient === undefined || !needed.has(input.id) || input.shape.kind === "param")
          continue;
        const pending = taken.has(k) ? undefined : cotangents.get(input.id);
        cotangents.set(
          input.id,
          pending === undefined ? gradient : b.emitOne(add, [pending, gradient], {}),
        );
      }
    };
    b.within(`${node.path}'`, () => (parameters ? emitRule() : b.discarding(emitRule)));
  }
  return {
    cotangents: wrt.map((value) => cotangents.get(value.id)),
    reconstructed: reversal.reconstructed,
  };
}

/** Ids of the values on which `wrt` acts, or a parameter where those count. */
function reached(
  nodes: readonly Node[],
  wrt: readonly Value[],
  parameters: boolean,
): ReadonlySet<number> {
  const ids = new Set(wrt.map((value) => value.id));
  for (const node of nodes) {
    if (parameters)
      for (const input of node.inputs) if (input.shape.kind === "param") ids.add(input.id);
    if (node.inputs.some((input) => ids.has(input.id))) {
      for (const output of node.outputs) ids.add(output.id);
    }
  }
  return ids;
}

/** Rebuilds forward values on the way back. In `store` mode it resolves every value to itself. */
class Reversal {
  readonly reconstructed = new Map<number, Value>();
  readonly #b: GraphBuilder;
  readonly #blocks = new Map<number, Node[]>();
  readonly #reversible: boolean;
  readonly #keepStateEvery: number;
  readonly #entered = new Set<number>();

  constructor(b: GraphBuilder, forward: readonly Node[], options: DifferentiateOptions) {
    this.#b = b;
    this.#reversible = options.memory === "reversible";
    this.#keepStateEvery = options.keepStateEvery ?? Infinity;
    for (const node of forward) {
      if (node.block < 0) continue;
      const block = this.#blocks.get(node.block);
      if (block === undefined) this.#blocks.set(node.block, [node]);
      else block.push(node);
    }
  }

  /** The value that stands for a forward value now. */
  resolve(value: Value): Value {
    return this.reconstructed.get(value.id) ?? value;
  }

  /** On the first node of a block met on the way back, rebuilds the block's values. */
  enter(node: Node): void {
    if (!this.#reversible) return;
    if (node.op.invert !== undefined) {
      const rebuilt = node.op.invert(
        this.#b,
        node.inputs,
        node.outputs.map((v) => this.resolve(v)),
        node.attrs,
      );
      for (const [k, input] of node.inputs.entries()) this.reconstructed.set(input.id, rebuilt[k]!);
      return;
    }
    if (node.block < 0 || this.#entered.has(node.block)) return;
    this.#entered.add(node.block);
    const nodes = this.#blocks.get(node.block)!;
    const core = nodes.filter((n) => n.op.bijection !== undefined);
    const inverse = this.#b.inverseOf(node.block);
    const [only] = core;
    this.#b.within(`${node.path}~`, () => {
      if (inverse !== undefined) this.#undoParts(nodes, inverse);
      else if (only !== undefined && core.length === 1) this.#undoOp(nodes, only);
      else throw internalError(`a bijection of ${core.length} invertible ops and no inverse`);
    });
  }

  /** A bijection whose one invertible op gives its input back. */
  #undoOp(nodes: readonly Node[], bijector: Node): void {
    const { input, output, decode } = bijector.op.bijection!;
    for (const other of nodes) if (other !== bijector) this.#again(other);
    this.#rebuild(bijector.block, bijector.inputs[input]!, () => {
      const given = bijector.inputs.map((v, k) => (k === input ? undefined : this.resolve(v)));
      return decode(this.#b, given, this.resolve(bijector.outputs[output]!), bijector.attrs);
    });
  }

  /** A bijection of several ops: its parameters, then its input, then what lies between. */
  #undoParts(nodes: readonly Node[], inverse: Inverse): void {
    const { input, output, given, decode } = inverse;
    const dependent = new Set([input.id]);
    const between: Node[] = [];
    for (const node of nodes) {
      if (node.inputs.some((v) => dependent.has(v.id))) {
        for (const v of node.outputs) dependent.add(v.id);
        // Log-determinants are only added up: nothing on the way back reads them.
        if (node.outputs.some((v) => v.shape.kind === "rows" && v !== output)) between.push(node);
      } else {
        this.#again(node);
      }
    }
    this.#rebuild(nodes[0]!.block, input, () =>
      decode(
        this.#b,
        this.resolve(output),
        given.map((v) => this.resolve(v)),
      ),
    );
    for (const node of between) this.#again(node);
  }

  #rebuild(block: number, transformed: Value, decode: () => Value): void {
    if (block > 1 && block % this.#keepStateEvery < 2) {
      // A checkpoint: the forward value itself is kept, and drift starts anew from here. Two
      // bijections in a row, because one transforms only a part of the state.
      this.reconstructed.delete(transformed.id);
      return;
    }
    this.reconstructed.set(transformed.id, decode());
  }

  #again(node: Node): void {
    const outputs = this.#b.emit(
      node.op,
      node.inputs.map((v) => this.resolve(v)),
      node.attrs,
    );
    for (const [k, output] of node.outputs.entries())
      this.reconstructed.set(output.id, outputs[k]!);
  }
}
