/** Scores of held-out rows beside those of simple models of the same training rows. */
import {
  copulaInPieces,
  gaussianInPieces,
  independentBaseline,
} from "../../table/baseline/baselines.ts";
import { type InPieces, atOnce } from "../../threads/yield-to-event-loop.ts";
import { meanAndError } from "../../statistics/mean.ts";
import { isDiscreteHeavy, jointFrequencyBaseline } from "../../table/baseline/joint-frequencies.ts";
import type { Schema } from "../../table/schema/schema.ts";
import type { Table } from "../../table/table.ts";
import { type HeldOutReport, quantilesOf } from "./held-out.ts";

/** @param scores the flow's log densities of the held-out rows */
export function heldOutReport(
  scores: Float64Array,
  training: Table,
  heldOut: Table,
  schema: Schema,
): HeldOutReport {
  return atOnce(heldOutReportInPieces(scores, training, heldOut, schema));
}

/** {@link heldOutReport} in pieces. */
export function* heldOutReportInPieces(
  scores: Float64Array,
  training: Table,
  heldOut: Table,
  schema: Schema,
): InPieces<HeldOutReport> {
  const simple: { readonly name: string; readonly theirs: Float64Array }[] = [];
  const gaussian = yield* gaussianInPieces(training, schema);
  simple.push({ name: gaussian.name, theirs: yield* gaussian.inPieces(heldOut) });
  const independent = independentBaseline(training, schema);
  yield;
  simple.push({ name: independent.name, theirs: independent.logDensity(heldOut) });
  const copula = yield* copulaInPieces(training, schema);
  simple.push({ name: copula.name, theirs: yield* copula.inPieces(heldOut) });
  if (isDiscreteHeavy(schema)) {
    const joint = jointFrequencyBaseline(training, schema);
    yield;
    simple.push({ name: joint.name, theirs: joint.logDensity(heldOut) });
  }
  const flow = meanAndError(scores.filter(isPossible));
  return {
    rows: heldOut.rows,
    impossible: scores.length - scores.filter(isPossible).length,
    flow: { nats: flow.mean, standardError: flow.error },
    baselines: simple.map(({ name, theirs }) => {
      const own = meanAndError(theirs.filter(isPossible));
      // One row of probability 0 would make every mean -infinity: it is counted instead.
      const paired = meanAndError(
        scores.map((score, i) => score - theirs[i]!).filter(Number.isFinite),
      );
      return {
        name,
        nats: own.mean,
        standardError: own.error,
        advantage: paired.mean,
        advantageError: paired.error,
      };
    }),
    quantiles: quantilesOf(scores),
  };
}

function isPossible(score: number): boolean {
  return score > -Infinity;
}
