/** The codec of a table whose relations all hold in whatever it decodes. */
import { philoxNormal } from "../../random/philox.ts";
import type { InPieces } from "../../threads/yield-to-event-loop.ts";
import { fitAndReadInPieces } from "../../table/encode/table-codec.ts";
import type { FittedCodec, TableCodec } from "../../table/encode/table-codec.ts";
import { decodeColumns } from "../../table/encode/decode-columns.ts";
import {
  type BrokenRelation,
  brokenRelationsInPieces,
} from "../../table/relations/broken-relations.ts";
import { kindOf } from "../../table/relations/kinds/index.ts";
import { isKept } from "../../table/schema/relation.ts";
import type { Schema } from "../../table/schema/schema.ts";
import type { Table } from "../../table/table.ts";

/** Latent rows that are decoded: what fewer break hardly comes in a sample. */
const TRIED = 2000;

/** The relations to keep that latent rows break once they are cells, by the columns that these relations are of. */
function* brokenInTrial(
  { readable, dims }: TableCodec,
  z: Float64Array,
  schema: Schema,
): InPieces<readonly BrokenRelation[]> {
  const kept = (schema.relations ?? []).filter(isKept);
  const names = new Set(kept.flatMap((relation) => kindOf(relation).columns(relation)));
  const of = (own: Schema): Schema => ({
    ...own,
    columns: own.columns.filter(({ name }) => names.has(name)),
  });
  const { modelled, plan } = readable;
  const order = plan.order.filter((index) => names.has(modelled[index]!.name));
  const columns = yield* decodeColumns(
    { ...readable, schema: of(readable.schema), plan: { ...plan, order } },
    { z, rows: TRIED, dims },
    undefined,
  );
  yield;
  return yield* brokenRelationsInPieces({ rows: TRIED, columns }, of(schema), kept);
}

/**
 * Fits the encoders of a table. Two relations may leave a cell no value that keeps both, in combinations that no row of the table has:
 * the last that rows decoded from independent normals break is reported only, until all that are kept are kept.
 *
 * @throws CoupletError as `fitTableCodec`
 */
export function* fitKept(rows: Table, schema: Schema): InPieces<FittedCodec> {
  const fitted = yield* fitAndReadInPieces(rows, schema);
  const { relations = [] } = schema;
  if (relations.every(({ keep }) => keep === false)) return fitted;
  const { codec } = fitted;
  yield;
  const z = Float64Array.from({ length: TRIED * codec.dims }, (_, i) =>
    philoxNormal({ seed: 1, row: Math.floor(i / codec.dims), stream: i % codec.dims }),
  );
  yield;
  // What is given says nothing of the other columns' relations.
  const broken = codec.contextDims === 0 ? yield* brokenInTrial(codec, z, schema) : [];
  const last = broken.at(-1);
  if (last === undefined) return fitted;
  return yield* fitKept(rows, {
    ...schema,
    relations: relations.map((relation) =>
      relation === last.relation
        ? {
            ...relation,
            keep: false,
            reason: `${relation.reason ?? "listed"}; cannot be kept beside the others`,
          }
        : relation,
    ),
  });
}
