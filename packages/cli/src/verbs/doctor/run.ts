/** Runs couplet doctor. */
import { freemem, totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";
import { createModel, flow, lu, version } from "couplet";
import { loadMpi } from "couplet/node";
import type { DeviceReport } from "couplet";
import { Database } from "../../input/database.ts";
import { defaultMemory } from "../../input/fits-memory.ts";
import type { GlobalFlags } from "../../terminal/flags.ts";
import { printableJson } from "../../terminal/printable.ts";

/** Variables of the environment that change what is used. */
const VARIABLES = [
  "COUPLET_THREADS",
  "COUPLET_SEED",
  "COUPLET_MEMORY",
  "COUPLET_BLAS",
  "COUPLET_MPI",
  "NO_COLOR",
  "NODE_OPTIONS",
] as const;

export async function runDoctor(flags: GlobalFlags & { readonly threads?: number }): Promise<void> {
  const model = await createModel(
    flow({ dims: 2, layers: [lu()] }),
    flags.threads === undefined ? {} : { threads: flags.threads },
  );
  const device = (await model.deviceReport())!;
  model.dispose();
  const mpi = await loadMpi();
  const database = await Database.open();
  const [[duckdb] = []] = await database.rows("SELECT version()");
  database.close();
  const memory = {
    totalBytes: totalmem(),
    freeBytes: freemem(),
    heapLimitBytes: getHeapStatistics().heap_size_limit,
    fitBytes: Math.round(defaultMemory()),
  };
  const environment = variables();
  if (flags.json === true) {
    process.stdout.write(
      `${printableJson({
        schemaVersion: 1,
        version,
        node: process.version,
        system: `${process.platform} ${process.arch}`,
        cores: device.cores,
        threads: device.threads,
        threadsReason: device.threadsReason ?? null,
        trainingThreads: device.trainingThreads,
        simd: device.simd,
        gemm: device.gemm,
        blasReason: device.blasReason ?? null,
        mpi: mpi.library ?? null,
        mpiVersion: mpi.library === undefined ? null : mpi.version,
        mpiReason: mpi.library === undefined ? mpi.reason : null,
        memory,
        duckdb,
        environment,
      })}\n`,
    );
    return;
  }
  const lines: readonly (readonly [string, string])[] = [
    ["couplet", version],
    ["node", `${process.version} on ${process.platform} ${process.arch}`],
    [
      "threads",
      `${device.threads} of ${device.cores} hardware threads${reason(device.threadsReason)}${device.threads < device.cores ? "" : "; --threads takes fewer"}`,
    ],
    ["training", trainingThreads(device)],
    [
      "SIMD",
      device.simd === "relaxed"
        ? "128 bits with fused multiply-add (relaxed SIMD), which this Node has"
        : "128 bits without fused multiply-add, which this Node lacks",
    ],
    [
      "products",
      device.gemm === "wasm"
        ? `own WebAssembly kernel${reason(device.blasReason)}`
        : `${device.gemm}, found on this system; COUPLET_BLAS=0 switches it off`,
    ],
    ["processes", processes(mpi)],
    [
      "memory",
      `${gigabytes(memory.totalBytes)}, ${gigabytes(memory.freeBytes)} free; a fit may use ${gigabytes(memory.fitBytes)} before it trains on parts (--memory changes it)`,
    ],
    [
      "heap",
      `${gigabytes(memory.heapLimitBytes)} for JavaScript; NODE_OPTIONS=--max-old-space-size changes it`,
    ],
    ["tables", `DuckDB ${duckdb}`],
    ...Object.entries(environment).map(([name, value]) => [name, value] as const),
  ];
  process.stdout.write(lines.map(([name, text]) => `${name.padEnd(16)}${text}\n`).join(""));
}

function variables(): Record<string, string> {
  return Object.fromEntries(
    VARIABLES.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function processes(mpi: Awaited<ReturnType<typeof loadMpi>>): string {
  return mpi.library === undefined
    ? `one: no MPI (${mpi.reason})`
    : `${mpi.version} (${mpi.library}): mpirun -n 2 couplet fit; COUPLET_MPI names another, or 0`;
}

/** A batch is cut in lanes, whose number depends on its rows alone; a lane has one thread at most. */
function trainingThreads({ threads, trainingThreads: steps }: DeviceReport): string {
  const used = steps.filter((step, i) => i === 0 || steps[i - 1]!.threads < threads);
  const list = used.map(
    ({ batch, threads: most }) => `${Math.min(most, threads)} from batches of ${batch} rows`,
  );
  const most = steps.at(-1)?.threads ?? 0;
  return `${list.join(", ")}${threads > most ? `; never more than ${most}` : ""}; the model is the same for any number of threads`;
}

function reason(text: string | undefined): string {
  return text === undefined ? "" : ` (${text})`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
