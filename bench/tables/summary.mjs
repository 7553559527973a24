/** The figures of `npm run bench:tables` as tables of text, and what holds. */

import { formatTable } from "../table.mjs";
import { participants } from "./participants.mjs";

/** Within so much of the first counts as first. */
export const LEVEL = 0.005;
const bits = (nats) => -nats / Math.LN2;

/**
 * The columns of the comparison. `better` is "high", or "half", the nearer to 0.5 from above; the aim counts those that have it.
 *
 * @type {{ title: string, of: (cell: any) => number | undefined, better?: "high" | "half", digits?: number }[]}
 */
export const measures = [
  { title: "relations kept", of: (c) => 1 - c.relations.broken, better: "high" },
  { title: "quality", of: (c) => c.peers?.report.score, better: "high" },
  { title: "validity", of: (c) => c.peers?.validity, better: "high" },
  { title: "coverage", of: (c) => c.peers?.coverage, better: "high" },
  { title: "AUC", of: (c) => c.peers?.auc, better: "half" },
  { title: "accuracy", of: (c) => c.peers?.accuracy, better: "high" },
  { title: "nearest", of: (c) => c.own.nearest.ratio, digits: 2 },
  { title: "copies, %", of: (c) => 100 * c.own.nearest.sampleCopies, digits: 1 },
  { title: "fit, s", of: (c) => c.processorSeconds?.fit, digits: 0 },
  { title: "sample, s", of: (c) => c.processorSeconds?.sample, digits: 1 },
  { title: "peak, MB", of: (c) => c.peakBytes && c.peakBytes / 1e6, digits: 0 },
];

/** @param {unknown} value @returns {value is number} */
const known = (value) => typeof value === "number" && Number.isFinite(value);
/** What a measure costs, less is better. */
const costs = {
  high: (/** @type {number} */ v) => -v,
  half: (/** @type {number} */ v) => Math.max(0, v - 0.5),
};

/** Whether couplet is first, or within LEVEL of it, in each column of a table that more than couplet has. */
export function places(cells) {
  const others = participants.filter(({ peer }) => peer !== undefined);
  return measures.flatMap(({ title, of, better }) => {
    const value = (name) => (cells[name] && !cells[name].failed ? of(cells[name]) : undefined);
    const ours = value("couplet");
    const theirs = others.flatMap(({ name }) => {
      const found = value(name);
      return known(found) ? [{ name, value: found }] : [];
    });
    if (better === undefined || !known(ours) || theirs.length === 0) return [];
    const cost = costs[better];
    const best = theirs.reduce((a, b) => (cost(b.value) < cost(a.value) ? b : a));
    return [{ measure: title, ours, best, holds: cost(ours) <= cost(best.value) + LEVEL }];
  });
}

/** One table's participants, a line each. */
export function comparison(cells) {
  const lines = participants.flatMap(({ name, title, copies }) => {
    const cell = cells[name];
    if (cell === undefined) return [];
    if (cell.failed) return [[title, ...measures.map(() => "-")]];
    return [
      [
        title,
        ...measures.map(({ of, better, digits = 3 }) => {
          const value = copies && better === "half" ? undefined : of(cell);
          return known(value) ? value.toFixed(digits) : "-";
        }),
      ],
    ];
  });
  return formatTable(["", ...measures.map(({ title }) => title)], lines);
}

const baseline = (cell, name) => cell.heldOut.baselines.find((b) => b.name === name);

/** What couplet alone is asked: held-out bits beside simple models, and its own measures. */
export function densities(tables, cellOf) {
  const results = tables.map((set) => ({ set, cell: cellOf(set) }));
  const line = (name) => [
    `  ${name}: bits, how many more (+- s.e., paired)`,
    ({ cell }) => {
      const found = baseline(cell, name);
      if (found === undefined) return "-";
      const { nats, advantage, advantageError } = found;
      return `${bits(nats).toFixed(2)}, ${(advantage / Math.LN2).toFixed(2)} +- ${(advantageError / Math.LN2).toFixed(2)}`;
    },
  ];
  /** @type {[string, (r: any) => string][]} */
  const lines = [
    [
      "held-out bits per row (+- 1 s.e.)",
      ({ cell: { heldOut } }) =>
        `${bits(heldOut.flow.nats).toFixed(2)} +- ${(heldOut.flow.standardError / Math.LN2).toFixed(2)}`,
    ],
    .../** @type {[string, (r: any) => string][]} */ (
      ["independent marginals", "Gaussian", "Gaussian copula"].map(line)
    ),
    ["quality by couplet's measures", ({ cell: { own } }) => own.quality.toFixed(3)],
    ["  held-out rows in the samples' place", ({ cell: { own } }) => own.heldOutQuality.toFixed(3)],
    [
      "two-sample AUC, held-out rows [95 %]",
      ({ cell: { own } }) =>
        `${own.twoSample.auc.toFixed(3)} [${own.twoSample.interval.map((x) => x.toFixed(2)).join(", ")}]`,
    ],
    [
      "accuracy by couplet's trees: samples / rows",
      ({ cell: { own } }) =>
        own.utility
          ? `${own.utility.trainOnSynthetic.toFixed(3)} / ${own.utility.trainOnReal.toFixed(3)}`
          : "-",
    ],
    ["epochs, best", ({ cell }) => `${cell.epochs}, ${cell.best}`],
    ["parameters", ({ cell }) => String(cell.parameters)],
  ];
  return formatTable(
    ["", ...results.map(({ set }) => set.name)],
    lines.map(([title, of]) => [title, ...results.map(of)]),
  );
}

/** The promises and aims of one table. */
export function contracts(set, cells) {
  const ours = cells.couplet;
  if (ours === undefined || ours.failed) return [];
  const beats = (name) => {
    const found = baseline(ours, name);
    if (found === undefined) return [];
    const [gain, error] = [found.advantage, found.advantageError].map((v) => v / Math.LN2);
    const text = `must: ${set.name} beats ${name}: ${gain.toFixed(2)} +- ${error.toFixed(2)} bits`;
    return [{ text, holds: gain > 0 }];
  };
  const ctgan = cells.ctgan?.processorSeconds?.fit;
  return [
    ...beats("independent marginals"),
    ...(set.beatsCopula ? beats("Gaussian copula") : []),
    ...places(cells).map(({ measure, ours: value, best, holds }) => ({
      text: `aim: ${set.name}, ${measure}: ${value.toFixed(3)} beside ${best.value.toFixed(3)} (${best.name})`,
      holds,
    })),
    ...(known(ctgan)
      ? [
          {
            text: `aim: ${set.name}, fit at most a fifth of CTGAN's: ${ours.processorSeconds.fit.toFixed(0)} of ${ctgan.toFixed(0)} s`,
            holds: ours.processorSeconds.fit <= ctgan / 5,
          },
        ]
      : []),
  ];
}
