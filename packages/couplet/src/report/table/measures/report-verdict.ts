/** The sentence that a report opens with: docs/report.md has its words and thresholds. */
import {
  densityPart,
  fewRowsPart,
  gradeBy,
  impossiblePart,
  verdictOf,
  type Verdict,
  type VerdictPart,
} from "../../../table-model/verdict.ts";
import { fixedText, percentText } from "../../page/number-text.ts";
import { excessCopies, lostAssociations, widestCoverageGap } from "./faults.ts";
import type { TableReportData } from "./table-report-data.ts";

/** Lower ends of the 95 % interval of the two-sample AUC from which a model is fair, or poor. */
const [FAIR_AUC, POOR_AUC] = [0.6, 0.75];

/** Shares of samples, beyond that of the rows, that break relations. */
const [FAIR_BROKEN, POOR_BROKEN] = [0.01, 0.1];

/** The greatest loss of an association from which a model is no longer good. */
const FAIR_LOSS = 0.2;

/** Gaps between promised and observed shares, beyond chance; a warning begins where a model is fair. */
export const FAIR_GAP = 0.05;
const POOR_GAP = 0.2;

/** Upper ends of the interval of the ratio of nearest distances: below, samples lie too near to training rows. */
export const FAIR_RATIO = 0.8;
const POOR_RATIO = 0.5;

/** Copies beyond those of held-out rows from which a model is poor. */
const POOR_COPIES = 0.05;

/** How good the model is, by the figures of the report; `undefined` without any figure to judge by. */
export function reportVerdict(report: TableReportData): Verdict | undefined {
  const { scores, evaluated } = report;
  return verdictOf([
    ...densityPart(
      scores.entries.flatMap(({ name, advantage, advantageError }) =>
        advantage === undefined || advantageError === undefined
          ? []
          : [{ name, advantage, advantageError }],
      ),
    ),
    ...impossiblePart(scores.impossible, evaluated.rows),
    ...treesPart(report),
    ...relationsPart(report),
    ...associationPart(report),
    ...coveragePart(report),
    ...privacyPart(report),
    ...fewRowsPart(evaluated.rows),
  ]);
}

function treesPart({ twoSample }: TableReportData): VerdictPart[] {
  if (twoSample === undefined) return [];
  const { auc, interval } = twoSample.model;
  const grade = gradeBy(interval[0], FAIR_AUC, POOR_AUC);
  const words = {
    good: "trees hardly tell samples from rows",
    fair: "trees tell some samples from rows",
    poor: "trees tell samples from rows",
  };
  return [{ grade, text: `${words[grade]} (AUC ${fixedText(auc, 2)})` }];
}

function relationsPart({ relations }: TableReportData): VerdictPart[] {
  if (relations === undefined) return [];
  const { broken, checked, sampled, real } = relations;
  if (broken.length === 0)
    return [
      {
        grade: "good",
        text: checked === 1 ? "the relation holds" : `all ${checked} relations hold`,
      },
    ];
  const grade = gradeBy(sampled - real, FAIR_BROKEN, POOR_BROKEN);
  const count = broken.length === 1 ? "1 relation is" : `${broken.length} relations are`;
  return [{ grade, text: `${count} broken (in ${percentText(sampled)} of the samples)` }];
}

function associationPart({ association }: TableReportData): VerdictPart[] {
  const lost = lostAssociations(association);
  if (lost.length === 0) return [];
  const count = lost.length === 1 ? "1 association is" : `${lost.length} associations are`;
  return [
    { grade: lost[0]!.loss >= FAIR_LOSS ? "fair" : "good", text: `${count} weaker in samples` },
  ];
}

/** Of a model without the least usual rows the coverage of all rows is off by design. */
function coveragePart({ calibration, model }: TableReportData): VerdictPart[] {
  const widest = model.contamination === undefined ? widestCoverageGap(calibration) : undefined;
  if (widest === undefined || widest.gap < FAIR_GAP) return [];
  const { of, nominal, observed, gap } = widest;
  return [
    {
      grade: gradeBy(gap, FAIR_GAP, POOR_GAP),
      text: `${of} that promise ${percentText(nominal)} of the ${of === "regions" ? "rows" : "cells"} hold ${percentText(observed)}`,
    },
  ];
}

function privacyPart({ copying }: TableReportData): VerdictPart[] {
  if (copying === undefined) return [];
  const copies = excessCopies(copying);
  const [, high] = copying.interval;
  return [
    ...(copies === 0
      ? []
      : [
          {
            grade: copies >= POOR_COPIES ? ("poor" as const) : ("fair" as const),
            text: `${percentText(copying.sampledCopies)} of the samples copy training rows`,
          },
        ]),
    ...(high < FAIR_RATIO
      ? [
          {
            grade: high < POOR_RATIO ? ("poor" as const) : ("fair" as const),
            text: `samples lie nearer to training rows than held-out rows do (ratio ${fixedText(copying.ratio, 2)})`,
          },
        ]
      : []),
  ];
}
