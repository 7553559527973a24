import { describe, expect, it } from "vitest";
import { isKept } from "../../schema/relation.ts";
import { cents, day, found, normal, rowsOf, texts, uniform } from "../../suite/planted-table.ts";
import { describeRelation } from "../kinds/index.ts";

describe("columns that are equal", () => {
  it("leave each other's orders: the first speaks for both", async () => {
    const source = rowsOf((i) => {
      const loan = 1000 + 25 * Math.floor(400 * uniform(i));
      return { loan, funded: loan, home: loan + Math.floor(9000 * uniform(i, 1)), x: normal(i, 2) };
    });
    expect(await texts(source)).toEqual(["funded = loan", "loan < home"]);
  });

  it("are dates, too, in whichever format, and dates at a fixed distance", async () => {
    const source = rowsOf((i) => {
      const date = day(Math.floor(300 * uniform(i)), 0).slice(0, 10);
      const [year, month, own] = date.split("-") as [string, string, string];
      const due = new Date(Date.parse(date) + 30 * 86_400_000).toISOString().slice(0, 10);
      const end = new Date(Date.parse(date) + Math.floor(90 * uniform(i, 1)) * 86_400_000);
      return {
        date,
        us: `${month}/${own}/${year}`,
        basic: `${year}${month}${own}`,
        due,
        end: uniform(i, 2) < 0.1 ? null : end.toISOString().slice(0, 10),
        x: normal(i, 3),
      };
    });
    expect(await texts(source)).toEqual([
      "basic = date",
      "date <= end",
      "due = date + 30",
      "us = date",
    ]);
  });
});

describe("a rounded share of another column", () => {
  it("has the factor that a person meant, without a constant", async () => {
    const source = rowsOf((i) => {
      const total = 90 + Math.floor(200 * uniform(i));
      const km = 300 + Math.floor(14_000 * uniform(i, 1));
      return {
        total,
        average: Math.round((10 * total) / 3) / 10,
        km,
        miles: Math.round(0.621371 * km),
      };
    });
    const kept = (await found(source)).filter(isKept);
    expect(kept).toMatchObject([
      { kind: "sum", column: "miles", terms: [{ column: "km" }] },
      { kind: "sum", column: "average", terms: [{ column: "total", times: 1 / 3 }] },
    ]);
    expect(describeRelation(kept[1]!)).toBe("average = total / 3");
    for (const relation of kept) expect(relation).not.toHaveProperty("plus");
  });

  it("leaves the total of it exact: gross = net + vat", async () => {
    const source = rowsOf((i) => {
      // Halves of cents, which the doubles round either way: 1.19 net is not gross in each row.
      const net = 10 + 0.5 * Math.floor(360 * uniform(i)) + (i % 5 === 0 ? 0.37 : 0);
      const vat = Number((0.19 * net).toFixed(2));
      return { net, vat, gross: cents(net + vat), x: normal(i, 1) };
    });
    const kept = (await found(source)).filter(isKept).map(describeRelation);
    expect(kept).toContain("vat = 0.19 net");
    expect(kept).toContain("gross = net + vat");
  });
});
