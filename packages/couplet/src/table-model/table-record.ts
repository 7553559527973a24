/** What a model file says about the table that the model is of. */
import { JsonFields } from "../file/json-fields.ts";
import { CODEC_VERSION, type TableCodecState } from "../table/encode/codec.ts";
import { parseEncoder } from "../table/encode/parse-encoder.ts";
import { parseSchema } from "../table/schema/parse-schema.ts";
import { isModelled, type Schema, SCHEMA_VERSION } from "../table/schema/schema.ts";
import { parseHeldOut } from "./fit/parse-held-out.ts";
import type { HeldOutReport } from "./fit/held-out.ts";

/** What the model file keeps about the table. */
export interface TableRecord {
  readonly codec: TableCodecState;
  readonly heldOut: HeldOutReport;
  readonly source: TableSource;
  /** What turns the losses of the flow's training, which are of latent rows, into nats per row of the table; older files have none. */
  readonly lossShift?: LossShift;
  /** The flow that proposes rows under any condition, as text; absent where none was learnt. */
  readonly anyCondition?: string;
}

/** Nats to add to losses of latent rows. */
export interface LossShift {
  readonly training: number;
  readonly validation: number;
}

/** Where the rows came from, for reports. */
export interface TableSource {
  readonly rows: number;
  readonly name?: string;
  /** Seed of the split in training, validation and held-out rows. */
  readonly seed: number;
  /** Partitions that a table larger than memory was cut into; see {@link PartitionedTable}. */
  readonly partitions?: number;
  /** The fraction of rows that was held out, and as many again to choose the best epoch. */
  readonly heldOut?: number;
  /** The fraction of rows that were kept out of training as likely anomalies, when there was one. */
  readonly contamination?: number;
  /** Tells the very table again; absent when it came in parts. See {@link tableFingerprint}. */
  readonly fingerprint?: string;
}

/**
 * The record of a table from a file, every field checked.
 *
 * @throws CoupletError FILE_INVALID naming the field, SPEC_INVALID for a broken schema
 */
export function parseTableRecord(value: unknown, where: string): TableRecord {
  const fields = new JsonFields(value, `${where}: table`);
  return {
    codec: parseCodec(fields.object("codec")),
    heldOut: parseHeldOut(fields.object("heldOut")),
    source: parseSource(fields.object("source")),
    ...(fields.has("anyCondition") ? { anyCondition: fields.text("anyCondition") } : {}),
    ...(fields.has("lossShift") ? { lossShift: parseLossShift(fields.object("lossShift")) } : {}),
  };
}

function parseCodec(fields: JsonFields): TableCodecState {
  if (fields.value("version") !== CODEC_VERSION)
    throw fields.wrong("version", String(CODEC_VERSION));
  const schema = parseSchema(fields.value("schema"));
  const saved = fields.object("encoders");
  // From entries: a column may be called "__proto__".
  const encoders = Object.fromEntries(
    schema.columns
      .filter(isModelled)
      .map((column) => [
        column.name,
        parseEncoder(saved.value(column.name), column, `${saved.where}.${column.name}`),
      ]),
  );
  return {
    version: CODEC_VERSION,
    schema,
    encoders,
    ...(fields.has("differences")
      ? { differences: parseDifferences(fields.object("differences"), schema) }
      : {}),
    ...(fields.has("relatedRows") ? { relatedRows: fields.count("relatedRows") } : {}),
  };
}

/** Differences that columns are modelled as: each is a column of its own, with its encoder. */
function parseDifferences(
  fields: JsonFields,
  schema: Schema,
): NonNullable<TableCodecState["differences"]> {
  return Object.fromEntries(
    fields.names().map((name) => {
      const own = fields.object(name);
      const column = schema.columns.find((c) => c.name === name);
      const parsed = parseSchema({
        version: SCHEMA_VERSION,
        missingValues: [],
        columns: [own.value("schema")],
      });
      const [difference] = parsed.columns;
      if (
        column === undefined ||
        difference === undefined ||
        (difference.type !== "number" && difference.type !== "integer")
      )
        throw fields.wrong(name, "the differences of a column of the schema");
      return [
        name,
        {
          schema: difference,
          encoder: parseEncoder(own.value("encoder"), difference, `${own.where}.encoder`),
        },
      ];
    }),
  );
}

function parseSource(fields: JsonFields): TableSource {
  return {
    rows: fields.count("rows"),
    seed: fields.number("seed"),
    ...(fields.has("name") ? { name: fields.text("name") } : {}),
    ...(fields.has("contamination") ? { contamination: fields.number("contamination") } : {}),
    // Files of version 0.1 call them parts.
    ...(fields.has("parts") ? { partitions: fields.count("parts") } : {}),
    ...(fields.has("partitions") ? { partitions: fields.count("partitions") } : {}),
    ...(fields.has("heldOut") ? { heldOut: fields.number("heldOut") } : {}),
    ...(fields.has("fingerprint") ? { fingerprint: fields.text("fingerprint") } : {}),
  };
}

function parseLossShift(fields: JsonFields): LossShift {
  return {
    training: fields.numberOr("training", NaN),
    validation: fields.numberOr("validation", NaN),
  };
}
