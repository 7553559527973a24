/** A small table with every kind of column that an encoder treats in its own way. */
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { tableFromObjects } from "../table.ts";
import type { Table } from "../table.ts";

const normal = (row: number, stream = 0): number => philoxNormal({ seed: 21, row, stream });
const uniform = (row: number, stream = 0): number => philoxUniform({ seed: 22, row, stream });

/**
 * Rows of a continuous column with missing cells, a rounded one, a continuous one with a point of mass, integers, a category with
 * missing cells, a boolean and a date; row i is the same whatever the number of rows.
 */
export function mixedTable(rows: number): Table {
  return tableFromObjects(
    Array.from({ length: rows }, (_, i) => {
      const kind = ["red", "green", "blue"][Math.floor(3 * uniform(i) ** 2)]!;
      return {
        level: uniform(i, 1) < 0.2 ? null : normal(i) + (kind === "red" ? 2 : 0),
        price: Math.round(100 * Math.exp(normal(i, 1))) / 100,
        spent: uniform(i, 3) < 0.6 ? 0 : Math.exp(normal(i, 2)),
        visits: Math.floor(-4 * Math.log(uniform(i, 2))),
        kind: uniform(i, 6) < 0.1 ? null : kind,
        member: uniform(i, 4) < 0.3,
        since: new Date(Date.UTC(1968, 0, 1 + Math.floor(1500 * uniform(i, 5))))
          .toISOString()
          .slice(0, 10),
      };
    }),
  );
}
