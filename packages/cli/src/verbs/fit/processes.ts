/** A fit that several processes share: `mpirun -n 4 couplet fit data.csv`. */
import { availableParallelism } from "node:os";
import { CoupletError } from "couplet";
import { launchOf, mpi } from "couplet/node";
import type { MpiReducer } from "couplet/node";
import type { Reporter } from "../../terminal/reporter.ts";

const CHECKPOINT_SECONDS = 10;

/** This process's part in a fit. */
export interface SharedFit {
  readonly reducer: MpiReducer;
  /** Whether it is rank 0, which prints and writes for all. */
  readonly leads: boolean;
  /** Most seconds between checkpoints: MPICH's launcher ends all ranks at once when one has died, which leaves no time for another. */
  readonly checkpointEvery: number;
  /** Threads of each process, unless --threads says otherwise: all processes of a machine share its cores. */
  readonly threads: number;
}

/**
 * The part of this process among those that a launcher has started; undefined for a process alone.
 *
 * @throws CoupletError DEVICE_UNAVAILABLE without an MPI of that launcher; USAGE for rows from standard input
 */
export async function sharedFit(
  files: readonly string[],
  flags: { readonly threads?: number },
): Promise<SharedFit | undefined> {
  const launch = launchOf();
  if (launch === undefined || launch.ranks === 1) return undefined;
  if (files.includes("-")) {
    throw new CoupletError({
      code: "USAGE",
      where: `couplet fit, rank ${launch.rank} of ${launch.ranks}`,
      expected: "a file that every process reads",
      received: "standard input",
      hint: "A launcher gives standard input to one process only: write the rows to a file first.",
    });
  }
  const reducer = await mpi();
  const cores = availableParallelism();
  const wanted = (flags.threads ?? 1) * launch.onThisMachine;
  if (wanted > cores && launch.rank === 0) {
    process.stderr.write(
      `warning: ${launch.onThisMachine} processes of ${flags.threads ?? 1} threads on ${cores} hardware threads: they wait for each other\n`,
    );
  }
  return {
    reducer,
    leads: reducer.rank === 0,
    checkpointEvery: CHECKPOINT_SECONDS,
    threads: Math.max(1, Math.floor(cores / launch.onThisMachine)),
  };
}

/**
 * Ends a work that several processes would do each by itself, and write to the same file.
 *
 * @throws CoupletError NOT_SUPPORTED where a launcher has started several
 */
export function refuseProcesses(work: string): void {
  const launch = launchOf();
  if (launch === undefined || launch.ranks === 1) return;
  throw new CoupletError({
    code: "NOT_SUPPORTED",
    where: `rank ${launch.rank} of ${launch.ranks}`,
    expected: `one process for ${work}`,
    received: `${launch.ranks} of them, which mpirun has started`,
    hint: "Run it without mpirun; --threads takes more cores of this machine.",
  });
}

/** Of the ranks beside rank 0: they say nothing, but for the error that ends them. */
export const silentReporter: Reporter = {
  quiet: true,
  isLive: false,
  say: () => undefined,
  warn: () => undefined,
  live: () => undefined,
  clear: () => undefined,
};
