import { describe, expect, it } from "vitest";
import { inferSchema } from "../../infer/infer-schema.ts";
import { isKept } from "../../schema/relation.ts";
import { cents, day, found, normal, rowsOf, uniform } from "../../suite/planted-table.ts";
import { brokenRelations } from "../broken-relations.ts";
import { describeRelation } from "../kinds/index.ts";

describe("what a few rows break", () => {
  it("is no share of a total, though no row of a first look breaks it", async () => {
    const source = rowsOf((i) => {
      const games = [30, 34, 38][Math.floor(3 * uniform(i))]!;
      const wins = Math.floor((games + 1) * uniform(i, 1));
      const wrong = i === 601 ? 1 : 0;
      return { games, wins, losses: games - wins + wrong, x: normal(i, 2) };
    });
    const relations = await found(source);
    expect(relations.filter(isKept).map(({ kind }) => kind)).not.toContain("shares");
    // A fit with these relations can read its own rows.
    expect(brokenRelations(source, inferSchema(source), relations)).toMatchObject([
      { text: "games = wins + losses", rows: [601] },
    ]);
  });

  it("is reported once, with the number of rows: formulas, time spans and exclusions", async () => {
    const source = rowsOf((i) => {
      const [a, b, c, d] = [0, 1, 2, 3].map((k) => cents(20 * uniform(i, k))) as [
        number,
        number,
        number,
        number,
      ];
      const quantity = 1 + Math.floor(9 * uniform(i, 4));
      // A row of its own for each: errors of two columns in one row would leave a sum of both exact.
      const wrong = (row: number): number => (i === row ? 7 : 0);
      const cash = i === 450 || uniform(i, 5) < 0.4;
      const begin = 300 * uniform(i, 6);
      const hours = 1 + Math.floor(50 * uniform(i, 7));
      return {
        a,
        b,
        c,
        d,
        two: cents(a + b + wrong(451)),
        four: cents(a + b + c + d + quantity + wrong(452)),
        again: c + wrong(453),
        quantity,
        price: cents(quantity * d + wrong(454)),
        payment: cash ? "cash" : "card",
        tip: cash && i !== 450 ? 0 : cents(1 + 5 * uniform(i, 8)),
        pickup: day(begin, 0),
        dropoff: day(begin, 3600 * hours),
        hours: hours + wrong(460),
      };
    });
    const relations = await found(source);
    const reported = relations.filter((relation) => !isKept(relation));
    for (const { reason } of reported) expect(reason).toMatch(/^holds in all but 1 of 900 rows; /);
    const said = reported.map(describeRelation);
    for (const text of [
      "two = a + b",
      "again = c",
      "price = d * quantity",
      "tip is 0 where payment is cash",
    ])
      expect(said).toContain(text);
    const computed = reported.flatMap((r) =>
      r.kind === "sum" || r.kind === "product" ? [r.column] : [],
    );
    expect(computed.sort()).toEqual(["again", "four", "hours", "price", "two"]);
  });
});
