/** Energies: what a user gives, and what comes of calling it. */
import { throwIfAborted } from "../abort.ts";
import { CoupletError } from "../error.ts";
import { usageError } from "../usage-error.ts";

/** What an energy is asked for: a batch of rows. */
export interface EnergyBatch {
  /** Rows of the batch. */
  readonly count: number;
  /** Columns of a row. */
  readonly dims: number;
  /** The context of each row, count x columns, row-major; undefined for a model without one. */
  readonly context: Float64Array | undefined;
}

/** What an energy answers. */
export interface EnergyValues {
  /** u of each row, dimensionless (in units of kT): the target is exp(-u) / Z. */
  readonly u: ArrayLike<number>;
  /** du/dx, rows x dims, row-major. */
  readonly grad: ArrayLike<number>;
}

/**
 * An energy on a batch: rows (rows x dims, row-major, in the user's own units) to u and its gradient. It runs on the caller's
 * thread, between two programs of the pool; it may return a promise (of a worker of its own, say).
 */
export type Energy = (
  rows: Float64Array,
  batch: EnergyBatch,
) => EnergyValues | Promise<EnergyValues>;

/** Options of every call that evaluates an energy. */
export interface EnergyCallOptions {
  /** Most rows that the energy gets at a time. Default: as many as are drawn at a time. */
  readonly rowsPerCall?: number;
  /**
   * Seconds that a call may take to answer. Default 60. An energy that blocks the thread itself cannot be interrupted: the
   * time is then told once it has returned.
   */
  readonly secondsPerCall?: number;
}

/** Energies in float64. Rows where u or its gradient is not finite have u = NaN and a gradient of 0. */
export interface EvaluatedRows {
  readonly u: Float64Array;
  readonly grad: Float64Array;
  /** Rows without a finite energy and gradient. */
  readonly nonFinite: number;
}

/** Calls an energy, and checks what it answers. */
export class EnergyCaller {
  readonly #energy: Energy;
  readonly #where: string;
  readonly #dims: number;
  readonly #contextDims: number;
  readonly #rowsPerCall: number;
  readonly #seconds: number;

  /** @throws CoupletError USAGE for an energy that is no function, or a limit that is no number */
  constructor(
    energy: Energy,
    {
      where,
      dims,
      contextDims,
    }: { readonly where: string; readonly dims: number; readonly contextDims: number },
    { rowsPerCall = Infinity, secondsPerCall = 60 }: EnergyCallOptions = {},
  ) {
    const usage = (name: string, expected: string, received: string) =>
      usageError(`${where}${name}`, expected, received);
    if (typeof energy !== "function")
      throw usage(
        ": energy",
        "a function of a batch of rows",
        energy === null ? "null" : typeof energy,
      );
    if (rowsPerCall !== Infinity && !(Number.isSafeInteger(rowsPerCall) && rowsPerCall >= 1))
      throw usage(": rowsPerCall", "an integer from 1 up", String(rowsPerCall));
    if (!(secondsPerCall > 0))
      throw usage(": secondsPerCall", "a number of seconds above 0", String(secondsPerCall));
    this.#energy = energy;
    this.#where = where;
    this.#dims = dims;
    this.#contextDims = contextDims;
    this.#rowsPerCall = rowsPerCall;
    this.#seconds = secondsPerCall;
  }

  /**
   * u and its gradient of each row.
   *
   * @throws CoupletError SHAPE_MISMATCH for answers of another length; NOT_CONVERGED for an answer that does not come;
   *   USAGE for values that are not numbers
   */
  async evaluate(
    rows: Float64Array,
    context?: Float64Array,
    signal?: AbortSignal,
  ): Promise<EvaluatedRows> {
    const dims = this.#dims;
    const count = rows.length / dims;
    const u = new Float64Array(count);
    const grad = new Float64Array(count * dims);
    for (let first = 0; first < count; first += this.#rowsPerCall) {
      throwIfAborted(signal);
      const end = Math.min(count, first + this.#rowsPerCall);
      const answer = await this.#call(
        // Its own copy: an energy may write into what it gets.
        rows.slice(first * dims, end * dims),
        context?.slice(first * this.#contextDims, end * this.#contextDims),
        signal,
      );
      u.set(this.#numbers("u", answer, end - first), first);
      grad.set(this.#numbers("grad", answer, (end - first) * dims), first * dims);
    }
    return { u, grad, nonFinite: maskNonFinite(u, grad, dims) };
  }

  async #call(
    rows: Float64Array,
    context: Float64Array | undefined,
    signal: AbortSignal | undefined,
  ): Promise<EnergyValues> {
    const count = rows.length / this.#dims;
    const started = performance.now();
    const answer = this.#energy(rows, { count, dims: this.#dims, context });
    if (typeof (answer as Promise<EnergyValues> | undefined)?.then !== "function") {
      if (performance.now() - started > 1000 * this.#seconds)
        throw this.#late(count, "an answer after");
      return answer;
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    let abort: (() => void) | undefined;
    try {
      return await Promise.race([
        answer,
        new Promise<never>((_resolve, reject) => {
          timer = setTimeout(
            () => reject(this.#late(count, "no answer after")),
            1000 * this.#seconds,
          );
          abort = () => reject(signal?.reason);
          signal?.addEventListener("abort", abort, { once: true });
        }),
      ]);
    } finally {
      clearTimeout(timer);
      if (abort !== undefined) signal?.removeEventListener("abort", abort);
    }
  }

  #late(count: number, what: string): CoupletError {
    return new CoupletError({
      code: "NOT_CONVERGED",
      where: `${this.#where}: energy`,
      expected: `u and grad of ${count} rows within ${this.#seconds} s`,
      received: `${what} ${this.#seconds} s`,
      hint: "Raise secondsPerCall, or let it have fewer rows at a time with rowsPerCall.",
    });
  }

  #numbers(name: "u" | "grad", answer: EnergyValues, length: number): ArrayLike<number> {
    const values = (answer as EnergyValues | undefined | null)?.[name];
    const received =
      typeof values !== "object" || values === null
        ? `${values === null ? "null" : typeof values}`
        : typeof values.length === "number"
          ? `${values.length} numbers`
          : "an object without length";
    if (received === `${length} numbers` && typeof (values as ArrayLike<number>)[0] !== "string")
      return values as ArrayLike<number>;
    const rows = name === "u" ? length : length / this.#dims;
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where: `${this.#where}: energy: ${name}`,
      expected:
        name === "u"
          ? `${length} numbers, one per row`
          : `${length} numbers, ${rows} rows x ${this.#dims}`,
      received,
      hint: "An energy returns { u, grad }: Float64Arrays of one number per row, and of the gradient row by row.",
    });
  }
}

function maskNonFinite(u: Float64Array, grad: Float64Array, dims: number): number {
  let nonFinite = 0;
  for (let r = 0; r < u.length; r++) {
    let finite = Number.isFinite(u[r]!);
    for (let j = 0; finite && j < dims; j++) finite = Number.isFinite(grad[r * dims + j]!);
    if (finite) continue;
    nonFinite++;
    u[r] = NaN;
    grad.fill(0, r * dims, (r + 1) * dims);
  }
  return nonFinite;
}
