import { describe, expect, it } from "vitest";
import { inferSchema } from "../infer/infer-schema.ts";
import { fitTableCodec } from "../encode/table-codec.ts";
import { tableFromObjects, toObjects } from "../table.ts";
import { brokenRelations } from "./broken-relations.ts";
import { confirmedRelations } from "./confirmed-relations.ts";
import { findRelations } from "./find-relations.ts";
import { describeRelation, parseRelation } from "./kinds/index.ts";
import { isKept, type Relation } from "../schema/relation.ts";
import { cents, day, found, normal, rowsOf, texts, uniform } from "../suite/planted-table.ts";

describe("relations that hold in every row", () => {
  it("are orders of numbers, dates and times, also with missing cells, and < where ties would have come", async () => {
    const source = rowsOf((i) => {
      const least = Math.floor(40 * uniform(i));
      const begin = 300 * uniform(i, 1);
      return {
        least,
        most: uniform(i, 2) < 0.1 ? null : least + 1 + Math.floor(9 * uniform(i, 3)),
        pickup: day(begin, 0),
        dropoff: uniform(i, 4) < 0.1 ? null : day(begin, 60 - 600 * Math.log(uniform(i, 5))),
        other: normal(i, 6),
      };
    });
    expect(await texts(source)).toEqual(["least < most", "pickup < dropoff"]);
    const [, later] = (await found(source)).filter((relation) => relation.kind === "order");
    // A trip of minutes somewhere in 300 days: its length says more than its end.
    expect(later).not.toHaveProperty("by");
    expect(later!.reason).toMatch(
      /^holds in all 900 rows; (4|5)\d % of shuffled rows would break it$/,
    );
  });

  it("are listed once: a <= b <= c says a <= c", async () => {
    const source = rowsOf((i) => {
      const a = normal(i);
      return { a, b: a + uniform(i, 1), c: a + 1 + uniform(i, 2) };
    });
    expect(await texts(source)).toEqual(["a <= b", "b <= c"]);
  });

  it("are sums of two, three and more columns, copies, rescaled copies and products, with their rounding", async () => {
    const source = rowsOf((i) => {
      const [a, b, c, d] = [0, 1, 2, 3].map((k) => cents(20 * uniform(i, k))) as [
        number,
        number,
        number,
        number,
      ];
      const quantity = 1 + Math.floor(9 * uniform(i, 4));
      const temperature = Math.round(150 + 80 * normal(i, 5)) / 10;
      return {
        a,
        b,
        c,
        d,
        two: cents(a + b),
        three: cents(a + b + c),
        five: cents(a + b + c + d + quantity),
        quantity,
        price: cents(quantity * a),
        tax: cents(0.19 * d),
        temperature,
        fahrenheit: Math.round(10 * (1.8 * temperature + 32)) / 10,
        again: b,
      };
    });
    const kept = await texts(source);
    for (const text of [
      "two = a + b",
      "again = b",
      "fahrenheit = 1.8 temperature + 32",
      "tax = 0.19 d",
      "price = a * quantity",
    ])
      expect(kept).toContain(text);
    // However the others are written, they are computed.
    const computed = (await found(source)).flatMap((r) =>
      r.kind === "sum" || r.kind === "product" ? [r.column] : [],
    );
    expect(computed.sort()).toEqual([
      "again",
      "fahrenheit",
      "five",
      "price",
      "tax",
      "three",
      "two",
    ]);
  });

  it("are differences that may be negative: the column without a bound is computed", async () => {
    const source = rowsOf((i) => {
      const [revenue, cost] = [cents(100 * uniform(i)), cents(100 * uniform(i, 1))];
      return { revenue, cost, profit: cents(revenue - cost) };
    });
    const [relation] = await found(source);
    const total = relation as Extract<Relation, { kind: "sum" }>;
    expect(total.kind).toBe("sum");
    // revenue = cost + profit would let a sample have a negative revenue.
    expect(total.column).toBe("profit");
  });

  it("are shares of a constant", async () => {
    const source = rowsOf((i) => {
      const parts = [0, 1, 2, 3].map((k) => -Math.log(uniform(i, k)));
      const sum = parts.reduce((x, y) => x + y, 0);
      const [a, b, c] = parts.map((part) => Math.round((1000 * part) / sum) / 10) as [
        number,
        number,
        number,
      ];
      return { a, b, c, d: Math.round(10 * (100 - a - b - c)) / 10 };
    });
    expect(await texts(source)).toEqual(["a + b + c + d = 100, none below 0"]);
  });

  it("are shares of a column that keeps to some values, in rows that have it and in rows that do not", async () => {
    const source = rowsOf((i) => {
      const games = [30, 34, 38][Math.floor(3 * uniform(i))]!;
      const wins = Math.floor((games + 1) * uniform(i, 1));
      const draws = Math.floor((games + 1 - wins) * uniform(i, 2));
      return {
        games: uniform(i, 3) < 0.05 ? null : games,
        wins,
        draws,
        losses: games - wins - draws,
        points: 3 * wins + draws,
      };
    });
    // games = wins + draws + losses would let a sample have 31.
    const relations = await found(source);
    const [shares] = relations.filter(({ kind }) => kind === "shares");
    expect(shares).toMatchObject({ total: "games" });
    expect([...(shares as Extract<Relation, { kind: "shares" }>).columns].sort()).toEqual([
      "draws",
      "losses",
      "wins",
    ]);
    const points = relations.find(
      (relation) => relation.kind === "sum" && relation.column === "points",
    );
    expect(points).toBeDefined();
  });

  it("are the times between two dates, in whichever unit, and a date beside another and a computed time", async () => {
    const source = rowsOf((i) => {
      const begin = 300 * uniform(i);
      const minutes = 1 + Math.floor(50 * uniform(i, 1));
      const booked = Math.floor(300 * uniform(i, 2));
      const [lead, week, weekend] = [3, 4, 5].map((k) => Math.floor(7 * uniform(i, k))) as [
        number,
        number,
        number,
      ];
      return {
        pickup: day(begin, 0),
        dropoff: day(begin, 60 * minutes + 17 * (i % 2)),
        minutes: minutes + Math.round((1700 * (i % 2)) / 60) / 100,
        booked: day(booked, 0).slice(0, 10),
        arrival: day(booked + lead, 0).slice(0, 10),
        departure: day(booked + lead + week + weekend, 0).slice(0, 10),
        lead: uniform(i, 6) < 0.1 ? null : lead,
        week,
        weekend,
        nights: week + weekend,
      };
    });
    const kept = await texts(source);
    // Nights keep to their values, and so do their parts; a lead that may be missing is computed from the dates.
    for (const text of [
      "week + weekend = nights, none below 0",
      "departure = arrival + nights",
      "arrival = booked + lead",
    ])
      expect(kept).toContain(text);
    const span = (await found(source)).find(
      (relation) => relation.kind === "sum" && relation.column === "minutes",
    );
    expect(span).toMatchObject({ terms: [{ column: "dropoff" }, { column: "pickup" }] });
  });

  it("are quotients by a square", async () => {
    const source = rowsOf((i) => {
      const height = cents(1.5 + 0.5 * uniform(i));
      const weight = Math.round(10 * (50 + 50 * uniform(i, 1))) / 10;
      return { height, weight, bmi: Math.round((10 * weight) / height ** 2) / 10 };
    });
    expect(await texts(source)).toEqual(["bmi = weight / height / height"]);
  });

  it("are columns that decide others also where either cell may be missing by itself", async () => {
    const source = rowsOf((i) => {
      const zone = Math.floor(40 * uniform(i));
      return {
        zone: uniform(i, 1) < 0.05 ? null : `z${zone}`,
        borough: uniform(i, 2) < 0.05 ? null : `b${zone % 5}`,
        x: normal(i),
      };
    });
    const relations = await found(source);
    expect(relations.map(describeRelation)).toEqual(["zone decides borough"]);
    // What a missing zone leaves is open, whichever borough a few such rows happen to have in common.
    expect(relations[0]).toMatchObject({ missing: true });
    const { values } = relations[0] as Extract<Relation, { kind: "parent" }>;
    expect(values.some(([child]) => child === null)).toBe(false);
    const schema = inferSchema(source);
    const other = tableFromObjects([{ zone: null, borough: "b3", x: 0 }]);
    expect(confirmedRelations(relations, other, schema)).toEqual(relations);
  });

  it("decide from a missing cell what all such rows have in common beyond chance", async () => {
    const source = rowsOf((i) => {
      const zone = Math.floor(40 * uniform(i));
      const isOut = uniform(i, 1) < 0.05;
      return { zone: isOut ? null : `z${zone}`, borough: isOut ? "none of them" : `b${zone % 5}` };
    });
    const [relation] = await found(source);
    expect(relation).toMatchObject({ kind: "parent" });
    const { values } = relation as Extract<Relation, { kind: "parent" }>;
    expect(values).toContainEqual([null, "none of them"]);
  });

  it("show in thirty rows, where chance would have broken them many times", async () => {
    const source = tableFromObjects(
      Array.from({ length: 30 }, (_, i) => {
        const [men, women] = [Math.floor(30 * uniform(i)), Math.floor(30 * uniform(i, 1))];
        const low = 40 + Math.floor(90 * uniform(i, 2));
        return {
          men,
          women,
          people: men + women,
          low,
          high: low + 5 + Math.floor(20 * uniform(i, 3)),
          other: normal(i, 4),
        };
      }),
    );
    expect(await texts(source)).toEqual(["low <= high", "people = men + women"]);
  });

  it("are columns that decide others, the nearest one", async () => {
    const source = rowsOf((i) => {
      const zone = Math.floor(40 * uniform(i) ** 2);
      return {
        zone: `z${zone}`,
        borough: `b${zone % 7}`,
        state: `s${(zone % 7) % 2}`,
        rate: cents(3 + (zone % 7) * 0.35),
        x: normal(i),
      };
    });
    expect(await texts(source)).toEqual([
      "borough decides rate",
      "borough decides state",
      "zone decides borough",
    ]);
  });

  it("are values that exclude others, as numbers, categories and missing cells", async () => {
    const source = rowsOf((i) => {
      const cash = uniform(i) < 0.4;
      const online = uniform(i, 1) < 0.7;
      const joint = uniform(i, 2) < 0.3;
      return {
        payment: cash ? "cash" : uniform(i, 3) < 0.5 ? "card" : "voucher",
        tip: cash || uniform(i, 4) < 0.2 ? 0 : cents(5 * uniform(i, 5)),
        internet: online ? (uniform(i, 6) < 0.5 ? "fibre" : "dsl") : "no",
        television: online ? (uniform(i, 7) < 0.5 ? "yes" : "no") : "no internet",
        application: joint ? "joint" : "individual",
        jointIncome: joint ? 1000 + Math.round(5000 * uniform(i, 8)) : null,
      };
    });
    expect(await texts(source)).toEqual([
      "jointIncome is missing exactly where application is individual",
      "television is no internet exactly where internet is no",
      "tip is 0 where payment is cash",
    ]);
  });

  it("are values of a number that has few of them, also between others", async () => {
    const ages = [3, 7, 28, 56, 90];
    const source = rowsOf((i) => {
      const age = ages[Math.floor(5 * uniform(i))]!;
      const size = Math.floor(60 * uniform(i, 1));
      return {
        age,
        size,
        additive: age === 28 || uniform(i, 2) < 0.4 ? 0 : Math.round(100 * uniform(i, 3)) / 10,
        // A number with many values has nothing to say by one of them, unless that ends the range.
        other: size > 20 && size < 24 ? 0 : normal(i, 4),
      };
    });
    expect(await texts(source)).toEqual(["additive is 0 where age is 28"]);
  });

  it("hold with the halves that Python's round, NumPy's and paper leave", async () => {
    const half = (kind: string) =>
      rowsOf((i) => {
        // An even number of cents times 2.5 %: half of the products end in a 5 behind the last digit.
        // Every tenth is a multiple of 5, whose product may be a double that is a half: 0.125.
        const net = i % 10 === 0 ? 5 * (1 + (i % 16)) : (Math.floor(4000 * uniform(i)) / 100) * 2;
        const exact = Math.round(net * 100 * 25) / 1000;
        const even = 2 * Math.round(exact / 2);
        const rounded =
          Math.abs(exact - Math.floor(exact) - 0.5) > 1e-9
            ? Math.round(exact)
            : kind === "half-even"
              ? even
              : Math.floor(exact) + 1;
        const isHalf = (8 * net * 0.025) % 1 === 0 && (100 * net * 0.025) % 1 === 0.5;
        if (kind === "binary-even" && isHalf) return { net, tax: even / 100 };
        const isBinary = kind.startsWith("binary");
        return { net, tax: isBinary ? Number((net * 0.025).toFixed(2)) : rounded / 100 };
      });
    for (const kind of ["half-up", "half-even", "binary", "binary-even"]) {
      const [relation] = await found(half(kind));
      expect(relation, kind).toMatchObject({ kind: "sum", column: "tax" });
      expect((relation as { rounding?: string }).rounding ?? "half-up").toBe(kind);
    }
  });
});

describe("an order beside a value that stands for none", () => {
  const houses = rowsOf((i) => {
    const built = 1900 + Math.floor(115 * uniform(i));
    const renovated = built + Math.floor((2016 - built) * uniform(i, 1));
    return { built, renovated: uniform(i, 2) < 0.7 ? 0 : renovated, x: normal(i, 3) };
  });

  it("holds in the other rows, in samples as well, and comes back as it was written", async () => {
    const [relation, ...others] = await found(houses);
    expect(others).toEqual([]);
    expect(relation).toMatchObject({
      kind: "order",
      low: ["built"],
      high: "renovated",
      unless: [0],
    });
    expect(describeRelation(relation!)).toBe("built <= renovated, unless that is 0");
    expect(parseRelation(JSON.parse(JSON.stringify(relation)), "relation")).toEqual(relation);
    const schema = { ...inferSchema(houses), relations: [relation!] };
    const codec = fitTableCodec(houses, schema);
    const z = Float64Array.from({ length: 1000 * codec.dims }, (_, i) => 1.5 * normal(i, 9));
    const drawn = codec.decode(z);
    expect(brokenRelations(drawn, schema)).toEqual([]);
    const never = toObjects(drawn).filter((row) => row["renovated"] === 0).length;
    expect(never / 1000).toBeGreaterThan(0.4);
    expect(never / 1000).toBeLessThan(0.95);
    const wrong = tableFromObjects([
      { built: 1990, renovated: 1950, x: 0 },
      { built: 1990, renovated: 0, x: 0 },
    ]);
    expect(brokenRelations(wrong, schema)).toMatchObject([{ rows: [0] }]);
  });
});

describe("what is not kept", () => {
  it("holds in thirty rows of independent columns, however many there are", async () => {
    for (let seed = 0; seed < 10; seed++) {
      const source = tableFromObjects(
        Array.from({ length: 30 }, (_, i) =>
          Object.fromEntries(
            Array.from({ length: 12 }, (_, k) => [
              `c${k}`,
              k < 8
                ? Math.round(100 * normal(i, 100 * seed + k) + 40 * k)
                : ["a", "b", "c"][Math.floor(3 * uniform(i, 100 * seed + k))]!,
            ]),
          ),
        ),
      );
      expect(await texts(source), `seed ${seed}`).toEqual([]);
    }
  });

  it("holds in shuffled columns, too", async () => {
    const source = rowsOf((i) => ({
      age: 18 + Math.floor(60 * uniform(i)),
      income: 20_000 + Math.round(50_000 * uniform(i, 1)),
      // Ten rows of a rare value: always the same of two by chance alone.
      kind: uniform(i, 2) < 0.01 ? "rare" : "usual",
      side: uniform(i, 3) < 0.5 ? "left" : "right",
    }));
    expect(await found(source)).toEqual([]);
  });

  it("fails in a few rows: it is reported with their number", async () => {
    const source = rowsOf((i) => {
      const low = 100 * uniform(i);
      const wrong = i === 17;
      return {
        low,
        high: wrong ? low - 1 : low + 20 * uniform(i, 1),
        zone: i === 40 ? "n" : `z${i % 9}`,
        town: `t${i === 49 ? 2 : (i % 9) % 3}`,
      };
    });
    const relations = await found(source);
    // Zones without an exception keep their town.
    const kept = relations.filter(isKept);
    expect(kept.every(({ kind }) => kind === "exclusion")).toBe(true);
    const others = relations.filter((relation) => !isKept(relation));
    expect(others.map(describeRelation).sort()).toEqual(["low <= high", "zone decides town"]);
    for (const { reason } of others) expect(reason).toMatch(/^holds in all but 1 of 900 rows; /);
  });

  it("is broken by rows that did not find it; values that only they have are added", async () => {
    const make = (from: number, wrong: boolean) =>
      tableFromObjects(
        Array.from({ length: 400 }, (_, k) => {
          const i = from + k;
          const zone = Math.floor(30 * uniform(i));
          const low = uniform(i, 1);
          return {
            zone: `z${zone}`,
            town: `t${zone % 4}`,
            low,
            high: wrong && k === 5 ? low - 1 : low + uniform(i, 2),
          };
        }),
      );
    const [one, two] = [make(0, false), make(400, true)];
    const all = tableFromObjects(
      [one, two].flatMap((t) =>
        Array.from({ length: 400 }, (_, i) =>
          Object.fromEntries(t.columns.map((c) => [c.name, c.values[i]!])),
        ),
      ),
    );
    const schema = inferSchema(all);
    const without = { ...one, columns: one.columns };
    const relations = (await findRelations(without, schema)).map((relation) =>
      relation.kind === "parent" ? { ...relation, values: relation.values.slice(1) } : relation,
    );
    expect(relations.map((relation) => relation.kind).sort()).toEqual(["order", "parent"]);
    const after = confirmedRelations(relations, two, schema);
    expect(after.filter(isKept).map((relation) => relation.kind)).toEqual(["parent"]);
    expect(after.find((relation) => relation.kind === "parent")).toMatchObject({
      values: { length: new Set(toObjects(one).map((row) => row["zone"])).size },
    });
    expect(brokenRelations(two, schema, relations)).toMatchObject([
      { text: "low <= high", rows: [5] },
    ]);
  });
});

describe("a relation of a file", () => {
  it.each([
    [{ kind: "sums" }, "relation.kind: expected one of"],
    [{ kind: "order", low: ["a"], high: 3 }, "relation.high: expected text, got 3"],
    [
      { kind: "order", low: ["a"], high: "b", colour: 1 },
      "relation.colour: expected only kind, low, high",
    ],
    [{ kind: "sum", column: "a", terms: [{ column: "a", times: 1 }] }, 'which names "a" 2 times'],
    [
      { kind: "parent", column: "a", child: "b", values: [["x"]] },
      "relation.values: expected a list of pairs",
    ],
    [
      { kind: "shares", columns: ["a", "b"], total: -1 },
      "relation.total: expected a positive number",
    ],
    [{ kind: "shares", columns: ["a", "b"], total: "a" }, 'which names "a" 2 times'],
    [
      { kind: "exclusion", column: "a", given: "b", when: [], value: 0 },
      "relation.when: expected a list of cells",
    ],
  ])("%j is refused with the field", (relation, message) => {
    expect(() => parseRelation(relation, "relation")).toThrow(message);
  });

  it("comes back as it was written", async () => {
    const relation = {
      kind: "product",
      column: "a",
      factors: ["b", "c"],
      times: 0.5,
      rounding: "binary",
      keep: false,
      reason: "mine",
    };
    expect(parseRelation(relation, "relation")).toEqual(relation);
  });
});
