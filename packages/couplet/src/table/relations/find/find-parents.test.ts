import { describe, expect, it } from "vitest";
import { inferSchema } from "../../infer/infer-schema.ts";
import { type Relation, isKept } from "../../schema/relation.ts";
import { day, found, normal, rowsOf, texts, uniform } from "../../suite/planted-table.ts";
import { brokenRelations } from "../broken-relations.ts";
import { tableFromObjects } from "../../table.ts";

const dateOf = (i: number, span: number): string =>
  day(Math.floor(span * uniform(i)), 0).slice(0, 10);
const weekday = (date: string): string => `day ${new Date(date).getUTCDay()}`;

describe("columns that decide others", () => {
  it("may be whole numbers, and have few rows a value", async () => {
    const source = rowsOf((i) => {
      const zone = 1 + Math.floor(263 * uniform(i));
      const code = Math.floor(300 * uniform(i, 1));
      return {
        zone,
        borough: `b${(zone * 7919) % 5}`,
        code: `c${code}`,
        chapter: `k${(code * 31) % 7}`,
        x: normal(i, 2),
      };
    });
    expect(await texts(source)).toEqual(["code decides chapter", "zone decides borough"]);
    const [parent] = (await found(source)).filter((relation) => relation.kind === "parent");
    // A code that no row has says nothing of its borough.
    const { values } = parent as Extract<Relation, { kind: "parent" }>;
    expect(values.length).toBeLessThanOrEqual(300);
  });

  it("say nothing of a column that has one value and is missing elsewhere", async () => {
    const source = rowsOf((i) => ({
      gift: uniform(i) < 0.5 ? "yes" : "no",
      note: uniform(i, 1) < 0.3 ? "leave it at the door" : null,
      x: normal(i, 2),
    }));
    expect(await texts(source)).toEqual([]);
  });

  it("may be dates, and so may those that they decide", async () => {
    const source = rowsOf((i) => {
      const date = dateOf(i, 200);
      const batch = Math.floor(40 * uniform(i, 1));
      return {
        date,
        weekday: weekday(date),
        batch: `batch ${batch}`,
        filled: day((batch * 37) % 90, 0).slice(0, 10),
        x: normal(i, 2),
      };
    });
    expect(await texts(source)).toEqual(["batch decides filled", "date decides weekday"]);
  });

  it("say of dates and numbers between those of the rows what they say of these", async () => {
    const source = rowsOf((i) => {
      const date = dateOf(i, 400);
      const age = 18 + Math.floor(70 * uniform(i, 1));
      const isThere = date !== "2024-03-05" && age !== 40;
      const [own, years] = isThere ? [date, age] : ["2024-03-06", 41];
      return {
        date: own,
        weekday: weekday(own),
        age: years,
        group: years < 65 ? "adult" : "senior",
      };
    });
    const relations = (await found(source)).filter(isKept);
    const schema = inferSchema(source);
    const broken = (row: Record<string, string | number>): string[] =>
      brokenRelations(tableFromObjects([row]), schema, relations).map(({ text }) => text);
    const row = { date: "2024-03-05", weekday: weekday("2024-03-05"), age: 40, group: "adult" };
    expect(broken(row)).toEqual([]);
    expect(broken({ ...row, weekday: weekday("2024-03-06") })).toEqual(["date decides weekday"]);
    expect(broken({ ...row, group: "senior" })).toEqual(["age decides group"]);
  });

  it("are no measurements that happen to repeat", async () => {
    const source = rowsOf((i) => ({
      income: 100 * Math.round(300 + 100 * normal(i)),
      visits: Math.floor(400 * uniform(i, 1)),
      kind: uniform(i, 2) < 0.97 ? "usual" : "rare",
      day: dateOf(i + 1000, 300),
    }));
    expect(await texts(source)).toEqual([]);
  });
});
