/** The contracts of convolutions and of reversible networks, from the results of `convolution.mjs` and `reversible.mjs`. */

import { row, threadWord } from "./contract-row.mjs";
import { isTorch, measuredIn } from "./contracts.mjs";

/** Every contract of images: training, calls, convolutions, reversible networks. */
export function imageRows({ models, threads, figures, extra }) {
  const measured = measuredIn(figures);
  return [
    ...models
      .filter(({ shape }) => shape !== undefined)
      .flatMap((model) => threads.flatMap((count) => flowRows(measured, model, count))),
    ...convolutionRows(extra),
    ...networkRows(extra),
  ];
}

/** A flow of images beside the fastest PyTorch library that builds it, in training and in calls of a batch. */
function flowRows({ one, best }, model, count) {
  return ["train", "logProb", "sample"].map((what) => {
    const rows = what === "train" ? undefined : model.batch;
    const ours = one("couplet", model, count, what, rows);
    const other = best(isTorch, model, count, what, rows);
    const about =
      what === "train" ? "training step, ms" : `${what}, images/s in calls of ${model.batch}`;
    const shown = (f) => f && (rows === undefined ? f.seconds * 1e3 : rows / f.seconds);
    return row(
      `${about}, ${model.title}, ${threadWord(count)}, times faster than the fastest peer (${other?.name ?? "none measured"})`,
      shown(ours),
      shown(other),
      ours && other && other.seconds / ours.seconds,
      1,
    );
  });
}

/** Each shape, forward and with both gradients, against PyTorch's `conv2d`. */
function convolutionRows({ convolutions = [] }) {
  return convolutions.flatMap(({ side, inputs, outputs, forward, gradients }) =>
    [
      ["forward", forward],
      ["with both gradients", gradients],
    ].map(([what, { ours, products, torch }]) =>
      row(
        `convolution ${what}, GFLOP/s, ${side} x ${side}, ${inputs} -> ${outputs}, 1 thread (${((100 * ours) / products).toFixed(0)} % of its matrix products' rate), times PyTorch's`,
        ours,
        torch,
        ours / torch,
        1,
      ),
    ),
  );
}

/** Activation bytes, time and gradients of reversible networks. */
function networkRows({ networks = [] }) {
  const rows = [];
  for (const kind of ["RevNet", "DenseNet"]) {
    const ours = networks.filter((n) => n.network === kind);
    const first = ours[0];
    if (first === undefined) continue;
    const last = ours.at(-1);
    const flat = last.rebuilt.bytes / first.rebuilt.bytes;
    rows.push(
      row(
        `${kind}, rebuilt activations, MB, ${last.units} units (ours) against ${first.units} (peer), at most times`,
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
          `${kind} of ${units} units, processor ms a step, rebuilt (ours) against stored (peer), at most times`,
          rebuilt.ms,
          stored.ms,
          ratio,
          1.4,
          ratio <= 1.4,
        ),
        row(
          `${kind} of ${units} units, gradients rebuilt against stored, largest relative difference of a tensor, at most`,
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
            `${kind} of ${units} units, processor ms a step, ${mode}, times faster than ${name}`,
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
