import { type InPieces, betweenEvents } from "../../../threads/yield-to-event-loop.ts";
import { countText } from "../../page/number-text.ts";
import { philoxUniform } from "../../../random/philox.ts";
import { fingerprintInPieces } from "../../../table/fingerprint.ts";
import { sampleIndices } from "../../../table/quality/feature-matrix.ts";
import { reservoirSample, type ChunkedTable } from "../../../table/reservoir.ts";
import { selectRows, table, tableFromChunks, type Table } from "../../../table/table.ts";
import { splitTable, splitTableInPieces } from "../../../table-model/fit/split-table.ts";
import type { TableModel } from "../../../table-model/table-model.ts";

/** Which rows a report is about. */
export interface EvaluatedRows {
  /** "held-out": the rows of the training table that training never saw; "other": another table. */
  readonly kind: "held-out" | "other";
  /** Rows looked at. */
  readonly rows: number;
  /** Rows of the table that was given. */
  readonly of: number;
  /** In words: which rows these are and why. */
  readonly why: string;
}

/** Rows of the table that was given. */
interface NumberedRows {
  readonly rows: Table;
  /** Their numbers in it, from 1. */
  readonly numbers: Float64Array;
}

/** The rows themselves; `training` only where the table is the one that the model was fitted on. */
export interface ChosenRows extends NumberedRows {
  readonly about: EvaluatedRows;
  readonly training?: Table;
}

/** More rows than this sharpen no figure; they would only take time. */
export const MOST_EVALUATED = 20_000;

/**
 * The held-out rows when `data` is the very table that the model was fitted on, else all of it, or a random part of it where it is
 * very long.
 *
 * A table in chunks is in memory as a whole only where it has as many rows as the one that the model was fitted on, which was in
 * memory then; of any other one a random part is kept as it goes by.
 */
export async function chooseRows(
  model: TableModel,
  data: Table | ChunkedTable,
  seed: number,
): Promise<ChosenRows> {
  if (!("chunks" in data))
    return betweenEvents(chooseFrom(model, readTable(data), data.rows, seed));
  const { fingerprint, rows } = model.source;
  const sample = await reservoirSample(data, MOST_EVALUATED, seed);
  const mayBeOwn = fingerprint !== undefined && sample.of === rows;
  if (!mayBeOwn || sample.rows.rows === sample.of)
    return betweenEvents(
      chooseFrom(
        model,
        { rows: sample.rows, numbers: sample.indices.map((i) => i + 1) },
        sample.of,
        seed,
      ),
    );
  const chunks: Table[] = [];
  for await (const chunk of data.chunks()) chunks.push(chunk);
  const all = readTable(tableFromChunks(chunks));
  return betweenEvents(chooseFrom(model, all, sample.of, seed));
}

function readTable(rows: Table): NumberedRows {
  return { rows, numbers: Float64Array.from({ length: rows.rows }, (_, i) => i + 1) };
}

/** @param of rows of the table that `data` is all or a random part of */
function* chooseFrom(
  model: TableModel,
  data: NumberedRows,
  of: number,
  seed: number,
): InPieces<ChosenRows> {
  const { fingerprint, heldOut, seed: splitSeed, partitions } = model.source;
  if (fingerprint !== undefined && heldOut !== undefined) {
    const own = columnsOf(model, data.rows);
    const same =
      own.rows === model.source.rows && (yield* fingerprintInPieces(own)) === fingerprint;
    if (same) {
      const split = yield* splitTableInPieces(own, heldOut, splitSeed);
      // The same split of the rows' numbers: it depends on the number of rows and the seed alone.
      const numbers = splitTable(table({ number: data.numbers }), heldOut, splitSeed).heldOut;
      const picked = atMost(
        { rows: split.heldOut, numbers: numbers.columns[0]!.values as Float64Array },
        seed,
      );
      return {
        rows: picked.rows,
        numbers: picked.numbers,
        training: split.training,
        about: {
          kind: "held-out",
          rows: picked.rows.rows,
          of,
          why:
            `This is the table that the model was fitted on: the report looks at the ${countText(split.heldOut.rows)} ` +
            `rows (of ${countText(of)}) that were held out of training${picked.why}.`,
        },
      };
    }
  }
  const picked =
    data.rows.rows < of ? { ...data, why: atRandom(data.rows.rows, seed) } : atMost(data, seed);
  const unknown = partitions !== undefined || fingerprint === undefined;
  return {
    rows: picked.rows,
    numbers: picked.numbers,
    about: {
      kind: "other",
      rows: picked.rows.rows,
      of,
      why: unknown
        ? `Whether the model was trained on some of these rows cannot be told, for it was fitted part by part or by an earlier version: the report looks at all ${countText(of)}${picked.why}.`
        : `This is not the table that the model was fitted on: the report looks at all ${countText(of)} rows${picked.why}.`,
    },
  };
}

/** The columns that the model was fitted on, in their order: the others may have been left out of the fit. */
function columnsOf(model: TableModel, data: Table): Table {
  const byName = new Map(data.columns.map((column) => [column.name, column]));
  const columns = model.schema.columns.flatMap(({ name }) => byName.get(name) ?? []);
  return { rows: data.rows, columns };
}

function atMost(data: NumberedRows, seed: number): NumberedRows & { readonly why: string } {
  if (data.rows.rows <= MOST_EVALUATED) return { ...data, why: "" };
  const picked = someIndices(data.rows.rows, MOST_EVALUATED, seed, 0);
  return {
    rows: selectRows(data.rows, picked),
    numbers: Float64Array.from(picked, (i) => data.numbers[i]!),
    why: atRandom(MOST_EVALUATED, seed),
  };
}

function atRandom(rows: number, seed: number): string {
  return `, at ${countText(rows)} of them taken at random (seed ${seed})`;
}

/** At most `count` rows, taken at random without repetition; all of them, in order, if they are no more. */
export function someRows(rows: Table, count: number, seed: number, stream: number): Table {
  return rows.rows <= count ? rows : selectRows(rows, someIndices(rows.rows, count, seed, stream));
}

function someIndices(rows: number, count: number, seed: number, stream: number): Int32Array {
  return sampleIndices(rows, count, (row) => philoxUniform({ seed, row, stream }));
}
