/** Calculations on the caller's thread let the event loop run between their pieces: counted, whatever the machine's speed. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { atOnce } from "../threads/yield-to-event-loop.ts";
import type { InPieces } from "../threads/yield-to-event-loop.ts";
import { inferSchema, inferSchemaInPieces } from "../table/infer/infer-schema.ts";
import { rowCodesInPieces } from "../table/relations/table-codes.ts";
import { mixedTable } from "../table/suite/mixed-table.ts";
import { tableWarnings, tableWarningsInPieces } from "../table/warnings.ts";
import { fitTable } from "./fit/fit-table.ts";
import { TableModel } from "./table-model.ts";

const ROWS = 9000;
const source = mixedTable(ROWS);
const schema = inferSchema(source);
const columns = source.columns.length;

/** Cells of one piece, at most: see `readColumnInPieces` and `drawRowsInPieces`. */
const [READ, DRAWN] = [4096, 1024];

let now = performance.now();

/**
 * Every look at the clock finds that another slice is over, so that each piece ends with a turn of the event loop. The clock goes on from test to
 * test: slices count from the last turn of any calculation.
 */
beforeEach(() => {
  vi.spyOn(performance, "now").mockImplementation(() => (now += 50));
});
afterEach(() => void vi.restoreAllMocks());

/** Waits for the event loop so far, by the callbacks that they ask for. */
function countingTurns(): () => number {
  const turns = vi.spyOn(globalThis, "setImmediate");
  return () => turns.mock.calls.length;
}

function piecesOf(pieces: InPieces<unknown>): number {
  let count = 1;
  while (pieces.next().done !== true) count++;
  return count;
}

it("a schema, warnings and the cells of relations come in pieces, the same as at once", () => {
  expect(atOnce(inferSchemaInPieces(source))).toEqual(schema);
  expect(piecesOf(inferSchemaInPieces(source))).toBeGreaterThanOrEqual(4 * columns);
  expect(atOnce(tableWarningsInPieces(source, schema))).toEqual(tableWarnings(source, schema));
  const { schemas } = atOnce(rowCodesInPieces(source, schema));
  const readings = schemas.length * Math.floor(ROWS / READ);
  expect(piecesOf(tableWarningsInPieces(source, schema))).toBeGreaterThan(readings);
  expect(piecesOf(rowCodesInPieces(source, schema))).toBeGreaterThanOrEqual(readings);
});

it("fitTable lets the event loop run before it trains", async () => {
  const turns = countingTurns();
  let beforeTraining = 0;
  // Wild cells, warnings, relations and encoders; leaving the loop ends the fit.
  for await (const { type } of fitTable(source, { schema, threads: 1 }))
    if (type === "schema") {
      beforeTraining = turns();
      break;
    }
  expect(beforeTraining).toBeGreaterThanOrEqual(10 * columns);
});

it("score lets the event loop run while it reads and draws", async () => {
  const bytes = readFileSync(new URL("golden/mixed-0.1.couplet", import.meta.url));
  using model = await TableModel.fromBytes(bytes, { threads: 1 });
  const rows = await model.sample(ROWS, { seed: 1, context: { region: "north" } });
  const turns = countingTurns();
  await model.score(rows, { impossible: "zero" });
  const pieces = Math.floor(ROWS / READ) + Math.floor(ROWS / DRAWN);
  expect(turns()).toBeGreaterThanOrEqual(model.codec.columns.length * pieces);
});
