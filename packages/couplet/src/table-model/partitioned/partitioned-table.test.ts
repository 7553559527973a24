/** Fits that see a part of the rows at a time: nothing is lost, nothing depends on when a part is read. */
import { neuralSpline } from "couplet";
import type { Reducer } from "couplet";
import { column, fitTable, planTable, selectRows, table } from "couplet/table";
import type { PartitionedTable, Table, TableEvent } from "couplet/table";
import { describe, expect, it } from "vitest";
import { reducersInMemory } from "../../../../../test/reducers-in-memory.ts";

const ROWS = 1500;
const PARTS = 5;

/** Three columns; the colour "rare" lies in part 3 alone. */
function rowsOf(wrong = false): Table {
  const index = Array.from({ length: ROWS }, (_, i) => i);
  const noise = (i: number) =>
    Math.sin(i * 12.9898) * 43758.5453 - Math.floor(Math.sin(i * 12.9898) * 43758.5453);
  return table([
    column(
      "x",
      Float64Array.from(index, (i) => noise(i) + (i % 2)),
    ),
    column(
      "colour",
      index.map((i) => (i % PARTS === 3 && i < 100 ? "rare" : i % 2 === 0 ? "red" : "blue")),
    ),
    column(
      "n",
      index.map((i) => (wrong && i === 1499 ? "many" : String(Math.floor(20 * noise(i + 0.5))))),
    ),
  ]);
}

function partitionsOf(source: Table, digest = "a"): PartitionedTable {
  return {
    rows: source.rows,
    partitions: PARTS,
    digest,
    partition: (index) =>
      Promise.resolve(
        selectRows(
          source,
          Array.from({ length: ROWS / PARTS }, (_, i) => i * PARTS + index),
        ),
      ),
  };
}

/** How two processes end: the messages of their errors. */
async function together(run: (reducer: Reducer) => PromiseLike<unknown>): Promise<string[]> {
  const results = await Promise.allSettled(reducersInMemory(2).map(run));
  return results.map((one) =>
    one.status === "rejected" ? (one.reason as Error).message : "ended",
  );
}

const quick = { epochs: 6, threads: 1, blas: false, seed: 5 } as const;

describe("fitTable on parts", () => {
  it("trains on every part and knows what any of them holds", async () => {
    const read: number[] = [];
    const source = partitionsOf(rowsOf());
    const watched = { ...source, partition: (i: number) => (read.push(i), source.partition(i)) };
    const model = await fitTable(watched, quick);
    // Once each for the schema, then the parts 1 to 4 in turn.
    expect(read).toEqual([1, 0, 2, 3, 4, 1, 2, 3, 4, 1, 2]);
    const colour = model.schema.columns.find((c) => c.name === "colour");
    expect(colour).toMatchObject({ values: expect.arrayContaining(["rare"]) as string[] });
    expect(model.source).toMatchObject({ rows: ROWS, partitions: PARTS });
    expect(model.heldOut.rows).toBe(150);
    model.dispose();
  });

  it("processes that share a fit read their own lanes of each epoch's part, context and all", async () => {
    const parts = partitionsOf(rowsOf());
    const run = async (reducer?: Reducer) => {
      const read: { index: number; rows: number }[] = [];
      const source: PartitionedTable = {
        ...parts,
        async partition(index, range) {
          const part = await parts.partition(index);
          const { from, to } = range ?? { from: 0, to: part.rows };
          read.push({ index, rows: to - from });
          return selectRows(
            part,
            Array.from({ length: to - from }, (_, i) => from + i),
          );
        },
      };
      const options = {
        ...quick,
        epochs: 3,
        batch: 64,
        context: ["colour"],
        ...(reducer && { reducer }),
      };
      const model = await fitTable(source, options);
      model.dispose();
      return { read, parameters: model.flow.parameters, schema: model.schema };
    };
    const alone = await run();
    const [first, second] = await Promise.all(reducersInMemory(2).map(run));
    for (const { parameters, schema } of [first!, second!])
      expect({ parameters, schema }).toEqual({
        parameters: alone.parameters,
        schema: alone.schema,
      });
    // Parts of 300 rows: four batches of 64 in two lanes of 32, and one of 44 that leaves the second lane 12.
    const epochs = [1, 2, 3];
    const own = (rows: number) => epochs.map((index) => ({ index, rows }));
    expect(first!.read.slice(-3)).toEqual(own(160));
    expect(second!.read.slice(-3)).toEqual(own(140));
    // Before it trains the second one reads the part of the encoders and the part that is held out.
    expect(second!.read.slice(0, -3)).toEqual([1, 0].map((index) => ({ index, rows: 300 })));
  });

  it.each<[string, readonly [Table | PartitionedTable, Table | PartitionedTable]]>([
    ["table in memory or in parts, partitions", [rowsOf(), partitionsOf(rowsOf())]],
    ["table in memory or in parts, partitions", [partitionsOf(rowsOf()), rowsOf()]],
    ["partitions", [partitionsOf(rowsOf()), { ...partitionsOf(rowsOf()), partitions: 3 }]],
  ])("refuses a process with another %s than rank 0, by name", async (name, sources) => {
    const [first, second] = await together((reducer) =>
      fitTable(sources[reducer.rank]!, { ...quick, reducer }),
    );
    expect(second).toMatch(new RegExp(`^fitTable: rank 1: expected the ${name} of rank 0`));
    expect(first).toMatch(/rank 1 has left: fitTable: rank 1/);
  });

  it.each([0, 1])(
    "a process that ends before it trains ends the others: rank %i",
    async (wrong) => {
      const results = await together((reducer) =>
        fitTable(rowsOf(), { ...quick, reducer, ...(reducer.rank === wrong && { heldOut: 7 }) }),
      );
      expect(results[wrong]).toMatch(/heldOut/);
      expect(results[1 - wrong]).toMatch(new RegExp(`rank ${wrong} has left: .*heldOut`));
      const left = await together(async (reducer) => {
        const run = fitTable(rowsOf(), { ...quick, reducer });
        for await (const { type } of run) if (type === "schema" && reducer.rank === wrong) break;
        if (reducer.rank === wrong) throw new Error("the caller left");
        return run;
      });
      expect(left[1 - wrong]).toMatch(/has left/);
    },
  );

  it("refuses an order of rows that a table in parts cannot have", async () => {
    await expect(
      fitTable(partitionsOf(rowsOf()), { ...quick, order: "all" }),
    ).rejects.toMatchObject({ code: "USAGE", received: '"all"' });
  });

  it.each([
    [24, undefined],
    [64, / parameters for 1,200 training rows, /],
  ])("warns of the size of a flow by the rows of all parts: width %i", async (width, warning) => {
    const warnings: string[] = [];
    const model = await fitTable(partitionsOf(rowsOf()), {
      ...quick,
      epochs: 1,
      flow: ({ dims }) => neuralSpline({ dims, couplings: 16, width, blocks: 2 }),
      onEvent: (event) => void (event.type === "warning" && warnings.push(event.message)),
    });
    // More than a hundred for each of the 300 rows of an epoch.
    expect(model.flow.parameterCount).toBeGreaterThan(30_000);
    expect(model.flow.parameterCount > 120_000).toBe(warning !== undefined);
    const ofSize = warnings.filter((text) => text.includes("training rows"));
    expect(ofSize).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)]);
    model.dispose();
  });

  it("conditions on columns of the part at hand", async () => {
    const model = await fitTable(partitionsOf(rowsOf()), { ...quick, context: ["colour"] });
    const rows = await model.sample(5, { context: { colour: "rare" }, seed: 1 });
    expect(rows.columns.map((c) => c.name)).toEqual(["x", "colour", "n"]);
    model.dispose();
  });

  it("resumes to the last bit, and refuses a checkpoint of other data", async () => {
    let bytes: Uint8Array | undefined;
    const checkpoint = { everySeconds: 0, save: (saved: Uint8Array) => void (bytes = saved) };
    const whole = await fitTable(partitionsOf(rowsOf()), quick);
    const run = fitTable(partitionsOf(rowsOf()), { ...quick, checkpoint });
    for await (const event of run) if (event.type === "epoch" && event.epoch === 3) break;
    const resumed = await fitTable(partitionsOf(rowsOf()), { ...quick, resume: bytes! });
    expect(resumed.flow.parameters).toEqual(whole.flow.parameters);
    await expect(
      fitTable(partitionsOf(rowsOf(), "b"), { ...quick, resume: bytes! }),
    ).rejects.toMatchObject({ code: "USAGE", received: "one with other source" });
    whole.dispose();
    resumed.dispose();
  });

  it("finds a cell of the wrong type before it trains", async () => {
    const events: TableEvent["type"][] = [];
    await expect(
      fitTable(partitionsOf(rowsOf(true)), { ...quick, onEvent: (e) => events.push(e.type) }),
    ).rejects.toMatchObject({
      code: "DATA_INVALID",
      message: expect.stringMatching(/column "n".*expected an integer.*"many"/) as string,
    });
    expect(events).toEqual([]);
  });
});

describe("planTable", () => {
  it("says what a fit would do without doing it", async () => {
    const plan = await planTable(rowsOf(), quick);
    expect(plan).toMatchObject({ dims: 3, context: 0, epochs: 6, trainingRows: 1200 });
    expect(plan.steps).toBe(6 * Math.ceil(plan.trainingRows / plan.batch));
    const model = await fitTable(rowsOf(), { ...quick, epochs: 1 });
    expect(plan.parameters).toBe(model.flow.parameterCount);
    expect(plan.secondsAtMost).toBeGreaterThan(0);
    model.dispose();
  });

  it("throws what the fit would throw", async () => {
    await expect(planTable(table([column("a", [1, 2])]), quick)).rejects.toMatchObject({
      code: "DATA_INVALID",
    });
  });
});

describe("sampling in chunks", () => {
  it("gives the rows of one call", async () => {
    const model = await fitTable(rowsOf(), { ...quick, epochs: 1 });
    const whole = await model.sample(384, { seed: 9 });
    const second = await model.sample(256, { seed: 9, firstRow: 128 });
    expect(second.columns).toEqual(
      selectRows(
        whole,
        Array.from({ length: 256 }, (_, i) => 128 + i),
      ).columns,
    );
    model.dispose();
  });
});
