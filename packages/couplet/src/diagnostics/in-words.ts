/** A diagnosis for people. */
import type { Departure } from "./calibration-test.ts";
import type { Diagnosis, DiagnosisTest } from "./diagnosis.ts";

/** What a departure of ranks or transforms says about the model's law. */
const meanings: Readonly<Record<Departure, string>> = {
  low: "the model's law lies too high",
  high: "the model's law lies too low",
  "at the ends": "the model's law is too narrow",
  "in the middle": "the model's law is too wide",
  uneven: "the law has another shape than the model's",
};

/** Tests listed, worst first. */
const LISTED = 6;

export function inWords(diagnosis: Omit<Diagnosis, "text">): string {
  const { rows, tests, calibrated, regions, twoSample, inverse, latent } = diagnosis;
  const failed = tests.filter(({ adjusted }) => adjusted < 0.01);
  const lines = [
    calibrated
      ? `Calibrated as far as ${rows} rows show: none of ${tests.length} tests rejects (1 % level, Holm).`
      : `Not calibrated: ${failed.length} of ${tests.length} tests reject (1 % level, Holm).`,
    ...tests.slice(0, LISTED).map(line),
    meanInWords(diagnosis),
    ...(latent.lost === 0
      ? []
      : [
          `Latent values of ${latent.lost} of ${rows} rows leave the range of numbers; the tests count them as beyond all others.`,
        ]),
    `Highest-density regions hold ${regions.coverage
      .filter(({ level }) => level === 0.5 || level === 0.9)
      .map(({ level, share }) => `${percent(share)} of the rows at ${percent(level)}`)
      .join(", ")}.`,
    `Largest correlation of latent variables ${latent.largestCorrelation.value.toFixed(3)} (p ${shownP(latent.largestCorrelation.pValue)}).`,
    ...(twoSample === undefined
      ? []
      : [
          `Trees tell samples from rows with an area under the curve of ${twoSample.auc.toFixed(3)} (0.5 is chance; 95 %: ${twoSample.interval.map((v) => v.toFixed(3)).join(" to ")}).`,
        ]),
    `decode(encode(x)) differs from x by ${inverse.error.p999.toExponential(1)} at the 99.9th percentile (standardised units).`,
  ];
  return lines.join("\n");
}

function meanInWords({ rows, logProb }: Pick<Diagnosis, "rows" | "logProb">): string {
  const { mean, standardError, impossible } = logProb;
  if (impossible === rows) return `All ${rows} rows have density 0.`;
  return `Mean log-density ${mean.toFixed(3)} +- ${standardError.toFixed(3)} nats per row${impossibleRows(impossible)}.`;
}

function impossibleRows(count: number): string {
  if (count === 0) return "";
  return `, without ${count} row${count === 1 ? "" : "s"} of density 0`;
}

function line({ name, adjusted, distance, departure }: DiagnosisTest): string {
  if (distance === undefined || departure === undefined) return `  ${name}: p ${shownP(adjusted)}`;
  const verdict = adjusted < 0.01 ? `; values lie ${departure}: ${meaningOf(name, departure)}` : "";
  return `  ${name}: distance ${distance.toFixed(3)}, p ${shownP(adjusted)}${verdict}`;
}

/** Densities have an order of their own: low means that rows lie where the model says that few do. */
export function meaningOf(name: string, departure: Departure): string {
  if (name === "TARP") return "the model is wrong in its variables or in how they go together";
  if (name !== "highest-density regions") return meanings[departure];
  if (departure === "low") return "rows lie where the model expects few of them";
  if (departure === "high") return "the model's law is too wide";
  return meanings[departure];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0.995 || share < 0.005 ? 1 : 0)} %`;
}

function shownP(p: number): string {
  return p < 0.0001 ? "< 0.0001" : p.toFixed(p < 0.1 ? 4 : 2);
}
