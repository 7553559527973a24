import { expect, it } from "vitest";
import { philoxNormal } from "../../random/philox.ts";
import { inferSchema } from "../../table/infer/infer-schema.ts";
import { brokenRelations } from "../../table/relations/broken-relations.ts";
import { columnNamed, tableFromObjects } from "../../table/table.ts";
import { atOnce } from "../../threads/yield-to-event-loop.ts";
import { fitKept } from "./fit-kept.ts";

it.each([false, true])(
  "an integer of few values stays one above a number without steps (strict %s)",
  (strict) => {
    const normal = (row: number, stream: number) => philoxNormal({ seed: 5, row, stream });
    const rows = tableFromObjects(
      Array.from({ length: 1000 }, (_, i) => {
        const y = normal(i, 0);
        return { y, stars: Math.max(1, Math.min(5, Math.round(3 + y + 0.4 * normal(i, 1)))) };
      }).filter(({ y, stars }) => y < stars),
    );
    const schema = {
      ...inferSchema(rows),
      relations: [{ kind: "order", low: ["y"], high: "stars", strict }] as const,
    };
    const { codec } = atOnce(fitKept(rows, schema));
    // Three times as wide as the base: most bounds cut the column off, some leave nothing of it.
    const z = Float64Array.from(
      { length: 2000 * codec.dims },
      (_, i) => 3 * normal(Math.floor(i / codec.dims), 2 + (i % codec.dims)),
    );
    const decoded = codec.decode(z);
    const stars = columnNamed(decoded, "stars").values as Float64Array;
    expect(Array.from(stars).filter((value) => ![1, 2, 3, 4, 5].includes(value))).toEqual([]);
    // Where the number is above 5 the relation cannot be kept; elsewhere it is.
    const broken = brokenRelations(decoded, schema)[0]?.rows ?? [];
    const y = columnNamed(decoded, "y").values as Float64Array;
    const most = strict ? 5 : 5 + 1e-9;
    const kept = codec.schema.relations?.[0]?.keep !== false;
    if (kept) expect(broken.filter((row) => y[row]! < most)).toEqual([]);
    expect(kept).toBe(true);
  },
);
