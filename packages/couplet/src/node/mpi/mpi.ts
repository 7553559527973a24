/** Training on several processes, which a launcher of MPI has started. */
import { CoupletError } from "../../error.ts";
import { MpiChannel } from "./channel.ts";
import { launchOf } from "./launch.ts";
import { loadMpi } from "./library.ts";
import type { MpiReducer } from "./mpi-reducer.ts";
import { OrderedReducer } from "./mpi-reducer.ts";

let opened: Promise<MpiReducer> | undefined;

/**
 * The reducer of this process among those that `mpirun` started: `fit(spec, rows, { reducer: await mpi() })`, called alike in
 * every process. Each computes its lanes of a batch, and all end with the bits that one process alone comes to.
 *
 * MPICH, Open MPI and libraries of the standard ABI are found by themselves; `COUPLET_MPI=/path/to/lib` names one. Needs the package
 * koffi. The number of processes is a power of two that divides the lanes of a batch (4 at a batch of 512). A process that ends early ends the
 * `fit` of the others, which save their checkpoint first.
 *
 * @throws CoupletError DEVICE_UNAVAILABLE without an MPI, or with one that the launcher does not belong to
 * @example
 * import { fit } from "couplet";
 * import { mpi } from "couplet/node";
 * const reducer = await mpi(); // started by: mpirun -n 2 node train.mjs
 * const model = await fit(spec, rows, { reducer, seed: 1 });
 * if (reducer.rank === 0) await model.save("model.couplet");
 */
export function mpi(): Promise<MpiReducer> {
  return (opened ??= open());
}

const LAUNCHERS = { openmpi: "Open MPI's", mpich: "MPICH's", pmix: "the PMIx" } as const;

async function open(): Promise<MpiReducer> {
  const library = await loadMpi();
  if (library.library === undefined) {
    throw new CoupletError({
      code: "DEVICE_UNAVAILABLE",
      where: "mpi",
      expected: "an MPI on this machine",
      received: `none: ${library.reason}`,
      hint: "Install one (apt-get install mpich, or pip install mpich), or name its library in COUPLET_MPI.",
    });
  }
  const channel = MpiChannel.open(library);
  const launch = launchOf();
  if (launch !== undefined && launch.ranks !== channel.ranks) {
    throw new CoupletError({
      code: "DEVICE_UNAVAILABLE",
      where: `mpi: ${library.library} (${library.version})`,
      expected: `the ${launch.ranks} processes that ${LAUNCHERS[launch.launcher]} launcher started`,
      received: String(channel.ranks),
      hint: "The library and the launcher are of different installations: put the right mpirun first on PATH, or name its library in COUPLET_MPI.",
    });
  }
  return OrderedReducer.open(channel, `${library.version} (${library.library})`);
}
