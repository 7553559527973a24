/**
 * What an op is: shapes and its VJP rule. One folder below `ops/` per op; `registry.ts` lists them. What a
 * device needs beside that stands in a file of its own (`cpu.ts`, `reference.ts`).
 */
import type { Parameter, Shape, Value } from "./value.ts";

/** Attributes are plain data: they are part of the program that travels to worker threads. */
export type Attrs = Readonly<Record<string, AttrValue>>;
/** One attribute of an op: a number, a text, a flag, or numbers in one or two levels. */
export type AttrValue =
  | number
  | string
  | boolean
  | readonly number[]
  | readonly (readonly number[])[];

/** A float64 batch of rows, row-major, as the reference device sees every value. */
export interface Tensor {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
}

/** What a run adds to the inputs: where rows stand in the batch, and the seed of random numbers. */
export interface RunContext {
  /** Rows of the batch: what ops without inputs need to know. */
  readonly rows: number;
  /** Index, in the whole call, of the first row of this tile: random numbers are addressed by row. */
  readonly row0: number;
  /** Two 32-bit words. */
  readonly seed: readonly [number, number];
  /** Training step; 0 outside training. */
  readonly step: number;
  /** Dropout is active. */
  readonly training: boolean;
}

/** What takes the nodes that a rule emits: a graph under way. */
export interface Emitter {
  /** Appends a node; returns its outputs. `accumulates`: parameters into whose gradient it adds. */
  emit<A extends Attrs>(
    op: AnyOpDef<A>,
    inputs: readonly Value[],
    attrs: NoInfer<A>,
    accumulates?: readonly Parameter[],
  ): Value[];
  /** {@link emit} for ops with one output. */
  emitOne<A extends Attrs>(
    op: AnyOpDef<A>,
    inputs: readonly Value[],
    attrs: NoInfer<A>,
    accumulates?: readonly Parameter[],
  ): Value;
}

/** What a VJP rule gets. */
export interface VjpContext<A extends Attrs> {
  readonly b: Emitter;
  /** Forward inputs and outputs (in reversible mode: their reconstructions). */
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attrs: A;
  /** Cotangents of the outputs; undefined where nothing depends on that output. */
  readonly cotangents: readonly (Value | undefined)[];
  /** Whether the cotangent of input i is needed. Parameters always say true. */
  readonly needs: readonly boolean[];
  /**
   * The cotangent that input i already has from other uses. A rule that can add to it in place
   * takes it here and returns the sum; untaken ones are added by a node of their own.
   */
  takePending(i: number): Value | undefined;
}

/** An op. `A` is the type of its attributes. */
export interface OpDef<A extends Attrs = Attrs> {
  readonly name: string;
  /** Shapes of the outputs; throws SHAPE_MISMATCH on inputs that do not fit. */
  infer(inputs: readonly (Shape | undefined)[], attrs: A): Shape[];
  /**
   * Emits the nodes of the vector-Jacobian product. Returns one cotangent per input (undefined where
   * there is none; parameters get theirs by nodes that accumulate). Missing on ops that are
   * themselves VJPs.
   */
  vjp?(context: VjpContext<A>): (Value | undefined)[];
  /**
   * For a bijection's own op: emits what gives input `of` back from the outputs. The other inputs
   * (parameters of the transform) are given. Used by reversible back-propagation.
   */
  readonly bijection?: {
    /** Index of the input that the op transforms, and of the output that it becomes. */
    readonly input: number;
    readonly output: number;
    /** Emits input `input` from the output and the other inputs (its own place is undefined). */
    decode(b: Emitter, inputs: readonly (Value | undefined)[], output: Value, attrs: A): Value;
  };
  /** For ops that only move numbers about, invertibly: emits all inputs from all outputs. */
  invert?(b: Emitter, inputs: readonly Value[], outputs: readonly Value[], attrs: A): Value[];
  /** Pairs [output, input] that may share an address when the input dies at this node. */
  readonly inPlace?: readonly (readonly [number, number])[];
}

/**
 * An op whose attribute type is not known here. Methods are bivariant, so an `OpDef<A>` is an
 * `AnyOpDef` without a cast.
 */
export type AnyOpDef<A extends Attrs = Attrs> = OpDef<A>;
