/** Folders and files of images that cannot be one set of images, each with its own words. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodePng } from "couplet/images";
import { afterAll, beforeAll, expect, test } from "vitest";
import { areImages } from "./image-kind.ts";
import { openImages } from "./open-images.ts";

let folder: string;
const at = (name: string) => path.join(folder, name);
const png = (side: number, channels: 1 | 3, value = 0) =>
  encodePng(new Uint8Array(side * side * channels).fill(value), [side, side, channels]);
const idx = (axes: readonly number[], bytes: readonly number[]) => {
  const head = Buffer.alloc(4 + 4 * axes.length);
  head.set([0, 0, 8, axes.length]);
  axes.forEach((axis, k) => head.writeUInt32BE(axis, 4 + 4 * k));
  return Buffer.concat([head, Buffer.from(bytes)]);
};

async function put(files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(path.dirname(at(name)), { recursive: true });
    await writeFile(at(name), bytes);
  }
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "couplet-images-"));
  const [small, large, colour] = [await png(4, 1), await png(6, 1), await png(4, 3)];
  await put({
    "sizes/a.png": small,
    "sizes/b.png": large,
    "kinds/a.png": small,
    "kinds/b.png": colour,
    "both/a.png": small,
    "both/class/b.png": small,
    "jpeg/a.jpg": "x",
    "classes/two/b.png": await png(4, 1, 2),
    "classes/one/a.png": await png(4, 1, 1),
    "classes/one/.hidden.png": "x",
    "classes/empty/notes.txt": "x",
    "tables/a.csv": "a,b\n1,2\n",
    "three.idx": idx([3, 1, 1], [1, 2, 3]),
    "wide.idx": idx([1, 1, 2], [1, 2]),
    "cut.idx": idx([3, 2, 2], [1, 2, 3]),
    "labels.idx": idx([3], [0, 5, 1]),
    "two-labels.idx": idx([2], [0, 1]),
    "a.csv": "a,b\n1,2\n",
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  ["sizes", /b\.png: expected 4 x 4 pixels of grey, as .*a\.png has, got 6 x 6 pixels of grey/],
  ["kinds", /b\.png: expected 4 x 4 pixels of grey, as .*a\.png has, got 4 x 4 pixels of colours/],
  [
    "both",
    /both: expected PNG files in the folder, or in folders of their classes below it, got both/,
  ],
  ["jpeg", /jpeg: expected PNG files, got images of other formats\. Convert them/],
  ["cut.idx", /expected 3 x 2 x 2 = 12 bytes .* got 3\. The file is truncated/],
])("%s is refused", async (name, words) => {
  expect(await areImages([at(name)])).toBe(true);
  await expect(openImages([at(name)], undefined, () => undefined)).rejects.toThrow(words);
});

test("files of several sizes are refused", async () => {
  const attempt = openImages([at("three.idx"), at("wide.idx")], undefined, () => undefined);
  await expect(attempt).rejects.toThrow(
    /wide\.idx: expected images of 1 x 1 x 1, .* got 1 x 2 x 1/,
  );
});

test("folders are classes, by their names", async () => {
  const source = await openImages([at("classes")], "class", () => undefined);
  expect([source.count, source.shape, source.classes, [...(source.labels as Int32Array)]]).toEqual([
    2,
    [4, 4, 1],
    ["one", "two"],
    [0, 1],
  ]);
  expect([...(await source.read([1, 0]))]).toEqual([...Array(16).fill(2), ...Array(16).fill(1)]);
});

test("labels are one per image, of a file or of the images themselves", async () => {
  const open = (given: string) => openImages([at("three.idx")], given, () => undefined);
  const source = await open(at("labels.idx"));
  expect(source.classes).toEqual(["0", "1", "2", "3", "4", "5"]);
  await expect(open(at("two-labels.idx"))).rejects.toThrow(
    /expected 3 labels, one per image, got 2/,
  );
  await expect(open(at("a.csv"))).rejects.toThrow(
    /--given: expected an idx file of labels, or class/,
  );
  await expect(open("class")).rejects.toThrow(/--given: expected images with classes/);
});

test("tables, and folders of tables, are not images", async () => {
  for (const name of ["a.csv", "tables", "nowhere"])
    expect(await areImages([at(name)])).toBe(false);
});
