/** The command on classifiers: fit, predict, inspect, and the refusals of other verbs. */
import { writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stripedImages } from "../../../test/striped-images.ts";
import type { Workplace } from "./spawn-couplet.ts";
import { openWorkplace } from "./spawn-couplet.ts";

let place: Workplace;
const count = 240;

function idx(axes: readonly number[], data: Uint8Array): Buffer {
  const head = Buffer.alloc(4 + 4 * axes.length);
  head.set([0, 0, 8, axes.length]);
  axes.forEach((axis, k) => head.writeUInt32BE(axis, 4 + 4 * k));
  return Buffer.concat([head, data]);
}

beforeAll(async () => {
  place = await openWorkplace();
  const { images, labels } = stripedImages(count, 1);
  await writeFile(place.path("stripes.idx.gz"), gzipSync(idx([count, 8, 8], images)));
  await writeFile(place.path("labels.idx"), idx([count], labels));
});
afterAll(() => place.remove());

const usual = ["--epochs", "12", "--batch", "16", "--learning-rate", "0.01", "--units", "1"];

it("a classifier is fitted, predicts and is inspected; score and sample refuse it", async () => {
  const fitted = await place.couplet(
    "fit",
    "stripes.idx.gz",
    "--classify",
    "labels.idx",
    "--rebuild",
    ...usual,
  );
  expect(fitted).toMatchObject({ code: 0, out: "" });
  expect(fitted.err).toMatch(
    /^192 images to train on, 24 to choose the epoch by; [\d,]+ parameters/,
  );
  expect(fitted.err).toMatch(
    /wrote stripes.couplet .*\naccuracy [\d.]+ %, [\d.]+ nats\/image, calibration error [\d.]+ % on 24 held-out images\n$/,
  );

  const predicted = await place.couplet(
    "predict",
    "stripes.couplet",
    "stripes.idx.gz",
    "--labels",
    "labels.idx",
  );
  expect(predicted.code).toBe(0);
  const [head, ...rows] = predicted.out.trimEnd().split("\n");
  expect(head).toBe("image,class,p_0,p_1,p_2");
  expect(rows).toHaveLength(count);
  const first = rows[0]!.split(",").map(Number);
  expect(first[2]! + first[3]! + first[4]!).toBeCloseTo(1, 4);
  const accuracy = Number(/accuracy ([\d.]+) %/.exec(predicted.err)![1]);
  expect(accuracy).toBeGreaterThan(85);

  const json = await place.couplet(
    "predict",
    "stripes.couplet",
    "stripes.idx.gz",
    "--labels",
    "labels.idx",
    "--json",
  );
  const answer = JSON.parse(json.out) as Record<string, unknown>;
  expect(answer).toMatchObject({ schemaVersion: 1, model: "stripes.couplet", rows: count });
  expect(100 * (answer["metrics"] as { accuracy: number }).accuracy).toBeCloseTo(accuracy, 1);

  const inspected = await place.couplet("inspect", "stripes.couplet");
  expect(inspected.out).toMatch(/^classifier of 8 x 8 x 1 images, 3 classes/);
  expect(inspected.out).toMatch(
    /27 units a stage \(162 couplings\): [\d.]+ MB stored, [\d.]+ MB rebuilt/,
  );
  expect(inspected.out).toMatch(/trained on 192 images: 12 epochs/);

  for (const words of [
    ["score", "stripes.couplet", "stripes.idx.gz"],
    ["sample", "stripes.couplet"],
  ]) {
    const refused = await place.couplet(...words);
    expect(refused.code).not.toBe(0);
    expect(refused.err).toMatch(
      /expected a flow, which has densities and samples, got a classifier. couplet predict/,
    );
  }
});

it("refuses what does not belong together", async () => {
  const of = async (...words: string[]) => (await place.couplet(...words)).err;
  await writeFile(place.path("table.csv"), "a,b\n1,2\n3,4\n");
  expect(await of("fit", "table.csv", "--classify", "labels.idx")).toMatch(
    /--classify: expected images/,
  );
  expect(await of("fit", "stripes.idx.gz", "--network", "densenet")).toMatch(
    /--network: expected --classify beside it/,
  );
  expect(await of("fit", "stripes.idx.gz", "--classify", "class")).toMatch(
    /--classify: expected images with classes/,
  );
  expect(await of("fit", "stripes.idx.gz", "--classify", "labels.idx", "--bits", "5")).toMatch(
    /--bits: expected a flow of images/,
  );
  expect(await of("predict", "table.csv", "stripes.idx.gz")).toMatch(/expected a classifier/);
});
