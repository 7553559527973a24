/** The command on images: fit, sample, score and inspect, with and without classes, stopped and resumed. */
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { decodePng, encodePng, readImages } from "couplet/images";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Workplace } from "./spawn-couplet.ts";
import { openWorkplace } from "./spawn-couplet.ts";

let place: Workplace;
const [count, side] = [120, 8];

/** Images of two classes: a bright line across, or one down, at a place of its own, on a noisy ground. */
function lines(): { readonly data: Buffer; readonly labels: Buffer } {
  const data = Buffer.alloc(count * side * side);
  const labels = Buffer.alloc(count);
  let state = 1;
  const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
  for (let i = 0; i < count; i++) {
    const [label, at] = [i % 2, Math.floor(side * random())];
    labels[i] = label;
    for (let p = 0; p < side * side; p++) {
      const isOn = (label === 0 ? Math.floor(p / side) : p % side) === at;
      data[i * side * side + p] = Math.floor(random() * 20) + (isOn ? 200 : 0);
    }
  }
  return { data, labels };
}

function idx(axes: readonly number[], data: Buffer): Buffer {
  const head = Buffer.alloc(4 + 4 * axes.length);
  head.set([0, 0, 8, axes.length]);
  axes.forEach((axis, k) => head.writeUInt32BE(axis, 4 + 4 * k));
  return Buffer.concat([head, data]);
}

const quick = ["--size", "small", "--batch", "32", "--samples", "2"];

beforeAll(async () => {
  place = await openWorkplace();
  const { data, labels } = lines();
  await writeFile(place.path("lines.idx.gz"), gzipSync(idx([count, side, side], data)));
  await writeFile(place.path("labels.idx"), idx([count], labels));
  for (const name of ["across", "down"])
    await mkdir(place.path(`lines/${name}`), { recursive: true });
  for (let i = 0; i < count; i++) {
    const image = data.subarray(i * side * side, (i + 1) * side * side);
    const folder = labels[i] === 0 ? "across" : "down";
    await writeFile(
      place.path(`lines/${folder}/${i}.png`),
      await encodePng(image, [side, side, 1]),
    );
  }
});
afterAll(() => place.remove());

describe("images", () => {
  it("are fitted, drawn, scored and inspected", async () => {
    const fitted = await place.couplet("fit", "lines.idx.gz", "--epochs", "12", ...quick);
    expect(fitted).toMatchObject({ code: 0, out: "" });
    expect(fitted.err).toMatch(
      /^pyramid, small: 96 images to train on, 12 to choose the epoch by, 12 held out; 12\.0 passes in 12 epochs/,
    );
    const figure =
      /(\d\.\d{3}) bits\/dim \(2 samples\) \+- \d\.\d{3} on 12 held-out images\n$/.exec(fitted.err);
    // Untrained, values between 0 and 255 take 8 bits and more; the ground alone has 20 values.
    expect(Number(figure?.[1])).toBeLessThan(8);

    const grid = await place.couplet("sample", "lines.couplet", "-n", "5", "-o", "grid.png");
    expect(grid).toMatchObject({ code: 0, out: "" });
    // Three columns and two rows of 8, a pixel of white between them.
    const { shape } = await decodePng(await readFile(place.path("grid.png")), "grid.png");
    expect(shape).toEqual([17, 26, 1]);
    await place.couplet("sample", "lines.couplet", "-n", "3", "-o", "each/", "--seed", "4");
    expect(await readdir(place.path("each"))).toEqual(["0001.png", "0002.png", "0003.png"]);
    await place.couplet("sample", "lines.couplet", "-n", "3", "-o", "three.npy", "--seed", "4");
    const three = await readImages(await readFile(place.path("three.npy")));
    expect([three.count, three.shape]).toEqual([3, [side, side, 1]]);
    const second = await decodePng(await readFile(place.path("each/0002.png")), "each");
    expect([...second.data]).toEqual([...three.data.subarray(64, 128)]);

    const scored = await place.couplet("score", "lines.couplet", "lines.idx.gz", "--lowest", "2");
    const [head, first, other, ...rest] = scored.out.trim().split("\n");
    expect([head, rest]).toEqual(["image,bits_per_dim,nats", []]);
    const [, bits, nats] = first!.split(",").map(Number);
    expect(bits).toBeGreaterThanOrEqual(Number(other!.split(",")[1]));
    expect(-nats! / 64 / Math.LN2).toBeCloseTo(bits!, 4);
    expect(scored.err).toMatch(/120 images scored .*\n\d\.\d{3} bits\/dim \(1 sample\) \+- /);

    const seen = await place.couplet("inspect", "lines.couplet");
    expect(seen.out).toMatch(/^images of 8 x 8 x 1 in 256 levels: pyramid, small/);
    expect(seen.out).toMatch(/: 0 of 6,400 values come back as others/);
  });

  it("given labels have classes, and score names the class that fits best", async () => {
    const args = ["lines.idx.gz", "--given", "labels.idx", "-o", "given.couplet"];
    const fitted = await place.couplet("fit", ...args, "--epochs", "40", ...quick, "--json");
    expect(JSON.parse(fitted.out)).toMatchObject({ classes: ["0", "1"], images: count });
    // Folders bring the truth along, under names of their own.
    const folder = await place.couplet(
      "fit",
      "lines",
      "--given",
      "class",
      "-o",
      "named.couplet",
      "--epochs",
      "40",
      ...quick,
    );
    expect(folder.code).toBe(0);
    const scored = await place.couplet("score", "named.couplet", "lines", "--json");
    const result = JSON.parse(scored.out) as { accuracy: number; scores: { class: string }[] };
    // By chance half of them; a line across and one down are easily told apart.
    expect(result.accuracy).toBeGreaterThan(0.8);
    expect(new Set(result.scores.map((row) => row.class))).toEqual(new Set(["across", "down"]));
    const page = await place.couplet(
      "report",
      "named.couplet",
      "--data",
      "lines",
      "--json",
      "-o",
      "p.html",
    );
    const report = JSON.parse(page.out) as Record<
      string,
      { length: number; kind?: string; bits?: number }
    >;
    expect(report["evaluated"]).toMatchObject({ kind: "held-out", images: 12, of: count });
    expect(report["score"]).toMatchObject({ samples: 8 });
    expect(report["leastLikely"]!.length).toBe(10);
    const html = await readFile(place.path("p.html"), "utf8");
    // Grids of real images and samples, twenty ranked ones, five interpolations and temperatures, and the history.
    expect(html.match(/src="data:image\/png;base64,/g)!.length).toBeGreaterThanOrEqual(
      2 + 20 + 5 + 5,
    );
    const drawn = await place.couplet(
      "sample",
      "named.couplet",
      "--given",
      "class=down",
      "-o",
      "d.npy",
    );
    expect(drawn.code).toBe(0);
    const unknown = await place.couplet(
      "sample",
      "named.couplet",
      "--given",
      "class=up",
      "-o",
      "u.npy",
    );
    expect(unknown.err).toMatch(/expected class=NAME with one of across, down, got class=up/);
  });

  it("stopped, go on to the same bits, with the plan that they began with", async () => {
    const args = ["fit", "lines.idx.gz", "--epochs", "30", ...quick];
    const whole = await place.couplet(...args, "-o", "whole.couplet");
    expect(whole.code).toBe(0);
    let sent = false;
    const stopped = await place.start([...args, "-o", "part.couplet"], {
      onErr: (text, child) => {
        if (!sent && text.includes("epoch 3/30")) sent = child.kill("SIGINT");
      },
    });
    expect(stopped.code).toBe(130);
    expect(stopped.err).toMatch(/interrupted: part\.couplet is the best model so far/);
    const other = await place.couplet(...args, "-o", "part.couplet", "--resume", "--seed", "2");
    expect(other.err).toMatch(/resume: expected the images and options .* got other seed/);
    const resumed = await place.couplet(...args, "-o", "part.couplet", "--resume");
    expect(resumed.code).toBe(0);
    const draw = async (model: string) => {
      await place.couplet("sample", model, "-n", "4", "--seed", "1", "-o", `${model}.npy`);
      return readFile(place.path(`${model}.npy`));
    };
    expect(await draw("part.couplet")).toEqual(await draw("whole.couplet"));
  });

  it("and tables refuse each other's options and models", async () => {
    await writeFile(place.path("table.csv"), "a,b\n1,2\n2,3\n3,5\n4,4\n5,1\n");
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["fit", "table.csv", "--bits", "5"], /--bits: expected images: .* got a table/],
      [["fit", "lines.idx.gz", "--smoothing", "0.1"], /--smoothing: expected a table, got images/],
      [
        ["fit", "lines.idx.gz", "--given", "class", "-o", "x"],
        /--given: expected images with classes/,
      ],
      [
        ["score", "lines.couplet", "table.csv"],
        /table\.csv: expected images .* for a model of images/,
      ],
      [["score", "lines.couplet", "lines", "--explain"], /--explain: expected a model of a table/],
      [["sample", "lines.couplet", "-o", "x.csv"], /--output: expected a name that ends in \.png/],
      [["fit", "lines.idx.gz", "-o", "x.csv"], /a model, which ends in \.couplet, got "\.csv"/],
    ];
    for (const [args, words] of cases) {
      const run = await place.couplet(...args);
      expect(run).toMatchObject({ out: "", err: expect.stringMatching(words) as string });
      expect(run.code).toBeGreaterThan(0);
    }
  });
});
