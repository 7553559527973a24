/** The checkpoint of an interrupted fit: read for --resume, and kept from being lost without. */
import { readFile, rm, stat } from "node:fs/promises";
import { CoupletError } from "couplet";
import { writeFileAtomically } from "couplet/node";
import type { Reporter } from "../../terminal/reporter.ts";

/** @throws CoupletError FILE_NOT_FOUND */
export async function checkpointBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new CoupletError({
      code: "FILE_NOT_FOUND",
      where: file,
      expected: "the checkpoint of an interrupted fit",
      received: "no such file",
      hint: "Omit --resume to start a new fit; --output has to be that of the interrupted fit.",
      cause,
    });
  }
}

/**
 * Refuses a fit that would remove the state of an interrupted one.
 *
 * @throws CoupletError FILE_EXISTS
 */
export async function keepCheckpoint(file: string): Promise<void> {
  const exists = await stat(file).then(
    () => true,
    () => false,
  );
  if (!exists) return;
  throw new CoupletError({
    code: "FILE_EXISTS",
    where: file,
    expected: "no checkpoint of an interrupted fit",
    received: "one",
    hint: "--resume continues it; --force starts a new fit and removes it; --output writes elsewhere.",
  });
}

/** The checkpoint of a fit under way, and the warnings about it at the end. */
export class CheckpointFile {
  readonly #path: string;
  readonly #reporter: Reporter;
  /** Whether the file holds the last state. */
  #saved: boolean;

  constructor(path: string, reporter: Reporter, resumed: boolean) {
    this.#path = path;
    this.#reporter = reporter;
    this.#saved = resumed;
  }

  async save(bytes: Uint8Array): Promise<void> {
    this.#saved = false;
    await writeFileAtomically(this.#path, bytes);
    this.#saved = true;
  }

  /** Removes the checkpoint of a fit that came to its end. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true }).catch((cause: unknown) =>
      this.#reporter.warn(`${this.#path} could not be removed: ${(cause as Error).message}`),
    );
    // What fails later leaves a model, and no state to continue from.
    this.#saved = false;
  }

  /** Warns that the fit ended early, and why. */
  warnOfEarlyEnd(output: string, why: string): void {
    this.#reporter.warn(
      `${why}: ${output} is the best model so far; ${
        this.#saved
          ? `the state is in ${this.#path}: the same command with --resume continues from it`
          : "the state could not be saved, so no later fit can continue from it"
      }`,
    );
  }

  /** Warns of the state that a fit leaves when it throws. */
  warnOfFailure(how: { readonly aborted: boolean; readonly interrupted: boolean }): void {
    if (how.aborted)
      this.#reporter.warn(
        this.#saved
          ? `interrupted. The state is in ${this.#path}: the same command with --resume continues from it`
          : "interrupted before the first step; nothing was written",
      );
    else if (this.#saved && !how.interrupted)
      this.#reporter.warn(`the last state is in ${this.#path}; --resume continues from it`);
  }
}
