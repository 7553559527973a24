/** A training that several processes share: what they say to each other between a step's gradients and its update. */
import type { Device, StepReducer } from "../engine/device/device.ts";
import { CoupletError } from "../error.ts";
import { murmur3 } from "../file/checksum.ts";
import { version } from "../version.ts";

/**
 * The processes of one training. Each makes the gradients of its own lanes of a batch, all add them by the same binary tree, and
 * each makes the same update, so that the parameters stay the same bits on all. Only rank 0 decides on time and stopping. Numbers of
 * ranks are powers of two that divide the lanes of a batch.
 */
export interface Reducer extends StepReducer {
  /** The number that rank 0 gives; each rank calls it, in the same order. Rejects when a rank has left. */
  broadcast(value: number): Promise<number>;
  /** Tells the other ranks that this one ends without them: whatever they wait for rejects. */
  leave(reason: string): void;
}

/** Steps after which the parameters of all ranks are compared. */
export const COMPARE_STEPS = 100;

/**
 * Compares what every rank has, by name, with what rank 0 has.
 *
 * @param where names the check in the error
 * @param hint what to do about a difference
 * @throws CoupletError USAGE, on the ranks that differ, with the names of what differs
 */
export async function compareWithFirst(
  reducer: Reducer,
  where: string,
  values: Readonly<Record<string, string | Uint8Array>>,
  hint = "Start all processes with the same version, data, spec, options and seed.",
): Promise<void> {
  const differing: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
    const mine = murmur3(bytes, 0);
    if ((await reducer.broadcast(mine)) !== mine) differing.push(name);
  }
  if (differing.length === 0) return;
  throw new CoupletError({
    code: "USAGE",
    where: `${where}: rank ${reducer.rank}`,
    expected: `the ${differing.join(", ")} of rank 0`,
    received: "others",
    hint,
  });
}

/**
 * Every process has to have the run that rank 0 has, on the same kernels.
 *
 * @param print the fingerprint of a checkpoint of this run: a JSON object
 * @throws CoupletError USAGE, on the ranks that differ
 */
export async function compareRuns(
  reducer: Reducer,
  where: string,
  print: string,
  device: Device,
  resume: Uint8Array | undefined,
): Promise<void> {
  const { simd, gemm } = await device.report();
  const parts = Object.entries(JSON.parse(print) as Readonly<Record<string, unknown>>);
  await compareWithFirst(reducer, where, {
    version,
    ...Object.fromEntries(parts.map(([name, part]) => [name, JSON.stringify(part)])),
    kernels: simd,
    "matrix product": gemm,
    checkpoint: resume ?? "none",
  });
}
