/** How good a model of a table is, in one sentence: the words and thresholds are those of docs/report.md. */
import type { Relation } from "../table/schema/relation.ts";
import type { HeldOutReport } from "./fit/held-out.ts";

/** The three grades of a model, worst last. */
export type Grade = "good" | "fair" | "poor";

/** One measured thing of a verdict: its grade and its words. */
export interface VerdictPart {
  /** Absent: mentioned only, because it changes no grade. */
  readonly grade?: Grade;
  /** A clause without a full stop. */
  readonly text: string;
}

/** A grade and the sentence that begins with it. */
export interface Verdict {
  readonly grade: Grade;
  /** "Good: 6.4 nats a row better than the best simple model (Gaussian copula); ..." */
  readonly sentence: string;
}

/** A simple model: by how much the model beats it on the same rows, in nats a row, with the standard error. */
export interface ComparedModel {
  readonly name: string;
  readonly advantage: number;
  readonly advantageError: number;
}

/** Fewer judged rows than this are mentioned: small faults stay hidden. */
export const FEW_JUDGED_ROWS = 100;

/** One density is better than another beyond so many standard errors of the paired difference ... */
const CLEAR = 2;
/** ... and so many nats a row: less is no reason to prefer a flow to a simple model. */
const LEAST_NATS = 0.1;

/** Shares of rows of probability 0, which no mean counts: from here the model is fair, or poor. */
const [FAIR_IMPOSSIBLE, POOR_IMPOSSIBLE] = [0.01, 0.1];

/** The grade of a number that is worse the greater it is. */
export function gradeBy(value: number, fair: number, poor: number): Grade {
  return value >= poor ? "poor" : value >= fair ? "fair" : "good";
}

const BY_DAMAGE = ["poor", "fair", "good", undefined] as const;

/** The parts in one sentence, the worst first, with the worst of their grades; `undefined` where no part has a grade. */
export function verdictOf(parts: readonly VerdictPart[]): Verdict | undefined {
  const sorted = BY_DAMAGE.flatMap((one) => parts.filter(({ grade }) => grade === one));
  const grade = sorted[0]?.grade;
  if (grade === undefined) return undefined;
  const word = `${grade[0]!.toUpperCase()}${grade.slice(1)}`;
  return { grade, sentence: `${word}: ${sorted.map(({ text }) => text).join("; ")}` };
}

/**
 * The log density beside the best simple model, the one that the model beats by least: good where the model is better by more than two
 * standard errors of the paired difference and a tenth of a nat a row, poor where it is worse by more than that. Simple models that give
 * some row probability 0 are beaten.
 */
export function densityPart(simple: readonly ComparedModel[]): VerdictPart[] {
  const [best] = simple
    .filter(({ advantage, advantageError }) => Number.isFinite(advantage + advantageError))
    .sort((a, b) => a.advantage - b.advantage);
  if (best === undefined) return [];
  const { name, advantage, advantageError } = best;
  const nats = natsText(Math.abs(advantage));
  const least = Math.max(LEAST_NATS, CLEAR * advantageError);
  if (advantage > least)
    return [{ grade: "good", text: `${nats} better than the best simple model (${name})` }];
  if (advantage < -least)
    return [{ grade: "poor", text: `${nats} worse than the best simple model (${name})` }];
  return [{ grade: "fair", text: `about as good as the best simple model (${name})` }];
}

/** Rows of probability 0 under the model: mentioned from the first, fair from 1 % of the rows, poor from 10 %. */
export function impossiblePart(impossible: number, rows: number): VerdictPart[] {
  if (impossible === 0) return [];
  return [
    {
      grade: gradeBy(impossible / rows, FAIR_IMPOSSIBLE, POOR_IMPOSSIBLE),
      text: `${impossible} of ${rows} rows ${impossible === 1 ? "has" : "have"} probability 0`,
    },
  ];
}

/** A reminder that few rows were judged. */
export function fewRowsPart(rows: number): VerdictPart[] {
  return rows < FEW_JUDGED_ROWS ? [{ text: `judged on ${rows} rows only` }] : [];
}

/**
 * The verdict that closes a fit, from what the fit measured: the log density of held-out rows, rows of probability 0, and which
 * relations the model keeps. `couplet report` judges samples too.
 *
 * @param relations those of the model's schema
 * @returns `undefined` where no simple model was scored on held-out rows
 */
export function heldOutVerdict(
  heldOut: HeldOutReport,
  relations: readonly Relation[] = [],
): Verdict | undefined {
  const density = densityPart(heldOut.baselines);
  if (density.length === 0) return undefined;
  return verdictOf([
    ...density,
    ...impossiblePart(heldOut.impossible ?? 0, heldOut.rows),
    ...keptPart(relations),
    ...fewRowsPart(heldOut.rows),
  ]);
}

function keptPart(relations: readonly Relation[]): VerdictPart[] {
  if (relations.length === 0) return [];
  const kept = relations.filter(({ keep }) => keep !== false).length;
  const left = relations.length - kept;
  const named = (count: number): string =>
    `${count} ${count === 1 ? "relation is" : "relations are"}`;
  return [
    ...(kept === 0 ? [] : [{ text: `${named(kept)} kept in samples` }]),
    ...(left === 0 ? [] : [{ text: `${named(left)} listed and not kept` }]),
  ];
}

function natsText(nats: number): string {
  return `${nats.toFixed(nats < 1 ? 2 : 1)} nats a row`;
}
