import { JsonFields } from "../../file/json-fields.ts";
import type { HeldOutReport, MeanScore } from "./held-out.ts";

/**
 * The held-out report of a file. JSON has no infinities: `null` stands for the score -Infinity of rows of probability 0, and for
 * standard errors that are not finite.
 *
 * @throws CoupletError FILE_INVALID for a field that is missing or of another kind, and for quantiles that do not ascend
 */
export function parseHeldOut(fields: JsonFields): HeldOutReport {
  const scoreOf = (name: string) => {
    const score = fields.object(name);
    return {
      nats: score.numberOr("nats", -Infinity),
      standardError: score.numberOr("standardError", NaN),
    };
  };
  return {
    rows: fields.count("rows"),
    ...(fields.has("impossible") ? { impossible: fields.count("impossible") } : {}),
    flow: scoreOf("flow"),
    ...(fields.has("trained") ? { trained: scoreOf("trained") } : {}),
    baselines: fields
      .list("baselines")
      .map((value, i) => parseMeanScore(new JsonFields(value, `${fields.where}.baselines[${i}]`))),
    quantiles: quantiles(fields, "quantiles"),
    ...(fields.has("quantilesOfOneDraw")
      ? { quantilesOfOneDraw: quantiles(fields, "quantilesOfOneDraw") }
      : {}),
  };
}

function parseMeanScore(fields: JsonFields): MeanScore {
  return {
    name: fields.text("name"),
    nats: fields.numberOr("nats", -Infinity),
    standardError: fields.numberOr("standardError", NaN),
    advantage: fields.numberOr("advantage", NaN),
    advantageError: fields.numberOr("advantageError", NaN),
  };
}

function quantiles(fields: JsonFields, name: string): readonly number[] {
  const list = fields
    .list(name)
    .map((value) => (value === null ? -Infinity : typeof value === "number" ? value : NaN));
  if (list.length < 2 || !list.every((value, i) => value >= (list[i - 1] ?? -Infinity)))
    throw fields.wrong(name, "at least two numbers that do not descend");
  return list;
}
