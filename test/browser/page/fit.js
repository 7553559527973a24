// A short training, saved and read back: the same parameters wherever it runs.
import {
  FlowModel,
  alternating,
  coupling,
  fit,
  flow,
  mlp,
  modelToBytes,
  rationalQuadratic,
  repeat,
} from "couplet";
import { numbers } from "./numbers.js";

const dims = 3;
const rows = 600;

export async function run({ threads }) {
  const spec = flow({
    dims,
    layers: repeat(2, (i) =>
      coupling({
        mask: alternating(i),
        transform: rationalQuadratic({ bins: 6 }),
        conditioner: mlp({ width: 32, dropout: 0.1 }),
      }),
    ),
  });
  // A curve with noise about it, by products only.
  const t = numbers(rows, 1);
  const noise = numbers(rows * dims, 2);
  const x = Float32Array.from({ length: rows * dims }, (_, i) => {
    const u = t[Math.floor(i / dims)];
    return [u, u * u, u * u * u][i % dims] + noise[i] / 8;
  });
  // The page's own thread stays free: its timers go on while the workers train.
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const losses = [];
  const model = await fit(spec, x, {
    epochs: 4,
    seed: 5,
    threads,
    blas: false,
    relaxedSimd: false,
    onEpoch: (event) => losses.push([event.trainLoss, event.validationLoss]),
  });
  clearInterval(timer);
  const bytes = modelToBytes(model);
  const again = await FlowModel.fromBytes(bytes, { threads, blas: false, relaxedSimd: false });
  try {
    const logProb = Array.from(await model.logProb(x));
    const readBack = Array.from(await again.logProb(x));
    return {
      turned: turns > 0,
      losses,
      parameters: Array.from(model.parameters),
      logProb,
      readBackEqual: readBack.every((value, i) => Object.is(value, logProb[i])),
    };
  } finally {
    model.dispose();
    again.dispose();
  }
}
