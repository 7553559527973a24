/**
 * JSON lines between the benchmark's frame and one of its processes, as in `peers/protocol.py`.
 *
 * A participant has `setup(model, threads, data)`, which returns `{ parameters, version }`, and a table `work` of
 * functions `(iterations, rows) => value`, or `=> { value, iterations }`, that end only when the results are really there.
 */

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** The library has no such model; the frame leaves the figure out by name. */
export class Unsupported extends Error {}

/** The largest resident set of this process so far, in bytes. */
export const peakBytes = () => process.resourceUsage().maxRSS * 1024;

/** The rows that every participant trains on: float32, row-major. */
export function readRows(path) {
  const bytes = readFileSync(path);
  return new Float32Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  );
}

async function answer(participant, request, state) {
  if (request.cmd === "setup") {
    const made = await participant.setup(
      request.model,
      request.threads,
      request.data,
      request.options ?? {},
    );
    state.setupBytes = peakBytes();
    return made;
  }
  if (request.cmd === "run") {
    const work = participant.work[request.what];
    if (!work) throw new Unsupported(`no ${request.what}`);
    const start = performance.now();
    const before = process.cpuUsage();
    const result = await work(request.iterations, request.rows);
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(before);
    // work that ends at a slice of its own says how much it did
    return {
      seconds,
      processorSeconds: (user + system) / 1e6,
      iterations: result?.iterations ?? request.iterations,
      value: result?.value ?? result ?? null,
    };
  }
  if (request.cmd === "memory") return { peakBytes: peakBytes(), setupBytes: state.setupBytes };
  throw new Error(`unknown command: ${request.cmd}`);
}

/** Answers requests until standard input ends. */
export async function serve(participant) {
  const state = {};
  for await (const line of createInterface({ input: process.stdin })) {
    let reply;
    try {
      reply = await answer(participant, JSON.parse(line), state);
    } catch (error) {
      reply =
        error instanceof Unsupported
          ? { unsupported: error.message }
          : { error: String(error?.message ?? error) };
    }
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
  await participant.close?.();
}
