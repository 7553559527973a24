/** The schema and the relations that the user declares in files. */
import { CoupletError } from "couplet";
import { parseRelation, parseSchema } from "couplet/table";
import type { FitTableOptions, Schema } from "couplet/table";
import { readJson } from "../../input/read-json.ts";

/**
 * Reads --relations: a word, or the relations of a file (a list, or a schema that has one).
 *
 * @throws CoupletError FILE_NOT_FOUND, FILE_INVALID
 */
export async function readRelations(
  flag: string | undefined,
): Promise<FitTableOptions["relations"]> {
  if (flag === undefined || flag === "auto" || flag === "none") return flag;
  const value = await readJson(flag, "a list of relations, or a schema with relations");
  const list =
    typeof value === "object" && value !== null && "relations" in value ? value.relations : value;
  if (!Array.isArray(list))
    throw new CoupletError({
      code: "FILE_INVALID",
      where: flag,
      expected: "a list of relations, or a schema with relations",
      received: "another JSON value",
      hint: "couplet schema prints a schema with the relations that it finds.",
    });
  return list.map((relation, i) => parseRelation(relation, `${flag}[${i}]`));
}

/** Reads --schema. @throws CoupletError FILE_NOT_FOUND, FILE_INVALID */
export async function readSchema(file: string): Promise<Schema> {
  return parseSchema(await readJson(file, "a schema as couplet schema prints it"));
}
