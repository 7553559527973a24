/**
 * The contracts as rows `{ contract, ours, peer, ratio, bar, holds }`, from measured figures.
 *
 * A contract's text begins with `must` or `aim` and says what `ours` and `peer` are. `ratio` stands against `bar`: at least it,
 * or, where the text says "at most", at most it. What was not measured is null, and does not hold.
 */

import { convolutionRows, networkRows } from "./image-contracts.mjs";
import { row } from "./contract-row.mjs";

const OURS = "couplet";
const WASM = "couplet-wasm";

export function contractRows({ models, threads, sizes, figures, extra, most }) {
  const rows = [];
  const one = (name, model, count, what, size) =>
    figures.find(
      (f) =>
        f.name === name &&
        f.label === undefined &&
        f.model === model &&
        f.threads === count &&
        f.what === what &&
        f.rows === size,
    );

  /** A peer may use fewer threads than the row allows when that is faster. */
  const best = (names, model, count, what, size) =>
    figures
      .filter(
        (f) =>
          names(f) &&
          f.label === undefined &&
          f.model === model &&
          f.threads <= count &&
          f.what === what &&
          f.rows === size,
      )
      .sort((a, b) => a.seconds - b.seconds)[0];
  const torch = (f) => f.group === "torch";
  const peer = (f) => f.group === "torch" || f.group === "js";
  const named = (name) => (f) => f.name === name;

  const milliseconds = (f) => f && f.seconds * 1e3;
  const rate = (f) => f && f.rows / f.seconds;

  const step = (must, text, model, count, name, names, bar) => {
    const mine = one(name, model.name, count, "train", undefined);
    const other = best(names, model.name, count, "train", undefined);
    const who = names === peer || names === torch ? ` (${other?.name ?? "none measured"})` : "";
    rows.push(
      row(
        `${must}: training step, ms, ${model.title}, ${threadWord(count)}, ${text}${who}`,
        milliseconds(mine),
        milliseconds(other),
        mine && other && other.seconds / mine.seconds,
        bar,
      ),
    );
  };

  for (const model of models.filter(({ shape }) => shape !== undefined)) {
    for (const count of threads) {
      const text = "times faster than every peer, here the fastest";
      step("must", text, model, count, OURS, torch, 1);
      const lead = model.transform === "affine" ? 2 : 1.3;
      step("aim", "times faster than the fastest PyTorch library", model, count, OURS, torch, lead);
      for (const what of ["logProb", "sample"]) {
        const ours = one(OURS, model.name, count, what, model.batch);
        const other = best(torch, model.name, count, what, model.batch);
        rows.push(
          row(
            `must: ${what}, images/s in calls of ${model.batch}, ${model.title}, ${threadWord(count)}, times the fastest peer (${other?.name ?? "none measured"})`,
            rate(ours),
            rate(other),
            ours && other && rate(ours) / rate(other),
            1,
          ),
        );
      }
    }
  }
  for (const model of models.filter(({ shape }) => shape === undefined)) {
    for (const count of threads) {
      const mine = one(OURS, model.name, count, "train", undefined);
      const floor = one("GEMM floor", model.name, count, "train", undefined);
      const share = { "affine-64": 0.6, "spline-64": 0.5 }[model.name];
      if (share !== undefined) {
        rows.push(
          row(
            `must: training step, ms, ${model.title}, ${threadWord(count)}, share of the GEMM floor reached`,
            milliseconds(mine),
            milliseconds(floor),
            mine && floor && floor.seconds / mine.seconds,
            share,
          ),
        );
      }
      const lead = { "affine-8": 4, "spline-8": 8, "spline-64": 4, "affine-64": 1.2 }[model.name];
      step("must", "times faster than every peer, here the fastest", model, count, OURS, peer, 1);
      if (lead !== undefined)
        step(
          "must",
          "times faster than the fastest PyTorch library",
          model,
          count,
          OURS,
          torch,
          lead,
        );
      step("aim", "times faster than flowjax", model, count, OURS, named("flowjax"), 1);
      if (["spline-64", "spline-8", "affine-8"].includes(model.name)) {
        step(
          "must",
          "WebAssembly alone, times faster than the fastest PyTorch library",
          model,
          count,
          WASM,
          torch,
          1,
        );
      }
      step(
        "must",
        "WebAssembly alone, times faster than jax-js",
        model,
        count,
        WASM,
        named("jax-js"),
        3,
      );
      for (const what of ["logProb", "sample"]) {
        for (const size of sizes) {
          const ours = one(OURS, model.name, count, what, size);
          for (const [must, names, bar, text] of [
            ["must", peer, 2, "the fastest peer"],
            ["aim", named("flowjax"), 1, "flowjax"],
          ]) {
            const other = best(names, model.name, count, what, size);
            const who = must === "must" && other ? `${text} (${other.name})` : text;
            rows.push(
              row(
                `${must}: ${what}, rows/s in calls of ${size} rows, ${model.title}, ${threadWord(count)}, times ${who}`,
                rate(ours),
                rate(other),
                ours && other && rate(ours) / rate(other),
                bar,
              ),
            );
          }
        }
      }
    }
    if (most >= 2) {
      const two = one(OURS, model.name, 2, "train", undefined);
      const alone = figures.find(
        (f) =>
          f.name === OURS &&
          f.label === "one thread" &&
          f.model === model.name &&
          f.what === "train",
      );
      const bar = model.conditioner.width >= 256 ? 1.8 : 1.4;
      rows.push(
        row(
          `must: training step, ms, ${model.title}, 2 threads (ours) against 1 (peer), times faster`,
          milliseconds(two),
          milliseconds(alone),
          two && alone && alone.seconds / two.seconds,
          bar,
        ),
      );
    }
  }
  rows.push(
    ...convolutionRows(extra),
    ...networkRows(extra),
    ...memoryRows({ models, threads, figures }),
    ...reversibleRows(figures, extra),
    ...onceRows(extra),
  );
  return rows;
}

const threadWord = (count) => `${count} ${count === 1 ? "thread" : "threads"}`;

/** Largest resident set of the whole process: less than the smallest peer's. */
function memoryRows({ models, threads, figures }) {
  const rows = [];
  for (const model of models) {
    const count = threads.at(-1);
    const all = figures.filter(
      (f) =>
        f.what === "memory" &&
        f.label === undefined &&
        f.model === model.name &&
        f.threads <= count,
    );
    const ours = all.find((f) => f.name === OURS && f.threads === count);
    const peers = all
      .filter((f) => f.group === "torch" || f.group === "js")
      .sort((a, b) => a.peakBytes - b.peakBytes);
    if (!ours && peers.length === 0) continue;
    const least = peers[0];
    rows.push(
      row(
        `aim: peak memory of the process, MB, ${model.title}, times less than the smallest peer (${least?.name ?? "none measured"})`,
        ours && ours.peakBytes / 1e6,
        least && least.peakBytes / 1e6,
        ours && least && least.peakBytes / ours.peakBytes,
        1,
      ),
    );
  }
  return rows;
}

function reversibleRows(figures, extra) {
  const rows = [];
  const { activationBytes, gradientError } = extra;
  rows.push(
    row(
      "must: reversible mode, peak activation bytes at 64 layers (ours) against 8 (peer), at most times",
      activationBytes?.deep,
      activationBytes?.shallow,
      activationBytes && activationBytes.deep / activationBytes.shallow,
      1.05,
      activationBytes && activationBytes.deep / activationBytes.shallow <= 1.05,
    ),
  );
  const stored = figures.filter((f) => f.label === "store" && f.what === "train");
  for (const store of stored) {
    const reversible = figures.find(
      (f) => f.label === "reversible" && f.what === "train" && f.model === store.model,
    );
    if (!reversible) continue;
    const ratio = reversible.seconds / store.seconds;
    rows.push(
      row(
        `must: training step, ms, ${store.model}, reversible mode (ours) against store mode (peer), at most times`,
        reversible.seconds * 1e3,
        store.seconds * 1e3,
        ratio,
        1.45,
        ratio <= 1.45,
      ),
    );
  }
  if (stored.length === 0)
    rows.push(
      row(
        "must: training step, reversible mode against store mode, at most times",
        null,
        null,
        NaN,
        1.45,
      ),
    );
  rows.push(
    row(
      "must: reversible mode, largest relative difference of the gradients from store mode, at most",
      gradientError,
      null,
      gradientError,
      1e-4,
      gradientError <= 1e-4,
    ),
  );
  return rows;
}

/** What is measured once, in processes of their own. */
function onceRows({ roundTrip, startMs, bundleBytes }) {
  const atMost = (contract, value, bar) =>
    row(contract, value, null, value ?? NaN, bar, value <= bar);
  return [
    atMost(
      "must: decode(encode(x)) of a trained default model, float32, 99.9th percentile of the error, at most",
      roundTrip?.percentile,
      1e-4,
    ),
    atMost(
      "must: decode(encode(x)) of the same model, float64 reference, largest error, at most",
      roundTrip?.reference,
      1e-10,
    ),
    atMost("must: import and a first logProb, ms, at most", startMs, 150),
    atMost(
      "must: browser bundle of couplet, gzip, kernels included, kB, at most",
      bundleBytes && bundleBytes / 1000,
      120,
    ),
  ];
}
