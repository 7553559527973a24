/** Files of version 0.1 give the same densities for ever, and go through this version's writer unchanged. */
import { readFileSync } from "node:fs";
import { FlowModel, modelToBytes, version } from "couplet";
import { describe, expect, it } from "vitest";
import { readSafetensors } from "../../file/read-safetensors.ts";
import { writeSafetensors } from "../../file/write-safetensors.ts";

const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url));
const device = { threads: 1, blas: false } as const;
const numbers = (name: string) => JSON.parse(golden(name).toString()) as number[];

describe("a model file of version 0.1", () => {
  it("of an affine flow with weights, columns and a training record", async () => {
    using model = await FlowModel.fromBytes(golden("affine-0.1.couplet"), device);
    const rows = Float64Array.from(
      { length: 40 },
      (_, i) => Math.sin(i) + (i % 2) * Math.cos(i / 7),
    );
    const density = await model.logProb(rows);
    // Builds of the kernels differ in the last bit of float32.
    numbers("affine-0.1.json").forEach((value, r) => expect(density[r]).toBeCloseTo(value, 4));
    expect(model.columns).toEqual(["a", "b"]);
    expect(model.training).toMatchObject({ trainingRows: 270, validationRows: 30, epochs: 4 });
    expect(model.training?.history).toHaveLength(4);
  });

  it("of a conditional spline with a Student-t base", async () => {
    using model = await FlowModel.fromBytes(golden("spline-context-0.1.couplet"), device);
    const rows = Float64Array.from(
      { length: 30 },
      (_, i) => Math.sin(i) + (i % 3) * Math.cos(i / 7),
    );
    const context = Float64Array.from({ length: 20 }, (_, i) => Math.cos(i / 3));
    const density = await model.logProb(rows, { context });
    numbers("spline-context-0.1.json").forEach((value, r) =>
      expect(density[r]).toBeCloseTo(value, 4),
    );
  });

  it("keeps its record when it is saved again", async () => {
    using model = await FlowModel.fromBytes(golden("affine-0.1.couplet"), device);
    using again = await FlowModel.fromBytes(modelToBytes(model), device);
    expect(again.training).toEqual(model.training);
    expect(again.parameters).toEqual(model.parameters);
  });
});

describe("what a file says of its training", () => {
  const edited = (edit: (metadata: Record<string, string>) => void) => {
    const { tensors, metadata } = readSafetensors(golden("affine-0.1.couplet"), "golden");
    const copy = { ...metadata };
    delete copy["checksum"];
    edit(copy);
    return writeSafetensors(new Map(tensors), copy);
  };
  const card = (changes: object) =>
    edited((metadata) => {
      metadata["card"] = JSON.stringify({
        ...(JSON.parse(metadata["card"]!) as object),
        ...changes,
      });
    });

  it.each([
    ["trainingRows", { trainingRows: -1 }, /card.trainingRows: expected an integer of 0 or more/],
    ["best", { best: { epoch: "4" } }, /card.best.epoch: expected a finite number/],
    ["history", { history: [[1, 2], [3]] }, /card.history: expected pairs of losses/],
    ["settings", { settings: { epochs: [] } }, /card.settings.epochs: expected a number/],
  ])("is checked: %s", async (_name, changes, message) => {
    const failed = FlowModel.fromBytes(card(changes), device);
    await expect(failed).rejects.toMatchObject({ code: "FILE_INVALID" });
    await expect(failed).rejects.toThrow(message);
  });

  it("names what wrote a newer file and what it needs", async () => {
    const newer = edited((metadata) => {
      metadata["format"] = "couplet-model-2";
      metadata["library"] = "couplet 7.0.0";
    });
    await expect(FlowModel.fromBytes(newer, device)).rejects.toThrow(
      `written by couplet 7.0.0. It needs couplet 7.0.0 or a later one; this is couplet ${version}`,
    );
  });
});
