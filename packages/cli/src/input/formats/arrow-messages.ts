/**
 * The messages of an Arrow IPC stream or file, one at a time (Arrow columnar format 1.4, "Encapsulated message
 * format"): 0xFFFFFFFF, length of the metadata, metadata (a FlatBuffer), body. A file is a stream between two
 * magic words, with an index at its end that sequential readers do not need.
 */
import { open } from "node:fs/promises";
import { CoupletError } from "couplet";

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
const MAGIC_BYTES = 8;

/** @throws CoupletError FILE_INVALID when the file ends within a message */
export async function* arrowMessages(path: string): AsyncGenerator<ArrowMessage> {
  const handle = await open(path);
  const cutOff = () =>
    new CoupletError({
      code: "FILE_INVALID",
      where: path,
      expected: "whole Arrow messages",
      received: "the file's end within one",
      hint: "Was it cut off? Write it again.",
    });
  const read = async (at: number, length: number): Promise<Buffer> => {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await handle.read(buffer, 0, length, at);
    if (bytesRead < length) throw cutOff();
    return buffer;
  };
  try {
    const { size } = await handle.stat();
    let at = (await read(0, 6)).toString("latin1") === "ARROW1" ? MAGIC_BYTES : 0;
    while (at + 8 <= size) {
      const prefix = await read(at, 8);
      if (prefix.readUInt32LE(0) !== CONTINUATION) throw cutOff();
      const metadataLength = prefix.readInt32LE(4);
      // The end of the stream; in a file its index follows.
      if (metadataLength === 0) return;
      if (metadataLength < 0 || at + 8 + metadataLength > size) throw cutOff();
      const metadata = await read(at + 8, metadataLength);
      const { kind, bodyLength } = describe(metadata, cutOff);
      const length = 8 + metadataLength + bodyLength;
      if (at + length > size) throw cutOff();
      yield { kind, bytes: await read(at, length) };
      at += length;
    }
  } finally {
    await handle.close();
  }
}

/** Fields of the FlatBuffer table Message: 1 = header's type (a byte), 3 = length of the body (int64). */
function describe(
  metadata: Buffer,
  broken: () => CoupletError,
): { kind: ArrowMessageKind; bodyLength: number } {
  try {
    const table = metadata.readUInt32LE(0);
    const vtable = table - metadata.readInt32LE(table);
    const fields = (metadata.readUInt16LE(vtable) - 4) / 2;
    const offset = (field: number) =>
      field < fields ? metadata.readUInt16LE(vtable + 4 + 2 * field) : 0;
    const type = offset(1) === 0 ? 0 : metadata.readUInt8(table + offset(1));
    const bodyLength = offset(3) === 0 ? 0 : Number(metadata.readBigInt64LE(table + offset(3)));
    if (!(bodyLength >= 0)) throw broken();
    return { kind: KINDS[type] ?? "other", bodyLength };
  } catch {
    throw broken();
  }
}
