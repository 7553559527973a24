/** One row of the contracts. */

/** `ours`, `peer` and `ratio` may be undefined where nothing was measured. */
export function row(contract, ours, peer, ratio, bar, holds = ratio >= bar) {
  const known = Number.isFinite(ratio);
  return {
    contract,
    ours: ours ?? null,
    peer: peer ?? null,
    ratio: known ? ratio : null,
    bar,
    holds: known && holds,
  };
}

export const threadWord = (count) => `${count} ${count === 1 ? "thread" : "threads"}`;
