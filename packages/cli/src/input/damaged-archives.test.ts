/** Archives of arrays that are cut, damaged, or say what is not so: an error that names them, soon, and never other rows. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { tableFromChunks, toObjects } from "couplet/table";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FoundFile } from "./find-files.ts";
import { npzFile } from "./formats/npy-file.ts";
import { openInput } from "./open-input.ts";
import type { FileReader } from "./table-input.ts";

let folder = "";
const at = (name: string) => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "couplet-archives-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Without a database, which takes most of the time where many files are read. */
async function readWith(open: (file: FoundFile) => Promise<FileReader>, content: Uint8Array) {
  const file = { path: at("one"), name: "one" };
  await writeFile(file.path, content);
  const reader = await open(file);
  const chunks = [];
  for await (const chunk of reader.chunks(reader.names)) chunks.push(chunk);
  return { rows: toObjects(tableFromChunks(chunks)) };
}

async function read(name: string, content?: string | Uint8Array) {
  if (content !== undefined) await writeFile(at(name), content);
  const remarks: string[] = [];
  const input = await openInput([at(name)], {}, (text) => remarks.push(text));
  try {
    const chunks = [];
    for await (const chunk of input.chunks()) chunks.push(chunk);
    return { rows: toObjects(tableFromChunks(chunks)), remarks };
  } finally {
    await input.close();
  }
}

const invalid = (received: unknown) => ({ code: "FILE_INVALID", received });

describe("an archive of arrays", () => {
  const good = zip([
    ["X.npy", npy("(2, 2)", [1, 2, 3, 4])],
    ["y.npy", npy("(2,)", [5, 6])],
  ]);

  it("whose members are cut or damaged is no table", async () => {
    expect((await read("good.npz", good)).rows).toEqual([
      { X0: 1, X1: 2, y: 5 },
      { X0: 3, X1: 4, y: 6 },
    ]);
    for (const end of [10, 100, good.length - 30, good.length - 1])
      await expect(read("cut.npz", good.subarray(0, end))).rejects.toMatchObject({
        code: "FILE_INVALID",
      });
    // Every byte of the files, the directory and their checksums: an error, or the same rows.
    const rows = JSON.stringify((await read("good.npz")).rows);
    let refused = 0;
    for (let i = 0; i < good.length; i += 3) {
      const bytes = Buffer.from(good);
      bytes[i]! ^= 0x20;
      const found = await readWith((file) => npzFile(file, undefined, folder), bytes).catch(
        (error: unknown) => error,
      );
      if (found instanceof Error) {
        refused++;
        expect(["FILE_INVALID", "NOT_SUPPORTED", "DATA_INVALID"]).toContain(
          (found as { code?: string }).code,
        );
      } else {
        expect(JSON.stringify((found as Awaited<ReturnType<typeof read>>).rows)).toBe(rows);
      }
    }
    expect(refused).toBeGreaterThan(30);
  });

  it("with numbers of 64 bits is read, whatever its size, and damaged is no table", async () => {
    const arrays = [
      ["X.npy", npy("(2, 2)", [1, 2, 3, 4])],
      ["y.npy", npy("(2,)", [5, 6])],
    ] as const;
    const wide = zip(arrays, 6, { wide: true });
    const { rows } = await read("wide.npz", wide);
    expect(rows).toEqual((await read("good.npz", good)).rows);
    for (let i = 0; i < wide.length; i++) {
      const bytes = Buffer.from(wide);
      bytes[i]! ^= 0x40;
      const found = await readWith((file) => npzFile(file, undefined, folder), bytes).catch(
        (error: unknown) => error,
      );
      if (found instanceof Error)
        expect(["FILE_INVALID", "NOT_SUPPORTED", "DATA_INVALID"]).toContain(
          (found as { code?: string }).code,
        );
      else expect((found as Awaited<ReturnType<typeof read>>).rows).toEqual(rows);
    }
  });

  it("of other files is named as one", async () => {
    await expect(read("t.npz", zip([["t.csv", Buffer.from("a,b\n1,2\n")]]))).rejects.toMatchObject({
      code: "DATA_INVALID",
      received: "an archive of other files",
    });
  });

  it("is as large as its header says", async () => {
    for (const [shape, received] of [
      ["(1000000000000, 1)", "16"],
      ["(-1, -2)", "shape (-1, -2)"],
      ["(1.5, 2)", "shape (1.5, 2)"],
      ["(0, 1000000000000)", "1000000000000"],
    ] as const)
      await expect(read("false.npy", npy(shape, [1, 2]))).rejects.toMatchObject(invalid(received));
  });

  it("that unpacks without end is refused, also where members that share bytes", async () => {
    const endless = invalid(expect.stringMatching(/^\d+ MB and no end from 0\.\d\d MB$/));
    // Zeros pack to a thousandth.
    const zeros = Buffer.alloc(70 << 20);
    await expect(read("bomb.npz", zip([["X.npy", zeros]]))).rejects.toMatchObject(endless);
    // A whole file within another: the second entry of the directory points into the first one's bytes.
    const inner = zip([["y.npy", npy("(1, 1)", [2])]]);
    const shared = zip(
      [
        ["X.npy", inner],
        ["y.npy", npy("(1, 1)", [2])],
      ],
      0,
    );
    const second = shared.lastIndexOf(Buffer.of(0x50, 0x4b, 1, 2));
    inner.copy(shared, second, inner.lastIndexOf(Buffer.of(0x50, 0x4b, 1, 2)), inner.length - 22);
    shared.writeUInt32LE(30 + 5 + 5, second + 42);
    await expect(read("shared.npz", shared)).rejects.toMatchObject(
      invalid("X.npy and y.npy in the same bytes"),
    );
  });
});

/** A .npy file of float64. */
function npy(shape: string, values: readonly number[]): Buffer {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  return Buffer.concat([
    Buffer.from("\u0093NUMPY\u0001\u0000v\u0000", "latin1"),
    Buffer.from(`${header}\n`),
    Buffer.from(Float64Array.from(values).buffer),
  ]);
}

/** A ZIP archive, deflated; at level 0 as it is, in blocks that have five bytes before them. */
function zip(
  files: readonly (readonly [string, Buffer])[],
  level = 6,
  { wide = false } = {},
): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const packed = deflateRawSync(content, { level });
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(crc32(content), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(content.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    // All three numbers in 64 bits, behind another extra field.
    const extra = wide ? Buffer.alloc(5 + 28) : Buffer.alloc(0);
    if (wide) {
      extra.writeUInt16LE(0x7075, 0);
      extra.writeUInt16LE(1, 2);
      extra.writeUInt16LE(1, 5);
      extra.writeUInt16LE(24, 7);
      for (const [i, number] of [content.length, packed.length, offset].entries())
        extra.writeBigUInt64LE(BigInt(number), 9 + 8 * i);
      for (const at of [20, 24, 42]) entry.writeUInt32LE(0xffffffff, at);
      entry.writeUInt16LE(extra.length, 30);
    }
    directory.push(entry, Buffer.from(name), extra);
    bodies.push(local, Buffer.from(name), packed);
    offset += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  if (!wide) return Buffer.concat([...bodies, ...directory, end]);
  const directoryBytes = Buffer.concat(directory).length;
  const end64 = Buffer.alloc(56 + 20);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(44n, 4);
  end64.writeBigUInt64LE(BigInt(files.length), 32);
  end64.writeBigUInt64LE(BigInt(directoryBytes), 40);
  end64.writeBigUInt64LE(BigInt(offset), 48);
  end64.writeUInt32LE(0x07064b50, 56);
  end64.writeBigUInt64LE(BigInt(offset + directoryBytes), 56 + 8);
  end.writeUInt16LE(0xffff, 10);
  end.writeUInt32LE(0xffffffff, 12);
  end.writeUInt32LE(0xffffffff, 16);
  return Buffer.concat([...bodies, ...directory, end64, end]);
}
