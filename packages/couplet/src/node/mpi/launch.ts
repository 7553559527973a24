/** What the launcher of a parallel program says of this process in its environment. */
import { CoupletError } from "../../error.ts";

/** A process among those that a launcher started. */
export interface Launch {
  /** The family of the launcher; PMIx is that of Slurm (`srun --mpi=pmix`) and PRRTE, which start programs of both others. */
  readonly launcher: "mpich" | "openmpi" | "pmix";
  readonly rank: number;
  readonly ranks: number;
  /** Processes of the launch on this machine; all of them where the launcher does not say. */
  readonly onThisMachine: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

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

/**
 * The launch that this process belongs to; undefined for one that was started by itself. A launcher of PMIx numbers its processes
 * (`PMIX_RANK`) and leaves their count to Slurm (`SLURM_STEP_NUM_TASKS`) or to `PMIX_SIZE`.
 *
 * @throws CoupletError DEVICE_UNAVAILABLE for a launch by PMIx whose number of processes nothing says: each would do the whole work
 */
export function launchOf(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Launch | undefined {
  for (const { launcher, ...names } of launchers) {
    const rank = Number(environment[names.rank] ?? NaN);
    const ranks = Number(environment[names.ranks] ?? NaN);
    const local = Number(environment[names.local] ?? ranks);
    if (isRank(rank, ranks))
      return { launcher, rank, ranks, onThisMachine: local >= 1 && local <= ranks ? local : ranks };
  }
  return environment["PMIX_RANK"] === undefined ? undefined : pmixLaunch(environment);
}

function pmixLaunch(environment: Environment): Launch {
  const rank = Number(environment["PMIX_RANK"]);
  const ranks = Number(environment["SLURM_STEP_NUM_TASKS"] ?? environment["PMIX_SIZE"] ?? NaN);
  if (isRank(rank, ranks))
    return { launcher: "pmix", rank, ranks, onThisMachine: slurmTasksHere(environment) ?? ranks };
  throw new CoupletError({
    code: "DEVICE_UNAVAILABLE",
    where: `PMIX_RANK=${environment["PMIX_RANK"]}`,
    expected: "the number of processes beside it (SLURM_STEP_NUM_TASKS or PMIX_SIZE)",
    received: "a launch that does not say it",
    hint: "Start it by mpirun or srun, or export PMIX_SIZE with the number of processes.",
  });
}

/** Tasks of a Slurm step on this node: "2(x3),1" are 2, 2, 2 and 1 on four nodes. */
function slurmTasksHere(environment: Environment): number | undefined {
  const counts = (environment["SLURM_STEP_TASKS_PER_NODE"] ?? "").split(",").flatMap((part) => {
    const [, tasks, nodes = "1"] = /^(\d+)(?:\(x(\d+)\))?$/.exec(part) ?? [];
    return tasks === undefined ? [] : Array.from({ length: Number(nodes) }, () => Number(tasks));
  });
  return counts[Number(environment["SLURM_NODEID"] ?? 0)];
}

function isRank(rank: number, ranks: number): boolean {
  return Number.isInteger(rank) && Number.isInteger(ranks) && rank >= 0 && rank < ranks;
}
