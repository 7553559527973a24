import { expect, it } from "vitest";
import { atOnce } from "../../../threads/yield-to-event-loop.ts";
import { inferSchema } from "../../../table/infer/infer-schema.ts";
import { table, type Table } from "../../../table/table.ts";
import type { Schema } from "../../../table/schema/schema.ts";
import type { TableWarning } from "../../../table/warnings.ts";
import type { CopyingReport } from "./two-sample.ts";
import { excessCopies, lostAssociations, widestCoverageGap } from "./faults.ts";
import { relationsReport } from "./relations.ts";
import { reportVerdict } from "./report-verdict.ts";
import type { TableReportData } from "./table-report-data.ts";
import { tableWarningLines } from "./table-warning-lines.ts";
import { reportWarnings } from "./warnings.ts";

const curve = (nominal: number, observed: number, half: number) => ({
  nominal: [nominal],
  observed: [observed],
  low: [observed - half],
  high: [observed + half],
});

const copying = (sampledCopies: number, ratio: number): CopyingReport => ({
  rows: { sampled: 500, heldOut: 500, training: 4000 },
  sampled: [],
  heldOut: [],
  ratio,
  interval: [ratio - 0.05, ratio + 0.05],
  sampledCopies,
  heldOutCopies: 0.01,
});

/** What a report measures of a model that is good in every way. */
const measured = {
  evaluated: { kind: "held-out", rows: 1000, of: 10_000, why: "" },
  model: { rows: 10_000, seed: 0, columns: 3, context: [], dims: 3, parameters: 1, layers: 1 },
  scores: {
    impossible: 0,
    entries: [
      { name: "this model", nats: -3 },
      { name: "Gaussian", advantage: 9, advantageError: 0.1 },
      { name: "Gaussian copula", advantage: 6.4, advantageError: 0.1 },
    ],
  },
  shapes: [{ column: "a", measure: "1 - KS", score: 0.97, chance: 0.98, chanceLow: 0.96 }],
  relations: { checked: 3, broken: [], sampled: 0, real: 0 },
  association: {
    columns: ["a", "b", "c"],
    real: [
      [1, 0.8, -0.3],
      [0.8, 1, 0],
      [-0.3, 0, 1],
    ],
    sampled: [
      [1, 0.79, -0.32],
      [0.79, 1, 0.05],
      [-0.32, 0.05, 1],
    ],
    noise: 0.04,
  },
  calibration: { intervals: curve(0.9, 0.89, 0.02), regions: curve(0.5, 0.52, 0.03) },
  twoSample: { model: { auc: 0.59, interval: [0.57, 0.61] }, rows: 1000 },
  roundTrip: { changedCells: 0 },
  copying: copying(0.01, 0.98),
} as unknown as TableReportData;

const broken = (sampled: number): TableReportData["relations"] => ({
  checked: 3,
  broken: [
    {
      text: "start <= end",
      kept: false,
      sampled,
      real: 0,
      examples: [
        [
          ["start", "09:10"],
          ["end", "08:50"],
        ],
      ],
    },
  ],
  sampled,
  real: 0,
});

const withAuc = (auc: number): TableReportData =>
  ({
    ...measured,
    twoSample: { model: { auc, interval: [auc - 0.02, auc + 0.02] } },
  }) as unknown as TableReportData;

it("calls a model good, fair or poor by what is measured", () => {
  expect(reportVerdict(measured)).toEqual({
    grade: "good",
    sentence:
      "Good: 6.4 nats a row better than the best simple model (Gaussian copula); trees hardly tell samples from rows (AUC 0.59); all 3 relations hold",
  });
  expect(reportVerdict(withAuc(0.7))).toMatchObject({
    grade: "fair",
    sentence: expect.stringMatching(
      /^Fair: .*trees tell some samples from rows \(AUC 0\.70\)/,
    ) as string,
  });
  expect(reportVerdict({ ...withAuc(0.93), relations: broken(0.39)! })).toMatchObject({
    grade: "poor",
    sentence: expect.stringMatching(
      /^Poor: trees tell samples from rows \(AUC 0\.93\); 1 relation is broken \(in 39\.0 % of the samples\); 6\.4 nats a row better .*\)$/,
    ) as string,
  });
});

it("takes the worst grade, whichever part it comes from", () => {
  const gradeOf = (change: Partial<TableReportData>) =>
    reportVerdict({ ...measured, ...change })!.grade;
  const entries = (advantage: number) => ({
    scores: {
      ...measured.scores,
      entries: [{ name: "Gaussian", advantage, advantageError: 0.1 }],
    } as unknown as TableReportData["scores"],
  });
  expect([1, 0.1, -0.1, -1].map((advantage) => gradeOf(entries(advantage)))).toEqual([
    "good",
    "fair",
    "fair",
    "poor",
  ]);
  // Clear, and too little to matter.
  expect(
    [0.04, 0.11].map((advantage) =>
      gradeOf({
        scores: {
          ...measured.scores,
          entries: [{ name: "Gaussian", advantage, advantageError: 0.001 }],
        } as unknown as TableReportData["scores"],
      }),
    ),
  ).toEqual(["fair", "good"]);
  const impossible = (count: number) => ({ scores: { ...measured.scores, impossible: count } });
  expect([9, 10, 100].map((count) => gradeOf(impossible(count)))).toEqual(["good", "fair", "poor"]);
  expect([0.005, 0.05, 0.2].map((share) => gradeOf({ relations: broken(share)! }))).toEqual([
    "good",
    "fair",
    "poor",
  ]);
  // What is promised lies .02, .06 and .3 outside the interval of what is observed.
  expect(
    [0.86, 0.82, 0.58].map((observed) =>
      gradeOf({ calibration: { ...measured.calibration, intervals: curve(0.9, observed, 0.02) } }),
    ),
  ).toEqual(["good", "fair", "poor"]);
  expect(
    [copying(0.01, 0.7), copying(0.05, 1), copying(0.2, 1), copying(0, 0.3)].map((c) =>
      gradeOf({ copying: c }),
    ),
  ).toEqual(["fair", "fair", "poor", "poor"]);
});

it("counts no loss of association, no gap and no copy that chance makes", () => {
  const { association } = measured;
  const lost = (sampled: number, noise: number) =>
    lostAssociations({
      ...association,
      noise,
      sampled: [
        [1, sampled, -0.3],
        [sampled, 1, 0],
        [-0.3, 0, 1],
      ],
    });
  expect(lost(0.5, 0.04)).toEqual([
    { columns: ["a", "b"], real: 0.8, sampled: 0.5, loss: expect.closeTo(0.3, 12) as number },
  ]);
  expect(lost(0.5, 0.2)).toEqual([]);
  expect(lost(0.95, 0.04)).toEqual([]);
  // Reversed is worse than lost.
  expect(lost(-0.8, 0.04)[0]!.loss).toBeCloseTo(1.6, 12);
  expect(
    widestCoverageGap({ ...measured.calibration, intervals: curve(0.9, 0.88, 0.03) }),
  ).toBeUndefined();
  expect(excessCopies(copying(0.015, 1))).toBe(0);
  expect(excessCopies(copying(0.2, 1))).toBeCloseTo(0.19, 12);
  // Everything that is measured of a model without the least usual rows is beside all rows.
  const narrow = { ...measured.calibration, intervals: curve(0.9, 0.5, 0.02) };
  expect(
    reportVerdict({
      ...measured,
      calibration: narrow,
      model: { ...measured.model, contamination: 0.1 },
    })!.grade,
  ).toBe("good");
});

/** Three columns of numbers with a relation that is kept and one that is only listed. */
const schemaOf = (rows: Table): Schema => ({
  ...inferSchema(rows, { types: { start: "number", end: "number", other: "number" } }),
  relations: [
    { kind: "order", low: ["start"], high: "end" },
    { kind: "order", low: ["other"], high: "end", keep: false },
  ],
});

it("compares broken relations with those of the rows, with examples", () => {
  const numbers = (f: (i: number) => number) => Array.from({ length: 200 }, (_, i) => f(i));
  const rows = table({
    start: numbers((i) => i),
    end: numbers((i) => i + 1),
    other: numbers((i) => (i < 10 ? i + 2 : i)),
  });
  const drawn = table({
    start: numbers((i) => (i === 7 || i === 9 ? i + 5 : i)),
    end: numbers((i) => i + 1),
    other: numbers((i) => (i < 12 ? i + 2 : i)),
  });
  // Twelve of 200 samples break what ten of 200 rows break: chance. What is kept counts from the first.
  expect(atOnce(relationsReport(rows, drawn, schemaOf(rows)))).toEqual({
    checked: 2,
    sampled: 0.01,
    real: 0,
    broken: [
      {
        text: "start <= end",
        kept: true,
        sampled: 0.01,
        real: 0,
        examples: [
          [
            ["start", "12"],
            ["end", "8"],
          ],
          [
            ["start", "14"],
            ["end", "10"],
          ],
        ],
      },
    ],
  });
  const worse = table({
    start: numbers((i) => i),
    end: numbers((i) => i + 1),
    other: numbers((i) => (i < 40 ? i + 2 : i)),
  });
  expect(atOnce(relationsReport(rows, worse, schemaOf(rows)))!.broken).toMatchObject([
    { text: "other <= end", kept: false, sampled: 0.2, real: 0.05 },
  ]);
  expect(
    atOnce(relationsReport(rows, drawn, { ...schemaOf(rows), relations: [] })),
  ).toBeUndefined();
});

it("orders warnings by damage", () => {
  const bad = {
    ...measured,
    relations: broken(0.39),
    association: {
      ...measured.association,
      sampled: measured.association.real.map((line) => line.map(() => 0)),
    },
    calibration: { ...measured.calibration, intervals: curve(0.9, 0.7, 0.02) },
    copying: copying(0.2, 0.4),
    scores: {
      ...measured.scores,
      entries: [
        { name: "Gaussian", advantage: 0, advantageError: 1 },
        { name: "copula", advantage: -1, advantageError: 1 },
      ],
    },
    shapes: [
      { column: "a", measure: "1 - KS", score: 0.5, chance: 0.98, chanceLow: 0.96 },
      // Hundreds of categories on few rows: two real samples would score no better.
      { column: "codes", measure: "1 - TV", score: 0.76, chance: 0.77, chanceLow: 0.75 },
    ],
  } as unknown as TableReportData;
  const index = Array.from({ length: 200 }, (_, i) => i);
  const rows = table({
    start: index,
    end: index.map((i) => (i * 37) % 200),
    other: index.map((i) => (i * 91) % 200),
  });
  const messages = atOnce(reportWarnings(bad, rows, schemaOf(rows))).map(({ message }) => message);
  const wanted = [
    /^39\.0 % of the samples break start <= end \(0\.0 % of the rows\), such as start = 09:10, end = 08:50$/,
    /^samples lose associations beyond chance: a and b \(0\.80 in rows, 0\.00 in samples\), a and c/,
    /^intervals that promise 90\.0 % of the cells hold 70\.0 %$/,
    /^20\.0 % of the samples equal a training row, of held-out rows 1\.0 %$/,
    /^samples lie nearer to training rows .*ratio 0\.40/,
    /does not clearly beat the simple models "Gaussian".*, "copula"/,
    /^samples of a \(score 0\.50, by chance 0\.98\) differ visibly/,
  ];
  expect(messages).toHaveLength(wanted.length);
  wanted.forEach((pattern, i) => expect(messages[i]).toMatch(pattern));
});

it("has one line for a group of columns", () => {
  const constant = (name: string): TableWarning => ({
    code: "CONSTANT_COLUMN",
    columns: [name],
    count: 10,
    message: `column ${name} never changes`,
    advice: "It is kept.",
  });
  expect(tableWarningLines([constant("x")])).toEqual([
    { message: "column x never changes", advice: "It is kept." },
  ]);
  const names = Array.from({ length: 12 }, (_, i) => `x${i}`);
  expect(tableWarningLines(names.map(constant))).toEqual([
    {
      message: "12 columns never change: x0, x1, x2, x3, x4, x5, x6, x7 and 4 others",
      advice: expect.stringMatching(/^They are kept in samples/) as string,
    },
  ]);
});
