/**
 * jax-js: the whole training step, with Adam, compiled by one `jit`. In Node it runs on one thread.
 *
 * jax-js frees an array when it is passed on; `.ref` keeps it. Inside `jit` only tracers are counted, so references are taken freely.
 */

import { defaultDevice, init, jit, nn, numpy as np, random, valueAndGrad } from "@jax-js/jax";

import { readRows, serve } from "../../protocol.mjs";

const MIN_BIN = 1e-3;
const MIN_DERIVATIVE = 1e-3;

/** Scale and shift by tanh-clamped logits: [value, logDet per row]. */
function affine(raw, x, inverse) {
  const half = x.shape[1];
  const s = np.tanh(raw.ref.slice([], [0, half]).mul(0.5)).mul(2);
  const t = raw.slice([], [half, 2 * half]);
  const value = inverse ? x.sub(t).mul(np.exp(s.ref.neg())) : x.mul(np.exp(s.ref)).add(t);
  return [value, s.sum(1)];
}

/** Rational-quadratic spline with identity tails; the bin is found by comparing and summing. */
function spline(raw, x, { bins, bound, conditioner }, inverse) {
  const [rows, half] = x.shape;
  const logits = raw.reshape([rows, half, 3 * bins - 1]);
  const part = (from, to) => logits.ref.slice([], [], [from, to]);
  const share = (u) =>
    nn
      .softmax(u.mul(1 / Math.sqrt(conditioner.width)), -1)
      .mul(1 - MIN_BIN * bins)
      .add(MIN_BIN)
      .mul(2 * bound);
  const w = share(part(0, bins));
  const h = share(part(bins, 2 * bins));
  const left = np.cumsum(w.ref, -1).sub(w.ref).sub(bound);
  const low = np.cumsum(h.ref, -1).sub(h.ref).sub(bound);
  const inner = nn
    .softplus(part(2 * bins, 3 * bins - 1).add(Math.log(Math.expm1(1 - MIN_DERIVATIVE))))
    .add(MIN_DERIVATIVE);
  const one = np.ones([rows, half, 1]);
  const d0s = np.concatenate([one.ref, inner.ref], -1);
  const d1s = np.concatenate([inner.ref, one.ref], -1);
  const inside = x.ref.greater(-bound).mul(x.ref.less(bound));
  const clipped = np.clip(x.ref, -bound, bound - 1e-5).reshape([rows, half, 1]);
  const edge = inverse ? low : left;
  // A bin ends where the next begins, to the last bit: between two sums of widths a value could fall in no bin at all.
  const next = np.concatenate([edge.ref.slice([], [], [1, bins]), one.ref.mul(bound)], -1);
  const hit = clipped.ref.greaterEqual(edge.ref).mul(clipped.ref.less(next)).astype(np.float32);
  const pick = (values) => values.ref.mul(hit.ref).sum(-1);
  const [xk, wk, yk, hk, d0, d1] = [left, w, low, h, d0s, d1s].map(pick);
  const at = clipped.reshape([rows, half]);
  const s = hk.ref.div(wk.ref);
  const q = d0.ref.add(d1.ref).sub(s.ref.mul(2));
  let z;
  if (inverse) {
    const u = at.sub(yk.ref).div(hk.ref);
    const c = s.ref.mul(u.ref).neg();
    const b = d0.ref.sub(q.ref.mul(u));
    const a = s.ref.sub(b.ref);
    z = c.ref
      .mul(2)
      .div(b.ref.neg().sub(np.sqrt(np.maximum(b.ref.mul(b.ref).sub(a.mul(c).mul(4)), 0))));
  } else {
    z = at.sub(xk.ref).div(wk.ref);
  }
  const rest = z.ref.neg().add(1);
  const below = s.ref.add(q.ref.mul(z.ref).mul(rest.ref));
  const value = inverse
    ? xk.ref.add(z.ref.mul(wk.ref))
    : yk.ref.add(
        hk.ref.mul(s.ref.mul(z.ref).mul(z.ref).add(d0.ref.mul(z.ref).mul(rest.ref))).div(below.ref),
      );
  const slope = d1.ref
    .mul(z.ref)
    .mul(z.ref)
    .add(s.ref.mul(2).mul(z.ref).mul(rest.ref))
    .add(d0.ref.mul(rest.ref).mul(rest.ref));
  const logSlope = np.log(s.ref).mul(2).add(np.log(slope)).sub(np.log(below).mul(2));
  return [np.where(inside.ref, value, x), np.where(inside, logSlope, 0).sum(1)];
}

const linear = (x, [w, b]) => np.matmul(x, w.ref).add(b.ref);

function condition(layers, x, { conditioner }) {
  if (conditioner.kind === "mlp") {
    layers.forEach((layer, i) => {
      x = linear(x, layer);
      if (i < layers.length - 1) x = nn.relu(x);
    });
    return x;
  }
  x = linear(x, layers[0]);
  for (let i = 1; i < layers.length - 1; i += 2) {
    x = x.ref.add(linear(nn.relu(linear(nn.relu(x), layers[i])), layers[i + 1]));
  }
  return linear(x, layers.at(-1));
}

function couple(layers, frozen, moved, model, inverse) {
  const raw = condition(layers, frozen.ref, model);
  return model.transform === "affine"
    ? affine(raw, moved, inverse)
    : spline(raw, moved, model, inverse);
}

function logProb(parameters, x, model) {
  const dims = model.dims;
  const half = dims / 2;
  let total = np.zeros([x.shape[0]]);
  parameters.forEach(({ net, lu }, i) => {
    if (lu) {
      const [matrix, shift] = lu;
      const upper = np.triu(matrix.ref);
      const lower = np.tril(matrix.ref, -1).add(np.eye(dims));
      // jit refuses `take` and `diagonal` under a gradient: a product with a constant matrix says the same
      x = np.matmul(x, reorder(model.orders[i]));
      x = np.matmul(np.matmul(x, upper.transpose()), lower.transpose()).add(shift.ref);
      total = total.add(np.log(np.abs(matrix.ref.mul(np.eye(dims)).sum(1))).sum());
    }
    const first = x.ref.slice([], [0, half]);
    const second = x.slice([], [half, dims]);
    const [value, logDet] =
      i % 2 === 0
        ? couple(net, first, second, model, false)
        : couple(net, second, first, model, false);
    x = np.concatenate(i % 2 === 0 ? [first, value] : [value, second], 1);
    total = total.add(logDet);
  });
  return total.sub(np.square(x).sum(1).mul(0.5)).sub(0.5 * dims * Math.log(2 * Math.PI));
}

/** The matrix P with (x P)_j = x_order[j]. */
function reorder(order) {
  const dims = order.length;
  const entries = new Float32Array(dims * dims);
  order.forEach((from, to) => (entries[from * dims + to] = 1));
  return np.array(entries).reshape([dims, dims]);
}

/** What takes a row back through one LU layer, as one matrix: jit refuses triangular solves, so this is made once per run. */
function unmix(matrix, order) {
  const dims = order.length;
  const lower = np.tril(matrix.ref, -1).add(np.eye(dims));
  const product = np.matmul(lower, np.triu(matrix.ref));
  return np.matmul(np.linalg.inv(product).transpose(), reorder(order).transpose());
}

function decode(parameters, z, model, unmixers) {
  const dims = model.dims;
  const half = dims / 2;
  let x = z;
  for (let i = parameters.length - 1; i >= 0; i--) {
    const { net, lu } = parameters[i];
    const first = x.ref.slice([], [0, half]);
    const second = x.slice([], [half, dims]);
    const [value] =
      i % 2 === 0
        ? couple(net, first, second, model, true)
        : couple(net, second, first, model, true);
    x = np.concatenate(i % 2 === 0 ? [first, value] : [value, second], 1);
    if (lu) {
      x = np.matmul(x.sub(lu[1].ref), unmixers[i].ref);
    }
  }
  return x;
}

function layerSizes({ dims, conditioner, transform, bins }) {
  const half = dims / 2;
  const outputs = half * (transform === "affine" ? 2 : 3 * bins - 1);
  const { width } = conditioner;
  const inner = conditioner.kind === "mlp" ? conditioner.depth - 1 : 2 * conditioner.blocks;
  return [[half, width], ...Array.from({ length: inner }, () => [width, width]), [width, outputs]];
}

/** Uniform He-like weights; the last layer nearly neutral, as in every other peer. */
function fresh(model) {
  let state = 7;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
  return Array.from({ length: model.couplings }, () => ({
    net: layerSizes(model).map(([inputs, outputs], i, all) => {
      const scale = (i === all.length - 1 ? 0.01 : 1) / Math.sqrt(inputs);
      const weights = Float32Array.from({ length: inputs * outputs }, () => scale * uniform());
      return [np.array(weights).reshape([inputs, outputs]), np.zeros([outputs])];
    }),
    ...(model.linear === "lu" ? { lu: [np.eye(model.dims), np.zeros([model.dims])] } : {}),
  }));
}

const leaves = (tree) => tree.flatMap(({ net, lu }) => [...net.flat(), ...(lu ?? [])]);

/** The tree of `fresh` again, from its flat list of arrays. */
function grow(model, flat) {
  let at = 0;
  const depth = layerSizes(model).length;
  return Array.from({ length: model.couplings }, () => {
    const net = Array.from({ length: depth }, () => [flat[at++], flat[at++]]);
    return model.linear === "lu" ? { net, lu: [flat[at++], flat[at++]] } : { net };
  });
}

const keep = (arrays) => arrays.map((a) => a.ref);

class JaxJs {
  async setup(model, threads, data) {
    await init("wasm");
    defaultDevice("wasm");
    const rows = readRows(data);
    const { batch, dims, learningRate } = model;
    model.orders = Array.from({ length: model.couplings }, (_, i) =>
      Array.from({ length: dims }, (_, j) => (j * 5 + i) % dims),
    );
    this.cut = new Map();
    this.rows = rows;
    this.dims = dims;
    this.batch = batch;
    this.flat = leaves(fresh(model));
    const parameters = this.flat.reduce((sum, a) => sum + a.size, 0);
    this.m = this.flat.map((a) => np.zeros(a.shape));
    this.v = this.flat.map((a) => np.zeros(a.shape));
    this.t = np.array([0]);
    const loss = (flat, x) => logProb(grow(model, flat), x, model).mean().neg();
    this.step = jit((flat, m, v, t, x) => {
      const [value, gradient] = valueAndGrad(loss)(
        flat.map((a) => a.ref),
        x,
      );
      const next = t.add(1);
      const c1 = np.ones([1]).sub(np.exp(next.ref.mul(Math.log(0.9))));
      const c2 = np.ones([1]).sub(np.exp(next.ref.mul(Math.log(0.999))));
      const ms = m.map((a, i) => a.mul(0.9).add(gradient[i].ref.mul(0.1)));
      const vs = v.map((a, i) => a.mul(0.999).add(np.square(gradient[i]).mul(0.001)));
      const moved = flat.map((a, i) =>
        a.sub(
          ms[i].ref
            .div(c1.ref)
            .div(np.sqrt(vs[i].ref.div(c2.ref)).add(1e-8))
            .mul(learningRate),
        ),
      );
      return [moved, ms, vs, next, value];
    });
    this.score = jit((flat, x) => logProb(grow(model, flat), x, model));
    this.draw = jit((flat, unmixers, z) => decode(grow(model, flat), z, model, unmixers));
    this.unmixers = () =>
      grow(model, this.flat).flatMap(({ lu }, i) => (lu ? [unmix(lu[0], model.orders[i])] : []));
    this.key = random.key(7);
    return { parameters, version: "0.1.25" };
  }

  /** The data as arrays of `rows` rows, made once. */
  batches(rows) {
    if (!this.cut.has(rows)) {
      const size = rows * this.dims;
      const count = Math.floor(this.rows.length / size);
      this.cut.set(
        rows,
        Array.from({ length: count }, (_, i) =>
          np.array(this.rows.slice(i * size, (i + 1) * size)).reshape([rows, this.dims]),
        ),
      );
    }
    return this.cut.get(rows);
  }

  work = {
    train: async (iterations) => {
      const batches = this.batches(this.batch);
      let last;
      for (let i = 0; i < iterations; i++) {
        last?.dispose();
        [this.flat, this.m, this.v, this.t, last] = this.step(
          this.flat,
          this.m,
          this.v,
          this.t,
          batches[i % batches.length].ref,
        );
        await last.blockUntilReady();
      }
      return (await last.data())[0];
    },
    logProb: async (iterations, rows) => {
      const batches = this.batches(rows);
      let values;
      for (let i = 0; i < iterations; i++) {
        values = await this.score(keep(this.flat), batches[i % batches.length].ref).data();
      }
      return values.reduce((sum, x) => sum + x, 0) / rows;
    },
    sample: async (iterations, rows) => {
      const unmixers = this.unmixers();
      let values;
      for (let i = 0; i < iterations; i++) {
        const [next, use] = random.split(this.key);
        this.key = next;
        values = await this.draw(
          keep(this.flat),
          keep(unmixers),
          random.normal(use, [rows, this.dims]),
        ).data();
      }
      return values.reduce((sum, x) => sum + x, 0) / values.length;
    },
  };
}

await serve(new JaxJs());
