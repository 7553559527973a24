/** A fit that several processes share: `mpirun -n 4 couplet fit data.csv`. */
import { availableParallelism, cpus } from "node:os";
import { CoupletError } from "couplet";
import { launchOf, mpi } from "couplet/node";
import type { Launch, MpiReducer } from "couplet/node";
import type { FitTableOptions } from "couplet/table";
import type { GlobalFlags } from "../../terminal/flags.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { openReporter } from "../../terminal/reporter.ts";
import type { Reporter } from "../../terminal/reporter.ts";
import { checkpointBytes } from "./checkpoint-file.ts";
import { targetNames } from "./fit-target.ts";
import type { FitFlags } from "./flags.ts";
import { threadsOfProcess } from "./threads-of-process.ts";

/** Most seconds between checkpoints: MPICH's launcher ends all ranks at once when one has died, which leaves no time for another. */
const CHECKPOINT_SECONDS = 10;

/** This process's part in a fit: its reducer, and its flags. Rank 0 prints and writes for all. */
export interface SharedFit<Flags> {
  readonly reducer: MpiReducer;
  readonly flags: Flags;
}

/**
 * The part of this process among those that a launcher has started; undefined for a process alone. Unless --threads says otherwise,
 * the processes of a machine share its cores.
 *
 * @throws CoupletError DEVICE_UNAVAILABLE without an MPI of that launcher; USAGE for rows from standard input
 */
export async function sharedFit<
  Flags extends GlobalFlags & { readonly threads?: number; readonly checkpointEvery: number },
>(files: readonly string[], flags: Flags): Promise<SharedFit<Flags> | undefined> {
  const launch = launchOfSeveral();
  if (launch === undefined) {
    warnOfSeparateTasks(flags);
    return undefined;
  }
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
  const { threads, warning } = threadsOfProcess(
    {
      launcher: launch.launcher,
      processes: launch.onThisMachine,
      cores: availableParallelism(),
      machine: cpus().length,
    },
    flags.threads,
  );
  if (warning !== undefined && launch.rank === 0) openReporter(flags).warn(warning);
  const checkpointEvery = Math.min(flags.checkpointEvery, CHECKPOINT_SECONDS);
  return { reducer, flags: { ...flags, threads, checkpointEvery } };
}

/**
 * Ends a work that several processes would do each by itself, and write to the same file.
 *
 * @throws CoupletError NOT_SUPPORTED where a launcher has started several
 */
export function refuseProcesses(work: string): void {
  const launch = launchOfSeveral();
  if (launch === undefined) return;
  throw new CoupletError({
    code: "NOT_SUPPORTED",
    where: `rank ${launch.rank} of ${launch.ranks}`,
    expected: `one process for ${work}`,
    received: `${launch.ranks} of them, which a launcher has started`,
    hint: "Run it without mpirun or srun; --threads takes more cores of this machine.",
  });
}

/** Tasks of a Slurm step that no MPI joins: each fits by itself, which may be meant, of files of its own. */
function warnOfSeparateTasks(flags: GlobalFlags): void {
  const { SLURM_STEP_NUM_TASKS: tasks = "1", SLURM_PROCID: task } = process.env;
  if (launchOf() !== undefined || !(Number(tasks) > 1) || task !== "0") return;
  openReporter(flags).warn(
    `each of the ${tasks} tasks that srun has started fits a model by itself: srun --mpi=pmix (or pmi2) makes them one fit`,
  );
}

function launchOfSeveral(): Launch | undefined {
  const launch = launchOf();
  return launch === undefined || launch.ranks === 1 ? undefined : launch;
}

/** What a rank beside rank 0 takes as options of the library: it computes with the others and keeps nothing. */
export async function followersControl(
  files: readonly string[],
  flags: FitFlags,
  reducer: MpiReducer,
): Promise<Pick<FitTableOptions, "checkpoint" | "resume"> & { readonly reducer: MpiReducer }> {
  const resume =
    flags.resume === true
      ? await checkpointBytes((await targetNames(files, flags)).checkpoint)
      : undefined;
  // Rank 0 decides on the end: a signal that reaches all ranks is its to answer.
  interruptSignal();
  const checkpoint = { everySeconds: flags.checkpointEvery, save: () => undefined };
  return { reducer, checkpoint, ...(resume === undefined ? {} : { resume }) };
}

/** How many processes share the fit, and by which library. */
export function sayProcesses(
  reporter: Reporter,
  reducer: MpiReducer | undefined,
  { threads }: { readonly threads?: number | undefined },
): void {
  if (reducer === undefined) return;
  reporter.say(`${reducer.ranks} processes, ${threads} threads each: ${reducer.library}`);
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
