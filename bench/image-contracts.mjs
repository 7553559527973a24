/** The contracts of convolutions and of reversible networks, from the results of `convolution.mjs` and `reversible.mjs`. */

import { row } from "./contract-row.mjs";

/** Each shape, forward and with both gradients, against PyTorch's `conv2d`. */
export function convolutionRows({ convolutions = [] }) {
  return convolutions.flatMap(({ side, inputs, outputs, forward, gradients }) =>
    [
      ["forward", forward],
      ["with both gradients", gradients],
    ].map(([what, { ours, products, torch }]) =>
      row(
        `must: convolution ${what}, GFLOP/s, ${side} x ${side}, ${inputs} -> ${outputs}, 1 thread (${((100 * ours) / products).toFixed(0)} % of its matrix products' rate), times PyTorch's`,
        ours,
        torch,
        ours / torch,
        1,
      ),
    ),
  );
}

/** Activation bytes, time and gradients of reversible networks. */
export function networkRows({ networks = [] }) {
  const rows = [];
  for (const kind of ["RevNet", "DenseNet"]) {
    const ours = networks.filter((n) => n.network === kind);
    const first = ours[0];
    if (first === undefined) continue;
    const last = ours.at(-1);
    const flat = last.rebuilt.bytes / first.rebuilt.bytes;
    rows.push(
      row(
        `must: ${kind}, rebuilt activations, MB, ${last.units} units (ours) against ${first.units} (peer), at most times`,
        last.rebuilt.bytes / 1e6,
        first.rebuilt.bytes / 1e6,
        flat,
        1.05,
        flat <= 1.05,
      ),
    );
    for (const { units, stored, rebuilt, gradients, peers = [] } of ours) {
      const worst = Math.max(gradients.atBirth, gradients.trained);
      const ratio = rebuilt.ms / stored.ms;
      rows.push(
        row(
          `must: ${kind} of ${units} units, processor ms a step, rebuilt (ours) against stored (peer), at most times`,
          rebuilt.ms,
          stored.ms,
          ratio,
          1.4,
          ratio <= 1.4,
        ),
        row(
          `must: ${kind} of ${units} units, gradients rebuilt against stored, largest relative difference of a tensor, at most`,
          worst,
          null,
          worst,
          1e-4,
          worst <= 1e-4,
        ),
      );
      for (const { name, mode, ms } of peers) {
        const mine = mode === "stored" ? stored : rebuilt;
        rows.push(
          row(
            `must: ${kind} of ${units} units, processor ms a step, ${mode}, times faster than ${name}`,
            mine.ms,
            ms,
            ms / mine.ms,
            1,
          ),
        );
      }
    }
  }
  return rows;
}
