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
  const { start, minIterations = 1, maxIterations = 100, divergenceLimit = 1e20 } = settings;
  const fields = settings.fields ?? [{ name: "x", size: start.length }];
  const convergence = settings.convergence?.length ? settings.convergence : DEFAULT_CONVERGENCE;
  check(settings, fields, convergence);
  const given = settings.acceleration ?? iqnIls();
  const acceleration = "observe" in given ? given : accelerate(given, fields);
  const watch = stallWatch(settings.stall, acceleration.kind, start.length);
  const evaluator = measureEvaluator(convergence, fields);
  const history: IterationRecord[] = [];
  let point: Float64Array = start.slice();
  let best = { x: start.slice(), residual: Infinity };
  let status: FixedPointResult["status"] | "running" = "running";
  let message = "still running";
  let cause: unknown;

  function end(next: FixedPointResult["status"], text: string): void {
    status = next;
    message = text;
    acceleration.endWindow(next === "converged");
  }

  function nextPoint(
    mapped: Float64Array,
    residual: Float64Array,
  ): Proposal & { outOfBounds: number; reset: boolean } {
    const reset = watch.observe(norm(residual));
    if (reset) {
      acceleration.reset();
      acceleration.observe(point, mapped, residual);
    }
    const free = watch.recovery;
    const proposal: Proposal =
      free === undefined
        ? acceleration.propose()
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
    if (settings.bounds === undefined) return { ...safe, outOfBounds: 0, reset };
    const { next, violations } = applyBounds(settings.bounds, point, safe.next, mapped);
    return { ...safe, next, outOfBounds: violations, reset };
  }

  function accept(mapped: Float64Array): IterationRecord {
    if (status !== "running") throw finished();
    if (mapped.length !== point.length) {
      throw new CoupletError({
        code: "SHAPE_MISMATCH",
        where: "fixedPoint.map",
        expected: `${point.length} numbers back`,
        received: String(mapped.length),
      });
    }
    const residual = subtract(mapped, point);
    const [length, size] = [norm(residual), norm(mapped)];
    const parts = [splitFields(fields, residual), splitFields(fields, mapped)];
    const { records, converged } = evaluator.evaluate(parts[0]!, parts[1]!);
    const iteration = history.length + 1;
    if (length < best.residual) best = { x: mapped.slice(), residual: length };
    acceleration.observe(point, mapped.slice(), residual);
    const isEnd = ((): boolean => {
      if (converged && iteration >= minIterations) {
        best = { x: mapped.slice(), residual: length };
        end(
          "converged",
          `converged after ${iteration} evaluations, ||H(x) - x|| = ${short(length)}`,
        );
      } else if (!Number.isFinite(length)) {
        end(
          "diverged",
          `diverged at evaluation ${iteration}: entry ${firstNonFinite(mapped)} of H(x) is not finite`,
        );
      } else if (history.length > 0 && length > divergenceLimit * history[0]!.residual) {
        end(
          "diverged",
          `diverged at evaluation ${iteration}: ||H(x) - x|| = ${short(length)}, first ${short(history[0]!.residual)}`,
        );
      } else if (iteration >= maxIterations) {
        end(
          "notConverged",
          `not converged in ${iteration} evaluations, smallest ||H(x) - x|| = ${short(best.residual)}`,
        );
      }
      return status !== "running";
    })();
    const step = isEnd ? undefined : nextPoint(mapped, residual);
    const record: IterationRecord = {
      iteration,
      residual: length,
      size,
      fields: Object.fromEntries(
        fields.map(({ name }, f) => [
          name,
          { residual: norm(parts[0]![f]!), size: norm(parts[1]![f]!) },
        ]),
      ),
      measures: records,
      converged: converged && iteration >= minIterations,
      step: step?.step ?? "end",
      factor: step?.factor,
      columns: step?.columns ?? 0,
      dropped: step?.dropped ?? 0,
      outOfBounds: step?.outOfBounds ?? 0,
      reset: step?.reset ?? false,
    };
    history.push(record);
    if (step !== undefined) point = step.next;
    if (step?.reset === true && watch.stopped) {
      end(
        "notConverged",
        `stalled: no smaller residual than ${short(best.residual)} in ${watch.wait} evaluations`,
      );
    }
    return record;
  }

  return {
    get point(): Float64Array {
      return point;
    },
    get done(): boolean {
      return status !== "running";
    },
    accept,
    fail(reason: unknown): void {
      if (status !== "running") throw finished();
      cause = reason;
      const text = reason instanceof Error ? reason.message : String(reason);
      end("diverged", `the map failed at evaluation ${history.length + 1}: ${text}`);
    },
    result(): FixedPointResult {
      const last = history.at(-1);
      return {
        status: status === "running" ? "notConverged" : status,
        message,
        x: best.x.slice(),
        residual: best.residual,
        evaluations: history.length,
        resets: history.filter((record) => record.reset).length,
        history,
        unmetStrict: convergence.flatMap((measure, i) =>
          measure.strict === true && last?.measures[i]!.satisfied !== true ? [i] : [],
        ),
        ...(cause === undefined ? {} : { cause }),
      };
    },
  };
}

function finished(): CoupletError {
  return new CoupletError({
    code: "USAGE",
    where: "fixedPointIteration",
    expected: "an iteration that still runs",
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
