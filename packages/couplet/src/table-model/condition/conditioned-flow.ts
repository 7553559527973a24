/** A flow under one context, and how far its rows are from meeting conditions. */
import type { FlowModel } from "../../flow/model/model.ts";
import { standardNormality } from "../../flow/parts/base/base.ts";
import { atOnce } from "../../threads/yield-to-event-loop.ts";
import { decodeCodes } from "../../table/encode/decode-columns.ts";
import type { ReadableColumns } from "../../table/encode/readable-columns.ts";
import type { TableCodec } from "../../table/encode/table-codec.ts";
import { type ConditionDistance, conditionDistance } from "./condition-distance.ts";
import type { ColumnCondition } from "./given.ts";
import { readColumnsOf } from "./read-columns-of.ts";
import { type Screen, guesses } from "./screen.ts";

/** Latent values beyond this have probability below 1e-15 under the encoders; a sample there is rounding. */
const MOST_LATENT = 8;

/** How far rows are off: by all conditions, and by those that have a probability alone. */
export interface Distances {
  readonly all: Float64Array;
  readonly events: Float64Array;
}

/** Rows that conditions were tried on, and what they depend on besides their number. */
interface Trial {
  readonly seed: number;
  readonly parameters: Float32Array;
  readonly context: Float64Array | undefined;
  readonly z: Float64Array;
}

/** The latest trial of each flow: questions that follow each other with one seed begin with the same rows, and most of their time goes into these. */
const trials = new WeakMap<FlowModel, Trial>();

/** The calls that conditional draws make. */
export class ConditionedFlow {
  readonly codec: TableCodec;
  readonly conditions: readonly ColumnCondition[];
  readonly #flow: FlowModel;
  readonly #context: Float64Array | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #distances: readonly ConditionDistance[];
  /** The columns of the conditions, and those that relations compute them from. */
  readonly #readable: ReadableColumns;

  /** @param context one row, the same for all; none for a flow without */
  constructor(
    flow: FlowModel,
    codec: TableCodec,
    conditions: readonly ColumnCondition[],
    options: {
      readonly context?: Float64Array | undefined;
      readonly signal?: AbortSignal | undefined;
    },
  ) {
    this.#flow = flow;
    this.codec = codec;
    this.conditions = conditions;
    this.#context = options.context;
    this.#signal = options.signal;
    this.#distances = conditions.map((condition) => conditionDistance(condition, codec));
    this.#readable = readColumnsOf(
      codec.readable,
      conditions.map(({ index }) => index),
    );
  }

  /** Whether the base is a standard normal, which needs no density of its own in a step. */
  get isNormal(): boolean {
    return standardNormality(this.#flow.spec.base) === "always";
  }

  /** The same under some of the conditions only. */
  only(conditions: readonly ColumnCondition[]): ConditionedFlow {
    return new ConditionedFlow(this.#flow, this.codec, conditions, {
      context: this.#context,
      signal: this.#signal,
    });
  }

  /** Rows from the model, whatever the conditions. */
  async draw(count: number, seed: number, firstRow: number): Promise<Float64Array> {
    const options = { seed, firstRow, ...this.#call(count) };
    return inside(await this.#flow.samplePart(count, options));
  }

  /** The same from row 0 on, kept for the next call with the same numbers: not to be changed. */
  async trial(count: number, seed: number): Promise<Float64Array> {
    const { parameters } = this.#flow;
    const last = trials.get(this.#flow);
    if (
      last?.seed === seed &&
      last.z.length === count * this.codec.dims &&
      isSame(last.parameters, parameters) &&
      isSame(last.context ?? [], this.#context ?? [])
    )
      return last.z;
    const z = await this.draw(count, seed, 0);
    trials.set(this.#flow, { seed, parameters, context: this.#context, z });
    return z;
  }

  /** Rows of the base. */
  async toBase(z: Float64Array): Promise<Float64Array> {
    return (await this.#flow.encode(z, this.#call(z.length / this.codec.dims))).z;
  }

  /** Rows from rows of the base. */
  async fromBase(u: Float64Array): Promise<{ z: Float64Array; logDet: Float64Array }> {
    const { x, logDet } = await this.#flow.decode(u, this.#call(u.length / this.codec.dims));
    return { z: inside(x), logDet };
  }

  /** Noise of the base, and how far the rows are off that it is guessed to become. */
  async guess(
    screen: Screen,
    rows: number,
    seed: number,
    firstRow: number,
  ): Promise<{ readonly u: ArrayLike<number>; readonly off: Float64Array }> {
    const { u, z } = await guesses(screen, rows, { seed, firstRow, signal: this.#signal });
    return { u, off: this.#roughDistances(inside(z)) };
  }

  /** The largest distance among a row's conditions, by coordinates alone wherever they tell it. */
  #roughDistances(z: Float64Array): Float64Array {
    const { dims } = this.codec;
    const rows = z.length / dims;
    const plain = this.#distances.flatMap(({ ofCoordinates }) => ofCoordinates ?? []);
    const off =
      plain.length === this.#distances.length ? new Float64Array(rows) : this.distances(z).all;
    for (const { offset, off: of } of plain)
      for (let row = 0; row < rows; row++)
        off[row] = Math.max(off[row]!, of(z, row * dims + offset));
    return off;
  }

  /** log p(z) of rows. */
  logProb(z: Float64Array): Promise<Float64Array> {
    return this.#flow.logProb(z, this.#call(z.length / this.codec.dims));
  }

  distances(z: Float64Array): Distances {
    const { dims } = this.codec;
    const rows = z.length / dims;
    return this.distancesOf(atOnce(decodeCodes(this.#readable, { z, rows, dims })), rows, z);
  }

  /**
   * The largest distance among a row's conditions.
   *
   * @param z the rows' coordinates: without them categories have no distance but that of their places
   */
  distancesOf(codes: readonly Float64Array[], rows: number, z?: Float64Array): Distances {
    const all = new Float64Array(rows);
    const events = new Float64Array(rows);
    for (const [k, { index, isExact }] of this.conditions.entries()) {
      const { ofCode, ofCoordinates } = this.#distances[k]!;
      const own = codes[index]!;
      for (let row = 0; row < rows; row++) {
        const off =
          z === undefined || ofCoordinates === undefined
            ? ofCode(own[row]!)
            : ofCoordinates.of(own[row]!, z, row * this.codec.dims + ofCoordinates.offset);
        if (off > all[row]!) all[row] = off;
        if (!isExact && off > events[row]!) events[row] = off;
      }
    }
    return { all, events };
  }

  #call(rows: number): { readonly context?: Float64Array; readonly signal?: AbortSignal } {
    const context = this.#context;
    return {
      ...(this.#signal === undefined ? {} : { signal: this.#signal }),
      ...(context === undefined || context.length === 0
        ? {}
        : {
            context: Float64Array.from(
              { length: rows * context.length },
              (_, i) => context[i % context.length]!,
            ),
          }),
    };
  }
}

function isSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function inside(z: Float64Array): Float64Array {
  for (let i = 0; i < z.length; i++) z[i] = Math.max(-MOST_LATENT, Math.min(MOST_LATENT, z[i]!));
  return z;
}
