/** The distribution of one cell given the rest of its row, by the joint density along its column. */
import { columnGrid } from "../../table/cell/column-grid.ts";
import { writeColumn } from "../../table/cell/write-column.ts";
import { columnEncoder } from "../../table/encode/column-encoder.ts";
import type { ColumnEncoder } from "../../table/encode/encoder.ts";
import { isCategorical } from "../../table/schema/schema.ts";
import type { ModelledColumnSchema, NumericColumnSchema } from "../../table/schema/schema.ts";
import type { Table } from "../../table/table.ts";
import { aroundPeak, axisDensity } from "../score/axis-density.ts";
import { scoreRows } from "../score/score-rows.ts";
import type { ConditionedModel } from "./conditioned-model.ts";

/** The distribution of a cell that is present, over codes. */
export interface CellLaw {
  /** Of one code of a category or of a number with few values. */
  probability(code: number): number;
  quantile(share: number): number;
  mean(): number;
  /** Codes that share the probability evenly. */
  spread(count: number): readonly number[];
}

/** Values of a column on a grid that are all tried; more are interpolated. */
const MOST_VALUES = 64;
/** A standard normal has 1e-5 beyond them. */
const FAR = 4.3;
const FIRST_NODES = 17;
const ROUNDS = 2;
const MORE_NODES = 8;
/** Codes that stand for a law in mixtures and means. */
const SPREAD = 128;

/**
 * The laws of a column's cell in each row: p(x | rest) = p(x, rest) / sum or integral over x of p(x, rest). The noise of other discrete cells is the
 * same for all x. `undefined` for a row that is impossible whatever the cell.
 */
export async function lawsOf(
  model: ConditionedModel,
  rows: Table,
  target: ModelledColumnSchema,
  options: {
    readonly samples: number;
    readonly seed: number;
    readonly where: string;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<(CellLaw | undefined)[]> {
  if (rows.rows === 0) return [];
  const score = (codes: Float64Array): Promise<Float64Array> =>
    scoreRows(model.flow, model.codec, withTarget(rows, target, codes), {
      samples: options.samples,
      seed: options.seed,
      where: options.where,
      impossible: "zero",
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  const values = isCategorical(target) ? target.values.map((_, k) => k) : fewValues(model, target);
  if (values === undefined) return axisLaws(model, target as NumericColumnSchema, rows.rows, score);
  const logs: Float64Array[] = [];
  for (const value of values) logs.push(await score(new Float64Array(rows.rows).fill(value)));
  return Array.from({ length: rows.rows }, (_, row) =>
    listLaw(
      values,
      logs.map((own) => own[row]!),
    ),
  );
}

/** A law of one value. */
export function pointLaw(code: number): CellLaw {
  return {
    probability: (other) => Number(other === code),
    quantile: () => code,
    mean: () => code,
    spread: (count) => Array.from({ length: count }, () => code),
  };
}

/** The mixture of some laws; `undefined` without any of weight. */
export function mixedLaw(
  parts: readonly { readonly law: CellLaw; readonly weight: number }[],
): CellLaw | undefined {
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  const own = parts.filter(({ weight }) => weight > 0);
  if (!(total > 0)) return undefined;
  if (own.length === 1) return own[0]!.law;
  const points = own
    .flatMap(({ law, weight }) => {
      const codes = law.spread(SPREAD);
      return codes.map((code) => ({ code, weight: weight / total / codes.length }));
    })
    .sort((a, b) => a.code - b.code);
  return {
    probability: (code) =>
      own.reduce((sum, { law, weight }) => sum + (weight / total) * law.probability(code), 0),
    ...ofPoints(points),
  };
}

/** A law of listed values. */
function listLaw(values: readonly number[], logs: readonly number[]): CellLaw | undefined {
  const top = Math.max(...logs);
  if (top === -Infinity) return undefined;
  const weights = logs.map((log) => Math.exp(log - top));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const points = values.map((code, k) => ({ code, weight: weights[k]! / total }));
  return {
    probability: (code) => points.find((point) => point.code === code)?.weight ?? 0,
    ...ofPoints(points),
  };
}

function ofPoints(points: readonly { readonly code: number; readonly weight: number }[]) {
  const quantile = (share: number): number => {
    let below = 0;
    for (const { code, weight } of points) {
      below += weight;
      if (below >= share) return code;
    }
    return points[points.length - 1]!.code;
  };
  return {
    quantile,
    mean: () => points.reduce((sum, { code, weight }) => sum + weight * code, 0),
    spread: (count: number) => Array.from({ length: count }, (_, i) => quantile((i + 0.5) / count)),
  };
}

/** All values that a number or a date can have, where they are few: those of its grid that are not too far out to come. */
function fewValues(
  { codec }: ConditionedModel,
  target: ModelledColumnSchema,
): readonly number[] | undefined {
  const numeric = target as NumericColumnSchema;
  if (numeric.type === "number" && numeric.resolution === undefined) return undefined;
  const grid = columnGrid(numeric);
  const encoder = valueEncoder(codec.toJSON().encoders[target.name]!, numeric);
  const first = Math.max(grid.first, grid.indexOf(encoder.decode([-FAR], 0)));
  const last = Math.min(grid.last, grid.indexOf(encoder.decode([FAR], 0)));
  return last - first < MOST_VALUES
    ? Array.from({ length: last - first + 1 }, (_, k) => grid.valueAt(first + k))
    : undefined;
}

type Score = (codes: Float64Array) => Promise<Float64Array>;

/** Laws on nodes along the column's normal axis: first everywhere, then where the mass is. */
async function axisLaws(
  { codec }: ConditionedModel,
  target: NumericColumnSchema,
  rows: number,
  score: Score,
): Promise<(CellLaw | undefined)[]> {
  const encoder = valueEncoder(codec.toJSON().encoders[target.name]!, target);
  const nodes = Array.from({ length: rows }, () => new Map<number, number>());
  const add = async (places: readonly (readonly number[])[]): Promise<void> => {
    const most = Math.max(...places.map((own) => own.length));
    for (let k = 0; k < most; k++) {
      const codes = Float64Array.from(places, (own) =>
        encoder.decode([own[Math.min(k, own.length - 1)] ?? 0], 0),
      );
      const logs = await score(codes);
      for (const [row, code] of codes.entries()) {
        const at = new Float64Array(2);
        // A discrete value stands at the middle of its interval; its probability becomes a density there.
        const correction = encoder.encode(code, () => 0.5, at, 0);
        const log = logs[row]! - correction;
        if (Number.isFinite(log)) nodes[row]!.set(at[0]!, log);
      }
    }
  };
  const first = Array.from(
    { length: FIRST_NODES },
    (_, k) => FAR * ((2 * k) / (FIRST_NODES - 1) - 1),
  );
  await add(nodes.map(() => first));
  for (let round = 0; round < ROUNDS; round++)
    await add(
      nodes.map((own) => {
        const sorted = sortedNodes(own);
        if (sorted.length < 2) return first;
        const [at, logs] = [sorted.map(([z]) => z), sorted.map(([, log]) => log)];
        return [...axisDensity(at, logs).spread(MORE_NODES), ...aroundPeak(at, logs, round)].map(
          (z) => Math.min(8, Math.max(-8, z)),
        );
      }),
    );
  return nodes.map((own) => {
    const sorted = sortedNodes(own);
    if (sorted.length === 0) return undefined;
    if (sorted.length === 1) return pointLaw(encoder.decode([sorted[0]![0]], 0));
    const density = axisDensity(
      sorted.map(([z]) => z),
      sorted.map(([, log]) => log),
    );
    const spread = (count: number): number[] =>
      density.spread(count).map((z) => encoder.decode([Math.min(8, Math.max(-8, z))], 0));
    const fine = spread(SPREAD);
    return {
      probability: (code) => fine.filter((other) => other === code).length / SPREAD,
      quantile: (share) => {
        const place = Math.min(SPREAD - 1, Math.max(0, share * SPREAD - 0.5));
        const [a, b] = [fine[Math.floor(place)]!, fine[Math.ceil(place)]!];
        return encoder.decode(
          [axisPlace(encoder, a) * (1 - (place % 1)) + axisPlace(encoder, b) * (place % 1)],
          0,
        );
      },
      mean: () => fine.reduce((sum, code) => sum + code, 0) / SPREAD,
      spread,
    };
  });
}

function axisPlace(encoder: ColumnEncoder, code: number): number {
  return encoder.centre(code);
}

/** Nodes in order, those nearer than rounding left out. */
function sortedNodes(own: ReadonlyMap<number, number>): [number, number][] {
  return [...own]
    .sort(([a], [b]) => a - b)
    .filter(([z], i, all) => i === 0 || z - all[i - 1]![0] > 1e-6);
}

/** The encoder of the value alone, without the indicator of missing cells. */
function valueEncoder(
  state: Parameters<typeof columnEncoder>[1],
  target: NumericColumnSchema,
): ColumnEncoder {
  return columnEncoder(target, state.kind === "category" ? state : { ...state, missingShare: 0 });
}

function withTarget(rows: Table, target: ModelledColumnSchema, codes: Float64Array): Table {
  return {
    rows: rows.rows,
    columns: rows.columns.map((column) =>
      column.name === target.name ? writeColumn(target, codes) : column,
    ),
  };
}
