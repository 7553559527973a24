/** The files that couplet fit writes: a model, and the checkpoint of an interrupted fit beside it. */
import { checkDistinct, checkTarget } from "../../output/check-target.ts";
import { checkEnding } from "../../output/check-ending.ts";
import { checkpointBytes, keepCheckpoint } from "./checkpoint-file.ts";
import type { FitFlags } from "./flags.ts";
import { baseName } from "./model-name.ts";

export interface FitTarget {
  readonly output: string;
  readonly checkpoint: string;
  /** The checkpoint that --resume continues from. */
  readonly resume: Uint8Array | undefined;
}

/** The names of a fit's model and checkpoint. */
export async function targetNames(
  files: readonly string[],
  { output: given }: FitFlags,
): Promise<{ readonly output: string; readonly checkpoint: string }> {
  // A folder of images may be named with a separator at its end.
  const output = given ?? `${await baseName(files[0]!.replace(/[/\\]+$/, ""))}.couplet`;
  return { output, checkpoint: `${output}.checkpoint` };
}

/**
 * Refuses, before any work, files that could not or must not be written; reads the checkpoint for --resume.
 *
 * @param read the files that the fit reads
 * @throws CoupletError FILE_EXISTS, FILE_NOT_FOUND, FILE_INVALID, USAGE
 */
export async function fitTarget(
  files: readonly string[],
  flags: FitFlags,
  read: readonly string[],
): Promise<FitTarget> {
  const { output, checkpoint } = await targetNames(files, flags);
  const [force, resumes] = [flags.force === true, flags.resume === true];
  // An interrupted fit leaves a model beside its checkpoint, which the fit that resumes replaces.
  await checkTarget(output, force || resumes);
  const resume = resumes ? await checkpointBytes(checkpoint) : undefined;
  if (!resumes && !force) await keepCheckpoint(checkpoint);
  for (const file of [output, checkpoint]) await checkDistinct(file, read);
  checkEnding(output, "a model", [".couplet"]);
  return { output, checkpoint, resume };
}
