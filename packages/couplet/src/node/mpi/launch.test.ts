/** What each launcher leaves in the environment of its processes. */
import { describe, expect, it } from "vitest";
import { launchOf } from "./launch.ts";

describe("launchOf", () => {
  it.each([
    ["nothing", {}, undefined],
    [
      "Open MPI",
      { OMPI_COMM_WORLD_RANK: "1", OMPI_COMM_WORLD_SIZE: "4", OMPI_COMM_WORLD_LOCAL_SIZE: "2" },
      { launcher: "openmpi", rank: 1, ranks: 4, onThisMachine: 2 },
    ],
    [
      "Hydra",
      { PMI_RANK: "3", PMI_SIZE: "4" },
      { launcher: "mpich", rank: 3, ranks: 4, onThisMachine: 4 },
    ],
    [
      "Open MPI over PMIx",
      { OMPI_COMM_WORLD_RANK: "0", OMPI_COMM_WORLD_SIZE: "2", PMIX_RANK: "0" },
      { launcher: "openmpi", rank: 0, ranks: 2, onThisMachine: 2 },
    ],
    [
      "srun --mpi=pmix, the third of four nodes",
      {
        PMIX_RANK: "5",
        SLURM_STEP_NUM_TASKS: "7",
        SLURM_STEP_TASKS_PER_NODE: "2(x3),1",
        SLURM_NODEID: "2",
      },
      { launcher: "pmix", rank: 5, ranks: 7, onThisMachine: 2 },
    ],
    [
      "srun --mpi=pmix, the last of them",
      {
        PMIX_RANK: "6",
        SLURM_STEP_NUM_TASKS: "7",
        SLURM_STEP_TASKS_PER_NODE: "2(x3),1",
        SLURM_NODEID: "3",
      },
      { launcher: "pmix", rank: 6, ranks: 7, onThisMachine: 1 },
    ],
    [
      "PRRTE, told the number",
      { PMIX_RANK: "1", PMIX_SIZE: "2" },
      { launcher: "pmix", rank: 1, ranks: 2, onThisMachine: 2 },
    ],
    // A batch script has tasks to give, and is one process.
    ["sbatch", { SLURM_PROCID: "0", SLURM_NTASKS: "4" }, undefined],
  ])("%s", (_, environment, launch) => {
    expect(launchOf(environment)).toEqual(launch);
  });

  it("refuses a launch that does not say how many processes it has", () => {
    expect(() => launchOf({ PMIX_RANK: "0", PMIX_NAMESPACE: "a@1" })).toThrow(
      /PMIX_RANK=0: expected the number of processes .* mpirun or srun/s,
    );
  });
});
