import { CoupletError, nearest } from "../../error.ts";
import type { FieldLayout } from "./residual-sum.ts";
import { norm } from "../vector.ts";

/**
 * A rule for "converged", always on the unrelaxed difference `d = H(x) - x` in the 2-norm:
 *
 * - `absolute`: `||d|| <= limit`
 * - `relative`: `||d|| <= limit ||H(x)||`
 * - `absoluteOrRelative`: either of the two, with `limit` and `relativeLimit`
 * - `residualRelative`: `||d|| <= limit ||d of the first iteration||`
 *
 * With several measures all must hold, unless one that `suffices` holds. A `strict` measure must hold at the end:
 * a time loop stops when it does not, whatever its policy for windows that are not converged.
 */
export interface ConvergenceMeasure {
  readonly kind: "absolute" | "relative" | "absoluteOrRelative" | "residualRelative";
  readonly limit: number;
  /** Second limit, for `absoluteOrRelative` only. */
  readonly relativeLimit?: number;
  /** The field it looks at; all fields together when left out. */
  readonly field?: string;
  readonly suffices?: boolean;
  readonly strict?: boolean;
}

/** One measure at one iteration. */
export interface ConvergenceMeasureRecord {
  readonly kind: ConvergenceMeasure["kind"];
  readonly field: string;
  /** `||d||`. */
  readonly residual: number;
  /** What `||d||` is compared with. */
  readonly bound: number;
  readonly satisfied: boolean;
}

/** Evaluates measures over the iterations of one window. */
export interface MeasureEvaluator {
  evaluate(
    residual: readonly Float64Array[],
    mapped: readonly Float64Array[],
  ): { readonly records: readonly ConvergenceMeasureRecord[]; readonly converged: boolean };
}

const KINDS = ["absolute", "relative", "absoluteOrRelative", "residualRelative"] as const;

/** Checks measures against the fields. @throws CoupletError SPEC_INVALID */
export function checkMeasures(
  measures: readonly ConvergenceMeasure[],
  fields: readonly FieldLayout[],
  where: string,
): void {
  const names = fields.map((field) => field.name);
  const fail = (
    index: number,
    key: string,
    expected: string,
    received: string,
    hint?: string,
  ): never => {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: `${where}.convergence[${index}].${key}`,
      expected,
      received,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  measures.forEach((measure, i) => {
    if (!KINDS.includes(measure.kind)) {
      const near = nearest(String(measure.kind), KINDS);
      fail(
        i,
        "kind",
        `one of ${KINDS.join(", ")}`,
        String(measure.kind),
        near && `Did you mean "${near}"?`,
      );
    }
    if (!(measure.limit > 0)) fail(i, "limit", "a number above 0", String(measure.limit));
    if (measure.kind === "absoluteOrRelative" && !((measure.relativeLimit ?? 0) > 0)) {
      fail(i, "relativeLimit", "a number above 0", String(measure.relativeLimit));
    }
    if (measure.field !== undefined && !names.includes(measure.field)) {
      const near = nearest(measure.field, names);
      fail(
        i,
        "field",
        `one of ${names.join(", ")}`,
        measure.field,
        near && `Did you mean "${near}"?`,
      );
    }
  });
}

/** A fresh evaluator for one window. */
export function measureEvaluator(
  measures: readonly ConvergenceMeasure[],
  fields: readonly FieldLayout[],
): MeasureEvaluator {
  const first: number[] = [];
  const lengthOf = (parts: readonly Float64Array[], field: string | undefined): number =>
    field === undefined
      ? Math.hypot(...parts.map(norm))
      : norm(parts[fields.findIndex((candidate) => candidate.name === field)]!);
  return {
    evaluate(residual, mapped) {
      const records = measures.map((measure, i): ConvergenceMeasureRecord => {
        const size = lengthOf(residual, measure.field);
        const reference = lengthOf(mapped, measure.field);
        first[i] ??= size;
        const bound = {
          absolute: measure.limit,
          relative: measure.limit * reference,
          absoluteOrRelative: Math.max(measure.limit, (measure.relativeLimit ?? 0) * reference),
          residualRelative: measure.limit * first[i],
        }[measure.kind];
        return {
          kind: measure.kind,
          field: measure.field ?? "all",
          residual: size,
          bound,
          satisfied: size <= bound,
        };
      });
      const sufficient = records.some(
        (record, i) => record.satisfied && measures[i]!.suffices === true,
      );
      return { records, converged: sufficient || records.every((record) => record.satisfied) };
    },
  };
}
