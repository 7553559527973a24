import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../random/philox.ts";
import { selectRows, table, tableFromChunks, tableFromObjects, toObjects } from "../table/table.ts";
import type { Table } from "../table/table.ts";
import { defaultFlow } from "./fit/default-flow.ts";
import { fitTable } from "./fit/fit-table.ts";
import { planTable } from "./fit/plan-table.ts";
import type { TableEvent } from "./fit/fit-table-options.ts";
import { splitTable } from "./fit/split-table.ts";
import { TableModel } from "./table-model.ts";

const normal = (row: number, stream = 0): number => philoxNormal({ seed: 31, row, stream });
const uniform = (row: number, stream = 0): number => philoxUniform({ seed: 32, row, stream });
const quick = { seed: 4, epochs: 12, threads: 1 } as const;

/** Every kind of column; `level` and `kind` hang together, a fifth of the levels is missing. */
const people = tableFromObjects(
  Array.from({ length: 600 }, (_, i) => {
    const kind = ["red", "green", "blue"][Math.floor(3 * uniform(i) ** 2)]!;
    return {
      id: `P-${1000 + ((i * 7919) % 9001)}`,
      level: uniform(i, 1) < 0.2 ? null : normal(i) + (kind === "red" ? 2 : 0),
      unit: "kg",
      kind,
      visits: Math.floor(-4 * Math.log(uniform(i, 2))),
      spent: uniform(i, 3) < 0.6 ? 0 : Math.exp(normal(i, 1)),
      member: uniform(i, 4) < 0.3,
      since: new Date(Date.UTC(1968, 0, 1 + Math.floor(1500 * uniform(i, 5))))
        .toISOString()
        .slice(0, 10),
      empty: null,
    };
  }),
);

describe("a training on a table", () => {
  it("tells its events to a callback and to a loop alike, each once", async () => {
    const told: TableEvent[] = [];
    const seen: TableEvent[] = [];
    const onEvent = (event: TableEvent) => void told.push(event);
    const run = fitTable(people, { ...quick, epochs: 2, onEvent });
    for await (const event of run) seen.push(event);
    (await run).dispose();
    expect(seen.filter(({ type }) => type === "epoch")).toHaveLength(2);
    expect(told).toEqual(seen);
  });

  it("is a run: stopped, it gives the best model so far, and every event can give one", async () => {
    const run = fitTable(people, { ...quick, epochs: 1000 });
    let early: Promise<TableModel> | undefined;
    for await (const event of run) {
      if (event.type === "schema")
        await expect(event.snapshot()).rejects.toMatchObject({ code: "USAGE" });
      if (event.type !== "epoch") continue;
      if (event.epoch === 1) early = event.snapshot();
      if (event.epoch === 2) run.stop();
      expect(event.fraction).toBeCloseTo(event.epoch / 1000, 6);
    }
    for (const model of [await early!, await run]) {
      expect(model.heldOut.rows).toBeGreaterThan(0);
      expect((await model.score(people)).nats).toHaveLength(people.rows);
      model.dispose();
    }
  });
});

describe("columns with very heavy tails", () => {
  it("are modelled as well as others: no row of numbers over ten powers of ten has an absurd score", async () => {
    // Lognormal with sigma = 3, two columns that go together, and a Cauchy one.
    const heavy = table({
      a: Float64Array.from({ length: 600 }, (_, i) => Math.exp(3 * normal(i, 40))),
      b: Float64Array.from({ length: 600 }, (_, i) =>
        Math.exp(3 * (0.8 * normal(i, 40) + 0.6 * normal(i, 41))),
      ),
      c: Float64Array.from({ length: 600 }, (_, i) => normal(i, 42) / normal(i, 43)),
    });
    const model = await fitTable(heavy, { ...quick, epochs: 40 });
    const { nats } = await model.score(heavy);
    const { flow, baselines } = model.heldOut;
    model.dispose();
    // The rarest of 600 rows have about -45 under the true density: 3 deviations out are -15.5 for each of a and b, 1000 is -15 for c.
    expect(Math.min(...nats)).toBeGreaterThan(-60);
    for (const { name, nats: theirs } of baselines)
      expect(flow.nats, name).toBeGreaterThan(theirs - (name === "Gaussian copula" ? 0.5 : 0));
    // The entropy is 2.52 + 2.01 + 2.53 = 7.06; 60 held-out rows have a standard error of 0.7, and 480 rows teach not everything.
    expect(flow.nats).toBeGreaterThan(-9.5);
  });
});

describe("a checkpoint", () => {
  it("is refused with another smoothing", async () => {
    let resume: Uint8Array | undefined;
    const checkpoint = { everySeconds: 0, save: (bytes: Uint8Array) => void (resume = bytes) };
    const few = selectRows(
      people,
      Int32Array.from({ length: 120 }, (_, i) => i),
    );
    const options = { ...quick, epochs: 2 };
    (await fitTable(few, { ...options, smoothing: 0.2, checkpoint })).dispose();
    await expect(fitTable(few, { ...options, smoothing: 0.3, resume: resume! })).rejects.toThrow(
      "resume: expected a checkpoint of this training, got one with other source.",
    );
  });
});

describe("a table model", () => {
  let model: TableModel;
  beforeAll(async () => {
    model = await fitTable(people, quick);
  });
  afterAll(() => model.dispose());

  it("samples rows of the original types, in the original order, constants included", async () => {
    const rows = toObjects(await model.sample(400, { seed: 1 }));
    // Free of its key, with its constants.
    expect(Object.keys(rows[0]!)).toEqual(
      people.columns.map((c) => c.name).filter((name) => name !== "id"),
    );
    for (const row of rows) {
      expect(row["unit"]).toBe("kg");
      expect(row["empty"]).toBeNull();
      expect(["red", "green", "blue"]).toContain(row["kind"]);
      expect(Number.isInteger(row["visits"]) && (row["visits"] as number) >= 0).toBe(true);
      expect(row["spent"]).toBeGreaterThanOrEqual(0);
      expect(typeof row["member"]).toBe("boolean");
      expect(row["since"]).toMatch(/^19[67]\d-[01]\d-[0-3]\d$/);
      expect(row["level"] === null || Number.isFinite(row["level"])).toBe(true);
    }
    const missing = rows.filter((row) => row["level"] === null).length / rows.length;
    // 0.2 was planted; five standard errors of 400 draws, and as many of the 480 training rows.
    expect(Math.abs(missing - 0.2)).toBeLessThan(0.14);
    const zeros = rows.filter((row) => row["spent"] === 0).length / rows.length;
    expect(Math.abs(zeros - 0.6)).toBeLessThan(0.17);
  });

  it("draws and scores a row the same, to the last bit, however the table is cut", async () => {
    // Wide enough for the flow to take long calls in taller tiles.
    const wide = await fitTable(people, {
      ...quick,
      epochs: 1,
      context: ["kind"],
      flow: (size) => defaultFlow({ ...size, rows: 50_000 }),
    });
    const context = await model.sample(4500, { seed: 11 });
    const rows = await wide.sample(4500, { context, seed: 12 });
    const { nats } = await wide.score(rows, { samples: 2 });
    const cuts = [0, 1, 130, 131, 643, 4500];
    for (const [i, end] of cuts.slice(1).entries()) {
      const firstRow = cuts[i]!;
      const index = Array.from({ length: end - firstRow }, (_, k) => firstRow + k);
      const part = selectRows(rows, index);
      expect(
        await wide.sample(part.rows, { context: selectRows(context, index), seed: 12, firstRow }),
      ).toEqual({ ...part, seed: 12 });
      const scores = await wide.score(part, { samples: 2, firstRow });
      expect(scores.nats).toEqual(nats.slice(firstRow, end));
    }
    expect((await wide.score(selectRows(rows, []))).nats).toHaveLength(0);
    wide.dispose();
  });

  it("samples the same rows however the draw is cut", async () => {
    const whole = await model.sample(700, { seed: 9 });
    const cuts = [0, 1, 130, 131, 513, 700];
    const parts: Table[] = [];
    for (const [i, end] of cuts.slice(1).entries())
      parts.push(await model.sample(end - cuts[i]!, { seed: 9, firstRow: cuts[i]! }));
    expect(toObjects(tableFromChunks(parts))).toEqual(toObjects(whole));
    expect(toObjects(await model.sample(20, { seed: 10 }))).not.toEqual(
      toObjects(
        selectRows(
          whole,
          Array.from({ length: 20 }, (_, i) => i),
        ),
      ),
    );
    expect((await model.sample(0, { seed: 9 })).rows).toBe(0);
    await expect(model.sample(1.5)).rejects.toThrow(
      /sample: rows: expected an integer of 0 or more, got 1\.5/,
    );
    await expect(model.sample(1, { firstRow: -1 })).rejects.toThrow(/sample: firstRow/);
  });

  it("gives held-out rows all percentiles alike, for one draw and for as many as the report has", async () => {
    const { heldOut } = splitTable(people, 0.1, quick.seed);
    for (const samples of [1, 8]) {
      const { percentile } = await model.score(heldOut, { samples, impossible: "zero" });
      // The rows that the percentiles come from: at equal steps from 0 to 100. What is saved is half a percent apart.
      percentile.sort().forEach((value, i) => {
        expect(Math.abs(value - (100 * i) / (heldOut.rows - 1))).toBeLessThan(0.501);
      });
    }
  });

  it("gives the same scores after a journey through a file", async () => {
    const again = await TableModel.fromBytes(model.toBytes());
    try {
      const rows = selectRows(people, [0, 1, 2, 3]);
      const before = await model.score(rows, { samples: 3 });
      const after = await again.score(rows, { samples: 3 });
      expect([...after.nats]).toEqual([...before.nats]);
      expect([...after.percentile]).toEqual([...before.percentile]);
      expect(again.schema).toEqual(model.schema);
    } finally {
      again.dispose();
    }
  });

  it("scores a row of probability 0 as -infinity at percentile 0, or says what is wrong with it", async () => {
    const objects = toObjects(selectRows(people, [0, 1]));
    const odd = tableFromObjects([objects[0]!, { ...objects[1]!, kind: "mauve" }]);
    await expect(model.score(odd)).rejects.toThrow(
      /column "kind": expected one of the 3 known values/,
    );
    const { nats, percentile } = await model.score(odd, { impossible: "zero" });
    expect(nats[1]).toBe(-Infinity);
    expect(percentile[1]).toBe(0);
    expect(Number.isFinite(nats[0]!)).toBe(true);
  });

  it("places its own held-out rows evenly among the percentiles", async () => {
    const { percentile } = await model.score(people);
    const mean = percentile.reduce((a, b) => a + b, 0) / percentile.length;
    // Held-out scores against held-out quantiles: 50 by construction; training rows score a little higher.
    expect(mean).toBeGreaterThan(40);
    expect(mean).toBeLessThan(70);
    expect(Math.min(...percentile)).toBeLessThan(5);
    expect(Math.max(...percentile)).toBeGreaterThan(95);
  });
});

describe("fitting a table", () => {
  it("refuses too few rows in the user's own count", async () => {
    const few = table({ x: Float64Array.from({ length: 12 }, (_, i) => normal(i)) });
    await expect(fitTable(few)).rejects.toThrow(/table: expected at least 20 rows, got 12/);
    // The same number, whatever is met first.
    await expect(fitTable(table({ x: [1, 2, 3] }))).rejects.toThrow(/at least 20 rows, got 3/);
    await expect(planTable(few)).rejects.toThrow(/at least 20 rows, got 12/);
  });

  it("works on one column, and takes any name", async () => {
    const source = table([
      { ...people.columns[1]!, name: "__proto__" },
      { ...people.columns[6]!, name: "constructor" },
    ]);
    const model = await fitTable(source, { ...quick, epochs: 1 });
    try {
      expect((await model.sample(5, { seed: 1 })).columns.map((c) => c.name)).toEqual([
        "__proto__",
        "constructor",
      ]);
      const again = await TableModel.fromBytes(model.toBytes());
      expect((await again.score(source)).nats).toEqual((await model.score(source)).nats);
      again.dispose();
    } finally {
      model.dispose();
    }
    const alone = await fitTable(table([people.columns[1]!]), { ...quick, epochs: 1 });
    expect((await alone.sample(3, { seed: 1 })).columns).toHaveLength(1);
    alone.dispose();
  });
});

describe("a conditional table model", () => {
  const source = table({
    group: Array.from({ length: 700 }, (_, i) => (uniform(i) < 0.5 ? "low" : "high")),
    size: Array.from({ length: 700 }, (_, i) => (i % 9 === 0 ? null : 10 * uniform(i, 1))),
    day: Array.from(
      { length: 700 },
      (_, i) => new Date(Date.UTC(2020, 0, 1 + Math.floor(400 * uniform(i, 2)))),
    ),
    value: Float64Array.from({ length: 700 }, (_, i) => normal(i, 3) + (uniform(i) < 0.5 ? -4 : 4)),
  });
  let model: TableModel;
  beforeAll(async () => {
    model = await fitTable(source, { ...quick, epochs: 30, context: ["group", "size", "day"] });
  });
  afterAll(() => model.dispose());
  const given = { group: "high", size: 3, day: new Date(Date.UTC(2020, 5, 1)) };

  it("draws from the conditional, and returns the condition as it was given", async () => {
    const rows = toObjects(await model.sample(300, { seed: 2, context: given }));
    expect(rows[5]).toMatchObject(given);
    const mean = rows.reduce((sum, row) => sum + (row["value"] as number), 0) / rows.length;
    // 4 was planted for "high", 0 is what no condition would give; its standard error is 0.06.
    expect(mean).toBeGreaterThan(3);
    const low = toObjects(
      await model.sample(300, { seed: 2, context: { ...given, group: "low", size: null } }),
    );
    expect(low.reduce((sum, row) => sum + (row["value"] as number), 0) / 300).toBeLessThan(-3);
  });

  it("takes one condition for each row from a table, in chunks as well", async () => {
    const context = selectRows(
      source,
      Array.from({ length: 200 }, (_, i) => i),
    );
    const whole = toObjects(await model.sample(200, { seed: 3, context }));
    expect(whole.map((row) => row["group"])).toEqual(toObjects(context).map((row) => row["group"]));
    const part = await model.sample(70, {
      seed: 3,
      firstRow: 130,
      context: selectRows(
        context,
        Array.from({ length: 70 }, (_, i) => 130 + i),
      ),
    });
    expect(toObjects(part)).toEqual(whole.slice(130));
  });

  it("integrates to 1 over the value for each condition", async () => {
    const n = 4001;
    const grid = Float64Array.from({ length: n }, (_, i) => -20 + (40 * i) / (n - 1));
    const constant = <T>(cell: T): T[] => Array.from({ length: n }, () => cell);
    for (const group of ["low", "high"]) {
      const rows = table({
        group: constant(group),
        size: constant(2),
        day: constant(given.day),
        value: grid,
      });
      const { nats } = await model.score(rows);
      const total = nats.reduce((sum, v) => sum + Math.exp(v) * (40 / (n - 1)), 0);
      // Trapezoids of 0.01 on a density whose narrowest bins are 0.05 wide; float32 parameters add 1e-5.
      expect(Math.abs(total - 1)).toBeLessThan(2e-3);
    }
  });

  it("refuses a condition it does not know, with those it does", async () => {
    await expect(model.sample(1, { context: { ...given, group: "hig" } })).rejects.toThrow(
      /group to be one of .*"high".*Did you mean "high"/,
    );
    const unseen = tableFromObjects([{ ...given, group: "middle", value: 0 }]);
    for (const impossible of ["error", "zero"] as const)
      await expect(model.score(unseen, { impossible })).rejects.toThrow(
        /column "group": expected one of the 2 known values .*got "middle".*training never showed/,
      );
    await expect(
      model.sample(1, { context: tableFromObjects([{ ...given, group: null }]) }),
    ).rejects.toMatchObject({ code: "CONTEXT_MISMATCH" });
    await expect(model.sample(3, { context: selectRows(source, [0, 1]) })).rejects.toThrow(
      /sample: context: expected 3 rows, one for each row to draw, got 2/,
    );
    await expect(model.sample(1)).rejects.toThrow(/a value for each of group, size, day/);
    // The name that is wrong, not those that are absent.
    await expect(model.sample(1, { given: { grup: 1 } })).rejects.toThrow(
      /got "grup"\. Did you mean "group"/,
    );
    await expect(model.sample(1, { context: { ...given, height: 3 } })).rejects.toThrow(
      /one of the context columns/,
    );
  });
});
