/** How many threads each of the processes of one machine computes on. */

import type { Launch } from "couplet/node";

/** The processes of a launch on one machine, and what one of them may run on. */
export interface ProcessPlace {
  readonly launcher: Launch["launcher"];
  readonly processes: number;
  /** Hardware threads that this process may use, and those of the machine. */
  readonly cores: number;
  readonly machine: number;
}

/**
 * The threads of a process, those wished for or its part of the cores, and a warning where they have to take turns. Open MPI binds each process
 * to hardware threads of its own, unless `--bind-to none` says otherwise; other launchers leave all to all.
 *
 * @param wish the number that the user asks for
 */
export function threadsOfProcess(
  { launcher, processes, cores, machine }: ProcessPlace,
  wish: number | undefined,
): { readonly threads: number; readonly warning: string | undefined } {
  const isBound = launcher === "openmpi" && cores < machine;
  const own = isBound ? cores : Math.max(1, Math.floor(cores / processes));
  const threads = wish ?? own;
  if (isBound)
    return {
      threads,
      warning:
        threads <= cores
          ? undefined
          : `${threads} threads of a process on the ${cores} hardware threads that mpirun binds it to: they wait for each other; mpirun --bind-to none leaves all ${machine} to all`,
    };
  return {
    threads,
    warning:
      threads * processes <= cores
        ? undefined
        : `${processes} processes of ${threads} threads on ${cores} hardware threads: they wait for each other`,
  };
}
