import { describe, expect, it } from "vitest";
import { philoxNormal } from "../../random/philox.ts";
import { areaUnderCurve } from "../../statistics/auc.ts";
import { inferSchema } from "../../table/infer/infer-schema.ts";
import { columnNamed, selectRows, table } from "../../table/table.ts";
import type { Table } from "../../table/table.ts";
import type { TableEvent } from "./fit-table-options.ts";
import { fitTable } from "./fit-table.ts";
import { trimRows } from "./trim-rows.ts";

const ROWS = 900;
const ANOMALIES = 54;
const isAnomaly = (row: number) => row % 17 === 0 && row / 17 < ANOMALIES;
const normal = (row: number, stream: number) => philoxNormal({ seed: 5, row, stream });

/** Three normal columns, and 6 % of the rows in one tight cluster out in a corner, of one kind in seven. */
const rows: Table = table({
  ...Object.fromEntries(
    ["a", "b", "c"].map((name, j) => [
      name,
      Float64Array.from({ length: ROWS }, (_, row) =>
        isAnomaly(row) ? 2.6 + 0.03 * normal(row, j) : normal(row, j),
      ),
    ]),
  ),
  kind: Array.from({ length: ROWS }, (_, row) =>
    isAnomaly(row) || normal(row, 9) > 1.1 ? "x" : "y",
  ),
});
const all = { training: rows, validation: rows };

/** Of a table whose column a says which rows are anomalies. */
function anomaliesIn(part: Table): number {
  const { values } = columnNamed(part, "a")!;
  return Array.from(values as Float64Array).filter((value) => Math.abs(value - 2.6) < 0.2).length;
}

describe("trimRows", () => {
  const schema = inferSchema(rows);

  it("leaves out the asked share, and the cluster in it", () => {
    const { training, validation } = trimRows(all, schema, 0.1);
    expect(training.rows).toBe(ROWS - 90);
    expect(validation.rows).toBe(ROWS - 90);
    // 54 of the 900 are in the cluster, and a few ordinary rows look like it in column a.
    expect(anomaliesIn(rows)).toBeGreaterThanOrEqual(ANOMALIES);
    expect(anomaliesIn(training)).toBeLessThan(8);
  });

  it("judges validation rows by the training rows' threshold", () => {
    const clean = selectRows(
      rows,
      Array.from({ length: ROWS }, (_, row) => row).filter((row) => !isAnomaly(row)),
    );
    const { validation } = trimRows({ training: rows, validation: clean }, schema, 0.06);
    expect(validation.rows).toBeGreaterThan(0.98 * clean.rows);
  });

  it("leaves tables alone at 0 and refuses what is no fraction", () => {
    expect(trimRows(all, schema, 0)).toBe(all);
    for (const contamination of [-0.1, 0.5, NaN])
      expect(() => trimRows(all, schema, contamination)).toThrow(
        /contamination: expected "auto", or a fraction from 0 to less than 0.5/,
      );
  });
});

describe("a fit with contamination", () => {
  const options = { seed: 3, threads: 1, epochs: 60 };

  it("ranks a cluster of anomalies that a plain fit learns", async () => {
    const auc = async (more: { readonly contamination?: number | "auto" }) => {
      const model = await fitTable(rows, { ...options, ...more });
      const { nats } = await model.score(rows);
      const { contamination } = model.source;
      model.dispose();
      const of = (anomaly: boolean) =>
        nats.filter((_, row) => isAnomaly(row) === anomaly).map((value) => -value);
      return { contamination, auc: areaUnderCurve(of(true), of(false)).auc };
    };
    const plain = await auc({});
    const trimmed = await auc({ contamination: 0.1 });
    expect(plain.contamination).toBeUndefined();
    expect(trimmed.contamination).toBe(0.1);
    // The cluster is 200 times as dense as the bulk: under the density of the rows as they are it is the most ordinary place.
    expect(plain.auc).toBeLessThan(0.5);
    expect(trimmed.auc).toBeGreaterThan(0.95);
    // The share is found: the 6 % of the cluster, and few others.
    const found = await auc({ contamination: "auto" });
    expect(found.contamination).toBeGreaterThan(0.05);
    expect(found.contamination).toBeLessThan(0.09);
    expect(found.auc).toBeGreaterThan(0.95);
  });

  it("finds hardly anything to leave out of ordinary rows, and tells of its first fit", async () => {
    const usual = selectRows(
      rows,
      Array.from({ length: ROWS }, (_, row) => row).filter((row) => !isAnomaly(row)),
    );
    const told = new Set<string>();
    const onEvent = ({ type }: TableEvent) => void told.add(type);
    const model = await fitTable(usual, { ...options, contamination: "auto", onEvent });
    model.dispose();
    expect(model.source.contamination ?? 0).toBeLessThan(0.02);
    expect(told).toContain("usualRows");
  });

  it("is refused for a table in parts, and of a checkpoint of another one", async () => {
    const parts = { rows: 2 * ROWS, partitions: 2, partition: () => Promise.resolve(rows) };
    await expect(fitTable(parts, { ...options, contamination: 0.1 })).rejects.toThrow(
      "fitTable: contamination: expected a table in memory, got a table in parts.",
    );
    let resume: Uint8Array | undefined;
    const checkpoint = { everySeconds: 0, save: (bytes: Uint8Array) => void (resume = bytes) };
    const few = { ...options, epochs: 2 };
    (await fitTable(rows, { ...few, contamination: 0.1, checkpoint })).dispose();
    await expect(fitTable(rows, { ...few, contamination: 0.2, resume: resume! })).rejects.toThrow(
      "resume: expected a checkpoint of this training",
    );
  });
});
