/** What the launcher of a parallel program says of this process in its environment. */

/** A process among those that a launcher started. */
export interface Launch {
  readonly launcher: "mpich" | "openmpi";
  readonly rank: number;
  readonly ranks: number;
  /** Processes of the launch on this machine; all of them where the launcher does not say. */
  readonly onThisMachine: number;
}

/** How launchers number their processes: Open MPI's mpirun; Hydra (MPICH, Intel MPI) and Slurm's PMI. */
const launchers = [
  {
    launcher: "openmpi",
    rank: "OMPI_COMM_WORLD_RANK",
    ranks: "OMPI_COMM_WORLD_SIZE",
    local: "OMPI_COMM_WORLD_LOCAL_SIZE",
  },
  { launcher: "mpich", rank: "PMI_RANK", ranks: "PMI_SIZE", local: "MPI_LOCALNRANKS" },
] as const;

/** The launch that this process belongs to; undefined for one that was started by itself. */
export function launchOf(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Launch | undefined {
  for (const { launcher, ...names } of launchers) {
    const rank = Number(environment[names.rank] ?? NaN);
    const ranks = Number(environment[names.ranks] ?? NaN);
    const local = Number(environment[names.local] ?? ranks);
    if (Number.isInteger(rank) && Number.isInteger(ranks) && rank >= 0 && rank < ranks)
      return { launcher, rank, ranks, onThisMachine: local >= 1 && local <= ranks ? local : ranks };
  }
  return undefined;
}
