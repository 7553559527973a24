/** A grid of `couplet study` in a file, so that a study can be repeated. */
import { CoupletError } from "couplet";
import type { StudyOptions } from "couplet/study";
import { readJson } from "../../input/read-json.ts";

/** What a grid file may have: options of the study by their names in the library, couplings and depth side by side with them. */
export type Grid = Pick<
  StudyOptions,
  "budget" | "transform" | "seeds" | "learningRates" | "epochs" | "batch"
> &
  NonNullable<StudyOptions["grid"]>;

const KEYS: Readonly<Record<keyof Grid, true>> = {
  budget: true,
  couplings: true,
  depth: true,
  transform: true,
  seeds: true,
  learningRates: true,
  epochs: true,
  batch: true,
};

/**
 * The grid of a file. Its values are checked by the study.
 *
 * @throws CoupletError FILE_NOT_FOUND; FILE_INVALID for another JSON value and for unknown keys
 */
export async function readGrid(file: string): Promise<Grid> {
  const expected = `an object with some of ${Object.keys(KEYS).join(", ")}`;
  const value = await readJson(file, expected);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const odd = isObject ? Object.keys(value).find((key) => !Object.hasOwn(KEYS, key)) : undefined;
  if (isObject && odd === undefined) return value;
  throw new CoupletError({
    code: "FILE_INVALID",
    where: file,
    expected,
    received: odd === undefined ? "another JSON value" : `"${odd}"`,
  });
}
