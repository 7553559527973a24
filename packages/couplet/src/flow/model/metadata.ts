/** What a model's file says besides the flow itself: how it was trained, and records of other kinds. */
import { JsonFields } from "../../file/json-fields.ts";

/** How a model was trained. Losses are mean negative log-densities, nats a row. */
export interface TrainingRecord {
  readonly trainingRows: number;
  readonly validationRows: number;
  /** The settings by their names in `fit`. */
  readonly settings: Readonly<Record<string, number | boolean | string>>;
  /** Epochs done. */
  readonly epochs: number;
  /** The epoch whose parameters the model has (0: the start) and its held-out loss. */
  readonly best: { readonly epoch: number; readonly validationLoss: number };
  /** Training and held-out loss of each epoch; NaN where it was not finite. */
  readonly history: readonly (readonly [training: number, validation: number])[];
  /** Steps without a finite gradient. */
  readonly skippedSteps: number;
  /** Held-out loss of a full-covariance Gaussian. */
  readonly gaussianLoss: number;
  readonly elapsedMs: number;
  readonly threads: number;
  readonly simd: string;
}

/** Records in a file that are not of the flow (a table's, say), by name: kept as they are. */
export type OtherRecords = Readonly<Record<string, unknown>>;

const NAMES: Readonly<Record<keyof TrainingRecord, true>> = {
  trainingRows: true,
  validationRows: true,
  settings: true,
  epochs: true,
  best: true,
  history: true,
  skippedSteps: true,
  gaussianLoss: true,
  elapsedMs: true,
  threads: true,
  simd: true,
};

/**
 * The records of a file: that of the training, every field checked, and the others. A model that was never trained has
 * none.
 *
 * @throws CoupletError FILE_INVALID naming the field
 */
export function parseRecords(
  value: unknown,
  where: string,
): { readonly training: TrainingRecord | undefined; readonly records: OtherRecords } {
  const fields = new JsonFields(value, where);
  const records = Object.fromEntries(
    fields
      .names()
      .filter((name) => !Object.hasOwn(NAMES, name))
      .map((name) => [name, fields.value(name)]),
  );
  return { training: fields.has("trainingRows") ? parseTraining(fields) : undefined, records };
}

function parseTraining(fields: JsonFields): TrainingRecord {
  const best = fields.object("best");
  // Of a run that was stopped within an epoch: a fraction.
  const epoch = best.number("epoch");
  if (epoch < 0) throw best.wrong("epoch", "a number of 0 or more");
  return {
    trainingRows: fields.count("trainingRows"),
    validationRows: fields.count("validationRows"),
    settings: parseSettings(fields.object("settings")),
    epochs: fields.count("epochs"),
    best: { epoch, validationLoss: best.numberOr("validationLoss", NaN) },
    history: fields.list("history").map((pair) => parsePair(pair, fields)),
    skippedSteps: fields.count("skippedSteps"),
    gaussianLoss: fields.numberOr("gaussianLoss", NaN),
    elapsedMs: fields.number("elapsedMs"),
    threads: fields.count("threads"),
    simd: fields.text("simd"),
  };
}

function parseSettings(fields: JsonFields): TrainingRecord["settings"] {
  return Object.fromEntries(
    fields.names().flatMap((name): [string, number | boolean | string][] => {
      const value = fields.value(name);
      // An infinite setting (clipNorm: Infinity) has no JSON.
      if (value === null) return [[name, Infinity]];
      if (typeof value !== "number" && typeof value !== "boolean" && typeof value !== "string")
        throw fields.wrong(name, "a number, a word, or true or false");
      return [[name, value]];
    }),
  );
}

function parsePair(pair: unknown, fields: JsonFields): [number, number] {
  const isLoss = (value: unknown) => value === null || typeof value === "number";
  if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(isLoss))
    throw fields.wrong("history", "pairs of losses");
  const [training, validation] = pair as [number | null, number | null];
  return [training ?? NaN, validation ?? NaN];
}
