/** Scores of held-out rows beside those of simple models of the same training rows. */
import {
  copulaOf,
  fitUnder,
  gaussianInPieces,
  independentOf,
} from "../../table/baseline/baselines.ts";
import type { FittedCodec } from "../../table/encode/table-codec.ts";
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import { meanAndError } from "../../statistics/mean.ts";
import { isDiscreteHeavy, jointFrequencyBaseline } from "../../table/baseline/joint-frequencies.ts";
import type { Schema } from "../../table/schema/schema.ts";
import type { Table } from "../../table/table.ts";
import { type HeldOutReport, quantilesOf } from "./held-out.ts";

/** What a simple model gives the held-out rows. */
export interface SimpleScores {
  readonly name: string;
  /** Log densities, one a row, nats. */
  readonly nats: Float64Array;
}

/**
 * The simple models' scores of the held-out rows, in pieces. They depend on the rows alone: every flow of a fit is compared with the same.
 *
 * @param known the codec of the training rows under the schema, which has read them
 */
export function* simpleScoresInPieces(
  training: Table,
  heldOut: Table,
  schema: Schema,
  known?: FittedCodec,
): InPieces<readonly SimpleScores[]> {
  const simple: SimpleScores[] = [];
  const gaussian = yield* gaussianInPieces(training, schema, {}, known);
  simple.push({ name: gaussian.name, nats: yield* gaussian.inPieces(heldOut) });
  // Two models by the same encoders.
  const byQuantiles = yield* fitUnder(training, schema, "quantile", known);
  const codes = yield* byQuantiles.codec.readInPieces(heldOut, { impossible: "zero" });
  for (const model of [independentOf(byQuantiles), yield* copulaOf(byQuantiles)])
    simple.push({ name: model.name, nats: yield* model.ofCodes(codes) });
  if (isDiscreteHeavy(schema)) {
    const joint = jointFrequencyBaseline(training, schema);
    yield;
    simple.push({ name: joint.name, nats: joint.logDensity(heldOut) });
  }
  return simple;
}

/**
 * The flow's scores beside those of simple models, on the same rows.
 *
 * @param scores the flow's log densities of the held-out rows
 * @param simple the simple models' ({@link simpleScoresInPieces})
 */
export function heldOutReport(
  scores: Float64Array,
  simple: readonly SimpleScores[],
): HeldOutReport {
  const flow = meanAndError(scores.filter(isPossible));
  return {
    rows: scores.length,
    impossible: scores.length - scores.filter(isPossible).length,
    flow: { nats: flow.mean, standardError: flow.error },
    baselines: simple.map(({ name, nats: theirs }) => {
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
