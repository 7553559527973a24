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
    let at = (await read(0, 6)).toString("latin1") === "ARROW1" ? MAGIC_BYTES : 0;
    while (at + 8 <= size) {
      const prefix = await read(at, 8);
      if (prefix.readUInt32LE(0) !== CONTINUATION) throw cutOff();
      const metadataLength = prefix.readInt32LE(4);
      // The end of the stream; in a file its index follows.
      if (metadataLength === 0) return;
      if (metadataLength < 0 || at + 8 + metadataLength > size) throw cutOff();
      const metadata = await read(at + 8, metadataLength);
      const { type, bodyLength } = headOf(metadata, name);
      const kind = KINDS[type] ?? "other";
      const length = 8 + metadataLength + bodyLength;
      if (at + length > size) throw cutOff();
      yield { kind, bytes: await read(at, length) };
      at += length;
    }
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
