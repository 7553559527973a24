/** Files as programs have them: bytes, a buffer, a file that a user chose or dropped in a page, a response of `fetch`. */
import { CoupletError } from "../error.ts";

/** What has bytes to be read: a `Blob`, a `File`, a `Response`. */
export interface BytesReader {
  /** All of its bytes. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The bytes of a file, or their source. */
export type BytesSource = Uint8Array | ArrayBuffer | BytesReader;

/** What a `Response` and a `File` have besides. */
interface About {
  readonly ok?: boolean;
  readonly status?: number;
  readonly url?: string;
  readonly bodyUsed?: boolean;
  readonly name?: string;
}

/** The name that a source has for messages: of a file, or the address of a response. */
export function nameOf(source: unknown): string | undefined {
  if (typeof source !== "object" || source === null) return undefined;
  const { name, url } = source as About;
  return [name, url].find((given) => typeof given === "string" && given !== "");
}

/**
 * The bytes of a source. What is no source comes back as it is: who reads bytes refuses it.
 *
 * @throws CoupletError FILE_NOT_FOUND for a response of another status than success, USAGE for one that was read already
 */
export async function bytesOf(source: BytesSource, where: string): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (Object.prototype.toString.call(source) === "[object ArrayBuffer]")
    return new Uint8Array(source as ArrayBuffer);
  if (typeof (source as Partial<BytesReader> | null)?.arrayBuffer !== "function")
    return source as unknown as Uint8Array;
  checkUnread(source, where);
  return new Uint8Array(await (source as BytesReader).arrayBuffer());
}

/**
 * Refuses a response that brought no file, or whose body is gone.
 *
 * @throws CoupletError FILE_NOT_FOUND for a response of another status than success, USAGE for one that was read already
 */
export function checkUnread(source: unknown, where: string): void {
  const { ok = true, status, bodyUsed = false } = source as About;
  if (!ok) {
    throw new CoupletError({
      code: "FILE_NOT_FOUND",
      where,
      expected: "a response with the file",
      received: `status ${status}`,
    });
  }
  if (bodyUsed) {
    throw new CoupletError({
      code: "USAGE",
      where,
      expected: "a response that has not been read",
      received: "one whose body was read before",
      hint: "A body can be read once: pass the response, or the bytes that it gave.",
    });
  }
}
