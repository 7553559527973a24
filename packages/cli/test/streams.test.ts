/** Arrow streams in and out of pipes, and parts of a table scored apart. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { readTable } from "couplet/io";
import { toObjects } from "couplet/table";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Workplace } from "./spawn-couplet.ts";
import { csv, openFittedWorkplace, smallRows } from "./spawn-couplet.ts";

let place: Workplace;
const rows = smallRows(60);
const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));

beforeAll(async () => {
  place = await openFittedWorkplace(csv(rows));
}, 120_000);
afterAll(() => place.remove());

/** The command with bytes on both sides. */
async function bytesThrough(
  args: readonly string[],
  input: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = [],
  onBytes: () => void = () => undefined,
): Promise<{ readonly code: number | null; readonly out: Buffer; readonly err: string }> {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: place.folder,
    env: { ...process.env, COUPLET_THREADS: "1" },
  });
  const out: Buffer[] = [];
  let err = "";
  child.stdout.on("data", (piece: Buffer) => {
    out.push(piece);
    onBytes();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  child.stdin.on("error", () => undefined);
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
  for await (const piece of input) child.stdin.write(piece);
  child.stdin.end();
  return { code: await closed, out: Buffer.concat(out), err };
}

/** The good rows as an Arrow stream, `height` rows a batch. */
function arrowStream(height: number): Uint8Array {
  const columns = { a: 0, b: 1, c: 2, d: 3 };
  const cells = Object.fromEntries(
    Object.entries(columns).map(([name, j]) => [
      name,
      rows.map((row) => (name === "d" ? Number(row[j]) : row[j]!)),
    ]),
  );
  return tableToIPC(tableFromArrays(cells, { maxBatchRows: height }), { format: "stream" })!;
}

const STREAM = ["--input-format", "arrow-stream"];

describe("Arrow streams", { timeout: 120_000 }, () => {
  it("of samples have the rows of every other format, and are scored to the same bits", async () => {
    const draw = ["sample", "good.couplet", "-n", "9000", "--seed", "5"];
    await place.couplet(...draw, "-o", "drawn.parquet");
    const drawn = await bytesThrough([...draw, "--format", "arrow"]);
    expect(drawn.code).toBe(0);
    const [table, parquet] = [
      await readTable(drawn.out),
      await readTable(await readFile(place.path("drawn.parquet")), { name: "drawn.parquet" }),
    ];
    // As one text: thousands of objects would take a minute to compare.
    expect(JSON.stringify(toObjects(table))).toBe(JSON.stringify(toObjects(parquet)));
    const score = ["score", "good.couplet"];
    const stream = await bytesThrough([...score, "-", ...STREAM], [drawn.out]);
    const file = await bytesThrough([...score, "drawn.parquet"]);
    expect(stream.out.toString().split("\n").length).toBe(9002);
    expect(stream.out.equals(file.out)).toBe(true);
    // And once more as Arrow: numbers where CSV has their text.
    const arrow = await bytesThrough([...score, "-", ...STREAM, "--format", "arrow"], [drawn.out]);
    const scores = toObjects(await readTable(arrow.out));
    const lines = file.out.toString().trimEnd().split("\n").slice(1);
    expect(scores.map((row) => Object.values(row).join(",")).join("\n")).toBe(
      lines.join("\n").replaceAll("-inf", "-Infinity"),
    );
  });

  it("are answered batch by batch, before the next one comes", async () => {
    const stream = arrowStream(20);
    // Two thirds and a bit: the second batch is whole, the third is not.
    const cut = Math.floor(stream.length * 0.75);
    let answer = () => {};
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const input = (async function* () {
      yield stream.subarray(0, cut);
      await answered;
      yield stream.subarray(cut);
    })();
    const { code, out } = await bytesThrough(
      ["score", "good.couplet", "-", ...STREAM, "--format", "csv"],
      input,
      () => answer(),
    );
    expect(code).toBe(0);
    const whole = await place.couplet("score", "good.couplet", "good.csv");
    expect(out.toString()).toBe(whole.out);
  });

  it("that are cut off are an error", async () => {
    const stream = arrowStream(20);
    for (const length of [3, 100, stream.length - 40]) {
      const args = ["score", "good.couplet", "-", ...STREAM, "-o", "cut.csv"];
      const { code, err } = await bytesThrough(args, [stream.subarray(0, length)]);
      expect([length, code]).toEqual([length, 1]);
      expect(err).toMatch(/standard input: expected whole Arrow messages/);
      await expect(readFile(place.path("cut.csv"))).rejects.toThrow("ENOENT");
    }
    const text = await bytesThrough(
      ["score", "good.couplet", "-", ...STREAM],
      [Buffer.from("a,b\n")],
    );
    expect(text.code).toBe(1);
  });

  it("without their end mark are scored, with a warning", async () => {
    const stream = arrowStream(20);
    const args = ["score", "good.couplet", "-", ...STREAM];
    const { code, err } = await bytesThrough(args, [stream.subarray(0, stream.length - 8)]);
    expect(code).toBe(0);
    expect(err).toMatch(/its last batches may be missing/);
  });

  it("are kept where rows are read more than once", async () => {
    const args = ["schema", "-", ...STREAM, "--json"];
    const { code, out } = await bytesThrough(args, [arrowStream(20)]);
    expect(code).toBe(0);
    expect(out.toString()).toContain('"name": "c"');
    const parted = ["score", "good.couplet", "-", ...STREAM, "--shard", "1/2"];
    expect((await bytesThrough(parted, [arrowStream(20)])).code).toBe(2);
  });
});

describe("parts of a table", { timeout: 120_000 }, () => {
  it("are one run, bit for bit", async () => {
    const [count, ending] = [9000, "parquet"];
    await place.couplet(
      "sample",
      "good.couplet",
      "-n",
      String(count),
      "--seed",
      "2",
      "-o",
      `t.${ending}`,
    );
    const score = ["score", "good.couplet", `t.${ending}`];
    const whole = await bytesThrough(score);
    const parts: Buffer[] = [];
    for (const part of [1, 2])
      parts.push((await bytesThrough([...score, "--shard", `${part}/2`])).out);
    expect(whole.out.toString().split("\n").length).toBe(count + 2);
    expect(hash(Buffer.concat(parts))).toBe(hash(whole.out));
  });

  it("of several files go across them", async () => {
    await writeFile(place.path("more.csv"), csv(smallRows(31)));
    const score = ["score", "good.couplet", "good.csv", "more.csv"];
    const whole = await bytesThrough(score);
    const parts: Buffer[] = [];
    for (const part of [1, 2])
      parts.push((await bytesThrough([...score, "--shard", `${part}/2`])).out);
    expect(Buffer.concat(parts).toString()).toBe(whole.out.toString());
  });

  it("are refused where there are fewer rows than parts", async () => {
    const args = ["score", "good.couplet", "good.csv", "--shard", "1/100"];
    const { code, err } = await place.couplet(...args);
    expect(code).toBe(2);
    expect(err).toMatch(/--shard: expected at most as many parts as rows \(60\)/);
  });
});

function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
