/**
 * The receptive field of couplings of checkerboards, as it grows with depth: how much the latent value in the middle of an image
 * depends on each pixel, measured by gradients, and the square that the formula (`receptiveField`) gives. It writes
 * examples/out/receptive-field.png, and prints the radius by both for each depth.
 *
 *   npm run example -- flows/receptive-field
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { checkerboard, convolutional, coupling, createModel, flow, repeat } from "couplet";
import { encodePng, receptiveField } from "couplet/images";
import { jacobian } from "couplet/inspect";

const quick = process.argv.includes("--quick");
const side = quick ? 11 : 25;
const depths = quick ? [1, 2] : [1, 2, 4, 6];
const middle = (side - 1) / 2;

/** Pixels of the picture in one of the image, and between two panels. */
const [zoom, gap] = [9, 12];
const panel = side * zoom;
const width = depths.length * (panel + gap) - gap;
const picture = new Uint8Array(panel * width * 3).fill(255);

/** A gradient of so many orders of magnitude below the largest is the palest blue; 0 is white. */
const ORDERS = 8;

function paint(x: number, y: number, colour: readonly number[]): void {
  picture.set(colour, (y * width + x) * 3);
}

for (const [k, depth] of depths.entries()) {
  const spec = flow({
    shape: [side, side, 1],
    // The last coupling moves the middle, whatever the depth.
    layers: repeat(depth, (i) =>
      coupling({
        mask: checkerboard((depth - i) % 2),
        conditioner: convolutional({ width: 4, activation: "tanh" }),
      }),
    ),
  });
  const model = await createModel(spec, { threads: 1 });
  // A fresh flow is the identity: other parameters show what it can depend on.
  model.setParameters(model.parameters.map((value, i) => value + 0.15 * Math.sin(12.9 * i + 1)));
  const image = Float64Array.from({ length: side * side }, (_, i) => 0.5 * Math.sin(1.7 * i));
  const { matrix, dims } = await jacobian(model, image);
  model.dispose();

  const row = middle * side + middle;
  const gradient = matrix.subarray(row * dims, (row + 1) * dims).map(Math.abs);
  const most = Math.max(...gradient);
  const { radius } = receptiveField(spec).at(-1)!;
  let measured = 0;
  for (const [pixel, value] of gradient.entries()) {
    const [y, x] = [Math.floor(pixel / side), pixel % side];
    if (value > 0) measured = Math.max(measured, Math.abs(y - middle), Math.abs(x - middle));
    const strength = value === 0 ? 0 : Math.max(0.08, 1 + Math.log10(value / most) / ORDERS);
    const colour = [255 - 240 * strength, 255 - 165 * strength, 255 - 75 * strength];
    for (let a = 0; a < zoom; a++)
      for (let b = 0; b < zoom; b++) paint(k * (panel + gap) + x * zoom + b, y * zoom + a, colour);
  }
  // The square of the formula, as far as the image goes.
  const [low, high] = [
    Math.max(0, middle - radius) * zoom,
    Math.min(side, middle + radius + 1) * zoom - 1,
  ];
  for (let i = low; i <= high; i++)
    for (const edge of [low, low + 1, high - 1, high]) {
      paint(k * (panel + gap) + i, edge, [213, 94, 0]);
      paint(k * (panel + gap) + edge, i, [213, 94, 0]);
    }
  console.log(
    `${depth} couplings: radius ${radius} by the formula, ${measured} by gradients${radius > middle ? " (the image ends there)" : ""}`,
  );
}

mkdirSync("examples/out", { recursive: true });
writeFileSync("examples/out/receptive-field.png", await encodePng(picture, [panel, width, 3]));
console.log("wrote examples/out/receptive-field.png");
