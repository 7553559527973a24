/**
 * The messages of an Arrow IPC stream or file, one at a time (Arrow columnar format 1.4, "Encapsulated message
 * format"): 0xFFFFFFFF, length of the metadata, metadata (a FlatBuffer), body. A file is a stream between two
 * magic words, with an index at its end that sequential readers do not need.
 */
import { CoupletError } from "../../error.ts";
import { ByteStream, joined } from "../bytes/byte-stream.ts";
import { latin1 } from "../bytes/head.ts";
import { messageHead } from "./message-head.ts";
import type { MessageHead } from "./message-head.ts";

/** Kinds of messages that matter here (Message.fbs, MessageHeader). */
export type ArrowMessageKind = "schema" | "dictionary" | "batch" | "other";

/** A message as it came. */
export interface ArrowMessage {
  readonly kind: ArrowMessageKind;
  /** The whole message, prefix and body included. */
  readonly bytes: Uint8Array;
  readonly dictionary?: MessageHead["dictionary"];
}

const KINDS: Readonly<Record<number, ArrowMessageKind>> = {
  1: "schema",
  2: "dictionary",
  3: "batch",
};
const CONTINUATION = 0xffffffff;
const MAGIC = "ARROW1";

/**
 * @param name of the file, for messages
 * @returns whether a mark said that this is the end; a stream without one may have been cut off between two batches
 * @throws CoupletError FILE_INVALID when the bytes end within a message
 */
export async function* arrowMessages(
  pieces: AsyncIterator<Uint8Array, void, void>,
  name: string,
): AsyncGenerator<ArrowMessage, boolean, void> {
  const stream = new ByteStream(pieces);
  const cutOff = () =>
    new CoupletError({
      code: "FILE_INVALID",
      where: name,
      expected: "whole Arrow messages",
      received: "the file's end within one",
      hint: "The file may be cut off: write it again.",
    });
  const take = async (length: number): Promise<Uint8Array> => {
    const bytes = await stream.take(length);
    if (bytes.length < length) throw cutOff();
    return bytes;
  };
  try {
    let prefix = await take(8);
    const isFile = latin1(prefix, 0, 6) === MAGIC;
    if (isFile) prefix = await take(8);
    for (;;) {
      const view = new DataView(prefix.buffer, prefix.byteOffset, 8);
      if (view.getUint32(0, true) !== CONTINUATION) throw cutOff();
      const metadataLength = view.getInt32(4, true);
      if (metadataLength === 0) {
        await checkEnd(stream, isFile, name);
        return true;
      }
      if (metadataLength < 0) throw cutOff();
      const metadata = await take(metadataLength);
      const { type, bodyLength, dictionary } = headOf(metadata, name);
      const body = await take(bodyLength);
      yield {
        kind: KINDS[type] ?? "other",
        bytes: joined([prefix, metadata, body]),
        ...(dictionary && { dictionary }),
      };
      prefix = await stream.take(8);
      // Streams may end without a mark; files may not.
      if (prefix.length === 0 && !isFile) return false;
      if (prefix.length < 8) throw cutOff();
    }
  } finally {
    await stream.close();
  }
}

/** Bytes between a stream's end and the index: writers pad, or write the end twice. */
const MOST_PADDING = 64;

const isIndex = (padding: number): boolean => padding >= 0 && padding <= MOST_PADDING;

/** Throws unless nothing follows a stream's end, and an index and the magic word, which end the file, that of a file. */
async function checkEnd(stream: ByteStream, isFile: boolean, name: string): Promise<void> {
  const tailBytes = 4 + MAGIC.length;
  let rest = 0;
  let tail: Uint8Array = new Uint8Array(0);
  for await (const piece of stream.rest()) {
    rest += piece.length;
    tail = joined([tail, piece.slice(-tailBytes)]).slice(-tailBytes);
  }
  const index = tail.length === tailBytes ? tail : undefined;
  const length = index && new DataView(index.buffer, index.byteOffset).getInt32(0, true);
  const whole = isFile
    ? index !== undefined && latin1(index, 4) === MAGIC && isIndex(rest - tailBytes - (length ?? 0))
    : rest === 0;
  if (whole) return;
  throw new CoupletError({
    code: "FILE_INVALID",
    where: name,
    expected: isFile
      ? "an index and the word ARROW1 at the end of an Arrow file"
      : "the end of an Arrow stream",
    received: `${rest} other bytes`,
    hint: "Was it cut off, or are there several files in one? Write it again.",
  });
}

function headOf(metadata: Uint8Array, name: string): MessageHead {
  try {
    return messageHead(metadata);
  } catch (cause) {
    const beyond = /bounds of the DataView|Out of bounds/i.test((cause as Error).message);
    throw new CoupletError({
      code: "FILE_INVALID",
      where: name,
      expected: "whole Arrow messages",
      received: `one with ${beyond ? "metadata that point beyond it" : (cause as Error).message}`,
      hint: "The file is damaged: write it again.",
      cause,
    });
  }
}
