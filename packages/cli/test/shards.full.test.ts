/** 200,000 rows scored in eight parts are one run, bit for bit. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Workplace } from "./spawn-couplet.ts";
import { csv, openFittedWorkplace, smallRows } from "./spawn-couplet.ts";

let place: Workplace;
beforeAll(async () => {
  place = await openFittedWorkplace(csv(smallRows(400)));
}, 120_000);
afterAll(() => place.remove());

it.each(["csv", "parquet", "arrow"])(
  "%s",
  async (ending) => {
    const table = `rows.${ending}`;
    await place.couplet("sample", "good.couplet", "-n", "200000", "--seed", "1", "-o", table);
    const score = ["score", "good.couplet", table, "--with-data"];
    await place.couplet(...score, "-o", "whole.csv", "--force");
    const parts = createHash("sha256");
    for (let part = 1; part <= 8; part++) {
      const file = `part-${part}.csv`;
      await place.couplet(...score, "--shard", `${part}/8`, "-o", file, "--force");
      for await (const piece of createReadStream(place.path(file))) parts.update(piece as Buffer);
    }
    const whole = createHash("sha256");
    for await (const piece of createReadStream(place.path("whole.csv")))
      whole.update(piece as Buffer);
    expect(parts.digest("hex")).toBe(whole.digest("hex"));
  },
  900_000,
);
