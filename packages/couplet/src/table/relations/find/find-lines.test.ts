import { describe, expect, it } from "vitest";
import { day, normal, rowsOf, texts, uniform } from "../../suite/planted-table.ts";

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
