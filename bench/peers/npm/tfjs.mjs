/**
 * TensorFlow.js on its WebAssembly backend: eager operations on a tape. (`tfjs-node` fetches its native library in an install script.)
 */

import tf from "@tensorflow/tfjs";
import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";

import { readRows, serve, Unsupported } from "../../protocol.mjs";

const MIN_BIN = 1e-3;
const MIN_DERIVATIVE = 1e-3;

function affine(raw, x, inverse) {
  const [logits, t] = tf.split(raw, 2, 1);
  const s = tf.mul(tf.tanh(tf.mul(logits, 0.5)), 2);
  const value = inverse ? tf.mul(tf.sub(x, t), tf.exp(tf.neg(s))) : tf.add(tf.mul(x, tf.exp(s)), t);
  return [value, tf.sum(s, 1)];
}

/** 1 where low <= x < high, else 0. Comparisons have no gradient function here, so the zero gradient is written out. */
const within = tf.customGrad((x, low, high) => ({
  value: tf.cast(tf.logicalAnd(tf.greaterEqual(x, low), tf.less(x, high)), "float32"),
  gradFunc: () => [x, low, high].map((t) => tf.zerosLike(t)),
}));

/** Rational-quadratic spline with identity tails; the bin is found by comparing and summing. */
function spline(raw, x, { bins, bound, conditioner }, inverse) {
  const [rows, half] = x.shape;
  const [wu, hu, du] = tf.split(
    tf.reshape(raw, [rows, half, 3 * bins - 1]),
    [bins, bins, bins - 1],
    2,
  );
  const share = (u) =>
    tf.mul(
      tf.add(
        tf.mul(tf.softmax(tf.div(u, Math.sqrt(conditioner.width))), 1 - MIN_BIN * bins),
        MIN_BIN,
      ),
      2 * bound,
    );
  const w = share(wu);
  const h = share(hu);
  const left = tf.sub(tf.cumsum(w, 2, true), bound);
  const low = tf.sub(tf.cumsum(h, 2, true), bound);
  const inner = tf.add(
    tf.softplus(tf.add(du, Math.log(Math.expm1(1 - MIN_DERIVATIVE)))),
    MIN_DERIVATIVE,
  );
  const one = tf.ones([rows, half, 1]);
  const inside = within(x, tf.scalar(-bound), tf.scalar(bound));
  const clipped = tf.clipByValue(x, -bound, bound - 1e-5);
  const edge = inverse ? low : left;
  // A bin ends where the next begins, to the last bit: between two sums of widths a value could fall in no bin at all.
  const next = tf.concat(
    [tf.slice(edge, [0, 0, 1], [rows, half, bins - 1]), tf.fill([rows, half, 1], bound)],
    2,
  );
  const spread = tf.reshape(clipped, [rows, half, 1]);
  const hit = within(spread, edge, next);
  const pick = (values) => tf.sum(tf.mul(values, hit), 2);
  const [xk, wk, yk, hk] = [left, w, low, h].map(pick);
  const d0 = pick(tf.concat([one, inner], 2));
  const d1 = pick(tf.concat([inner, one], 2));
  const s = tf.div(hk, wk);
  const q = tf.sub(tf.add(d0, d1), tf.mul(s, 2));
  let z;
  if (inverse) {
    const u = tf.div(tf.sub(clipped, yk), hk);
    const c = tf.neg(tf.mul(s, u));
    const b = tf.sub(d0, tf.mul(q, u));
    const a = tf.sub(s, b);
    z = tf.div(
      tf.mul(c, 2),
      tf.sub(tf.neg(b), tf.sqrt(tf.maximum(tf.sub(tf.mul(b, b), tf.mul(tf.mul(a, c), 4)), 0))),
    );
  } else {
    z = tf.div(tf.sub(clipped, xk), wk);
  }
  const rest = tf.sub(1, z);
  const both = tf.mul(z, rest);
  const below = tf.add(s, tf.mul(q, both));
  const zz = tf.mul(z, z);
  const value = inverse
    ? tf.add(xk, tf.mul(z, wk))
    : tf.add(yk, tf.div(tf.mul(hk, tf.add(tf.mul(s, zz), tf.mul(d0, both))), below));
  const slope = tf.addN([
    tf.mul(d1, zz),
    tf.mul(tf.mul(s, 2), both),
    tf.mul(d0, tf.mul(rest, rest)),
  ]);
  const logSlope = tf.sub(tf.add(tf.mul(tf.log(s), 2), tf.log(slope)), tf.mul(tf.log(below), 2));
  return [tf.add(x, tf.mul(inside, tf.sub(value, x))), tf.sum(tf.mul(inside, logSlope), 1)];
}

const relu = (x) => tf.relu(x);
const linear = (x, [w, b]) => tf.add(tf.matMul(x, w), b);

function condition(layers, x) {
  layers.forEach((layer, i) => {
    x = linear(x, layer);
    if (i < layers.length - 1) x = relu(x);
  });
  return x;
}

/**
 * One coupling on the two halves: the moved half's new value and the log-determinant per row. What it made on the way is freed at
 * once (a tape keeps what it needs): 16,384 rows of all couplings together do not fit in the backend's memory.
 */
function couple(layers, frozen, moved, model, inverse) {
  return tf.tidy(() => {
    const raw = condition(layers, frozen);
    return model.transform === "affine"
      ? affine(raw, moved, inverse)
      : spline(raw, moved, model, inverse);
  });
}

function logProb(nets, x, model) {
  let [first, second] = tf.split(x, 2, 1);
  let total = tf.zeros([x.shape[0]]);
  nets.forEach((net, i) => {
    const [value, logDet] =
      i % 2 === 0
        ? couple(net, first, second, model, false)
        : couple(net, second, first, model, false);
    if (i % 2 === 0) second = value;
    else first = value;
    total = tf.add(total, logDet);
  });
  const square = tf.add(tf.sum(tf.square(first), 1), tf.sum(tf.square(second), 1));
  return tf.sub(tf.sub(total, tf.mul(square, 0.5)), 0.5 * model.dims * Math.log(2 * Math.PI));
}

function decode(nets, z, model) {
  let [first, second] = tf.split(z, 2, 1);
  for (let i = nets.length - 1; i >= 0; i--) {
    const [value] =
      i % 2 === 0
        ? couple(nets[i], first, second, model, true)
        : couple(nets[i], second, first, model, true);
    if (i % 2 === 0) second = value;
    else first = value;
  }
  return tf.concat([first, second], 1);
}

function fresh({ dims, conditioner, transform, bins, couplings }) {
  const { width, depth } = conditioner;
  const sizes = [
    dims / 2,
    ...Array.from({ length: depth }, () => width),
    (dims / 2) * (transform === "affine" ? 2 : 3 * bins - 1),
  ];
  return Array.from({ length: couplings }, (_, k) =>
    sizes.slice(1).map((outputs, i) => {
      const bound = (i === depth ? 0.01 : 1) / Math.sqrt(sizes[i]);
      return [
        tf.variable(
          tf.randomUniform([sizes[i], outputs], -bound, bound, "float32", 7 + k * 10 + i),
        ),
        tf.variable(tf.zeros([outputs])),
      ];
    }),
  );
}

class Tfjs {
  async setup(model, threads, data) {
    if (model.conditioner.kind !== "mlp" || model.linear !== "none")
      throw new Unsupported("measured on the MLP models only");
    setThreadsCount(threads);
    await tf.setBackend("wasm");
    await tf.ready();
    this.model = model;
    this.rows = readRows(data);
    this.nets = fresh(model);
    this.adam = tf.train.adam(model.learningRate);
    this.cut = new Map();
    const parameters = this.nets.flat(2).reduce((sum, v) => sum + v.size, 0);
    return { parameters, version: tf.version.tfjs };
  }

  batches(rows) {
    if (!this.cut.has(rows)) {
      const size = rows * this.model.dims;
      const count = Math.floor(this.rows.length / size);
      this.cut.set(
        rows,
        Array.from({ length: count }, (_, i) =>
          tf.tensor2d(this.rows.slice(i * size, (i + 1) * size), [rows, this.model.dims]),
        ),
      );
    }
    return this.cut.get(rows);
  }

  work = {
    train: async (iterations) => {
      const batches = this.batches(this.model.batch);
      let value;
      for (let i = 0; i < iterations; i++) {
        const loss = this.adam.minimize(
          () => tf.neg(tf.mean(logProb(this.nets, batches[i % batches.length], this.model))),
          true,
        );
        value = loss.dataSync()[0];
        loss.dispose();
      }
      return value;
    },
    logProb: async (iterations, rows) => {
      const batches = this.batches(rows);
      let values;
      for (let i = 0; i < iterations; i++)
        values = tf.tidy(() =>
          logProb(this.nets, batches[i % batches.length], this.model).dataSync(),
        );
      return values.reduce((sum, x) => sum + x, 0) / rows;
    },
    sample: async (iterations, rows) => {
      let values;
      for (let i = 0; i < iterations; i++) {
        values = tf.tidy(() =>
          decode(this.nets, tf.randomNormal([rows, this.model.dims]), this.model).dataSync(),
        );
      }
      return values.reduce((sum, x) => sum + x, 0) / values.length;
    },
  };
}

await serve(new Tfjs());
