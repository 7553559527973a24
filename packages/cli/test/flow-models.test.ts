/** Files of flows of numbers, as `FlowModel.save` writes them, where a verb takes a model. */
import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FlowModel, createModel, realNvp } from "couplet";
import type { Workplace } from "./spawn-couplet.ts";
import { csv, openWorkplace, smallRows } from "./spawn-couplet.ts";

let place: Workplace;

beforeAll(async () => {
  place = await openWorkplace();
  const plain = await createModel(realNvp({ dims: 3, couplings: 4, width: 8 }), { threads: 1 });
  await plain.save(place.path("plain.couplet"));
  plain.dispose();
  const given = realNvp({ dims: 2, context: 1, couplings: 2, width: 8 });
  const conditional = await createModel(given, { threads: 1 });
  await conditional.save(place.path("given.couplet"));
  conditional.dispose();
});
afterAll(() => place.remove());

it("inspect shows layers and inverse, and null for what only a table has", async () => {
  const { out, code } = await place.couplet("inspect", "plain.couplet");
  expect(code).toBe(0);
  expect(out).toMatch(/^flow of 3 variables/);
  expect(out).toMatch(/a flow of numbers, never trained/);
  expect(out).toMatch(/inverse on 1,000 samples/);
  const { schema, source, heldOut, flow } = JSON.parse(
    (await place.couplet("inspect", "plain.couplet", "--json")).out,
  ) as Record<string, unknown> & { flow: { dims: number } };
  expect([schema, source, heldOut, flow.dims]).toEqual([null, null, null, 3]);
});

it("inspect --data reads rows of numbers, and refuses others", async () => {
  await writeFile(place.path("rows.csv"), "a,b,c\n1,2,3\n4,5,6\n");
  const read = await place.couplet("inspect", "plain.couplet", "--data", "rows.csv");
  expect(read.out).toMatch(/inverse on 2 rows of rows\.csv/);
  await writeFile(place.path("words.csv"), csv(smallRows(8), "a,b,c,d"));
  const wide = await place.couplet("inspect", "plain.couplet", "--data", "words.csv");
  expect(wide.err).toMatch(/words\.csv: expected 3 columns of numbers.*, got 4 \(a, b, c, d\)/);
  await writeFile(place.path("cell.csv"), "a,b,c\n1,2,x\n");
  const cell = await place.couplet("inspect", "plain.couplet", "--data", "cell.csv");
  expect(cell.err).toMatch(/cell\.csv: column "c", row 1: expected a number, got "x"/);
});

it("sample writes x1 to xn, the rows of the library's own draw, however they are cut", async () => {
  const rows = 9000;
  const args = ["sample", "plain.couplet", "-n", String(rows), "--seed", "5"];
  const { out } = await place.couplet(...args);
  const [header, ...lines] = out.trimEnd().split("\n");
  expect(header).toBe("x1,x2,x3");
  const model = (await FlowModel.load(place.path("plain.couplet"), {
    threads: 1,
  })) as FlowModel<false>;
  const expected = await model.sample(rows, { seed: 5 });
  model.dispose();
  expect(lines.map((line) => line.split(",").map(Number)).flat()).toEqual([...expected]);
  const json = await place.couplet("sample", "plain.couplet", "-n", "2", "--json");
  expect((JSON.parse(json.out) as { data: object[] }).data.map(Object.keys)).toEqual([
    ["x1", "x2", "x3"],
    ["x1", "x2", "x3"],
  ]);
});

it("sample of a conditional flow needs its context as a table", async () => {
  const without = await place.couplet("sample", "given.couplet", "-n", "2");
  expect(without.err).toMatch(/--given-rows: expected a table of 1 columns of numbers.*got none/);
  await writeFile(place.path("context.csv"), "t\n0.5\n1\n2\n");
  const drawn = await place.couplet("sample", "given.couplet", "--given-rows", "context.csv");
  expect(drawn.out.trim().split("\n")).toHaveLength(4);
  const named = await place.couplet("sample", "given.couplet", "--given", "t=1");
  expect(named).toMatchObject({ code: 2 });
  expect(named.err).toMatch(/--given: expected the model of a table/);
});

it("score and report say what the file is", async () => {
  const { err } = await place.couplet("score", "plain.couplet", "rows.csv");
  expect(err).toMatch(/plain\.couplet: expected a model of a table, got a flow without a schema/);
});
