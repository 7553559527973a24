import { describe, expect, it } from "vitest";
import { fitTableCodec } from "../../encode/table-codec.ts";
import { inferSchema } from "../../infer/infer-schema.ts";
import { isKept } from "../../schema/relation.ts";
import { cents, found, normal, rowsOf, uniform } from "../../suite/planted-table.ts";
import { toObjects } from "../../table.ts";
import { brokenRelations } from "../broken-relations.ts";
import { describeRelation } from "../kinds/index.ts";

/** A rescaled copy that is missing exactly where a sensor fails, and there alone. */
const sensors = rowsOf((i) => {
  const failed = uniform(i) < 0.05;
  const celsius = Math.round(10 * (20 + 8 * normal(i))) / 10;
  return {
    celsius: failed ? -999 : celsius,
    fahrenheit: failed ? null : cents(1.8 * celsius + 32),
    status: failed ? "error" : uniform(i, 1) < 0.7 ? "ok" : "low",
  };
});

describe("a computed column that another column's value leaves missing", () => {
  it("is missing in samples exactly there", async () => {
    const relations = await found(sensors);
    const kept = relations.filter(isKept).map(describeRelation);
    expect(kept).toContain("fahrenheit = 1.8 celsius + 32");
    expect(kept).toContain("fahrenheit is missing exactly where status is error");

    const schema = { ...inferSchema(sensors), relations };
    const codec = fitTableCodec(sensors, schema);
    const z = Float64Array.from({ length: 1000 * codec.dims }, (_, i) => normal(i, 9));
    const drawn = codec.decode(z);
    expect(brokenRelations(drawn, schema)).toEqual([]);
    const failed = toObjects(drawn).filter((row) => row["status"] === "error");
    expect(failed.length).toBeGreaterThan(10);
    expect(toObjects(codec.decode(codec.encode(sensors).z))).toEqual(toObjects(sensors));
  });
});
