/**
 * A deep reversible network reads handwritten digits. Its backward pass rebuilds the activations from the output, so that their memory
 * does not grow with depth. It prints the bytes of both ways for two depths, trains the deep one, and writes
 * examples/out/deep-network.png: the held-out digits of which the network is least sure, those that it misreads in red.
 *
 *   npm run example -- images/deep-network [IMAGES LABELS]
 *
 * IMAGES and LABELS are idx files, gzipped or not; without them it takes the 500 digits that ship with the repository.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { encodePng, imageGrid, readImages, readLabels } from "couplet/images";
import { describeNetwork, fitClassifier, revNet } from "couplet/reversible";

const quick = process.argv.includes("--quick");
const [
  imageFile = "examples/data/digits.idx.gz",
  labelFile = "examples/data/digits-labels.idx.gz",
] = process.argv.slice(2).filter((argument) => argument !== "--quick");

const images = await readImages(readFileSync(imageFile), imageFile);
const labels = await readLabels(readFileSync(labelFile), images.count, labelFile);
const size = images.shape.reduce((product, side) => product * side, 1);
const known = images.count - Math.min(1000, Math.floor(images.count / 5));

const units = quick ? 1 : 9;
const network = revNet({ shape: images.shape, classes: 10, channels: [8, 16, 32], units });
const { memory } = await describeNetwork(network, [units, 3 * units]);
for (const { units: depth, store, reversible } of memory)
  console.log(
    `${depth} units a stage: ${inMegabytes(store)} of activations stored, ${inMegabytes(reversible)} rebuilt`,
  );

const model = await fitClassifier(
  network,
  images.data.subarray(0, known * size),
  labels.subarray(0, known),
  {
    memory: "reversible",
    epochs: quick ? 1 : images.count > 10_000 ? 2 : 40,
    batch: 32,
    augment: { shift: 2 },
    onEvent(event) {
      if (event.type === "epoch")
        process.stderr.write(
          `epoch ${event.epoch} of ${event.epochs}: ${(100 * event.accuracy).toFixed(1)} % of the validation digits\n`,
        );
    },
  },
);
const heldOut = images.data.subarray(known * size);
const truth = labels.subarray(known);
const { accuracy, negativeLogLikelihood, calibrationError } = await model.evaluate(heldOut, truth);
console.log(
  `${(100 * accuracy).toFixed(1)} % of ${truth.length} held-out digits read rightly, ` +
    `${negativeLogLikelihood.toFixed(3)} nats a digit, calibration error ${(100 * calibrationError).toFixed(1)} %`,
);

const { probabilities, classes } = await model.predict(heldOut);
const sureness = Array.from(classes, (digit, i) => probabilities[10 * i + digit]!);
const leastSure = [...sureness.keys()].sort((i, j) => sureness[i]! - sureness[j]!).slice(0, 40);
for (const i of leastSure.slice(0, 5))
  console.log(`a ${truth[i]} read as ${classes[i]}, probability ${sureness[i]!.toFixed(2)}`);

// Grey on white; red where the network misreads.
const pictures = leastSure.map((i) =>
  Uint8Array.from({ length: 3 * size }, (_, k) => {
    const ink = heldOut[i * size + Math.floor(k / 3)]!;
    return classes[i] !== truth[i] && k % 3 === 0 ? 255 : 255 - ink;
  }),
);
const [height, width] = images.shape;
const { data, shape } = imageGrid(Buffer.concat(pictures), [height, width, 3], 10);
mkdirSync("examples/out", { recursive: true });
writeFileSync("examples/out/deep-network.png", await encodePng(data, shape));
console.log("examples/out/deep-network.png: the 40 least sure, the misread ones in red");
model.dispose();

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
