/** Thousands of damaged and forged files and of hostile tables: the library's own errors or numbers, nothing else, and soon. */
import { readFileSync } from "node:fs";
import { coupling, CoupletError, fit, flow, lu, mlp } from "couplet";
import { fitTableCodec, inferSchema, TableModel, tableFromObjects } from "couplet/table";
import type { Cell, Table } from "couplet/table";
import { describe, expect, it } from "vitest";
import { normals } from "../random.ts";
import { readSafetensors } from "../../packages/couplet/src/file/read-safetensors.ts";
import { writeSafetensors } from "../../packages/couplet/src/file/write-safetensors.ts";

const bytes = new Uint8Array(
  readFileSync(
    new URL("../../packages/couplet/src/table-model/golden/mixed-0.1.couplet", import.meta.url),
  ),
);
const { rows: cells } = JSON.parse(
  readFileSync(
    new URL("../../packages/couplet/src/table-model/golden/mixed-0.1.json", import.meta.url),
    "utf8",
  ),
) as { rows: Record<string, Cell>[] };
const rows = tableFromObjects(cells);

/** Milliseconds that one case may take; the machine may be busy. */
const HANG = 10_000;

/** Integers from 0 below `n`, the same in every run (xorshift, Marsaglia 2003). */
function dice(seed: number): (n: number) => number {
  let state = (seed * 2654435761 + 1) >>> 0;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % n;
  };
}

const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e-300,
  1e300,
  1e308,
  -1e308,
  2 ** 53,
  "",
  "constructor",
  "__proto__",
  "x".repeat(5000),
  [],
  {},
  [[]],
  [null],
  ["a"],
  [1, 2, 3],
  { kind: "affine" },
  JSON.parse("[".repeat(90) + "]".repeat(90)),
];

type Node = Record<string, unknown>;

/** The value with one place in it, chosen by chance, replaced, removed, doubled or reversed. */
function mutated(value: unknown, roll: (n: number) => number): unknown {
  const copy = structuredClone(value);
  const places: [Node, string][] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const key of Object.keys(node)) {
      places.push([node as Node, key]);
      walk((node as Node)[key]);
    }
  };
  walk(copy);
  if (places.length === 0) return HOSTILE[roll(HOSTILE.length)];
  const [node, key] = places[roll(places.length)]!;
  const old = node[key];
  switch (roll(5)) {
    case 0:
      if (Array.isArray(node)) node.splice(Number(key), 1);
      else Reflect.deleteProperty(node, key);
      break;
    case 1:
      node[key] = Array.isArray(old) ? old.toReversed() : typeof old === "number" ? -old : [old];
      break;
    case 2:
      node[key] = typeof old === "number" ? old * 10 ** (roll(40) - 20) : HOSTILE[roll(4)];
      break;
    default:
      node[key] = HOSTILE[roll(HOSTILE.length)];
  }
  return copy;
}

/** The file with one of its JSON parts changed and a checksum that fits: only the checks behind it can tell. */
function forged(file: Uint8Array, parts: readonly string[], roll: (n: number) => number) {
  const { tensors, metadata } = readSafetensors(file, "file");
  const part = parts[roll(parts.length)]!;
  const value = mutated(JSON.parse(metadata[part]!), roll);
  return writeSafetensors(tensors, { ...metadata, [part]: JSON.stringify(value) ?? "null" });
}

/** The file with a flipped bit, a byte changed, a piece cut out, doubled, or its end cut off. */
function damaged(file: Uint8Array, roll: (n: number) => number): Uint8Array {
  const at = roll(file.length);
  const length = 1 + roll(64);
  const out = file.slice();
  switch (roll(5)) {
    case 0:
      out[at]! ^= 1 << roll(8);
      return out;
    case 1:
      out[at] = roll(256);
      return out;
    case 2:
      return file.slice(0, at);
    case 3:
      return Uint8Array.from([...file.subarray(0, at), ...file.subarray(at + length)]);
    default:
      return Uint8Array.from([...file.subarray(0, at + length), ...file.subarray(at)]);
  }
}

/** The result of `work`, or the library's error; anything else fails the test, and so does a hang. */
async function outcome<T>(name: string, work: () => Promise<T>): Promise<T | CoupletError> {
  const started = performance.now();
  const result = await work().catch((error: unknown) => {
    if (error instanceof CoupletError && error.code !== "INTERNAL") return error;
    throw new Error(`${name}: ${String(error)}`, { cause: error });
  });
  expect(performance.now() - started, name).toBeLessThan(HANG);
  return result;
}

async function scores(file: Uint8Array): Promise<number[]> {
  const model = await TableModel.fromBytes(file, { threads: 1 });
  try {
    return [...(await model.score(rows, { impossible: "zero" })).nats];
  } finally {
    model.dispose();
  }
}

describe("4,000 model files", () => {
  it("that were damaged are refused, or give the same bits", async () => {
    const expected = await scores(bytes);
    let refused = 0;
    for (let i = 0; i < 2000; i++) {
      const found = await outcome(`damaged ${i}`, () => scores(damaged(bytes, dice(i))));
      if (found instanceof CoupletError) refused++;
      else expect(found, `damaged ${i}`).toEqual(expected);
    }
    expect(refused).toBeGreaterThan(1900);
  });

  it("that were forged are refused, or give numbers", async () => {
    let refused = 0;
    const parts = ["spec", "standardiser", "contextStandardiser", "columns", "card"];
    for (let i = 0; i < 2000; i++) {
      const found = await outcome(`forged ${i}`, () => scores(forged(bytes, parts, dice(i))));
      if (found instanceof CoupletError) refused++;
      else expect(found.every((nats) => nats <= Number.MAX_VALUE)).toBe(true);
    }
    expect(refused).toBeGreaterThan(500);
  });
});

describe("1,000 checkpoints", () => {
  const data = normals(2 * 80, 5);
  const spec = flow({
    dims: 2,
    layers: [lu(), coupling({ conditioner: mlp({ width: 4, depth: 1 }) })],
  });
  const options = { epochs: 4, batch: 40, threads: 1, blas: false, seed: 3 } as const;

  it("that were damaged or forged are refused, or go on", async () => {
    let checkpoint: Uint8Array | undefined;
    const whole = await fit(spec, data, {
      ...options,
      checkpoint: { everySeconds: 0.001, save: (saved) => void (checkpoint ??= saved.slice()) },
    });
    const expected = [...whole.parameters];
    whole.dispose();
    const resumed = async (resume: Uint8Array): Promise<number[]> => {
      const model = await fit(spec, data, { ...options, resume });
      const parameters = [...model.parameters];
      model.dispose();
      return parameters;
    };
    let refused = 0;
    for (let i = 0; i < 1000; i++) {
      const isForged = i % 2 === 0;
      const roll = dice(i);
      const file = isForged
        ? forged(checkpoint!, ["progress", "fingerprint", "machine"], roll)
        : damaged(checkpoint!, roll);
      const found = await outcome(`checkpoint ${i}`, () => resumed(file));
      if (found instanceof CoupletError) refused++;
      else if (!isForged) expect(found, `checkpoint ${i}`).toEqual(expected);
    }
    expect(refused).toBeGreaterThan(500);
  });
});

/** Columns that a reader may bring: extremes, one value, words like numbers, dates of no calendar, names of objects. */
function hostileTable(roll: (n: number) => number): Table {
  const count = 1 + roll(60);
  const words = [
    "",
    "NA",
    "1",
    "1e309",
    "-0",
    "12,5 kg",
    "0x10",
    "2020-02-30",
    "31/12/9999",
    "\u0000",
    "😀",
    "true",
  ];
  const numbers = [0, -0, 1e308, -1e308, 5e-324, 1e-300, 2 ** 53, -999, NaN, Infinity, 3, 3.25];
  const kinds: readonly ((i: number) => Cell)[] = [
    () => words[roll(words.length)]!,
    () => numbers[roll(numbers.length)]!,
    (i) => (roll(4) === 0 ? null : i),
    () => roll(2) === 0,
    () => new Date(roll(9) * 1e12),
    (i) => (i % 2 === 0 ? String(i) : i),
    () => null,
    (i) => `P-${i}`,
    () => 10 ** (roll(600) - 300) * (roll(2) - 0.5),
  ];
  const names = ["__proto__", "a", "constructor", "rows", "x y", "\u001b[31m"];
  const columns = names
    .slice(0, 1 + roll(names.length))
    .map((name) => [name, kinds[roll(kinds.length)]!] as const);
  return tableFromObjects(
    Array.from({ length: count }, (_, i) =>
      Object.fromEntries(columns.map(([name, cell]) => [name, cell(i)])),
    ),
  );
}

describe("1,600 tables", () => {
  it("are refused, or come back from their latent rows", async () => {
    let kept = 0;
    for (let i = 0; i < 1600; i++) {
      const source = hostileTable(dice(i));
      const found = await outcome(`table ${i}`, async () => {
        const codec = fitTableCodec(source, inferSchema(source));
        const { z, logCorrection } = codec.encode(source, { seed: i });
        return { z, logCorrection, again: codec.decode(z), dims: codec.dims };
      });
      if (found instanceof CoupletError) continue;
      kept++;
      expect(found.z.every(Number.isFinite), `table ${i}`).toBe(true);
      expect(
        found.logCorrection.every((nats) => !Number.isNaN(nats)),
        `table ${i}`,
      ).toBe(true);
      expect(found.again.rows, `table ${i}`).toBe(source.rows);
    }
    expect(kept).toBeGreaterThan(400);
  });
});
