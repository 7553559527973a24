/** The likeliest mistakes of a newcomer's program, and errors that say what to do. */
import { createModel, FlowModel, neuralSpline } from "couplet";
import { fitTable, inferSchema } from "couplet/table";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let model: FlowModel;
beforeAll(async () => {
  model = await createModel(neuralSpline({ dims: 2, couplings: 2, width: 8 }), { threads: 1 });
});
afterAll(() => model.dispose());

it("names numbers that are text, as CSV files give them", async () => {
  const rows = [["1", "2"]] as never;
  await expect(model.logProb(rows)).rejects.toThrow(
    'logProb: row 0, column 0: expected a number, got "1". Cells of text',
  );
});

it("names the variables that a preset lacks, once", () => {
  expect(() => neuralSpline({} as never)).toThrow(
    /^neuralSpline: dims: expected .*, got undefined/u,
  );
});

it("tells a table from a model", async () => {
  const table = new TextEncoder().encode("a,b,c\n1,2,3\n4,5,6\n");
  await expect(FlowModel.fromBytes(table)).rejects.toThrow(
    "model file: expected a model file, got text. A table is not a model: fit it first",
  );
});

describe.each([
  ["a file's name", "data.csv", 'the text "data.csv"'],
  ["a list of objects", [{ a: 1 }, { a: 2 }], "a list"],
  ["nothing", undefined, "undefined"],
])("%s in place of a table", (_, given, received) => {
  const message = `expected a table, got ${received}. tableFromObjects`;

  it("is refused by fitTable", async () => {
    await expect(fitTable(given as never)).rejects.toThrow(`fitTable: ${message}`);
  });

  it("is refused by inferSchema", () => {
    expect(() => inferSchema(given as never)).toThrow(`inferSchema: ${message}`);
  });
});
