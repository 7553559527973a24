import { accelerate } from "./accelerate.ts";
import { type Acceleration, type AccelerationSpec, iqnIls, type Proposal } from "./acceleration.ts";
import { applyBounds, type Bounds, checkBounds } from "./bounds.ts";
import { CoupletError } from "../../error.ts";
import {
  checkMeasures,
  type ConvergenceMeasure,
  measureEvaluator,
  type ConvergenceMeasureRecord,
} from "./convergence-measure.ts";
import { type FieldLayout, splitFields } from "./residual-sum.ts";
import { stallWatch, type StallRule } from "./stall.ts";
import { combine, firstNonFinite, norm, subtract } from "../vector.ts";

/** How a fixed point is looked for; everything but the map itself. */
export interface FixedPointSettings {
  /** First point; zeros are fine. Not modified. */
  readonly start: Float64Array;
  /** How the vector is divided in fields, in order. Default: one field "x". */
  readonly fields?: readonly FieldLayout[];
  /** A description, or the state of an earlier window to be continued. Default `iqnIls()`. */
  readonly acceleration?: AccelerationSpec | Acceleration;
  /** Default: relative 1e-10 on all fields together. */
  readonly convergence?: readonly ConvergenceMeasure[];
  /** Default 1. */
  readonly minIterations?: number;
  /** Default 100. */
  readonly maxIterations?: number;
  readonly bounds?: Bounds;
  /** Default: quasi-Newton methods are reset after a stall, others left alone. */
  readonly stall?: StallRule;
  /** `||d||` above this times the first `||d||` counts as diverged. Default 1e20. */
  readonly divergenceLimit?: number;
}

/** One evaluation of H, as data. */
export interface IterationRecord {
  /** 1, 2, ...; also the number of evaluations so far. */
  readonly iteration: number;
  /** `||H(x) - x||`, unrelaxed. */
  readonly residual: number;
  /** `||H(x)||`. */
  readonly size: number;
  /** The same per field. */
  readonly fields: Readonly<Record<string, { readonly residual: number; readonly size: number }>>;
  readonly measures: readonly ConvergenceMeasureRecord[];
  readonly converged: boolean;
  /** How the next point was made; `end` when there is none. */
  readonly step: Proposal["step"] | "end";
  readonly factor: number | undefined;
  readonly columns: number;
  readonly dropped: number;
  /** Entries of the next point that were outside the bounds. */
  readonly outOfBounds: number;
  /** Whether the acceleration was reset here because of a stall. */
  readonly reset: boolean;
}

/** How an iteration ended. Only `converged` carries a solution. */
export interface FixedPointResult {
  readonly status: "converged" | "notConverged" | "diverged";
  /** One sentence for a person, with the numbers. */
  readonly message: string;
  /** `H(x)` of the last evaluation; when not converged, of the evaluation with the smallest residual. */
  readonly x: Float64Array;
  /** `||H(x) - x||` that belongs to `x`. */
  readonly residual: number;
  readonly evaluations: number;
  readonly resets: number;
  readonly history: readonly IterationRecord[];
  /** Indices of `strict` measures that did not hold at the end. */
  readonly unmetStrict: readonly number[];
  /** What the map threw, when that ended the iteration. */
  readonly cause?: unknown;
}

/** The iteration turned inside out: ask for a point, tell its image. For solvers that cannot be called back. */
export interface FixedPointIteration {
  /** Where H is wanted next. */
  readonly point: Float64Array;
  readonly done: boolean;
  /** Takes `H(point)` in. @throws CoupletError SHAPE_MISMATCH */
  accept(mapped: Float64Array): IterationRecord;
  /** Says that H has no value at the point: the iteration ends as diverged. */
  fail(cause: unknown): void;
  /** The result; before `done` the state so far as `notConverged`. */
  result(): FixedPointResult;
}

const DEFAULT_CONVERGENCE: readonly ConvergenceMeasure[] = [{ kind: "relative", limit: 1e-10 }];

/**
 * Finds `x = H(x)` one evaluation at a time.
 *
 * Convergence is judged on `H(x) - x` only: a step that is small because it was relaxed, clamped or
 * degenerate never counts.
 *
 * @throws CoupletError SPEC_INVALID, SHAPE_MISMATCH, NON_FINITE_INPUT for settings that cannot work
 */
export function fixedPointIteration(settings: FixedPointSettings): FixedPointIteration {
  return new Iteration(settings);
}

class Iteration implements FixedPointIteration {
  readonly #settings: FixedPointSettings;
  readonly #fields: readonly FieldLayout[];
  readonly #convergence: readonly ConvergenceMeasure[];
  readonly #acceleration: Acceleration;
  readonly #watch: ReturnType<typeof stallWatch>;
  readonly #evaluator: ReturnType<typeof measureEvaluator>;
  readonly #ending: ReturnType<typeof endingRule>;
  readonly #history: IterationRecord[] = [];
  #point: Float64Array;
  #best: { x: Float64Array; residual: number };
  #status: FixedPointResult["status"] | "running" = "running";
  #message = "still running";
  #cause: unknown;

  constructor(settings: FixedPointSettings) {
    const { start, fields = [{ name: "x", size: start.length }] } = settings;
    this.#settings = settings;
    this.#fields = fields;
    this.#convergence = settings.convergence?.length ? settings.convergence : DEFAULT_CONVERGENCE;
    check(settings, fields, this.#convergence);
    const given = settings.acceleration ?? iqnIls();
    this.#acceleration = "observe" in given ? given : accelerate(given, fields);
    this.#watch = stallWatch(settings.stall, this.#acceleration.kind, start.length);
    this.#evaluator = measureEvaluator(this.#convergence, fields);
    this.#ending = endingRule(settings);
    this.#point = start.slice();
    this.#best = { x: start.slice(), residual: Infinity };
  }

  get point(): Float64Array {
    return this.#point;
  }

  get done(): boolean {
    return this.#status !== "running";
  }

  accept(mapped: Float64Array): IterationRecord {
    if (this.done) throw finished();
    const point = this.#point;
    if (mapped.length !== point.length) {
      throw new CoupletError({
        code: "SHAPE_MISMATCH",
        where: "fixedPoint.map",
        expected: `${point.length} numbers back`,
        received: String(mapped.length),
      });
    }
    const fields = this.#fields;
    const residual = subtract(mapped, point);
    const length = norm(residual);
    const [fieldResiduals, fieldSizes] = [
      splitFields(fields, residual),
      splitFields(fields, mapped),
    ];
    const { records, converged: satisfied } = this.#evaluator.evaluate(fieldResiduals, fieldSizes);
    // infinity is within any part of infinity
    const converged = satisfied && Number.isFinite(length);
    const iteration = this.#history.length + 1;
    if (length < this.#best.residual) this.#best = { x: mapped.slice(), residual: length };
    this.#acceleration.observe(point, mapped.slice(), residual);
    const ending = this.#ending({
      iteration,
      residual: length,
      converged,
      mapped,
      best: this.#best.residual,
    });
    if (ending?.status === "converged") this.#best = { x: mapped.slice(), residual: length };
    if (ending !== undefined) this.#end(ending);
    const step = ending === undefined ? this.#nextPoint(mapped, residual) : undefined;
    const record: IterationRecord = {
      iteration,
      residual: length,
      size: norm(mapped),
      fields: Object.fromEntries(
        fields.map(({ name }, f) => [
          name,
          { residual: norm(fieldResiduals[f]!), size: norm(fieldSizes[f]!) },
        ]),
      ),
      measures: records,
      converged: converged && iteration >= (this.#settings.minIterations ?? 1),
      step: step?.step ?? "end",
      factor: step?.factor,
      columns: step?.columns ?? 0,
      dropped: step?.dropped ?? 0,
      outOfBounds: step?.outOfBounds ?? 0,
      reset: step?.reset ?? false,
    };
    this.#history.push(record);
    if (step !== undefined) this.#point = step.next;
    if (step?.reset === true && this.#watch.stopped) {
      this.#end({
        status: "notConverged",
        message: `stalled: no smaller residual than ${short(this.#best.residual)} in ${this.#watch.wait} evaluations`,
      });
    }
    return record;
  }

  fail(reason: unknown): void {
    if (this.done) throw finished();
    this.#cause = reason;
    const text = reason instanceof Error ? reason.message : String(reason);
    const message = `the map failed at evaluation ${this.#history.length + 1}: ${text}`;
    this.#end({ status: "diverged", message });
  }

  result(): FixedPointResult {
    const last = this.#history.at(-1);
    return {
      status: this.#status === "running" ? "notConverged" : this.#status,
      message: this.#message,
      x: this.#best.x.slice(),
      residual: this.#best.residual,
      evaluations: this.#history.length,
      resets: this.#history.filter((record) => record.reset).length,
      history: this.#history,
      unmetStrict: this.#convergence.flatMap((measure, i) =>
        measure.strict === true && last?.measures[i]!.satisfied !== true ? [i] : [],
      ),
      ...(this.#cause === undefined ? {} : { cause: this.#cause }),
    };
  }

  #end({ status, message }: Ending): void {
    this.#status = status;
    this.#message = message;
    this.#acceleration.endWindow(status === "converged");
  }

  #nextPoint(
    mapped: Float64Array,
    residual: Float64Array,
  ): Proposal & { outOfBounds: number; reset: boolean } {
    const { bounds } = this.#settings;
    const point = this.#point;
    const reset = this.#watch.observe(norm(residual));
    if (reset) {
      this.#acceleration.reset();
      this.#acceleration.observe(point, mapped, residual);
    }
    const free = this.#watch.recovery;
    const proposal: Proposal =
      free === undefined
        ? this.#acceleration.propose()
        : {
            next: combine(point, free, residual),
            step: free === 1 ? "plain" : "relaxed",
            ...(free === 1 ? {} : { factor: free }),
            columns: 0,
            dropped: 0,
          };
    // A secant step from a nearly singular system can overflow: the plain step is always available.
    const finite = firstNonFinite(proposal.next) < 0;
    const safe: Proposal = finite
      ? proposal
      : { next: mapped.slice(), step: "plain", columns: 0, dropped: 0 };
    if (bounds === undefined) return { ...safe, outOfBounds: 0, reset };
    const { next, violations } = applyBounds(bounds, point, safe.next, mapped);
    return { ...safe, next, outOfBounds: violations, reset };
  }
}

/** An evaluation, as the rules for the end read it. */
interface Evaluation {
  readonly iteration: number;
  readonly residual: number;
  readonly converged: boolean;
  readonly mapped: Float64Array;
  /** The smallest residual so far. */
  readonly best: number;
}

type Ending = Pick<FixedPointResult, "status" | "message">;

/** The rules that end an iteration: convergence, no number, a residual beyond the limit, the most iterations. */
function endingRule({
  minIterations = 1,
  maxIterations = 100,
  divergenceLimit = 1e20,
}: FixedPointSettings): (evaluation: Evaluation) => Ending | undefined {
  let first = Infinity;
  return ({ iteration, residual, converged, mapped, best }) => {
    if (iteration === 1) first = residual;
    const at = `at evaluation ${iteration}: `;
    if (converged && iteration >= minIterations)
      return {
        status: "converged",
        message: `converged after ${iteration} evaluations, ||H(x) - x|| = ${short(residual)}`,
      };
    if (!Number.isFinite(residual))
      return {
        status: "diverged",
        message: `diverged ${at}entry ${firstNonFinite(mapped)} of H(x) is not finite`,
      };
    if (iteration > 1 && residual > divergenceLimit * first)
      return {
        status: "diverged",
        message: `diverged ${at}||H(x) - x|| = ${short(residual)}, first ${short(first)}`,
      };
    if (iteration >= maxIterations)
      return {
        status: "notConverged",
        message: `not converged in ${iteration} evaluations, smallest ||H(x) - x|| = ${short(best)}`,
      };
    return undefined;
  };
}

function finished(): CoupletError {
  return new CoupletError({
    code: "USAGE",
    where: "fixedPointIteration",
    expected: "a running iteration",
    received: "one that has ended",
    hint: "Look at done before accept.",
  });
}

function short(value: number): string {
  return value.toExponential(2);
}

function check(
  settings: FixedPointSettings,
  fields: readonly FieldLayout[],
  measures: readonly ConvergenceMeasure[],
): void {
  const { start, minIterations = 1, maxIterations = 100, bounds } = settings;
  const fail = (
    code: "SHAPE_MISMATCH" | "NON_FINITE_INPUT" | "SPEC_INVALID",
    key: string,
    expected: string,
    received: string,
  ): never => {
    throw new CoupletError({ code, where: `fixedPoint.${key}`, expected, received });
  };
  const total = fields.reduce((sum, field) => sum + field.size, 0);
  if (start.length === 0) fail("SHAPE_MISMATCH", "start", "at least one number", "none");
  if (total !== start.length) {
    fail(
      "SHAPE_MISMATCH",
      "fields",
      `sizes that add up to ${start.length}`,
      `${total} (${fields.map((f) => `${f.name} ${f.size}`).join(", ")})`,
    );
  }
  const bad = firstNonFinite(start);
  if (bad >= 0)
    fail("NON_FINITE_INPUT", "start", "finite numbers", `${start[bad]} at entry ${bad}`);
  if (!(maxIterations >= 1) || !(minIterations >= 0) || minIterations > maxIterations) {
    fail(
      "SPEC_INVALID",
      "maxIterations",
      "minIterations <= maxIterations, at least 1",
      `${minIterations} and ${maxIterations}`,
    );
  }
  checkMeasures(measures, fields, "fixedPoint");
  if (bounds !== undefined) checkBounds(bounds, start.length, "fixedPoint");
}
