import { createModel, FlowModel, modelToBytes, realNvp } from "couplet";
import { ImageModel, readImages } from "couplet/images";
import { TableModel } from "couplet/table";
import { describe, expect, it } from "vitest";

const model = await createModel(realNvp({ dims: 2, couplings: 2, width: 8 }), { seed: 4 });
const bytes = Uint8Array.from(modelToBytes(model));

describe("a file as a program has it", () => {
  it.each([
    ["a Uint8Array", bytes],
    ["an ArrayBuffer", bytes.buffer],
    ["a Blob", new Blob([bytes])],
    ["a File", new File([bytes], "rows.couplet")],
    ["a Response", new Response(bytes)],
  ])("%s gives the model", async (_name, source) => {
    using read = await FlowModel.fromBytes(source);
    expect(read.parameters).toEqual(model.parameters);
  });

  it("gives images", async () => {
    const idx = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4);
    const { data } = await readImages(new Blob([idx]));
    expect(Array.from(data)).toEqual([1, 2, 3, 4]);
  });

  it("is named in messages", async () => {
    const cut = new File([bytes.subarray(0, 100)], "cut.couplet");
    await expect(FlowModel.fromBytes(cut)).rejects.toThrow(/^cut\.couplet: /);
  });

  it("is named where it is another model's", async () => {
    const flow = new File([bytes], "flow.couplet");
    await expect(TableModel.fromBytes(flow)).rejects.toThrow(
      /^flow\.couplet: expected a model of a table/,
    );
    await expect(ImageModel.fromBytes(flow)).rejects.toThrow(
      /^flow\.couplet: expected a model of images/,
    );
  });

  it("refuses a page that says not found, a body that was read, and what has no bytes", async () => {
    await expect(
      FlowModel.fromBytes(new Response("no such page", { status: 404 })),
    ).rejects.toThrow("model file: expected a response with the file, got status 404");
    const read = new Response(bytes);
    await read.arrayBuffer();
    await expect(FlowModel.fromBytes(read)).rejects.toThrow("a response that has not been read");
    // @ts-expect-error A name is no bytes.
    await expect(FlowModel.fromBytes("rows.couplet")).rejects.toThrow("got string");
  });
});
