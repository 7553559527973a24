/**
 * The contracts as rows `{ contract, ours, peer, ratio, bar, holds }`, from measured figures: those of docs/design.md, and no others. Flows of images have
 * theirs in image-contracts.mjs.
 *
 * `ratio` stands against `bar`: at least it, or, where the contract's text says "at most", at most it. What was not measured is null, and does not hold.
 */

import { row, threadWord } from "./contract-row.mjs";
import { isProducts, isWide } from "./models.mjs";

const OURS = "couplet";
const WASM = "couplet-wasm";

/** Share of the GEMM floor that a training step reaches. */
const FLOOR_SHARE = { "affine-64": 0.8, "spline-64": 0.7 };
/** Times the fastest PyTorch library in training. */
const TORCH_LEAD = { "affine-8": 4, "spline-8": 8, "spline-64": 4, "affine-64": 1.2 };
/** Models whose training step is ahead of PyTorch's with WebAssembly alone. */
const WASM_AHEAD = ["spline-64", "spline-8", "affine-8"];
/** Times flowjax in training, and times the fastest peer, flowjax among them, in calls. */
const [FLOWJAX_LEAD, CALL_LEAD] = [1.5, 1.5];
/** Share of the matrix products' own rate that calls reach where the products are the limit. */
const PRODUCTS_SHARE = 0.8;

export function contractRows({ models, threads, sizes, figures, extra, most }) {
  const flows = models.filter(({ shape }) => shape === undefined);
  const measured = measuredIn(figures);
  return [
    ...flows.flatMap((model) => [
      ...threads.flatMap((count) => [
        ...trainingRows(measured, model, count),
        ...["logProb", "sample"].flatMap((what) =>
          sizes.map((size) => callRow(measured, model, count, what, size)),
        ),
      ]),
      ...(most >= 2 ? [twoThreadsRow(measured, model)] : []),
    ]),
    ...reversibleRows(figures, extra),
    ...onceRows(extra),
  ];
}

/** Figures by what they are of. */
export function measuredIn(figures) {
  const plain = figures.filter((f) => f.label === undefined);
  return {
    one: (name, model, count, what, size) =>
      plain.find(
        (f) =>
          f.name === name &&
          f.model === model.name &&
          f.threads === count &&
          f.what === what &&
          f.rows === size,
      ),
    /** A peer may use fewer threads than the row allows when that is faster. */
    best: (isPeer, model, count, what, size) =>
      plain
        .filter(
          (f) =>
            isPeer(f) &&
            f.model === model.name &&
            f.threads <= count &&
            f.what === what &&
            f.rows === size,
        )
        .sort((a, b) => a.seconds - b.seconds)[0],
    labelled: (label, model) =>
      figures.find(
        (f) => f.name === OURS && f.label === label && f.model === model.name && f.what === "train",
      ),
  };
}

export const isTorch = (f) => f.group === "torch";
const isPeer = (f) => f.group !== "ours" && f.group !== "floor";
const isNamed = (name) => (f) => f.name === name;

const milliseconds = (f) => f && f.seconds * 1e3;
const rate = (f) => f && f.rows / f.seconds;

function trainingRows({ one, best }, model, count) {
  const floor = one("GEMM floor", model, count, "train");
  const against = (name, text, other, bar) => {
    const mine = one(name, model, count, "train");
    return row(
      `training step, ms, ${model.title}, ${threadWord(count)}, ${text}`,
      milliseconds(mine),
      milliseconds(other),
      mine && other && other.seconds / mine.seconds,
      bar,
    );
  };
  const peer = best(isPeer, model, count, "train");
  const torch = best(isTorch, model, count, "train");
  const jaxJs = best(isNamed("jax-js"), model, count, "train");
  const flowjax = best(isNamed("flowjax"), model, count, "train");
  const torchText = `times faster than the fastest PyTorch library (${nameOf(torch)})`;
  const [share, lead] = [FLOOR_SHARE[model.name], TORCH_LEAD[model.name]];
  return [
    share !== undefined && against(OURS, "share of the GEMM floor reached", floor, share),
    against(OURS, `times faster than every peer, here the fastest (${nameOf(peer)})`, peer, 1),
    against(OURS, "times faster than flowjax", flowjax, FLOWJAX_LEAD),
    lead !== undefined && against(OURS, torchText, torch, lead),
    WASM_AHEAD.includes(model.name) && against(WASM, `WebAssembly alone, ${torchText}`, torch, 1),
    against(WASM, "WebAssembly alone, times faster than jax-js", jaxJs, 3),
  ].filter((one) => one !== false);
}

function callRow({ one, best }, model, count, what, size) {
  const ours = one(OURS, model, count, what, size);
  const about = `${what}, rows/s in calls of ${size} rows, ${model.title}, ${threadWord(count)}`;
  const against = (text, other, bar) =>
    row(
      `${about}, ${text}`,
      rate(ours),
      rate(other),
      ours && other && rate(ours) / rate(other),
      bar,
    );
  if (isProducts(model))
    return against(
      "share of the matrix products' own rate",
      one("GEMM floor", model, count, what, size),
      PRODUCTS_SHARE,
    );
  const peer = best(isPeer, model, count, what, size);
  return against(`times the fastest peer (${nameOf(peer)})`, peer, CALL_LEAD);
}

function twoThreadsRow({ one, labelled }, model) {
  const two = one(OURS, model, 2, "train");
  const alone = labelled("one thread", model);
  return row(
    `training step, ms, ${model.title}, 2 threads (ours) against 1 (peer), times faster`,
    milliseconds(two),
    milliseconds(alone),
    two && alone && alone.seconds / two.seconds,
    isWide(model) ? 1.8 : 1.4,
  );
}

const nameOf = (f) => f?.name ?? "none measured";

function reversibleRows(figures, extra) {
  const rows = [];
  const { activationBytes, gradientError } = extra;
  rows.push(
    row(
      "reversible mode, peak activation bytes at 64 layers (ours) against 8 (peer), at most times",
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
        `training step, ms, ${store.model}, reversible mode (ours) against store mode (peer), at most times`,
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
        "training step, reversible mode against store mode, at most times",
        null,
        null,
        NaN,
        1.45,
      ),
    );
  rows.push(
    row(
      "reversible mode, largest relative difference of the gradients from store mode, at most",
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
      "decode(encode(x)) of a trained default model, float32, 99.9th percentile of the error, at most",
      roundTrip?.percentile,
      1e-4,
    ),
    atMost(
      "decode(encode(x)) of the same model, float64 reference, largest error, at most",
      roundTrip?.reference,
      1e-10,
    ),
    atMost("import and a first logProb, ms, at most", startMs, 150),
    atMost(
      "browser bundle of couplet, gzip, kernels included, kB, at most",
      bundleBytes && bundleBytes / 1000,
      120,
    ),
  ];
}
