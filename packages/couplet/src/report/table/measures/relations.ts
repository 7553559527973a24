/** Whether samples keep the relations of the schema. */
import type { InPieces } from "../../../threads/yield-to-event-loop.ts";
import { brokenRelationsInPieces } from "../../../table/relations/broken-relations.ts";
import { kindOf } from "../../../table/relations/kinds/index.ts";
import type { Schema } from "../../../table/schema/schema.ts";
import { selectRows, textCells, type Table } from "../../../table/table.ts";

/** A relation that samples break: one that the model keeps, or one that they break more often than rows do. */
export interface BrokenInSamples {
  /** For people: "pickup <= dropoff". */
  readonly text: string;
  /** Whether the model keeps it: then no sample should break it. */
  readonly kept: boolean;
  /** Shares of the samples and of the rows that break it. */
  readonly sampled: number;
  readonly real: number;
  /** Its cells in samples that break it, at most three; `null` is missing. */
  readonly examples: readonly (readonly (readonly [column: string, cell: string | null])[])[];
}

/** The relations of the schema in samples and rows. */
export interface RelationsReport {
  /** Relations looked at. */
  readonly checked: number;
  /** The most often broken first. */
  readonly broken: readonly BrokenInSamples[];
  /** Shares of the samples and of the rows that break any of `broken`. */
  readonly sampled: number;
  readonly real: number;
}

const EXAMPLES = 3;

/** A relation that is only listed counts from here: samples break it in so much more of the rows than the rows themselves ... */
const LEAST_EXCESS = 0.01;
/** ... and beyond so many standard errors of the difference of both shares. */
const CLEAR = 2;

/**
 * Which relations of the schema samples break. In pieces.
 *
 * @returns `undefined` for a schema without relations
 */
export function* relationsReport(
  rows: Table,
  samples: Table,
  schema: Schema,
): InPieces<RelationsReport | undefined> {
  const { relations = [] } = schema;
  if (relations.length === 0) return undefined;
  const inRows = new Map(
    (yield* brokenRelationsInPieces(rows, schema)).map((broken) => [broken.relation, broken.rows]),
  );
  const inSamples = yield* brokenRelationsInPieces(samples, schema);
  const found = inSamples.flatMap(({ relation, text, rows: those }) => {
    const own = inRows.get(relation) ?? [];
    const kept = relation.keep !== false;
    const [sampled, real] = [those.length / samples.rows, own.length / rows.rows];
    const error = Math.sqrt(
      (sampled * (1 - sampled)) / samples.rows + (real * (1 - real)) / rows.rows,
    );
    if (!kept && sampled - real < Math.max(LEAST_EXCESS, CLEAR * error)) return [];
    const columns = new Set(kindOf(relation).columns(relation));
    const examples = examplesOf(samples, those.slice(0, EXAMPLES), columns);
    return [{ broken: { text, kept, sampled, real, examples }, those, own }];
  });
  return {
    checked: relations.length,
    broken: found
      .map(({ broken }) => broken)
      .sort((a, b) => b.sampled - b.real - (a.sampled - a.real)),
    sampled: new Set(found.flatMap(({ those }) => those)).size / samples.rows,
    real: new Set(found.flatMap(({ own }) => own)).size / rows.rows,
  };
}

function examplesOf(
  samples: Table,
  rows: readonly number[],
  names: ReadonlySet<string>,
): BrokenInSamples["examples"] {
  const columns = selectRows(samples, rows)
    .columns.filter(({ name }) => names.has(name))
    .map((column) => [column.name, textCells(column)] as const);
  return rows.map((_, i) => columns.map(([name, cells]) => [name, cells[i] ?? null] as const));
}
