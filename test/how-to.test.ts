/** The Python of the guide docs/how-to/python.md, as far as numpy, pandas and onnxruntime go; PySpark and Ray are in how-to-engines.full.test.ts. */
import { FlowModel } from "couplet";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cellNoise } from "../packages/couplet/src/table/encode/cell-noise.ts";
import { openPythonShop, unequal } from "./how-to.ts";
import type { PythonShop } from "./how-to.ts";
import { python } from "./onnx-runtime.ts";

describe.skipIf(python === undefined)(
  "the how-to for Python (./setup installs onnxruntime)",
  () => {
    let shop: PythonShop;
    beforeAll(() => {
      shop = openPythonShop("docs/how-to/python.md", python!);
    }, 120_000);
    afterAll(() => shop?.remove());

    it("scores a data frame as couplet score does", () => {
      shop.run(
        "-c",
        `import numpy as np, pandas as pd
from couplet_scorer import Scorer
frame = pd.read_csv("houses.csv")
nats = Scorer("houses.onnx").score(frame, np.arange(len(frame)))
pd.DataFrame({"nats": nats}).to_csv("scores-frame.csv", index=False)`,
      );
      const known = shop.numbersOf("scores.csv");
      expect(unequal(shop.numbersOf("scores-frame.csv"), known)).toEqual([]);
      expect(known.every(Number.isFinite)).toBe(true);
    });

    it("draws the noise of couplet score, to the last bit", () => {
      const [seed, draw] = [2 ** 40 + 7, 3];
      const rows = [0, 1, 2, 699, 2 ** 33 + 5];
      const printed = shop.run(
        "-c",
        `from couplet_noise import noise
for u in noise(${JSON.stringify(rows)}, 3, seed=${seed}, draw=${draw}).ravel(): print(float(u))`,
      );
      const uniform = cellNoise(seed, draw);
      const known = rows.flatMap((row) => [0, 1, 2].map((dim) => uniform(row, dim)));
      expect(printed.trim().split("\n").map(Number)).toEqual(known);
    });

    it("reads a model file", async () => {
      const model = await FlowModel.load(path.join(shop.folder, "houses.couplet"), { threads: 1 });
      const { dims, parameters } = JSON.parse(shop.run("read_couplet.py", "houses.couplet")) as {
        dims: number;
        parameters: number;
      };
      expect({ dims, parameters }).toEqual({
        dims: model.spec.dims,
        parameters: model.parameterCount,
      });
      const last = shop.run(
        "-c",
        `from read_couplet import read_couplet
tensors, _ = read_couplet("houses.couplet")
for name, values in tensors.items(): print(name, float(values.astype("f8").sum()))`,
      );
      const sums = new Map(
        last
          .trim()
          .split("\n")
          .map((line) => line.split(" ") as [string, string]),
      );
      for (const { name, offset, size } of model.parameterList) {
        const own = model.parameters.subarray(offset, offset + size);
        const sum = own.reduce((total, value) => total + value, 0);
        // Two orders of one float64 sum of a few thousand numbers below 10.
        expect(Math.abs(Number(sums.get(name)) - sum)).toBeLessThan(1e-9);
      }
      model.dispose();
    });
  },
);
