/** Standard input, kept in a file while it is read; what has no end is refused on the way. */
import { open, statfs } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { CoupletError } from "couplet";
import {
  checkText,
  encodingOf,
  HEAD_BYTES,
  headOfBytes,
  longHeader,
  npyHeader,
  tableFormat,
} from "couplet/io";
import type { FileHead, TableFormat } from "couplet/io";
import { unwritable } from "couplet/node";
import { COMMAND_WORDS } from "./input-options.ts";

/** What messages call it. */
export const STANDARD_INPUT = "standard input";

/** Most bytes that are kept: what has no end would fill the disk. A file has no such limit. */
const MOST_BYTES = 2 ** 30;

/** Bytes that are written in one piece. */
const WRITTEN_AT_ONCE = 1 << 22;

/** Looks at what has come so far, while more comes. */
type Watch = (piece: Buffer, bytes: number) => void | Promise<void>;

/**
 * Standard input in a file: it is read more than once (first to see what it is). Its kind is found from its first bytes, as a
 * file's is, and each kind has something by which a stream without end is known.
 *
 * @param folder where
 * @param wanted the format that the user gives
 * @param most bytes that are kept at most; half of what is free on the disk, where that is less
 * @throws CoupletError FILE_INVALID for a stream that is of no kind, unpacks without end, has a line or an array without end, or is
 *   longer than 1 GiB
 */
export async function keptInput(
  input: Readable & { readonly isTTY?: boolean },
  folder: string,
  wanted: TableFormat | undefined,
  most: number = MOST_BYTES,
): Promise<string> {
  if (input.isTTY === true)
    process.stderr.write("reading a table from the terminal; end it with Ctrl-D\n");
  const file = path.join(folder, "standard-input");
  const limit = Math.min(most, await halfOfTheDisk(folder));
  const out = await open(file, "wx");
  let bytes = 0;
  let watch: Watch | undefined;
  let isZstd = false;
  let pending: Buffer[] = [];
  let waiting = 0;
  const write = async (): Promise<void> => {
    if (waiting === 0) return;
    await out.writev(pending).catch((cause: unknown) => {
      throw unwritable(folder, cause);
    });
    [pending, waiting] = [[], 0];
  };
  const first: Buffer[] = [];
  try {
    for await (const piece of input as AsyncIterable<Buffer>) {
      pending.push(piece);
      waiting += piece.length;
      bytes += piece.length;
      // The frames of zstd are looked at in the file.
      if (waiting >= WRITTEN_AT_ONCE || isZstd) await write();
      if (bytes > limit) throw withoutEnd(`more than ${(limit / 2 ** 30).toPrecision(2)} GiB`);
      if (watch !== undefined) {
        await watch(piece, bytes);
        continue;
      }
      first.push(piece);
      const start = Buffer.concat(first);
      const head = headOfBytes(start, bytes);
      // Two bytes identify a packed stream; other kinds need more.
      if (head.compression === "none" && bytes < HEAD_BYTES) continue;
      isZstd = head.compression === "zstd";
      if (isZstd) await write();
      watch = await watchOf(head, wanted, file);
      await watch(start, bytes);
    }
    await write();
  } finally {
    // Who writes into the pipe is told that nobody reads on.
    input.destroy();
    await out.close();
  }
  return file;
}

/** Bytes of half the free space where the folder is. */
async function halfOfTheDisk(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return 0.5 * bavail * bsize;
}

function withoutEnd(received: string): CoupletError {
  return new CoupletError({
    code: "FILE_INVALID",
    where: STANDARD_INPUT,
    expected: "a table with an end",
    received,
    hint: "Write it to a file and name that: files may have any length.",
  });
}

/** What a kind of content is watched for. @throws CoupletError FILE_INVALID where it is of no kind */
async function watchOf(
  head: FileHead,
  wanted: TableFormat | undefined,
  kept: string,
): Promise<Watch> {
  if (head.compression === "gzip") {
    const { gzipWatch } = await import("./formats/packed/watch.ts");
    return gzipWatch(STANDARD_INPUT);
  }
  if (head.compression === "zstd") {
    const { zstdWatch } = await import("./formats/packed/watch.ts");
    return zstdWatch(STANDARD_INPUT, kept);
  }
  const format = tableFormat(STANDARD_INPUT, head, wanted, COMMAND_WORDS);
  if (format === "npy") {
    const { rows, cols, kind, start } = npyHeader(head.bytes, undefined, STANDARD_INPUT);
    const length = start + rows * cols * kind.bytes;
    return (_, bytes) => {
      if (bytes > length) throw withoutEnd(`more than the ${length} bytes that its header says`);
    };
  }
  if (format !== "csv" && format !== "tsv" && format !== "jsonl") return () => {};
  if (!head.bytes.includes(10) && !head.bytes.includes(13)) throw longHeader(STANDARD_INPUT);
  // UTF-16 has bytes of 0 in it.
  if (encodingOf(head) !== "utf-16")
    checkText(STANDARD_INPUT, Buffer.from(head.bytes.subarray(0, 4096)).toString("latin1"));
  return lineWatch();
}

/** Longest line of text: no record of a table comes near. */
const MOST_LINE_BYTES = 1 << 26;

/** Counts bytes without the end of a line. */
function lineWatch(): Watch {
  let since = 0;
  return (piece) => {
    const end = Math.max(piece.lastIndexOf(10), piece.lastIndexOf(13));
    since = end === -1 ? since + piece.length : piece.length - end;
    if (since > MOST_LINE_BYTES)
      throw withoutEnd(`a line of more than ${MOST_LINE_BYTES >> 20} MiB`);
  };
}
