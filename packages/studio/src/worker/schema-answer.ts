/** What the columns of a table are, for the page. */
import {
  describeSchema,
  findRelations,
  inferSchema,
  splitContext,
  tableWarnings,
} from "couplet/table";
import type { ColumnSchema, ColumnType, Schema, Table } from "couplet/table";
import type { InferredColumn, SchemaAnswer } from "./answers.ts";
import { tellingPair } from "./telling-pair.ts";

/** What somebody declared of columns. */
export interface Declared {
  readonly types: Readonly<Record<string, ColumnType>>;
  /** Columns to condition on. */
  readonly given: readonly string[];
}

/** The columns with what was declared, or in words why they cannot be told. */
export function schemaAnswer(source: Table, declared: Declared): SchemaAnswer {
  try {
    const schema = declaredSchema(source, declared);
    return {
      schema: {
        columns: schema.columns.map((column) => inferredColumn(column, schema)),
        warnings: tableWarnings(source, schema),
        pair: tellingPair(source, schema),
      },
    };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** The schema with the relations between columns, as `couplet schema` prints it; columns that the model is conditional on have the role "context". */
export async function schemaJson(source: Table, declared: Declared): Promise<string> {
  const schema = declaredSchema(source, declared);
  const relations = await findRelations(source, schema);
  return JSON.stringify(relations.length === 0 ? schema : { ...schema, relations }, null, 2);
}

/** The schema that a fit would have, but for relations. */
function declaredSchema(source: Table, { types, given }: Declared): Schema {
  const inferred = inferSchema(source, { types });
  return given.length === 0 ? inferred : splitContext(inferred, given);
}

function inferredColumn(column: ColumnSchema, schema: Schema): InferredColumn {
  const { name, type, reason = "" } = column;
  // One line: the name, the type, what the model keeps of it, the reason, each two spaces apart.
  const { relations: _, ...alone } = schema;
  const line = describeSchema({ ...alone, columns: [column] });
  const rest = line.slice(name.length + 2, reason === "" ? undefined : -reason.length).trim();
  const gap = rest.indexOf("  ");
  return {
    name,
    type,
    isGiven: column.role === "context",
    reason,
    detail: gap < 0 ? "" : rest.slice(gap).trim(),
  };
}
