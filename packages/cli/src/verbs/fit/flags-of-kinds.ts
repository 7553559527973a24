/** Refuses options of couplet fit that belong to another kind of data or model. */
import { CoupletError } from "couplet";
import type { FitFlags } from "./flags.ts";

/** Options of tables alone, by their names in the flags and on the command line. */
const TABLE_FLAGS = {
  from: "--from",
  schema: "--schema",
  nullValues: "--null-values",
  mixedAsCategory: "--mixed-as-category",
  type: "--type",
  relations: "--relations",
  smoothing: "--smoothing",
  contamination: "--contamination",
  memory: "--memory",
  inputFormat: "--input-format",
  delimiter: "--delimiter",
  encoding: "--encoding",
  columns: "--columns",
  drop: "--drop",
  array: "--array",
  skipBadRows: "--skip-bad-rows",
} as const;

/** @throws CoupletError USAGE for an option that only tables have */
export function checkNoTableFlags(flags: FitFlags): void {
  for (const [name, option] of Object.entries(TABLE_FLAGS)) {
    if (flags[name as keyof typeof TABLE_FLAGS] === undefined) continue;
    throw new CoupletError({
      code: "USAGE",
      where: option,
      expected: "a table",
      received: "images, which have no such option",
    });
  }
}

/** @throws CoupletError USAGE for an option that only images have */
export function checkNoImageFlags(flags: FitFlags): void {
  const named = (["preset", "size", "noise", "bits", "samples"] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (named === undefined) return;
  throw new CoupletError({
    code: "USAGE",
    where: `--${named}`,
    expected:
      "images: an idx or CIFAR file, an array of three or four axes, or a folder of PNG files",
    received: "a table",
  });
}

/** @throws CoupletError USAGE for an option that only classifiers have */
export function checkNoClassifierFlags(flags: FitFlags): void {
  const named = (["network", "units", "rebuild"] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (named === undefined) return;
  throw new CoupletError({
    code: "USAGE",
    where: `--${named}`,
    expected: "--classify beside it",
    received: "none",
  });
}

/** @throws CoupletError USAGE for an option that only flows of images have */
export function checkNoFlowFlags(flags: FitFlags): void {
  const named = (["given", "preset", "size", "noise", "bits", "samples"] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (named === undefined) return;
  throw new CoupletError({
    code: "USAGE",
    where: `--${named}`,
    expected: "a flow of images",
    received: "a classifier (--classify)",
  });
}
