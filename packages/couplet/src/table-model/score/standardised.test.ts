import { describe, expect, it } from "vitest";
import { normals } from "../../../../../test/random.ts";
import type { FlowModel } from "../../flow/model/model.ts";
import { logNormalDensity } from "../../statistics/normal.ts";
import { addStandardNormal } from "../../table/baseline/baselines.ts";
import { inferSchema } from "../../table/infer/infer-schema.ts";
import { fitTableCodec } from "../../table/encode/table-codec.ts";
import { table } from "../../table/table.ts";
import type { Cell, Table } from "../../table/table.ts";
import { standardisedScores } from "./standardised.ts";

const ROWS = 400;
const z = normals(3 * ROWS, 77);
const of = (j: number) => z.subarray(j * ROWS, (j + 1) * ROWS);

/** Independent columns, so that a standard normal flow is right: a score is then the sum of its columns'. */
const standardNormal = (dims: number) =>
  ({
    logProbOfPart: async (rows: Float64Array) =>
      addStandardNormal(rows, new Float64Array(rows.length / dims), dims),
  }) as unknown as FlowModel;

async function scored(rows: Table, from: Table = rows) {
  const codec = fitTableCodec(from, inferSchema(from));
  const how = { samples: 2, impossible: "zero" } as const;
  return { codec, ...(await standardisedScores(standardNormal(codec.dims), codec, rows, how)) };
}

/** Columns of all kinds; `unit` scales the numbers. */
const mixed = (unit: number): Table =>
  table({
    length: Array.from(of(0), (value) => unit * (value + 0.01 * value ** 3)),
    age: Array.from(of(1), (value) => Math.round(40 + 12 * value)),
    kind: Array.from(of(2), (value) => (value > 1 ? "rare" : "common")),
    gap: Array.from(of(2), (value, i): Cell => (i % 4 === 0 ? null : unit * Math.exp(value))),
  });

describe("standardised scores", () => {
  it("add up what each column says without units", async () => {
    const { codec, standardised } = await scored(mixed(1));
    const codes = codec.read(mixed(1));
    const kinds = codec.columns.map(({ name }) => name);
    const encoderOf = (name: string) => codec.placed[kinds.indexOf(name)]!.encoder;
    const kindShares = Array.from(of(2), (value) => (value > 1 ? "rare" : "common"));
    const share = (kind: string) => kindShares.filter((other) => other === kind).length / ROWS;
    for (let row = 0; row < ROWS; row++) {
      // The value of a present cell on the axis; an integer is a random point of its interval, so its density is bracketed by the ends.
      const length = encoderOf("length").centre(codes.columns[kinds.indexOf("length")]![row]!);
      const gap = codes.columns[kinds.indexOf("gap")]![row]!;
      const { indicator } = encoderOf("gap");
      const known =
        logNormalDensity(length) +
        Math.log(share(kindShares[row]!)) +
        (Number.isNaN(gap)
          ? indicator!.missing.logMass
          : indicator!.present.logMass + logNormalDensity(encoderOf("gap").centre(gap)));
      const age = standardised[row]! - known;
      const piece = encoderOf("age").pieceAt(
        encoderOf("age").centre(codes.columns[kinds.indexOf("age")]![row]!),
      );
      const ends = [piece.lower, piece.upper].map(logNormalDensity);
      const most = piece.lower < 0 && piece.upper > 0 ? logNormalDensity(0) : Math.max(...ends);
      expect(age).toBeLessThan(most + 1e-9);
      expect(age).toBeGreaterThan(Math.min(...ends) - 1e-9);
    }
  });

  it("do not change with the unit, where nats do", async () => {
    const [metres, millimetres] = [await scored(mixed(1)), await scored(mixed(1000))];
    const gaps = Array.from({ length: ROWS }, (_, row) => (row % 4 === 0 ? 1 : 2));
    for (let row = 0; row < ROWS; row++) {
      expect(millimetres.standardised[row]!).toBeCloseTo(metres.standardised[row]!, 4);
      const shift = metres.nats[row]! - millimetres.nats[row]!;
      expect(shift).toBeCloseTo(gaps[row]! * Math.log(1000), 4);
    }
  });

  it("are -Infinity where nats are, and refuse such rows unless told otherwise", async () => {
    const rows = mixed(1);
    const unknown = table({ length: [0], age: [40], kind: ["unheard of"], gap: [1] });
    const { nats, standardised } = await scored(unknown, rows);
    expect([nats[0], standardised[0]]).toEqual([-Infinity, -Infinity]);
    const codec = fitTableCodec(rows, inferSchema(rows));
    await expect(
      standardisedScores(standardNormal(codec.dims), codec, unknown, { samples: 1 }),
    ).rejects.toThrow(/unheard of/);
  });
});
