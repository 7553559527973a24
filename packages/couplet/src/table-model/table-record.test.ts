import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CoupletError } from "../error.ts";
import { readSafetensors } from "../file/read-safetensors.ts";
import { writeSafetensors } from "../file/write-safetensors.ts";
import { tableFromObjects, toObjects } from "../table/table.ts";
import type { Cell } from "../table/table.ts";
import { TableModel } from "./table-model.ts";

const golden = (name: string): Buffer => readFileSync(new URL(`./golden/${name}`, import.meta.url));
const bytes = new Uint8Array(golden("mixed-0.1.couplet"));
/** What version 0.1 said of the model when it wrote it. */
const expected = JSON.parse(golden("mixed-0.1.json").toString()) as {
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  readonly nats: readonly number[];
  readonly percentile: readonly number[];
  readonly sample: readonly Readonly<Record<string, Cell>>[];
  readonly heldOut: TableModel["heldOut"];
};
const rows = tableFromObjects(expected.rows);

/** Single precision sums many terms in another order on other machines. */
const close = (found: ArrayLike<number>, wanted: readonly number[], most: number): void => {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((value, i) => expect(Math.abs(found[i]! - value)).toBeLessThan(most));
};

/* oxlint-disable-next-line typescript/no-explicit-any -- broken on purpose, in every way */
type Broken = any;

/** The golden file with another record of its table, and a checksum that fits. */
function withRecord(edit: (table: Broken) => void): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes, "golden");
  const card = JSON.parse(metadata["card"]!) as { table: Broken };
  edit(card.table);
  return writeSafetensors(tensors, { ...metadata, card: JSON.stringify(card) });
}

async function refusal(file: Uint8Array): Promise<CoupletError> {
  const found = await TableModel.fromBytes(file, { where: "m.couplet" }).then(
    (model) => {
      model.dispose();
      return undefined;
    },
    (error: unknown) => error,
  );
  expect(found).toBeInstanceOf(CoupletError);
  return found as CoupletError;
}

describe("a table model that version 0.1 wrote", () => {
  it("still scores and samples as it did then", async () => {
    const model = await TableModel.fromBytes(bytes, { threads: 1 });
    const { nats, percentile } = await model.score(rows);
    close(nats, expected.nats, 1e-3);
    close(percentile, expected.percentile, 0.1);
    expect(JSON.parse(JSON.stringify(model.heldOut))).toEqual(expected.heldOut);
    const drawn = toObjects(await model.sample(4, { seed: 9, context: { region: "south" } }));
    expect(drawn.map(({ kind }) => kind)).toEqual(expected.sample.map(({ kind }) => kind));
    expect(drawn.map(({ since }) => since)).toEqual(expected.sample.map(({ since }) => since));
    model.dispose();
  });

  it("tells the seed of a sample that nobody seeded, which draws the same rows", async () => {
    const model = await TableModel.fromBytes(bytes, { threads: 1 });
    const context = { region: "north" };
    const drawn = await model.sample(5, { context });
    const again = await model.sample(5, { context, seed: drawn.seed });
    expect(toObjects(again)).toEqual(toObjects(drawn));
    expect((await model.sample(5, { context })).seed).not.toBe(drawn.seed);
    model.dispose();
  });

  it("is written again with the same record, under the present names", async () => {
    const model = await TableModel.fromBytes(bytes, { threads: 1 });
    const again = await TableModel.fromBytes(model.toBytes(), { threads: 1 });
    const { metadata } = readSafetensors(bytes, "golden");
    const { table } = JSON.parse(metadata["card"]!) as { table: object };
    const earlier = JSON.stringify(table)
      .replaceAll('"atoms":', '"pointMasses":')
      .replaceAll('"spelling":', '"numberFormat":')
      .replaceAll('"atomWidth":', '"pointMassWidth":')
      .replaceAll('"atomSteps":', '"pointMassSteps":');
    expect(JSON.parse(JSON.stringify(again.record))).toEqual(JSON.parse(earlier));
    expect(again.lossShift).toEqual(model.lossShift);
    expect(again.lossShift).toBeDefined();
    for (const each of [model, again]) each.dispose();
  });
});

describe("the score of a row far from every training row", () => {
  const away = ["1e20", "1e38", "1e300", "1.7e308"].flatMap((far) => [
    { ...expected.rows[0], length: Number(far) },
    { ...expected.rows[0], level: -Number(far) },
    { ...expected.rows[0], price: Number(far) },
    { ...expected.rows[0], length: Number(far), level: -Number(far), price: Number(far) },
  ]);

  it("is a number or -Infinity, and its percentile 0", async () => {
    const model = await TableModel.fromBytes(bytes, { threads: 1 });
    for (const samples of [1, 3]) {
      const scores = await model.score(tableFromObjects(away), { impossible: "zero", samples });
      expect([...scores.nats].every((value) => value < -40)).toBe(true);
      expect([...scores.percentile]).toEqual(away.map(() => 0));
      expect(scores.nats).toContain(-Infinity);
    }
    model.dispose();
  });

  it("is an error where rows of probability 0 are", async () => {
    const model = await TableModel.fromBytes(bytes, { threads: 1 });
    await expect(
      model.score(tableFromObjects([expected.rows[0]!, away[11]!]), { where: "far.csv" }),
    ).rejects.toThrow(/^far\.csv: row 2: expected a row with a density above 0/);
    model.dispose();
  });
});

describe("a table's record in a file is checked, whatever the checksum:", () => {
  it("an untouched one loads", async () => {
    const model = await TableModel.fromBytes(withRecord(() => undefined));
    model.dispose();
  });

  it.each<[string, (table: Broken) => void, RegExp]>([
    ["a knot removed", (t) => t.codec.encoders.price.map.x.splice(3, 1), /encoders\.price\.map\.z/],
    ["knots unsorted", (t) => t.codec.encoders.price.map.x.reverse(), /price\.map\.x: .*ascend/],
    [
      "two knots alike",
      (t) => (t.codec.encoders.price.map.z[3] = t.codec.encoders.price.map.z[2]),
      /ascend/,
    ],
    [
      "a knot that is text",
      (t) => (t.codec.encoders.price.map.x[2] = "constructor"),
      /map\.x\[2\]/,
    ],
    ["a slope of 0", (t) => (t.codec.encoders.price.map.left[2] = 0), /left\[2\]: .*positive/],
    ["slopes missing", (t) => delete t.codec.encoders.price.map.right, /map\.right/],
    ["a tail of another kind", (t) => (t.codec.encoders.price.map.upper.kind = "x"), /upper\.kind/],
    [
      "a bound among the knots",
      (t) => (t.codec.encoders.price.map.lower.bound = 5),
      /lower\.bound/,
    ],
    ["a scale of 0", (t) => (t.codec.encoders.level.map.scale = 0), /level\.map\.scale/],
    [
      "a share of missing cells above 1",
      (t) => (t.codec.encoders.level.missingShare = 2),
      /missingShare/,
    ],
    [
      "missing cells where the schema has none",
      (t) => (t.codec.encoders.price.missingShare = 0.5),
      /missingShare/,
    ],
    ["steps of other points of mass", (t) => t.codec.encoders.spent.atomSteps.push(1), /atomSteps/],
    [
      "a category's order with a value twice",
      (t) => (t.codec.encoders.kind.order[0] = t.codec.encoders.kind.order[1]),
      /kind\.order/,
    ],
    [
      "shares that do not sum to 1",
      (t) => (t.codec.encoders.kind.shares[0] += 0.5),
      /kind\.shares/,
    ],
    [
      "an encoder of another kind",
      (t) => (t.codec.encoders.kind = t.codec.encoders.price),
      /kind\.kind/,
    ],
    ["an encoder that is a number", (t) => (t.codec.encoders.kind = 1), /encoders\.kind/],
    ["no encoder", (t) => delete t.codec.encoders.kind, /encoders\.kind/],
    ["no held-out report", (t) => delete t.heldOut, /table\.heldOut/],
    ["percentiles unsorted", (t) => t.heldOut.quantiles.reverse(), /heldOut\.quantiles/],
    [
      "percentiles that are text",
      (t) => (t.heldOut.quantilesOfOneDraw[4] = "x"),
      /quantilesOfOneDraw/,
    ],
    [
      "a baseline without a score",
      (t) => delete t.heldOut.baselines[1].nats,
      /baselines\[1\]\.nats/,
    ],
    ["rows of the source below 0", (t) => (t.source.rows = -1), /source\.rows/],
    ["another version of the codec", (t) => (t.codec.version = 2), /codec\.version/],
    ["a loss shift that is text", (t) => (t.lossShift.training = "1"), /lossShift\.training/],
    [
      "a schema of another width",
      (t) => {
        t.codec.schema.columns = t.codec.schema.columns.filter((c: Broken) => c.name !== "visits");
      },
      /latent dimensions/,
    ],
  ])("%s", async (_, edit, message) => {
    const error = await refusal(withRecord(edit));
    expect(error.message).toMatch(message);
    expect(error.code).toBe("FILE_INVALID");
  });

  it("nested 5,000 deep", async () => {
    const { tensors, metadata } = readSafetensors(bytes, "golden");
    const nested = "[".repeat(5000) + "]".repeat(5000);
    const card = metadata["card"]!.replace('"name":"mixed.csv"', `"name":${nested}`);
    const error = await refusal(writeSafetensors(tensors, { ...metadata, card }));
    expect(error.message).toMatch(/nested at most 100 deep/);
  });

  it("a standardiser that no numbers can have", async () => {
    const { tensors, metadata } = readSafetensors(bytes, "golden");
    const standardiser = JSON.parse(metadata["standardiser"]!) as Broken;
    standardiser.shift[1] = 40;
    standardiser.scale[1] = 1e-300;
    const file = writeSafetensors(tensors, {
      ...metadata,
      standardiser: JSON.stringify(standardiser),
    });
    expect((await refusal(file)).message).toMatch(/standardiser\.scale\[1\]/);
  });

  it("parameters that are not finite", async () => {
    const { tensors, metadata } = readSafetensors(bytes, "golden");
    const [first] = [...tensors.values()];
    first!.data[0] = NaN;
    expect((await refusal(writeSafetensors(tensors, metadata))).message).toMatch(/finite/);
  });
});
