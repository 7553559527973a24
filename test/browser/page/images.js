// A flow of 28 x 28 images, trained for a few steps, scored and sampled: the same wherever it runs.
import { fit } from "couplet";
import { bitsPerDim, glow } from "couplet/images";

const side = 28;
const count = 80;

/** A bright bar on black in each image, upright or level. */
function bars() {
  const images = new Uint8Array(count * side * side);
  for (let r = 0; r < count; r++) {
    const at = (r * 5) % side;
    for (let k = 0; k < side; k++) {
      const pixel = r % 2 === 0 ? at * side + k : k * side + at;
      images[r * side * side + pixel] = 200 + (r % 50);
    }
  }
  return images;
}

export async function run({ threads }) {
  const images = bars();
  const spec = glow({ shape: [side, side, 1], steps: 1, width: 8 });
  const losses = [];
  const model = await fit(spec, images, {
    epochs: 2,
    batch: 16,
    threads,
    blas: false,
    relaxedSimd: false,
    learningRate: 3e-3,
    onEpoch: (event) => losses.push(event.validationLoss),
  });
  const { bits, constant } = await bitsPerDim(model, images.subarray(0, 20 * side * side), {
    samples: 2,
  });
  const samples = await model.sample(4, { seed: 3 });
  const inRange = samples.every((value) => Number.isInteger(value) && value >= 0 && value <= 255);
  const result = {
    losses,
    bits,
    constant,
    drawn: samples.length / (side * side),
    inRange,
    parameters: Array.from(model.parameters.slice(0, 200)),
  };
  model.dispose();
  return result;
}
