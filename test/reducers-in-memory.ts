/** Ranks in one process, without MPI. */
import type { Reducer, StepSums } from "couplet";

/** Sums by the binary tree over ranks. */
function tree<T>(parts: readonly T[], add: (a: T, b: T) => T): T {
  if (parts.length === 1) return parts[0]!;
  const half = parts.length / 2;
  return add(tree(parts.slice(0, half), add), tree(parts.slice(half), add));
}

/** Reducers of ranks in one process: a round ends when every rank has given its part. */
export function reducersInMemory(
  ranks: number,
  disturb: (gradient: Float32Array, rank: number, round: number) => void = () => {},
): Reducer[] {
  let parts: unknown[] = [];
  let waiting: { resolve(parts: unknown[]): void; reject(error: Error): void }[] = [];
  let left: Error | undefined;
  const meet = (rank: number, part: unknown) =>
    new Promise<unknown[]>((resolve, reject) => {
      if (left !== undefined) {
        reject(left);
        return;
      }
      parts[rank] = part;
      waiting.push({ resolve, reject });
      if (waiting.length < ranks) return;
      const [all, those] = [parts, waiting];
      [parts, waiting] = [[], []];
      for (const one of those) one.resolve(all);
    });
  return Array.from({ length: ranks }, (_, rank): Reducer => {
    let round = 0;
    return {
      rank,
      ranks,
      async reduce(gradient, sums) {
        const all = (await meet(rank, { gradient: gradient.slice(), sums })) as {
          gradient: Float32Array;
          sums: StepSums;
        }[];
        const sum = tree(
          all.map((one) => one.gradient),
          (a, b) => a.map((value, i) => value + b[i]!),
        );
        gradient.set(sum);
        disturb(gradient, rank, round++);
        return {
          loss: tree(
            all.map((one) => one.sums.loss),
            (a, b) => a + b,
          ),
          drift: Math.max(...all.map((one) => one.sums.drift)),
          verdict: all[0]!.sums.verdict,
        };
      },
      async broadcast(value) {
        return ((await meet(rank, value)) as number[])[0]!;
      },
      leave(reason) {
        left ??= new Error(`rank ${rank} has left: ${reason}`);
        for (const one of waiting) one.reject(left);
        waiting = [];
      },
    };
  });
}
