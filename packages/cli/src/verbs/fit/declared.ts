/** The schema and the relations that the user declares in files. */
import { readFile } from "node:fs/promises";
import { CoupletError } from "couplet";
import { parseRelation, parseSchema } from "couplet/table";
import type { FitTableOptions, Schema } from "couplet/table";

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

async function readJson(file: string, expected: string): Promise<unknown> {
  const invalid = (received: string, cause: unknown) =>
    new CoupletError({
      code: "FILE_INVALID",
      where: file,
      expected,
      received,
      cause,
    });
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new CoupletError({
      code: "FILE_NOT_FOUND",
      where: file,
      expected,
      received: (cause as Error).message,
      cause,
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid((cause as Error).message, cause);
  }
}
