/**
 * The system's BLAS, called through koffi on the WebAssembly memory without copies.
 *
 * Found by itself when there is one; `COUPLET_BLAS=0` (or `off`) switches it off, `COUPLET_BLAS=/path/to/lib`
 * names one. koffi is an optional peer: without it there is no BLAS, and `couplet doctor` says so.
 */
import { isMainThread } from "node:worker_threads";
import type { LibraryHandle } from "koffi";
import { isSwitchedOff, loadKoffi, loadKoffiNow, noKoffi } from "../../../../threads/node/koffi.ts";
import type { Koffi } from "../../../../threads/node/koffi.ts";
import type { BlasLibrary, Sgemm } from "../gemm/blas-gemm.ts";
import { betterCore, isOutdated, mostUnpacked } from "./openblas-core.ts";

/** A BLAS that works. */
export type Blas = BlasLibrary;

/** No BLAS, and why. */
export interface BlasMissing {
  readonly library: undefined;
  /** One line: the reason for its absence. */
  readonly reason: string;
}

/** Names under which a CBLAS is found. OpenBLAS first: its small products are the fastest. */
const candidates: readonly string[] =
  process.platform === "darwin"
    ? ["/System/Library/Frameworks/Accelerate.framework/Accelerate", "libopenblas.dylib"]
    : process.platform === "win32"
      ? ["libopenblas.dll", "openblas.dll"]
      : ["libopenblas.so.0", "libopenblas.so", "libblis.so.4", "libcblas.so.3"];

const loading = new Map<string | undefined, Promise<Blas | BlasMissing>>();
/** What has been found, by what was wished for. */
const found = new Map<string | undefined, Blas | BlasMissing>();

/**
 * Loads a BLAS, once per thread. OpenBLAS's own threads are set to 1: ours are the workers.
 *
 * The main thread has to be first: only there can OpenBLAS be told which kernels to take (see openblas-core.ts), and what it
 * has taken holds for the whole process.
 */
export function loadBlas(): Promise<Blas | BlasMissing> {
  const wish = process.env["COUPLET_BLAS"];
  let blas = loading.get(wish);
  if (blas === undefined) loading.set(wish, (blas = load(wish)));
  return blas;
}

/** {@link loadBlas} on the caller's stack, for a call that may not wait: the same library. */
export function loadBlasNow(): Blas | BlasMissing {
  const wish = process.env["COUPLET_BLAS"];
  const known = found.get(wish);
  if (known !== undefined) return known;
  if (isSwitchedOff(wish)) return switchedOff;
  const koffi = loadKoffiNow();
  return koffi === undefined ? noKoffi : firstThatWorks(wish, koffi);
}

const switchedOff: BlasMissing = { library: undefined, reason: "switched off by COUPLET_BLAS" };

async function load(wish: string | undefined): Promise<Blas | BlasMissing> {
  if (isSwitchedOff(wish)) return switchedOff;
  const koffi = await loadKoffi();
  return koffi === undefined ? noKoffi : firstThatWorks(wish, koffi);
}

/** The wished library, or the first of the candidates, once per thread. */
function firstThatWorks(wish: string | undefined, koffi: Koffi): Blas | BlasMissing {
  let blas = found.get(wish);
  if (blas === undefined) found.set(wish, (blas = search(wish, koffi)));
  return blas;
}

function search(wish: string | undefined, koffi: Koffi): Blas | BlasMissing {
  const names = wish === undefined || wish === "" || wish === "1" ? candidates : [wish];
  for (const name of names) {
    try {
      return bind(
        name,
        withBestCore(() => koffi.load(name)),
      );
    } catch {
      // Not this one. koffi's message does not name the library, so nothing is lost.
    }
  }
  return { library: undefined, reason: `none of ${names.join(", ")} could be loaded` };
}

/** The library; where OpenBLAS took kernels for a much older processor, loaded once more with the right ones. */
function withBestCore(open: () => LibraryHandle): LibraryHandle {
  const library = open();
  const wanted = isMainThread && isOutdated(coreOf(library)) ? betterCore() : undefined;
  if (wanted === undefined) return library;
  library.unload();
  // OpenBLAS reads it when it is loaded, and never again.
  process.env["OPENBLAS_CORETYPE"] = wanted;
  try {
    return open();
  } finally {
    delete process.env["OPENBLAS_CORETYPE"];
  }
}

function bind(name: string, library: LibraryHandle): Blas | BlasMissing {
  const core = coreOf(library);
  // Our own kernel is faster than those from before AVX.
  if (isOutdated(core) && betterCore() !== undefined) {
    return {
      library: undefined,
      reason: `${name} does not know this processor and would use its kernels for ${core} (OPENBLAS_CORETYPE overrules it)`,
    };
  }
  const sgemm = library.func(
    "void cblas_sgemm(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int)",
  ) as unknown as Sgemm;
  try {
    (library.func("void openblas_set_num_threads(int)") as (n: number) => void)(1);
  } catch {
    // Another BLAS than OpenBLAS: it takes its thread count from its own environment variables.
  }
  if (!multiplies(sgemm)) return { library: undefined, reason: `${name} gave a wrong product` };
  return {
    library: core === undefined ? name : `${name} (${core})`,
    sgemm,
    mostUnpacked: mostUnpacked(core, told(library, "openblas_get_config")),
  };
}

/** The processor whose kernels OpenBLAS uses; undefined for another BLAS. */
function coreOf(library: LibraryHandle): string | undefined {
  return told(library, "openblas_get_corename");
}

/** What a function of OpenBLAS says; undefined where there is none of that name. */
function told(library: LibraryHandle, name: string): string | undefined {
  try {
    return (library.func(`const char *${name}()`) as () => string)();
  } catch {
    return undefined;
  }
}

/** koffi does not check element types; one known product does. */
function multiplies(sgemm: Sgemm): boolean {
  const c = new Float32Array(4);
  sgemm(
    101,
    111,
    111,
    2,
    2,
    2,
    1,
    Float32Array.of(1, 2, 3, 4),
    2,
    Float32Array.of(5, 6, 7, 8),
    2,
    0,
    c,
    2,
  );
  return c[0] === 19 && c[1] === 22 && c[2] === 43 && c[3] === 50;
}
