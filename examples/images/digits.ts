/**
 * A flow of handwritten digits given what they show: p(image | class). It draws digits of each class, and reads others by
 * argmax_y p(image | y). It writes examples/out/digits.png (a column for each class: real digits above, drawn ones below), and prints
 * bits per dimension and the share of the held-out digits that it reads rightly.
 *
 *   npm run example -- images/digits [IMAGES LABELS [MINUTES]]
 *
 * IMAGES and LABELS are idx files, gzipped or not; without them it takes the 500 digits that ship with the repository, too few for
 * good samples. `npm run example -- images/digits train-images-idx3-ubyte.gz train-labels-idx1-ubyte.gz 20` takes all of MNIST.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import {
  encodePng,
  fitImages,
  imageGrid,
  imageSource,
  readImages,
  readLabels,
} from "couplet/images";

const quick = process.argv.includes("--quick");
const [
  imageFile = "examples/data/digits.idx.gz",
  labelFile = "examples/data/digits-labels.idx.gz",
  minutes = "1",
] = process.argv.slice(2).filter((argument) => argument !== "--quick");

const images = await readImages(readFileSync(imageFile), imageFile);
const labels = await readLabels(readFileSync(labelFile), images.count, labelFile);
const size = images.shape.reduce((product, side) => product * side, 1);

// The last images are read by the model, and the others train it.
const apart = Math.min(quick ? 20 : 500, Math.floor(images.count / 5));
const known = images.count - apart;
const source = imageSource(
  {
    ...images,
    count: known,
    data: images.data.subarray(0, known * size),
    labels: labels.subarray(0, known),
  },
  imageFile,
);

const model = await fitImages(source, {
  given: true,
  ...(quick ? { size: "small", passes: 1 } : { maxMinutes: Number(minutes) }),
  samples: quick ? 1 : 8,
  onEvent(event) {
    if (event.type === "epoch") {
      const bits = event.best.validationLoss / (size * Math.LN2);
      process.stderr.write(
        `epoch ${event.epoch} of ${event.epochs}: ${bits.toFixed(3)} bits/dim\n`,
      );
    }
  },
});
const { bits, standardError, samples } = model.record.heldOut;
console.log(
  `p(image | class): ${bits.toFixed(3)} bits/dim (${samples} samples), standard error ${standardError.toFixed(3)}`,
);

const { predicted } = await model.score(images.data.subarray(known * size), { samples: 2 });
const right = predicted!.filter((digit, i) => digit === labels[known + i]).length;
console.log(
  `argmax p(image | class) reads ${right} of ${apart} held-out digits rightly (${((100 * right) / apart).toFixed(1)} %)`,
);

// A column for each class: the first real images of it, then draws.
const classes = model.record.classes.length;
const [realRows, drawnRows] = [2, 6];
const real = Array.from({ length: realRows * classes }, (_, place) => {
  const ofClass = [...labels.keys()].filter((i) => labels[i] === place % classes);
  const image = ofClass[Math.floor(place / classes)]!;
  return images.data.subarray(image * size, (image + 1) * size);
});
const drawn = await model.sample(drawnRows * classes, { seed: 1, temperature: 0.8 });
const { data, shape } = imageGrid(Buffer.concat([...real, drawn]), images.shape, classes);
mkdirSync("examples/out", { recursive: true });
writeFileSync("examples/out/digits.png", await encodePng(data, shape));
console.log("examples/out/digits.png: real digits in the upper two rows, draws below");
model.dispose();
