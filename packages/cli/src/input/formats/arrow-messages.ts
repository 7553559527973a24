/**
 * The messages of an Arrow IPC stream or file, one at a time (Arrow columnar format 1.4, "Encapsulated message
 * format"): 0xFFFFFFFF, length of the metadata, metadata (a FlatBuffer), body. A file is a stream between two
 * magic words, with an index at its end that sequential readers do not need.
 */
import { open } from "node:fs/promises";
import { CoupletError } from "couplet";
import type { FoundFile } from "../find-files.ts";
import { messageHead } from "./arrow-metadata.ts";
import type { MessageHead } from "./arrow-metadata.ts";

/** Kinds of messages that matter here (Message.fbs, MessageHeader). */
export type ArrowMessageKind = "schema" | "dictionary" | "batch" | "other";

export interface ArrowMessage {
  readonly kind: ArrowMessageKind;
  /** The whole message, prefix and body included. */
  readonly bytes: Uint8Array;
}

const KINDS: Readonly<Record<number, ArrowMessageKind>> = {
  1: "schema",
  2: "dictionary",
  3: "batch",
};
const CONTINUATION = 0xffffffff;
const MAGIC = "ARROW1";
const MAGIC_BYTES = 8;

/** @throws CoupletError FILE_INVALID when the file ends within a message */
export async function* arrowMessages({ path, name }: FoundFile): AsyncGenerator<ArrowMessage> {
  const handle = await open(path);
  const cutOff = () =>
    new CoupletError({
      code: "FILE_INVALID",
      where: name,
      expected: "whole Arrow messages",
      received: "the file's end within one",
      hint: "The file may be cut off: write it again.",
    });
  const read = async (at: number, length: number): Promise<Buffer> => {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await handle.read(buffer, 0, length, at);
    if (bytesRead < length) throw cutOff();
    return buffer;
  };
  try {
    const { size } = await handle.stat();
    const isFile = (await read(0, 6)).toString("latin1") === MAGIC;
    let at = isFile ? MAGIC_BYTES : 0;
    while (at + 8 <= size) {
      const prefix = await read(at, 8);
      if (prefix.readUInt32LE(0) !== CONTINUATION) throw cutOff();
      const metadataLength = prefix.readInt32LE(4);
      if (metadataLength === 0) {
        await checkEnd(read, at + 8, size, isFile, name);
        return;
      }
      if (metadataLength < 0 || at + 8 + metadataLength > size) throw cutOff();
      const metadata = await read(at + 8, metadataLength);
      const { type, bodyLength } = headOf(metadata, name);
      const kind = KINDS[type] ?? "other";
      const length = 8 + metadataLength + bodyLength;
      if (at + length > size) throw cutOff();
      yield { kind, bytes: await read(at, length) };
      at += length;
    }
    // Streams may end without a mark; files may not.
    if (isFile || at !== size) throw cutOff();
  } finally {
    await handle.close();
  }
}

/** Bytes between a stream's end and the index: writers pad, or write the end twice. */
const MOST_PADDING = 64;

const isIndex = (padding: number): boolean => padding >= 0 && padding <= MOST_PADDING;

/** Throws unless nothing follows a stream's end, and an index and the magic word, which end the file, that of a file. */
async function checkEnd(
  read: (at: number, length: number) => Promise<Buffer>,
  end: number,
  size: number,
  isFile: boolean,
  name: string,
): Promise<void> {
  const tail = 4 + MAGIC.length;
  const index = !isFile || size < end + tail ? undefined : await read(size - tail, tail);
  const whole =
    index === undefined
      ? !isFile && end === size
      : index.toString("latin1", 4) === MAGIC && isIndex(size - end - tail - index.readInt32LE(0));
  if (whole) return;
  throw new CoupletError({
    code: "FILE_INVALID",
    where: name,
    expected: isFile
      ? "an index and the word ARROW1 at the end of an Arrow file"
      : "the end of an Arrow stream",
    received: `${size - end} other bytes`,
    hint: "Was it cut off, or are there several files in one? Write it again.",
  });
}

/** Whether a stream ends with the mark that says so; one without may have been cut off between two batches. */
export async function hasEndMark({ path }: FoundFile): Promise<boolean> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const { buffer } = await handle.read(Buffer.alloc(8), 0, 8, Math.max(0, size - 8));
    return (
      buffer.toString("latin1", 2) === MAGIC ||
      buffer.equals(Buffer.of(255, 255, 255, 255, 0, 0, 0, 0))
    );
  } finally {
    await handle.close();
  }
}

function headOf(metadata: Buffer, name: string): MessageHead {
  try {
    return messageHead(metadata);
  } catch (cause) {
    throw new CoupletError({
      code: "FILE_INVALID",
      where: name,
      expected: "whole Arrow messages",
      received: `one with ${(cause as NodeJS.ErrnoException).code === "ERR_OUT_OF_RANGE" ? "metadata that point beyond it" : (cause as Error).message}`,
      hint: "The file is damaged: write it again.",
      cause,
    });
  }
}
