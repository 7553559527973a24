/** The models every participant builds, and the matrix products that one training step of each is made of. */

/** Who builds flows of images; the other peers have none. */
const imagePeers = ["couplet", "couplet-wasm", "nflows", "normflows"];

/**
 * @typedef {object} BenchModel
 * @property {string} name
 * @property {string} title
 * @property {number} dims
 * @property {number} couplings
 * @property {string} transform
 * @property {number} bins
 * @property {number} bound
 * @property {number} batch
 * @property {number} learningRate
 * @property {string} linear
 * @property {{ kind: string, width: number, depth?: number, blocks?: number }} conditioner
 * @property {readonly number[]} [shape] Height, width, channels of images of bytes.
 * @property {number} [scales]
 * @property {number} [steps] Steps of each scale.
 * @property {readonly string[]} [peers] Who builds it; everyone where it is missing.
 */

const common = { couplings: 8, bins: 8, bound: 3, batch: 512, learningRate: 5e-4, linear: "none" };
const mlp = (width) => ({ kind: "mlp", width, depth: 2 });

/** @type {BenchModel[]} */
export const models = [
  {
    ...common,
    name: "affine-64",
    title: "affine, dims 64 / hidden 256 x 2",
    dims: 64,
    transform: "affine",
    conditioner: mlp(256),
  },
  {
    ...common,
    name: "spline-64",
    title: "spline, dims 64 / hidden 256 x 2",
    dims: 64,
    transform: "rationalQuadratic",
    conditioner: mlp(256),
  },
  {
    ...common,
    name: "affine-8",
    title: "affine, dims 8 / hidden 64 x 2",
    dims: 8,
    transform: "affine",
    conditioner: mlp(64),
  },
  {
    ...common,
    name: "spline-8",
    title: "spline, dims 8 / hidden 64 x 2",
    dims: 8,
    transform: "rationalQuadratic",
    conditioner: mlp(64),
  },
  {
    ...common,
    name: "power",
    title: "POWER (RQ-NSF(C)), dims 6 / 2 residual blocks of 256",
    dims: 6,
    couplings: 10,
    transform: "rationalQuadratic",
    linear: "lu",
    conditioner: { kind: "residual", width: 256, blocks: 2 },
  },
  {
    ...common,
    name: "glow-cifar",
    title: "Glow-like, images 32 x 32 x 3, 3 scales of 8 steps",
    dims: 32 * 32 * 3,
    shape: [32, 32, 3],
    scales: 3,
    steps: 8,
    couplings: 24,
    batch: 64,
    transform: "affine",
    conditioner: { kind: "convolutional", width: 64 },
    peers: imagePeers,
  },
  {
    ...common,
    name: "nsf-image",
    title: "NSF of images 32 x 32 x 3, 3 scales of 7 steps, 3 residual blocks of 96",
    dims: 32 * 32 * 3,
    shape: [32, 32, 3],
    scales: 3,
    steps: 7,
    couplings: 21,
    bins: 4,
    batch: 64,
    transform: "rationalQuadratic",
    conditioner: { kind: "residualConvolutional", width: 96, blocks: 3 },
    peers: imagePeers,
  },
];

/**
 * @param {string} name
 * @returns {BenchModel}
 */
export function modelNamed(name) {
  const found = models.find((model) => model.name === name);
  if (found === undefined)
    throw new Error(`expected one of ${models.map((m) => m.name).join(", ")}, got ${name}`);
  return found;
}

/** [inputs, outputs] of each linear layer of one coupling's conditioner. */
export function layerSizes({ dims, conditioner, transform, bins }) {
  const half = dims / 2;
  const { width } = conditioner;
  const inner = conditioner.kind === "mlp" ? conditioner.depth - 1 : 2 * conditioner.blocks;
  const outputs = half * (transform === "affine" ? 2 : 3 * bins - 1);
  return [[half, width], ...Array.from({ length: inner }, () => [width, width]), [width, outputs]];
}

/**
 * Multiplications and additions in the matrix products of one training step: forward, weight gradient and input
 * gradient of every linear layer, less the input gradient of the very first one (the data need none).
 */
export function stepFlops(model) {
  const perCoupling = layerSizes(model).reduce(
    (sum, [inputs, outputs]) => sum + inputs * outputs,
    0,
  );
  const [inputs, outputs] = layerSizes(model)[0];
  const unneeded = model.linear === "none" ? inputs * outputs : 0;
  return 2 * model.batch * (3 * model.couplings * perCoupling - unneeded);
}

/**
 * A table with correlations, skew and some rows outside a spline's box, standardised: the same for everyone.
 * Numbers from a linear congruential generator, so that every run and every machine has the same rows.
 */
export function makeRows(dims, rows) {
  let state = 12345;
  const uniform = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) + 0.5) / 2 ** 32;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const data = new Float32Array(rows * dims);
  for (let r = 0; r < rows; r++) {
    let previous = 0;
    for (let d = 0; d < dims; d++) {
      const e = normal();
      previous = 0.6 * previous + 0.8 * (d % 3 === 0 ? e * (1 + 0.3 * Math.abs(previous)) : e);
      data[r * dims + d] = d % 4 === 1 ? Math.sinh(0.8 * previous) : previous;
    }
  }
  for (let d = 0; d < dims; d++) {
    let sum = 0;
    let squares = 0;
    for (let r = 0; r < rows; r++) {
      sum += data[r * dims + d];
      squares += data[r * dims + d] ** 2;
    }
    const mean = sum / rows;
    const deviation = Math.sqrt(squares / rows - mean * mean);
    for (let r = 0; r < rows; r++) data[r * dims + d] = (data[r * dims + d] - mean) / deviation;
  }
  return data;
}

/** Rows of a model's data: images are wide. @param {BenchModel} model */
export const rowsOf = (model) => (model.shape === undefined ? 32_768 : 512);

/**
 * Images of bytes as numbers: a few waves of random direction and phase for each channel, and noise; the same for everyone.
 *
 * @param {readonly number[]} shape
 * @param {number} count
 */
export function makeImages([height = 1, width = 1, channels = 1], count) {
  let state = 12345;
  const uniform = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) + 0.5) / 2 ** 32;
  const data = new Float32Array(count * height * width * channels);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const waves = Array.from({ length: channels * 3 }, () =>
      [0.5, 0.5, 6.28, 40].map((size) => size * uniform()),
    );
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++) {
          let value = 128 + 16 * (uniform() - 0.5);
          for (const [a, b, phase, size] of waves.slice(3 * c, 3 * c + 3))
            value += size * Math.sin(a * y + b * x + phase);
          data[at++] = Math.max(0, Math.min(255, Math.floor(value)));
        }
  }
  return data;
}

/** The data of a model. @param {BenchModel} model */
export const makeData = (model) =>
  model.shape === undefined
    ? makeRows(model.dims, rowsOf(model))
    : makeImages(model.shape, rowsOf(model));

/** Conditioners of 256 and wider. */
export const isWide = ({ conditioner: { width } }) => width >= 256;

/** A model whose calls are little but matrix products: wide, and without splines. */
export const isProducts = (model) => isWide(model) && model.transform === "affine";
