import { describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { logMeanExp } from "../../statistics/log-sum-exp.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import { atOnce } from "../../threads/yield-to-event-loop.ts";
import { inferSchema } from "../infer/infer-schema.ts";
import { brokenRelations } from "../relations/broken-relations.ts";
import { foundRelations } from "../relations/find/found-relations.ts";
import { rowCodesInPieces } from "../relations/table-codes.ts";
import type { Relation } from "../schema/relation.ts";
import { isModelled, type Schema } from "../schema/schema.ts";
import { type Cell, type Table, table, tableFromObjects, toObjects } from "../table.ts";
import { fitTableCodec, type TableCodec } from "./table-codec.ts";

const uniform = (row: number, stream = 0): number => philoxUniform({ seed: 81, row, stream });
const normal = (row: number, stream = 0): number => philoxNormal({ seed: 82, row, stream });

/** log p per row under z ~ N(0, R), R with correlation `r` between neighbouring dimensions (a Gaussian autoregression). */
function logDensity(codec: TableCodec, rows: Table, draw = 0, r = 0): Float64Array {
  const { z, logCorrection } = codec.encode(rows, { epoch: draw, impossible: "zero" });
  const { dims } = codec;
  return logCorrection.map((correction, i) => {
    let sum = correction;
    for (let d = 0; d < dims; d++) {
      const own = z[i * dims + d]!;
      const scale = Math.sqrt(1 - r * r);
      sum +=
        d === 0
          ? logNormalDensity(own)
          : logNormalDensity((own - r * z[i * dims + d - 1]!) / scale) - Math.log(scale);
    }
    return sum;
  });
}

const withRelations = (source: Table, relations?: readonly Relation[]): Schema => {
  const schema = inferSchema(source);
  return {
    ...schema,
    relations: relations ?? atOnce(foundRelations(atOnce(rowCodesInPieces(source, schema)))),
  };
};

/** Latent rows as a flow would draw them. */
function latent(rows: number, dims: number, seed: number): Float64Array {
  return Float64Array.from({ length: rows * dims }, (_, i) =>
    philoxNormal({ seed, row: Math.floor(i / dims), stream: i % dims }),
  );
}

/** Every kind of relation between few values, with missing cells. */
const discrete = tableFromObjects(
  Array.from({ length: 700 }, (_, i) => {
    const low = uniform(i, 20) < 0.15 ? null : Math.floor(3 * uniform(i));
    const high = uniform(i, 21) < 0.1 ? null : (low ?? 0) + Math.floor(3 * uniform(i, 1));
    const zone = ["u", "v", "w"][Math.floor(3 * uniform(i, 2))]!;
    const cash = uniform(i, 3) < 0.4;
    return {
      low,
      high,
      twice: low === null ? null : 2 * low,
      zone,
      side: zone === "u" ? "left" : "right",
      payment: cash ? "cash" : "card",
      tip: cash ? "none" : uniform(i, 4) < 0.5 ? "some" : "much",
    };
  }),
);

const everyRow = (values: Readonly<Record<string, readonly Cell[]>>): Table => {
  let rows: Record<string, Cell>[] = [{}];
  for (const [name, cells] of Object.entries(values))
    rows = rows.flatMap((row) => cells.map((cell) => ({ ...row, [name]: cell })));
  return tableFromObjects(rows);
};

describe("probabilities of rows with relations", () => {
  const schema = withRelations(discrete);
  const codec = fitTableCodec(discrete, schema);
  const all = everyRow({
    low: [0, 1, 2, null],
    high: [0, 1, 2, 3, 4, null],
    twice: [0, 2, 4, 1, null],
    zone: ["u", "v", "w"],
    side: ["left", "right"],
    payment: ["cash", "card"],
    tip: ["none", "some", "much"],
  });

  it("lists what was planted", () => {
    expect((schema.relations ?? []).map(({ kind }) => kind).sort()).toEqual([
      "order",
      "parent",
      "parent",
      "sum",
    ]);
    // `twice`, `side` and `payment` cost nothing: two variables each for low and high, one for zone and tip.
    expect(codec.dims).toBe(6);
    expect(codec.columns.map(({ name }) => name)).toEqual(["low", "high", "zone", "tip"]);
  });

  it("sum to 1 over all rows, and to 0 over those that break a relation", () => {
    const values = logDensity(codec, all);
    const broken = new Set(brokenRelations(all, schema).flatMap(({ rows }) => rows));
    let [sum, beyond] = [0, 0];
    values.forEach((value, row) => {
      sum += Math.exp(value);
      if (broken.has(row)) beyond = Math.max(beyond, Math.exp(value));
    });
    expect(beyond).toBe(0);
    // Tails of integers without an upper bound hold what is left.
    expect(sum).toBeLessThan(1 + 1e-12);
    expect(sum).toBeGreaterThan(0.985);
    // The same rows with longer tails: nothing but the tails was missing.
    const wide = everyRow({
      low: [...Array.from({ length: 12 }, (_, k) => k), null],
      high: [...Array.from({ length: 24 }, (_, k) => k), null],
      zone: ["u", "v", "w"],
      payment: ["cash", "card"],
      tip: ["none", "some", "much"],
    });
    const objects = toObjects(wide)
      .map((row): Record<string, Cell> => ({
        ...row,
        twice: row["low"] === null ? null : 2 * (row["low"] as number),
        side: row["zone"] === "u" ? "left" : "right",
      }))
      .filter((row) => ((row["high"] ?? Infinity) as number) >= ((row["low"] ?? 0) as number));
    const total = logDensity(codec, tableFromObjects(objects)).reduce((a, b) => a + Math.exp(b), 0);
    expect(Math.abs(total - 1)).toBeLessThan(1e-4);
  });

  it("sum to 1 under a dependent latent, by importance samples", () => {
    const possible = tableFromObjects(
      toObjects(all).filter((_, row) => logDensity1[row]! > -Infinity),
    );
    const draws = Array.from({ length: 150 }, (_, k) => logDensity(codec, possible, k, 0.5));
    const totals = draws.map((values) => values.reduce((sum, v) => sum + Math.exp(v), 0));
    const mean = totals.reduce((a, b) => a + b, 0) / totals.length;
    const error = Math.sqrt(totals.reduce((sum, v) => sum + (v - mean) ** 2, 0)) / totals.length;
    expect(error).toBeLessThan(0.02);
    // The tails that `all` leaves out hold at most 1.5 %, as above.
    expect(mean).toBeLessThan(1 + 5 * error);
    expect(mean).toBeGreaterThan(0.985 - 5 * error);
  });
  const logDensity1 = logDensity(codec, all);

  it("are bounded by one draw and approached by many", () => {
    const some = tableFromObjects(toObjects(discrete).slice(0, 50));
    const draws = Array.from({ length: 200 }, (_, k) => logDensity(codec, some, k, 0.4));
    const exact = logMeanExp(draws);
    exact.forEach((value, i) =>
      expect(draws.reduce((sum, d) => sum + d[i]! / draws.length, 0)).toBeLessThanOrEqual(value),
    );
  });
});

describe("densities of numbers with relations", () => {
  const continuous = (by: "difference" | "bound"): readonly [TableCodec, Schema] => {
    const source = table({
      low: Float64Array.from({ length: 800 }, (_, i) => normal(i)),
      high: Float64Array.from(
        { length: 800 },
        (_, i) => normal(i) + (uniform(i, 2) < 0.2 ? 0 : Math.exp(normal(i, 1) - 0.5)),
      ),
    });
    const schema = withRelations(source, [{ kind: "order", low: ["low"], high: "high", by }]);
    return [fitTableCodec(source, schema), schema];
  };

  it("integrate to 1 by the change of variables, above what lies below", () => {
    const [codec] = continuous("bound");
    for (const low of [-1, 0.3]) {
      // p(high | low) = p(low, high) / p(low): a midpoint rule in high; its tail beyond 60 holds less than 1e-6.
      const steps = 20_000;
      const width = 60 / steps;
      const highs = Float64Array.from({ length: steps }, (_, k) => low + (k + 0.5) * width);
      const values = logDensity(codec, table({ low: highs.map(() => low), high: highs }));
      const own = logDensity(
        fitTableCodec(lowAlone(), inferSchema(lowAlone())),
        table({ low: [low] }),
      )[0]!;
      const total = values.reduce((sum, value) => sum + Math.exp(value - own) * width, 0);
      expect(Math.abs(total - 1)).toBeLessThan(1e-3);
    }
  });
  const lowAlone = (): Table =>
    table({ low: Float64Array.from({ length: 800 }, (_, i) => normal(i)) });

  it("integrate to 1 as differences, ties being a point of mass", () => {
    const [codec] = continuous("difference");
    const state = codec.toJSON().differences!["high"]!;
    expect(state.schema).toMatchObject({ pointMasses: [0], lower: 0 });
    const tie = state.encoder.kind === "number" ? state.encoder.pointMassSteps![0]! : NaN;
    const own = fitTableCodec(lowAlone(), inferSchema(lowAlone()));
    const low = 0.4;
    const marginal = logDensity(own, table({ low: [low] }))[0]!;
    const steps = 40_000;
    const width = 80 / steps;
    const highs = Float64Array.from({ length: steps }, (_, k) => low + (k + 0.5) * width);
    const values = logDensity(codec, table({ low: highs.map(() => low), high: highs }));
    const [atTie] = logDensity(codec, table({ low: [low], high: [low] }));
    const density = values.reduce((sum, value) => sum + Math.exp(value - marginal) * width, 0);
    const mass = Math.exp(atTie! - marginal) * tie;
    expect(Math.abs(mass - 0.2)).toBeLessThan(0.05);
    expect(Math.abs(density + mass - 1)).toBeLessThan(2e-3);
  });

  it("sum to 1 for shares in tenths of a percent", () => {
    const source = tableFromObjects(
      Array.from({ length: 600 }, (_, i) => {
        const a = Math.round(20 * uniform(i)) / 2;
        const b = Math.min(10 - a, Math.round(8 * uniform(i, 1)) / 2);
        return { a, b, c: 10 - a - b };
      }),
    );
    const schema = withRelations(source, [{ kind: "shares", columns: ["a", "b", "c"], total: 10 }]);
    const codec = fitTableCodec(source, schema);
    expect(codec.dims).toBe(2);
    const halves = Array.from({ length: 21 }, (_, k) => k / 2);
    const simplex = halves.flatMap((a) =>
      halves.filter((b) => a + b <= 10).map((b) => ({ a, b, c: 10 - a - b })),
    );
    const steps = codec.columns.reduce(
      (product, column) => product * (column.type === "number" ? column.resolution! : 1),
      1,
    );
    const total = logDensity(codec, tableFromObjects(simplex)).reduce(
      (sum, v) => sum + Math.exp(v) * steps,
      0,
    );
    expect(Math.abs(total - 1)).toBeLessThan(1e-9);
  });
});

describe("shares of a column", () => {
  const source = tableFromObjects(
    Array.from({ length: 800 }, (_, i) => {
      const games = [4, 6, 9][Math.floor(3 * uniform(i))]!;
      const wins = Math.floor((games + 1) * uniform(i, 1));
      const draws = Math.floor((games + 1 - wins) * uniform(i, 2));
      return {
        games: uniform(i, 3) < 0.05 ? null : games,
        wins,
        draws,
        losses: games - wins - draws,
      };
    }),
  );
  const inferred = withRelations(source, [
    { kind: "shares", columns: ["wins", "draws", "losses"], total: "games" },
  ]);
  // Parts of rows without a total end somewhere, too: the sum below has an end.
  const schema: Schema = {
    ...inferred,
    columns: inferred.columns.map((column) =>
      column.type === "integer" && column.name !== "games"
        ? { ...column, lower: 0, upper: 9 }
        : column,
    ),
  };
  const codec = fitTableCodec(source, schema);

  it("sum to it in every row, whatever the seed, and it keeps to its values", () => {
    for (let seed = 0; seed < 10; seed++) {
      const z = latent(500, codec.dims, seed);
      if (seed % 3 === 2) z.forEach((value, i) => (z[i] = Math.max(-8, Math.min(8, 4 * value))));
      const drawn = codec.decode(z);
      expect(brokenRelations(drawn, schema), `seed ${seed}`).toEqual([]);
      for (const row of toObjects(drawn)) {
        const { games, wins, draws, losses } = row as Record<string, number | null>;
        expect([null, 4, 6, 9]).toContain(games);
        if (games !== null) expect(wins! + draws! + losses!).toBe(games);
      }
    }
  });

  it("have probabilities that sum to 1", () => {
    const numbers = Array.from({ length: 10 }, (_, k) => k);
    // Of a row without a total the parts are free.
    const rows = [4, 6, 9].flatMap((games) =>
      numbers.flatMap((wins) =>
        numbers
          .filter((draws) => wins + draws <= games)
          .map((draws) => ({ games, wins, draws, losses: games - wins - draws })),
      ),
    );
    const missing = tableFromObjects(
      numbers.flatMap((wins) =>
        numbers.flatMap((draws) => numbers.map((losses) => ({ games: null, wins, draws, losses }))),
      ),
    );
    const sum = (of: Table) =>
      logDensity(codec, of).reduce((total, value) => total + Math.exp(value), 0);
    expect(Math.abs(sum(tableFromObjects(rows)) + sum(missing) - 1)).toBeLessThan(1e-9);
  });
});

/** Numbers, dates and categories in every kind of relation. */
const mixed = tableFromObjects(
  Array.from({ length: 1000 }, (_, i) => {
    const begin = Date.UTC(2023, 0, 1) + 1000 * Math.floor(1e7 * uniform(i));
    const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace("T", " ");
    const cash = uniform(i, 1) < 0.4;
    const fare = 2.5 + Math.round(60 * uniform(i, 2)) / 2;
    const tip = cash ? 0 : Math.round(500 * uniform(i, 3)) / 100;
    const toll = uniform(i, 4) < 0.9 ? 0 : 5.76;
    const part = Math.round(1000 * uniform(i, 5)) / 10;
    const second = Math.round(10 * (100 - part) * uniform(i, 6)) / 10;
    return {
      from: uniform(i, 7) < 0.05 ? null : iso(begin),
      to:
        uniform(i, 8) < 0.05
          ? null
          : iso(begin + 1000 * Math.floor(-900 * Math.log(uniform(i, 9)))),
      day: iso(begin).slice(0, 10),
      payment: cash ? "cash" : "card",
      fare,
      tip,
      toll,
      total: Math.round(100 * (fare + tip + toll)) / 100,
      quantity: 1 + Math.floor(5 * uniform(i, 10)),
      price: Math.round(10_000 * uniform(i, 11)) / 100,
      amount: 0,
      a: part,
      b: second,
      c: Math.round(10 * (100 - part - second)) / 10,
    };
  }).map((row) => ({ ...row, amount: Math.round(100 * row.quantity * row.price) / 100 })),
);

describe("rows decoded from anything", () => {
  const schema = withRelations(mixed);
  const codec = fitTableCodec(mixed, schema);

  it("come from a schema that lists what was planted", () => {
    const kinds = new Set((schema.relations ?? []).map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(["exclusion", "order", "product", "shares", "sum"]);
    expect(codec.dims).toBeLessThan(schema.columns.filter(isModelled).length);
  });

  it("never break a relation of the schema, whatever the seed", () => {
    for (let seed = 0; seed < 20; seed++) {
      const z = latent(500, codec.dims, seed);
      // Rows far out, too.
      if (seed % 4 === 3) z.forEach((value, i) => (z[i] = Math.max(-8, Math.min(8, 4 * value))));
      expect(brokenRelations(codec.decode(z), schema), `seed ${seed}`).toEqual([]);
    }
  });

  it("are the rows that were encoded", () => {
    const { z, impossible } = codec.encode(mixed, { noise: "median" });
    expect(impossible).toEqual([]);
    expect(toObjects(codec.decode(z))).toEqual(toObjects(mixed));
  });

  it("survive the codec's JSON", () => {
    const z = latent(50, codec.dims, 5);
    const again = fitTableCodec(mixed, JSON.parse(JSON.stringify(schema)) as Schema);
    expect(toObjects(again.decode(z))).toEqual(toObjects(codec.decode(z)));
  });
});

describe("a row that breaks a relation", () => {
  const schema = withRelations(mixed);
  const codec = fitTableCodec(mixed, schema);
  const rows = toObjects(mixed).slice(0, 3);
  const wrong = tableFromObjects([
    rows[0]!,
    { ...rows[1]!, total: 1 },
    { ...rows[2]!, total: 2, amount: 0.5 },
  ]);

  it("is an error that names the relation and the row", () => {
    expect(() => codec.encode(wrong)).toThrow(
      /row 2: expected total = fare \+ tip \+ toll, as in every training row, got 2 of 3 rows that break it; also broken: amount = quantity \* price \(1\)/,
    );
  });

  it("is impossible where that is asked for", () => {
    const { logCorrection, impossible } = codec.encode(wrong, { impossible: "zero" });
    expect(impossible).toEqual([1, 2]);
    expect(logCorrection[1]).toBe(-Infinity);
  });

  it("keeps a score under soft relations: that of the row that keeps them, for a stated price", () => {
    const soft = codec.encode(wrong, { softRelations: true });
    const right = codec.encode(tableFromObjects(rows));
    expect(soft.impossible).toEqual([]);
    expect([...soft.z]).toEqual([...right.z]);
    const price = Math.log(1001);
    expect(soft.logCorrection[1]! - right.logCorrection[1]!).toBeCloseTo(-price, 12);
    expect(soft.logCorrection[2]! - right.logCorrection[2]!).toBeCloseTo(-2 * price, 12);
  });
});

describe("relations that cannot be kept together", () => {
  const column = (name: string) =>
    ({ name, type: "integer", storage: "number", transform: "quantile" }) as const;
  const schema = (relations: readonly Relation[]): Schema => ({
    version: 1,
    missingValues: [],
    columns: [column("a"), column("b"), column("c")],
    relations,
  });
  const source = table({ a: [1, 2, 3, 4], b: [1, 2, 3, 4], c: [1, 2, 3, 4] });
  const copy = (of: string, to: string): Relation => ({
    kind: "sum",
    column: to,
    terms: [{ column: of, times: 1 }],
  });

  it.each([
    [
      [copy("a", "b"), copy("b", "a")],
      "expected relations without a cycle, got columns that refer to each other: a, b",
    ],
    [
      [copy("a", "c"), copy("b", "c")],
      'expected at most one relation that computes a column, got two of "c"',
    ],
    [[copy("a", "d")], 'expected a column that is modelled, got "d"'],
  ])("are refused: %j", (relations, message) => {
    expect(() => fitTableCodec(source, schema(relations))).toThrow(message);
  });

  it("are planned where one order of the columns keeps all: the low end gives way where the high end is computed", () => {
    const relations: Relation[] = [copy("a", "b"), { kind: "order", low: ["c"], high: "b" }];
    const codec = fitTableCodec(
      table({ a: [3, 4, 5, 6], b: [3, 4, 5, 6], c: [1, 2, 5, 6] }),
      schema(relations),
    );
    const rows = codec.decode(latent(300, codec.dims, 1));
    expect(brokenRelations(rows, codec.schema)).toEqual([]);
  });
});
