/** Metrics, augmentation, the step of momentum and its schedules, against numbers worked out by hand. */
import { describe, expect, it } from "vitest";
import { classificationMetrics } from "couplet/reversible";
import { learningRate } from "../engine/device/learning-rate.ts";
import { openDevice } from "../engine/device/open.ts";
import { GraphBuilder } from "../engine/graph.ts";
import { dense } from "../engine/build.ts";
import { sumColumns } from "../engine/ops/sum-columns/op.ts";
import { differentiate } from "../engine/differentiate.ts";
import { augmented } from "./augment.ts";
import { channelUnits, imageRows, inUnits } from "./image-rows.ts";
import { revNet } from "./presets.ts";

describe("classificationMetrics", () => {
  it("are those of three images by hand", () => {
    const p = [0.9, 0.1, 0.6, 0.4, 0.3, 0.7].map(Math.log);
    const metrics = classificationMetrics(Float64Array.from(p), [0, 1, 1], 2);
    expect(metrics.accuracy).toBeCloseTo(2 / 3, 12);
    expect(metrics.negativeLogLikelihood).toBeCloseTo(-Math.log(0.9 * 0.4 * 0.7) / 3, 12);
    // Bins of their own: |1 - 0.9|, |0 - 0.6|, |1 - 0.7|.
    expect(metrics.calibrationError).toBeCloseTo((0.1 + 0.6 + 0.3) / 3, 12);
  });

  it("calibration is of bins, not of images", () => {
    // Four images of confidence 0.75, three of them right: nothing to complain about.
    const row = [Math.log(0.75), Math.log(0.25)];
    const metrics = classificationMetrics(
      Float64Array.from([...row, ...row, ...row, ...row]),
      [0, 0, 0, 1],
      2,
    );
    expect(metrics.calibrationError).toBeCloseTo(0, 12);
  });

  it("are refused for other than images x classes numbers and labels", () => {
    const two = Float64Array.of(-1, -1);
    for (const [numbers, labels, code] of [
      [[0.5, 0.5], [0], "SHAPE_MISMATCH"],
      [two, [], "SHAPE_MISMATCH"],
      [two, [0, 1], "SHAPE_MISMATCH"],
      [two, undefined, "SHAPE_MISMATCH"],
      [two, [2], "DATA_INVALID"],
      [two, [NaN], "DATA_INVALID"],
    ] as const)
      expect(() =>
        classificationMetrics(numbers as Float64Array, labels as unknown as number[], 2),
      ).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe("channelUnits", () => {
  const spec = revNet({ shape: [4, 4, 1], classes: 2, channels: [4], units: 1 });
  const numbers = Int32Array.of(0, 1);
  const inside = (unit: number) => {
    const images = Float64Array.from({ length: 32 }, (_, i) => (i * i - 300) * unit);
    const rows = imageRows("test", images, spec);
    return inUnits(rows, numbers, channelUnits(rows, numbers, 1));
  };

  it("do not depend on the unit, from 1e-300 to 1e300", () => {
    const usual = inside(1);
    // Their squares are no doubles.
    for (const unit of [1e-300, 1e-160, 1e160, 1e300, -1e305])
      for (const [i, value] of inside(unit).entries())
        expect(value * Math.sign(unit)).toBeCloseTo(usual[i]!, 5);
  });

  it("of a constant channel have scale 1, whatever its rounding", () => {
    const rows = imageRows("test", new Float64Array(32).fill(0.1), spec);
    expect(channelUnits(rows, numbers, 1).scale).toEqual([1]);
  });
});

describe("augmented", () => {
  const shape = [3, 4, 2] as const;
  const image = Float32Array.from({ length: 24 }, (_, i) => i + 1);
  const of = (numbers: number[], epoch: number, how: { flip: boolean; shift: number }) => {
    const images = new Float32Array(24 * numbers.length);
    numbers.forEach((_, i) => images.set(image, 24 * i));
    return augmented(images, Int32Array.from(numbers), shape, how, { seed: 1, epoch });
  };

  it("moves an image as a whole, mirrored or not, and fills with 0", () => {
    const numbers = Array.from({ length: 60 }, (_, i) => i);
    const out = of(numbers, 0, { flip: true, shift: 1 });
    const seen = new Set<string>();
    for (const n of numbers) {
      const found = candidates().find(({ pixels }) =>
        pixels.every((value, i) => value === out[24 * n + i]),
      );
      expect(found).toBeDefined();
      seen.add(found!.name);
    }
    // 9 places, mirrored or not: in 60 images nearly all of them turn up.
    expect(seen.size).toBeGreaterThan(12);
  });

  it("depends on the image's number and on the epoch, not on its place", () => {
    const how = { flip: true, shift: 1 };
    const both = of([7, 12], 3, how);
    expect(of([12], 3, how)).toEqual(both.subarray(24));
    const epochs = [0, 1, 2, 3, 4, 5].map((epoch) => of([7], epoch, how).join());
    expect(new Set(epochs).size).toBeGreaterThan(1);
  });

  /** All results that there can be. */
  function candidates() {
    const [height, width, channels] = shape;
    const all: { name: string; pixels: number[] }[] = [];
    for (const flip of [false, true])
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) {
          const pixels: number[] = [];
          for (let y = 0; y < height; y++)
            for (let x = 0; x < width; x++)
              for (let c = 0; c < channels; c++) {
                const [from, across] = [y - dy, flip ? width - 1 - (x - dx) : x - dx];
                const inside = from >= 0 && from < height && across >= 0 && across < width;
                pixels.push(inside ? image[(from * width + across) * channels + c]! : 0);
              }
          all.push({ name: `${flip} ${dy} ${dx}`, pixels });
        }
    return all;
  }
});

describe("momentum", () => {
  it("is v = m v + g, p = p - rate v, with decay decoupled", async () => {
    const device = await openDevice("cpu", { threads: 1, blas: false });
    await device.prepareTraining();
    const b = new GraphBuilder();
    const x = b.input("x", { kind: "rows", cols: 2 });
    const cotangent = b.input("cotangent", { kind: "perRow" });
    const y = dense(b, x, { outputs: 1 });
    const loss = b.emitOne(sumColumns, [y], {});
    b.output("loss", loss);
    differentiate(b, [{ value: loss, cotangent }]);
    const graph = b.finish();
    const start = new Float32Array(graph.parameterCount);
    start.set([1, -2]);
    const parameters = device.buffer(start);
    // The loss is linear in the parameters: its gradient is x at each step.
    const session = device.trainSession(graph, {
      parameters,
      feeds: { x: Float32Array.of(3, 5) },
      rows: 1,
      seed: [1, 2],
      step: {
        batch: 1,
        peakRate: 0.1,
        warmupSteps: 0,
        totalSteps: 100,
        drops: [50, 75],
        decay: 0.5,
        decayRanges: [[0, 16]],
        clipNorm: 0,
        beta1: 0.9,
        beta2: 1,
        epsilon: 1,
        averageDecay: 0,
        mostSkipped: 10,
      },
    });
    session.setOrder(Int32Array.of(0));
    for (let step = 0; step < 3; step++)
      await session.steps({ step, epochStep: 0, steps: 1, skippedInARow: 0, sliceMs: 1e6 });
    const [p0, p1] = (await session.snapshot())["parameters"]!;
    let [e0, e1, v0, v1] = [1, -2, 0, 0];
    for (let step = 0; step < 3; step++) {
      [v0, v1] = [0.9 * v0 + 3, 0.9 * v1 + 5];
      [e0, e1] = [e0 - 0.1 * v0 - 0.05 * e0, e1 - 0.1 * v1 - 0.05 * e1];
    }
    expect(p0).toBeCloseTo(e0, 5);
    expect(p1).toBeCloseTo(e1, 5);
    session.dispose();
    parameters.dispose();
    device.dispose();
  });

  it("has a rate that falls to a tenth at each drop", () => {
    const options = { peakRate: 0.1, warmupSteps: 2, totalSteps: 100, drops: [50, 75] };
    expect([0, 1, 2, 49, 50, 74, 75, 99].map((step) => learningRate(step, options))).toEqual([
      0.05,
      0.1,
      0.1,
      0.1,
      expect.closeTo(0.01, 12),
      expect.closeTo(0.01, 12),
      expect.closeTo(0.001, 12),
      expect.closeTo(0.001, 12),
    ]);
  });
});
