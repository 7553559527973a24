/** Fits that go on from a model of a table: on its own rows and on new ones. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { type Table, selectRows, table } from "../../table/table.ts";
import type { TableModel } from "../table-model.ts";
import { fitTable } from "./fit-table.ts";
import { splitTable } from "./split-table.ts";

/** Rows on two arms, `turn` of the way from one law to another. */
function arms(rows: number, turn: number, seed = 41): Table {
  const index = Array.from({ length: rows }, (_, row) => row);
  const normal = (row: number, stream: number) => philoxNormal({ seed, row, stream });
  const arm = (row: number) => (philoxUniform({ seed, row, stream: 9 }) < 0.5 ? 1 : -1);
  return table({
    x: index.map((row) => normal(row, 0)),
    y: index.map((row) => arm(row) * normal(row, 0) ** 2 + 0.2 * normal(row, 1) + turn),
    arm: index.map((row) => (arm(row) > 0 ? "up" : "down")),
  });
}

const first = arms(900, 0);
const quick = { threads: 1, relations: "none" } as const;
/** So small a step that single precision keeps the parameters as they are. */
const standing = { epochs: 1, threads: 1, learningRate: 1e-30, smoothing: 0 } as const;
let model: TableModel;

beforeAll(async () => {
  model = await fitTable(first, { ...quick, epochs: 15, seed: 3 });
});
afterAll(() => model.dispose());

it("loses nothing where nothing is learnt: the same scores to the last bit, and the same rows held out", async () => {
  using same = await fitTable(first, { ...standing, from: model, seed: 77 });
  expect(await same.score(first)).toEqual(await model.score(first));
  expect(same.heldOut).toEqual(model.heldOut);
  expect(same.source).toEqual(model.source);
  expect(same.schema).toEqual(model.schema);
});

it("begins where the model ended, and learns new rows sooner than a fit anew", async () => {
  const other = arms(500, 0.3, 42);
  const before = [...model.flow.parameters];
  const options = { threads: 1, epochs: 3, seed: 5 };
  const losses = async (from?: TableModel) => {
    const starts: number[] = [];
    using fitted = await fitTable(other, {
      ...options,
      ...(from === undefined ? { relations: "none" as const, schema: model.schema } : { from }),
      onEvent: (event) => {
        if (event.type === "start") starts.push(event.validationLoss);
      },
    });
    const held = splitTable(other, 0.1, 5).heldOut;
    const { nats } = await fitted.score(held, { impossible: "zero" });
    return { start: starts[0]!, nats: nats.reduce((a, b) => a + b, 0) / nats.length };
  };
  const [anew, further] = [await losses(), await losses(model)];
  expect(further.start).toBeLessThan(anew.start);
  expect(further.nats).toBeGreaterThan(anew.nats);
  expect([...model.flow.parameters]).toEqual(before);
});

it("gives the same bits for the same seed", async () => {
  const scores = async (seed: number) => {
    using again = await fitTable(first, { from: model, threads: 1, epochs: 2, seed });
    return (await again.score(selectRows(first, [1, 2, 3]))).nats;
  };
  const [one, same, other] = [await scores(8), await scores(8), await scores(9)];
  expect(same).toEqual(one);
  expect(other).not.toEqual(one);
});

it("adds no noise to the rows, also where `smoothing` is given as undefined", async () => {
  const nats = async (options: object) => {
    using again = await fitTable(first, {
      from: model,
      threads: 1,
      epochs: 1,
      seed: 8,
      ...options,
    });
    return (await again.score(selectRows(first, [1, 2, 3]))).nats;
  };
  expect(await nats({ smoothing: undefined })).toEqual(await nats({ smoothing: 0 }));
});

it("refuses any condition for a model with a context", async () => {
  using given = await fitTable(first, { ...quick, epochs: 1, context: ["arm"] });
  const further = Promise.resolve(fitTable(first, { from: given, anyCondition: true }));
  await expect(further).rejects.toMatchObject({
    code: "NOT_SUPPORTED",
    where: "fitTable: anyCondition",
    received: "context arm",
  });
});

it("refuses what the model decides or knows nothing of", async () => {
  const refused = async (source: Table, options: object, error: object) => {
    const fit = Promise.resolve(fitTable(source, { from: model, ...options }));
    await expect(fit).rejects.toMatchObject(error);
  };
  await refused(
    first,
    { schema: model.schema },
    {
      code: "USAGE",
      where: "fitTable: schema",
    },
  );
  await refused(first, { relations: "auto" }, { where: "fitTable: relations" });
  await refused(first, { heldOut: 0.2 }, { where: "fitTable: heldOut" });
  await refused(
    first,
    { from: model.flow },
    {
      code: "USAGE",
      where: "fitTable: from",
    },
  );
  const renamed = {
    ...first,
    columns: first.columns.map((column) => ({ ...column, name: column.name.toUpperCase() })),
  };
  await refused(renamed, {}, { code: "DATA_INVALID" });
  const unseen = {
    ...first,
    columns: first.columns.map((column) =>
      column.name === "arm" && column.kind === "text"
        ? { ...column, values: column.values.map((text) => (text === "up" ? "left" : text)) }
        : column,
    ),
  };
  await refused(
    unseen,
    {},
    {
      code: "DATA_INVALID",
      message: expect.stringMatching(/column "arm"/),
    },
  );
});
